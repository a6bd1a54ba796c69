package data

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Progress receives the reading progress repeatedly: the name of the part being read, and the bytes done and in total.
// In the last call of each part, done equals total.
type Progress func(what string, done, total int64)

// ErrTooLarge is part of the error for a recording that memory should not hold.
var ErrTooLarge = errors.New("are more than memory should hold")

// Contents lists the parts of a file that can be modelled.
type Contents struct {
	Path   string
	Format string // "nwb", "npz" or "npy"
	Series []Series
	Units  Units
	Tables []Table // trial tables and other intervals, then events; the default table comes first

	Problems []string // problems with other parts of the file, each beginning with its path
}

// Series is one array over time.
type Series struct {
	Path    string  // inside the file, "processing/ecephys/firing_rates"
	Name    string  // last part of the path
	Type    string  // the NWB type: TimeSeries, ElectricalSeries, RoiResponseSeries, ...
	Shape   []int   // time first; as stored if the time axis is unknown
	Rate    float64 // Hz, nominal if there are timestamps; 0 if unknown
	Unit    string
	Missing int // number of NaN values; -1 if the data were not read
	// purpose: "activity", "input", "behavior", "events" (such as labels) or "" (cannot be fitted)
	Role    string
	Guess   bool   // the role activity is only a guess: see Recording.Warnings
	Problem string // what is wrong with the series and what to do; empty if nothing
}

// Units are the sorted units of a file.
type Units struct {
	Count   int
	Spikes  int // in total
	Columns []string
	Problem string // as Series.Problem
}

// Table is a table of time intervals, such as trials, or of events.
type Table struct {
	Path    string
	Name    string
	Type    string // the NWB type: TimeIntervals, EventsTable, Events, LabeledEvents, ...
	Times   string // for events, the column with their times; empty for intervals
	Count   int    // rows
	Columns []string
	Problem string // as Series.Problem
}

// Selection says what to take from a file. The zero value lets the reader choose everything; the reader notes its
// choices in Recording.Notes.
type Selection struct {
	// path or name of the activity, or of a container of imaging planes; "" for the likeliest
	Series string `toml:"series"`
	Units  bool   `toml:"units"`            // bin the spikes of the sorted units, even if the file has a series
	Pixels bool   `toml:"pixels,omitempty"` // use the pixels of an image stack as channels
	// seconds; 0 for 0.05 with spikes, and for the sampling interval of a series. Longer bins average the samples
	BinWidth float64 `toml:"bin-width"`
	// seconds, standard deviation of a Gaussian window over the activity; 0 for none. Counts become rates in Hz
	Smooth float64 `toml:"smooth,omitempty"`
	// SmoothAcausal extends the smoothing window to later bins; see Smoothing
	SmoothAcausal bool `toml:"smooth-acausal,omitempty"`

	// the activity is stored as channels x time, although the file does not say so
	Transpose bool `toml:"transpose,omitempty"`

	// conditions on columns of the units, ROIs or electrodes, such as COLUMN=VALUE; a unit must meet all of them
	WhereUnits []string `toml:"where-units,omitempty"`
	MinRate    float64  `toml:"min-rate,omitempty"` // Hz; units with a lower rate are left out
	// Hz, of the bins, if the file does not say: an npy file, or an npz file without times; 0 for unknown
	Rate float64 `toml:"rate,omitempty"`

	// activity of a unit while it is absent: AbsentMissing (the default, "") or AbsentSilent
	AbsentUnits string `toml:"absent-units,omitempty"`

	// path or name of the trial table; "" for the file's own trials, if any; "none" for no trials
	Trials string   `toml:"trials"`
	Where  []string `toml:"where,omitempty"` // conditions on columns of the trial table; a trial must meet all of them
	// column of the trial table whose times align the trial windows, in place of start and stop; "" for none
	Align string `toml:"align,omitempty"`
	// seconds from the start of the window to the event, and from the event to its end; negative for the other side
	Before float64 `toml:"before,omitempty"`
	After  float64 `toml:"after,omitempty"`

	Input string `toml:"input"` // path or name of the known external input; "" for none
	// paths or names of measured inputs, or columns of the trial table, side by side; "none" for none
	Drive []string `toml:"drive,omitempty"`
	// value of a drive or external input in bins without samples; "" for GapsHold, but NaN in the file are refused
	DriveGaps string   `toml:"drive-gaps,omitempty"`
	Behavior  []string `toml:"behavior,omitempty"`  // paths or names of the behaviour, side by side; "none" for none
	Condition string   `toml:"condition,omitempty"` // column of the trial table with the condition; "" for the likeliest, "none" for none
	Event     string   `toml:"event,omitempty"`     // column of the trial table with one time per trial; "" for Align's, "none" for none
}

