package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Matrix is a row-major array of float32; row t of a recording's matrix is bin t.
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// NewMatrix returns a rows x cols matrix of zeros.
func NewMatrix(rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Data: make([]float32, rows*cols)}
}

// Row returns row i, which shares the matrix's memory.
func (m Matrix) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols] }

// Empty reports whether the matrix holds nothing.
func (m Matrix) Empty() bool { return len(m.Data) == 0 }

// Channel is one column of a recording: a neuron, a region of interest, or a voxel.
type Channel struct {
	Name   string // the name or id in the file
	Region string // recorded brain region; empty if the file does not say
}

// Source says where a recording came from.
type Source struct {
	Path   string // the file; "demo" for the embedded recording
	Format string // "nwb", "npz", "npy" or "demo"
	SHA256 string // hexadecimal, of the file's own bytes; linked files are not included, but Notes lists them
	Series string // path inside the file of the activity
}

// Recording is the activity of N channels over T time bins, with the trial, time and covariates of each bin. Trials
// are ordered by start time.
//
// Time continues without a gap from one row to the next, except at the rows in SegmentStarts: the first row of every
// trial, and the first row after a gap inside a trial. History never reaches back across such a row.
type Recording struct {
	Source    Source
	Selection Selection // the selection that was read
	Session   Session   // session metadata of an NWB file
	// (T,N); NaN if a value is missing, for example while a channel was not observed. Fits and figures leave NaN out.
	// In an outline, Data is nil
	Activity Matrix
	// unit of the activity in the file: "Hz", "counts", "volts", "dF/F", ...; empty if the file does not say
	Unit     string
	Channels []Channel // N
	Smoothed Smoothing // how the activity was smoothed
	BinWidth float64   // seconds; 0 if the file does not say
	// T; seconds since the session's start: the time of the sample, or the start of a bin of spikes
	Time    []float64
	OwnTime bool // Time counts within each trial: equal times in two trials are different moments

	Trials        int    // trials with at least one bin; 0 if the recording is continuous
	Trial         []int  // T; the trial of each bin, counted from 0 in order of start time; all 0 without trials
	SegmentStarts []int  // rows without a known past, ascending; SegmentStarts[0] is 0
	Spans         []Span // Trials; start and stop of each trial in the file's table; nil if there is no table

	Input     Matrix // (T,N), the known external input eta of every channel; empty if none
	InputName string // its path inside the file
	// (T,P), measured input u whose effect on every channel is learned; empty if none
	Drive         Matrix
	DriveNames    []string // P
	Behavior      Matrix   // (T,D), only for evaluation: training never uses it; empty if none
	BehaviorName  string   // its path inside the file; several paths are separated by commas
	BehaviorNames []string // D, "hand x"; nil if the columns have no names
	BehaviorUnit  string   // of all its columns; empty if the file does not say, or if the units differ

	// AbsentMissing or AbsentSilent if units are absent for part of the session; empty if none are or if this was not
	// checked
	AbsentUnits string

	Condition     []string // Trials; the condition of each trial, as text; nil if none
	ConditionName string   // the column of the conditions
	// Trials; time of the event in each trial in seconds since the session's start, NaN if missing; nil if there are
	// no events
	Event     []float64
	EventName string // the column of the events

	Notes    []string // choices of the reader, one sentence each, for the log
	Warnings []string // what the reader left out although it was asked for, one sentence each
}

// Span is a time interval, Start <= t < Stop, in seconds since the session's start.
type Span struct{ Start, Stop float64 }

// Bins returns T.
func (r *Recording) Bins() int { return r.Activity.Rows }

// Note adds a sentence to the notes.
func (r *Recording) Note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Warn adds a sentence to the warnings.
func (r *Recording) Warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// AllBins returns the numbers of all bins, 0 to T-1.
func (r *Recording) AllBins() []int {
	rows := make([]int, r.Bins())
	for t := range rows {
		rows[t] = t
	}
	return rows
}

// BinsPerTrial returns the number of bins of every trial, or nil if the recording has no trials.
func (r *Recording) BinsPerTrial() []int {
	if r.Trials == 0 {
		return nil
	}
	n := make([]int, r.Trials)
	for _, t := range r.Trial {
		n[t]++
	}
	return n
}

