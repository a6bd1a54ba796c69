package data

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Progress is told how far a part of the reading of a file has come, again and again: what it is, and how much of it is
// done, in bytes. The last call of each part says that all of it is.
type Progress func(what string, done, total int64)

// ErrTooLarge is part of the error for a recording that memory should not hold.
var ErrTooLarge = errors.New("are more than memory should hold")

// Contents is what a file holds that could be modelled.
type Contents struct {
	Path   string
	Format string // "nwb", "npz" or "npy"
	Series []Series
	Units  Units
	Tables []Table // trial tables and other time intervals, then events; the one taken by default comes first

	Problems []string // what is wrong with other parts of the file, each beginning with its path
}

// Series is one array over time.
type Series struct {
	Path    string  // inside the file, "processing/ecephys/firing_rates"
	Name    string  // the last part of the path
	Type    string  // the NWB type: TimeSeries, ElectricalSeries, RoiResponseSeries, ...
	Shape   []int   // time first; as stored where time cannot be told
	Rate    float64 // Hz, nominal where there are timestamps; 0 where unknown
	Unit    string
	Missing int // NaN values, where they were counted; -1 where the data were not read
	// what it is for: "activity", "input", "behavior", "events" (labels and the like) or "" (nothing that can be
	// fitted)
	Role    string
	Guess   bool   // the role is activity only by a guess: see Recording.Warnings
	Problem string // what is wrong with it, or why it cannot be taken, and what to do; empty for nothing
}

// Units are the sorted units of a file.
type Units struct {
	Count   int
	Spikes  int // in all
	Columns []string
	Problem string // as Series.Problem
}

// Table is a table of time intervals, such as trials, or of events.
type Table struct {
	Path    string
	Name    string
	Type    string // the NWB type: TimeIntervals, EventsTable, Events, LabeledEvents, ...
	Times   string // of events, the column with their times; empty for intervals
	Count   int    // rows
	Columns []string
	Problem string // as Series.Problem
}

// Selection says what to take from a file. The zero value leaves every choice to the reader, which notes what it chose
// in Recording.Notes.
type Selection struct {
	Series   string  `toml:"series"`           // path or name of the activity, or of a container of imaging planes; "" for the likeliest
	Units    bool    `toml:"units"`            // bin the spikes of the sorted units, even where a series exists
	Pixels   bool    `toml:"pixels,omitempty"` // take the pixels of a stack of images as channels
	BinWidth float64 `toml:"bin-width"`        // seconds; 0 for 0.05 of spikes, and for the samples of a series as they are, which are averaged in longer bins
	Smooth   float64 `toml:"smooth,omitempty"` // seconds, the standard deviation of a Gaussian window over the activity; 0 for none. Counts become rates in Hz
	// SmoothAcausal lets that window reach into later bins; see Smoothing
	SmoothAcausal bool `toml:"smooth-acausal,omitempty"`

	Transpose bool `toml:"transpose,omitempty"` // the activity is stored as channels x time, though nothing in the file says so

	WhereUnits []string `toml:"where-units,omitempty"` // conditions on columns of the units, or of the ROIs or electrodes of a series, COLUMN=VALUE and the like; a unit must meet all
	MinRate    float64  `toml:"min-rate,omitempty"`    // Hz; units that fire less are left out
	Rate       float64  `toml:"rate,omitempty"`        // Hz, of the bins, for a file that does not say: an npy file, or an npz file without times; 0 for unknown

	AbsentUnits string `toml:"absent-units,omitempty"` // what units that are there for part of the session are elsewhere: AbsentMissing, which "" stands for, or AbsentSilent

	Trials string   `toml:"trials"`           // path or name of the table of trials; "" for the file's trials, if it has any; "none" for no trials
	Where  []string `toml:"where,omitempty"`  // conditions on columns of that table; a trial must meet all
	Align  string   `toml:"align,omitempty"`  // column of that table: its times, rather than start and stop, say where a trial's window lies; "" for none
	Before float64  `toml:"before,omitempty"` // seconds from the beginning of such a window to the event, and on to its end; negative on its other side
	After  float64  `toml:"after,omitempty"`

	Input     string   `toml:"input"`                // path or name of the known external input; "" for none
	Drive     []string `toml:"drive,omitempty"`      // paths or names of measured inputs, or columns of the table of trials, side by side; "none" for none
	DriveGaps string   `toml:"drive-gaps,omitempty"` // what a drive or the external input is where it has no samples; "" for GapsHold, and NaN in the file are refused
	Behavior  []string `toml:"behavior,omitempty"`   // paths or names of the behaviour, side by side; "none" for none
	Condition string   `toml:"condition,omitempty"`  // column of the table of trials that tells them apart; "" for the likeliest, "none" for none
	Event     string   `toml:"event,omitempty"`      // column of that table with a time in each trial; "" for Align's, "none" for none
}

// The values of Selection.AbsentUnits.
const (
	AbsentMissing = "missing" // NaN
	AbsentSilent  = "silent"  // zero
)

// What a drive is where it has no samples: its last value, or its first one before that; zero, in its own unit; or an
// error.
const (
	GapsHold  = "hold"
	GapsZero  = "zero"
	GapsError = "error"
)

// IsZero reports whether nothing is chosen.
func (s Selection) IsZero() bool {
	if len(s.WhereUnits)+len(s.Where)+len(s.Drive)+len(s.Behavior) > 0 {
		return false
	}
	s.WhereUnits, s.Where, s.Drive, s.Behavior = nil, nil, nil, nil // an empty list chooses as little as none
	return reflect.ValueOf(s).IsZero()
}

// Smoothing is how the activity is to be smoothed.
func (s Selection) Smoothing() Smoothing { return Smoothing{SD: s.Smooth, Acausal: s.SmoothAcausal} }

// Check reports the first number that no file could make sense of, and choices that contradict one another.
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
		return errors.New("--condition tells trials apart, but --trials is none: leave one of them out")
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
