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

// Row is row i, sharing the matrix's memory.
func (m Matrix) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols] }

// Empty reports whether the matrix holds nothing.
func (m Matrix) Empty() bool { return len(m.Data) == 0 }

// Channel is one column of a recording: a neuron, a region of interest, or a voxel.
type Channel struct {
	Name   string // the file's own name or id of it
	Region string // where it was recorded; empty where the file does not say
}

// Source says where a recording came from.
type Source struct {
	Path   string // the file; "demo" for the embedded recording
	Format string // "nwb", "npz", "npy" or "demo"
	SHA256 string // of the file's bytes, hexadecimal; not of other files that links in it lead to, which Notes name
	Series string // the path inside the file of what was taken as activity
}

// Recording is the activity of N channels over T time bins, in trial order by start time, with what belongs to each
// bin.
//
// Time runs on without a gap from one row to the next, except at the rows of Starts: the first row of every trial, and
// the first row after a gap inside one. History never reaches back across such a row.
type Recording struct {
	Source    Source
	Selection Selection // of it that was read
	Session   Session   // what an NWB file says of the session
	// (T,N); NaN where a value is missing, such as a channel's that was not observed, which fits and figures leave out;
	// an outline has no Data
	Activity Matrix
	// of the activity, as the file says: "Hz", "counts", "volts", "dF/F", ...; empty where it does not
	Unit     string
	Channels []Channel // N
	Smoothed Smoothing // how the activity was smoothed
	BinWidth float64   // seconds; 0 where the file does not say
	// T; seconds since the session's start: when the bin's sample was taken, or its bin of spikes begins
	Time    []float64
	OwnTime bool // Time counts within each trial, so that equal times of two trials are not the same moment

	Trials        int    // trials that hold at least one bin; 0 where the recording is one continuous stretch
	Trial         []int  // T; each bin's trial, counted from 0 in order of start time; all 0 where there are no trials
	SegmentStarts []int  // rows at which the past is unknown, ascending; Starts[0] is 0
	Spans         []Span // Trials; when each trial begins and ends by the file's own table; nil where there is none

	Input     Matrix // (T,N), the known external input eta of every channel; empty where there is none
	InputName string // its path inside the file
	// (T,P), measured input u whose effect on every channel is to be learned; empty where there is none
	Drive         Matrix
	DriveNames    []string // P
	Behavior      Matrix   // (T,D), for evaluation only: training never sees it; empty where there is none
	BehaviorName  string   // its path inside the file; several are separated by commas
	BehaviorNames []string // D, "hand x"; nil where nobody names them
	BehaviorUnit  string   // of all its columns; empty where the file does not say, or they are of several

	// AbsentMissing or AbsentSilent if units are absent for part of the session; empty if none are, or nobody looked
	AbsentUnits string

	Condition     []string // Trials; each trial's condition, as text; nil where there is none
	ConditionName string   // the column it is read from
	// Trials; seconds since the session's start of the event in each trial, NaN where it has none; nil where there is
	// none
	Event     []float64
	EventName string // the column it is read from

	Notes    []string // what the reader chose, one sentence each, for the log
	Warnings []string // what it had to leave out though it was asked for, likewise
}

// Span is a stretch of time, Start <= t < Stop, in seconds since the session's start.
type Span struct{ Start, Stop float64 }

// Bins is T.
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

// BinsPerTrial counts the bins of every trial; of a recording without trials, it is nil.
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

// longBin is a width of bins, in seconds, that is rare for neural activity, and common if milliseconds were meant.
const longBin = 5

// WarnLongBins warns of bins so long that their width may be meant in milliseconds.
func (r *Recording) WarnLongBins() {
	if r.BinWidth >= longBin {
		r.Warn("Bins are %.6g s wide, which is long for neural activity: widths and times are in seconds; were "+
			"milliseconds meant?", r.BinWidth)
	}
}

// Missing counts the values of the activity that are NaN.
func (r *Recording) Missing() int {
	n := 0
	for _, v := range r.Activity.Data {
		if v != v {
			n++
		}
	}
	return n
}

// Gaps counts what is missing of a recording's activity.
type Gaps struct {
	Values   int // as Missing counts them
	Channels int // of which any value is missing
	Bins     int // in which any value is missing
	Empty    int // bins in which all are
}

// Gaps counts what is missing, and of how much.
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

// Min returns the least value of the activity, of those that are not missing; NaN where there is none.
func (r *Recording) Min() float32 {
	least := float32(math.NaN())
	for _, v := range r.Activity.Data {
		if !(v >= least) && v == v {
			least = v
		}
	}
	return least
}

// Bins of the activity of neurons last something between a nanosecond and three centuries.
const shortest, longest = 1e-9, 1e10

// Check reports the first reason why the recording cannot be fitted: no channels, fewer than two bins, nothing but
// missing values, a value that is infinite, an external input that is missing or unknown somewhere, or parts of unequal
// length. The error names the bin (row) and channel, not the file.
func (r *Recording) Check() error {
	T, N := r.Activity.Rows, r.Activity.Cols
	switch {
	case N == 0:
		return fmt.Errorf("%s has no channels: choose another series", r.what())
	case T < 2:
		return fmt.Errorf("%s has %d time bin(s), but each bin is predicted from the one before: choose a longer "+
			"series, more trials or a smaller --bin-width", r.what(), T)
	case r.BinWidth != 0 && !(r.BinWidth >= shortest && r.BinWidth <= longest):
		return fmt.Errorf("%s has bins of %g s, which cannot be: check its rate or timestamps", r.what(), r.BinWidth)
	case len(r.Time) != T || len(r.Trial) != T:
		return fmt.Errorf("%s has %d bins but %d times and %d trial numbers", r.what(), T, len(r.Time), len(r.Trial))
	case len(r.Channels) != N:
		return fmt.Errorf("%s has %d channels but %d channel names", r.what(), N, len(r.Channels))
	case len(r.SegmentStarts) == 0 || r.SegmentStarts[0] != 0:
		return fmt.Errorf("%s does not say where its first stretch of time starts", r.what())
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
		"fill them, by --drive-gaps hold or zero if NaN, leave those trials out by --where, or choose another --drive",
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

// BehaviorColumns returns the names of the behaviour's columns (D): numbers after its own name where nobody names them.
func (r *Recording) BehaviorColumns() []string {
	if len(r.BehaviorNames) > 0 {
		return r.BehaviorNames
	}
	return ColumnNames(r.BehaviorName[strings.LastIndex(r.BehaviorName, "/")+1:], r.Behavior.Cols, false)
}

// without reports the first value of m that is bad, as what, and how many there are; name says what a column is.
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

// Constant marks the channels (N) whose activity never changes in the bins rows, as far as it is not missing; a channel
// that is missing in all of them is silent too. It is nil where there are none.
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

// Pick makes the recording's channels those of the given numbers, in that order; one of number -1 was not recorded: its
// activity is missing, its external input 0 and its name for the caller to give.
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