// The values of Selection.AbsentUnits.
const (
	AbsentMissing = "missing" // NaN
	AbsentSilent  = "silent"  // zero
)

// The values of Selection.DriveGaps, for bins in which a drive has no samples: its last value (before the first
// sample, its first value); zero, in the drive's own unit; or an error.
const (
	GapsHold  = "hold"
	GapsZero  = "zero"
	GapsError = "error"
)

// IsZero reports whether the selection chooses nothing.
func (s Selection) IsZero() bool {
	if len(s.WhereUnits)+len(s.Where)+len(s.Drive)+len(s.Behavior) > 0 {
		return false
	}
	s.WhereUnits, s.Where, s.Drive, s.Behavior = nil, nil, nil, nil // an empty list chooses nothing, as nil does
	return reflect.ValueOf(s).IsZero()
}

// Smoothing returns the smoothing of the activity.
func (s Selection) Smoothing() Smoothing { return Smoothing{SD: s.Smooth, Acausal: s.SmoothAcausal} }

// Check returns an error for the first number that is invalid for every file, and for choices that contradict one
// another.
func (s Selection) Check() error {
	none := s.Trials == None
	if !slices.Contains([]string{"", GapsHold, GapsZero, GapsError}, s.DriveGaps) {
		return fmt.Errorf("--drive-gaps is %q: choose %s, %s or %s", s.DriveGaps, GapsHold, GapsZero, GapsError)
	}
	switch {
	case !(s.BinWidth >= 0) || math.IsInf(s.BinWidth, 0):
		return fmt.Errorf("--bin-width is %v: give seconds above zero", s.BinWidth)
	case !(s.Smooth >= 0) || math.IsInf(s.Smooth, 0):
		return fmt.Errorf("--smooth is %v: give seconds above zero", s.Smooth)
	case s.SmoothAcausal && s.Smooth == 0:
		return errors.New("--smooth-acausal is the form of the window of --smooth: give --smooth too, or leave it out")
	case !(s.MinRate >= 0) || math.IsInf(s.MinRate, 0):
		return fmt.Errorf("--min-rate is %v: give a rate above zero, in Hz", s.MinRate)
	case s.Transpose && s.Units:
		return errors.New("--transpose turns a series, but --units takes the sorted units: leave one of them out")
	case s.Transpose && s.Pixels:
		return errors.New("--transpose turns an array of channels and time, but --pixels takes images: leave one of " +
			"them out")
	case !(s.Rate >= 0) || math.IsInf(s.Rate, 0):
		return fmt.Errorf("--rate is %v: give a rate above zero, in Hz", s.Rate)
	case s.AbsentUnits != "" && s.AbsentUnits != AbsentMissing && s.AbsentUnits != AbsentSilent:
		return fmt.Errorf("--absent-units is %s: give %s or %s", s.AbsentUnits, AbsentMissing, AbsentSilent)
	case s.Align == "" && (s.Before != 0 || s.After != 0):
		return errors.New("--before and --after are around an event: name its column by --align, or leave them out")
	case s.Align != "" && (!(s.Before+s.After > 0) || math.IsInf(s.Before+s.After, 0)):
		return fmt.Errorf("--before and --after: a window from %v s before %s to %v s after it holds nothing: give "+
			"seconds that add up to more than zero", s.Before, s.Align, s.After)
	case none && len(s.Where) > 0:
		return errors.New("--where chooses among trials, but --trials is none: leave one of them out")
	case none && s.Condition != "" && s.Condition != None:
		return errors.New("--condition groups trials, but --trials is none: leave one of them out")
	case none && s.Event != "" && s.Event != None:
		return errors.New("--event is a time in each trial, but --trials is none: leave one of them out")
	case none && s.Align != "":
		return errors.New("--align cuts windows for trials, but --trials is none: leave one of them out")
	}
	if _, err := ParseWhere("--where", s.Where); err != nil {
		return err
	}
	_, err := ParseWhere("--where-units", s.WhereUnits)
	return err
}