// longBin is a bin width, in seconds, that is rare for neural activity but common if milliseconds were meant.
const longBin = 5

// WarnLongBins warns if the bins are so long that their width may be in milliseconds.
func (r *Recording) WarnLongBins() {
	if r.BinWidth >= longBin {
		r.Warn("Bins are %.6g s wide, which is long for neural activity: all times are in seconds; were "+
			"milliseconds meant?", r.BinWidth)
	}
}

// Missing returns the number of NaN values in the activity.
func (r *Recording) Missing() int {
	n := 0
	for _, v := range r.Activity.Data {
		if v != v {
			n++
		}
	}
	return n
}

// Gaps counts the missing values of a recording's activity.
type Gaps struct {
	Values   int // missing values, as Missing counts them
	Channels int // channels with a missing value
	Bins     int // bins with a missing value
	Empty    int // bins in which all values are missing
}

// Gaps counts the missing values, and the channels and bins that contain them.
func (r *Recording) Gaps() (g Gaps) {
	some := make([]bool, r.Activity.Cols)
	for t := range r.Activity.Rows {
		n := 0
		for j, v := range r.Activity.Row(t) {
			if v == v {
				continue
			}
			if n++; !some[j] {
				some[j] = true
				g.Channels++
			}
		}
		g.Values += n
		if n > 0 {
			g.Bins++
		}
		if n == len(some) {
			g.Empty++
		}
	}
	return g
}

// Min returns the smallest value of the activity, ignoring missing values; NaN if all are missing.
func (r *Recording) Min() float32 {
	least := float32(math.NaN())
	for _, v := range r.Activity.Data {
		if !(v >= least) && v == v {
			least = v
		}
	}
	return least
}

// shortest and longest bound the bin width, in seconds: about a nanosecond and three centuries.
const shortest, longest = 1e-9, 1e10

// Check returns the first reason why the recording cannot be fitted: no channels, fewer than two bins, no values, an
// infinite value, an incomplete external input, or parts of unequal length. The error names the bin (row) and channel,
// not the file.
func (r *Recording) Check() error {
	T, N := r.Activity.Rows, r.Activity.Cols
	switch {
	case N == 0:
		return fmt.Errorf("%s has no channels: choose another series", r.what())
	case T < 2:
		return fmt.Errorf("%s has %d time bin(s), but each bin is predicted from the one before: choose a longer "+
			"series, more trials or a smaller --bin-width", r.what(), T)
	case r.BinWidth != 0 && !(r.BinWidth >= shortest && r.BinWidth <= longest):
		return fmt.Errorf("%s has bins of %g s, which is impossible: check its rate or timestamps", r.what(),
			r.BinWidth)
	case len(r.Time) != T || len(r.Trial) != T:
		return fmt.Errorf("%s has %d bins but %d times and %d trial numbers", r.what(), T, len(r.Time), len(r.Trial))
	case len(r.Channels) != N:
		return fmt.Errorf("%s has %d channels but %d channel names", r.what(), N, len(r.Channels))
	case len(r.SegmentStarts) == 0 || r.SegmentStarts[0] != 0:
		return fmt.Errorf("%s lacks the start of its first segment", r.what())
	}
	if r.Missing() == T*N {
		return fmt.Errorf("all values of %s are missing (NaN): choose another series", r.what())
	}
	infinite := func(v float64) bool { return math.IsInf(v, 0) }
	channel := func(n int) string { return "channel " + r.Channels[n].Name }
	if err := r.without(infinite, "infinite", "write NaN where a value is missing, or cut them out", "", r.Activity,
		channel); err != nil {
		return err
	}
	unknown := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	if !r.Input.Empty() {
		if r.Input.Rows != T || r.Input.Cols != N {
			return fmt.Errorf("the external input %s is %d x %d, but it is added to the activity, bin by bin and "+
				"channel by channel, which is %d x %d: choose a "+
				"series of that shape", r.InputName, r.Input.Rows, r.Input.Cols, T, N)
		}
		if err := r.without(unknown, "NaN or infinite", "fill or cut them out first", "the external input "+r.InputName+
			": ", r.Input, channel); err != nil {
			return err
		}
	}
	if r.Drive.Cols != len(r.DriveNames) || !r.Drive.Empty() && r.Drive.Rows != T {
		return fmt.Errorf("the drive is %d x %d, with %d names, for %d bins", r.Drive.Rows, r.Drive.Cols,
			len(r.DriveNames), T)
	}
	named := func(p int) string { return r.DriveNames[p] }
	if err := r.without(unknown, "NaN or infinite",
		"fill NaN with --drive-gaps hold or zero, leave those trials out with --where, or choose another --drive",
		"the drive: ", r.Drive, named); err != nil {
		return err
	}
	if !r.Behavior.Empty() && r.Behavior.Rows != T {
		return fmt.Errorf("the behaviour %s has %d rows for %d bins", r.BehaviorName, r.Behavior.Rows, T)
	}
	if r.Condition != nil && len(r.Condition) != r.Trials || r.Event != nil && len(r.Event) != r.Trials {
		return fmt.Errorf("%s has %d trials but %d conditions and %d events", r.what(), r.Trials, len(r.Condition),
			len(r.Event))
	}
	return nil
}

// BehaviorColumns returns the names of the behaviour's columns (D). Unnamed columns are numbered after the name of the
// behaviour.
func (r *Recording) BehaviorColumns() []string {
	if len(r.BehaviorNames) > 0 {
		return r.BehaviorNames
	}
	return ColumnNames(r.BehaviorName[strings.LastIndex(r.BehaviorName, "/")+1:], r.Behavior.Cols, false)
}

// without returns an error for the first bad value of m, with their number; what names the defect and name the column.
func (r *Recording) without(isBad func(float64) bool, what, do, of string, m Matrix, name func(col int) string) error {
	first, bad := -1, 0
	for i, v := range m.Data {
		if isBad(float64(v)) {
			if bad == 0 {
				first = i
			}
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	row, col := first/m.Cols, first%m.Cols
	return fmt.Errorf("%s%d value(s) are %s, the first in %s (column %d) at row %d (%.6g s): %s", of, bad, what,
		name(col), col, row, r.Time[row], do)
}

func (r *Recording) what() string {
	if r.Source.Series != "" {
		return r.Source.Series
	}
	return "the recording"
}

// Unobserved marks the channels (N) that are missing in all of the bins rows.
func (r *Recording) Unobserved(rows []int) []bool {
	never := slices.Repeat([]bool{true}, r.Activity.Cols)
	for _, t := range rows {
		for n, v := range r.Activity.Row(t) {
			if v == v {
				never[n] = false
			}
		}
	}
	return never
}

// Constant marks the channels (N) whose activity is constant in the bins rows, ignoring missing values. A channel that
// is missing in all these bins is also marked. It returns nil if no channel is constant.
func (r *Recording) Constant(rows []int) []bool {
	silent, first := make([]bool, r.Activity.Cols), make([]float32, r.Activity.Cols)
	for n := range silent {
		silent[n], first[n] = true, float32(math.NaN())
	}
	for _, t := range rows {
		for n, v := range r.Activity.Row(t) {
			switch f := first[n]; {
			case f != f:
				first[n] = v
			case v != f && v == v:
				silent[n] = false
			}
		}
	}
	if !slices.Contains(silent, true) {
		return nil
	}
	return silent
}

// Pick selects the channels with the given numbers, in that order. The number -1 stands for a channel that was not
// recorded: its activity is missing and its external input 0, and the caller sets its name.
func (r *Recording) Pick(channels []int) {
	pick := func(m Matrix, absent float32) Matrix {
		if m.Empty() {
			return m
		}
		out := NewMatrix(m.Rows, len(channels))
		for t := range m.Rows {
			from, to := m.Row(t), out.Row(t)
			for i, n := range channels {
				if to[i] = absent; n >= 0 {
					to[i] = from[n]
				}
			}
		}
		return out
	}
	r.Activity, r.Input = pick(r.Activity, float32(math.NaN())), pick(r.Input, 0)
	names := make([]Channel, len(channels))
	for i, n := range channels {
		if n >= 0 {
			names[i] = r.Channels[n]
		}
	}
	r.Channels = names
}
