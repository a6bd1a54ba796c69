package nwb

import (
	"fmt"
	"math"
	"path"
	"sort"
	"strings"

	"facrnn/data"
)

const trialsPath = "intervals/trials"

// none, as the name of a table of trials, asks for one continuous stretch.
const none = "none"

// interval is a trial: start <= t < stop, in seconds.
type interval struct{ start, stop float64 }

// trialTable is the trials to cut into.
type trialTable struct {
	path   string
	rows   int
	trials []interval // those that end after they start, by start time; nil for one continuous stretch
}

// trials reads the table of a name or path; see table.
func (f *file) trials(name string) (trialTable, error) {
	var t trialTable
	g, err := f.table(name)
	if err != nil || g == nil {
		return t, err
	}
	start, err := f.floats(g, "start_time")
	if err != nil {
		return t, err
	}
	stop, err := f.floats(g, "stop_time")
	if err != nil {
		return t, err
	}
	if len(start) != len(stop) {
		return t, fmt.Errorf("%s: %d start times but %d stop times: one of the two columns is cut short", g.path, len(start), len(stop))
	}
	t = trialTable{path: g.path, rows: len(start)}
	for i := range start {
		if start[i] < stop[i] && !math.IsInf(start[i], 0) && !math.IsInf(stop[i], 0) { // false for NaN
			t.trials = append(t.trials, interval{start[i], stop[i]})
		}
	}
	sort.SliceStable(t.trials, func(i, j int) bool { return t.trials[i].start < t.trials[j].start })
	if len(t.trials) == 0 {
		return t, fmt.Errorf("%s: none of its %d trials has a stop after its start: choose another table, or none, by --trials", t.path, t.rows)
	}
	return t, nil
}

// table is the table of a name or path; by default the file's trials, if it has any.
func (f *file) table(name string) (*group, error) {
	if name == none {
		return nil, nil
	}
	if name == "" {
		if len(f.tables) > 0 && f.tables[0].path == trialsPath && f.rows(f.tables[0]) > 0 {
			return f.tables[0], nil
		}
		return nil, nil
	}
	return pick(f.tables, func(g *group) string { return g.path }, "table of trials", name)
}

// rows counts the rows of a table.
func (f *file) rows(g *group) int {
	d, err := f.dataset(g, "start_time")
	if err != nil || d == nil {
		return 0
	}
	return d.len()
}

// pick finds the one item whose path is name, or ends in it. what says what is sought.
func pick[T any](all []T, pathOf func(T) string, what, name string) (T, error) {
	var found []T
	var paths, matches []string
	name = strings.Trim(name, "/")
	for _, x := range all {
		p := pathOf(x)
		if p == name {
			return x, nil
		}
		paths = append(paths, p)
		if path.Base(p) == name || strings.HasSuffix(p, "/"+name) {
			found, matches = append(found, x), append(matches, p)
		}
	}
	var zero T
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return zero, fmt.Errorf("%s: %d of that name: give the path, one of %s", name, len(found), strings.Join(matches, ", "))
	case len(paths) == 0:
		return zero, fmt.Errorf("%s: no such %s, nor any other in the file: leave the name out", name, what)
	}
	return zero, fmt.Errorf("%s: no such %s: choose one of %s", name, what, strings.Join(paths, ", "))
}

// tolerance is how far, in bins, a time may be off an edge and still count as on it: rounding, no more.
const tolerance = 1e-6

// cut is which samples make up the bins of a recording.
type cut struct {
	samples []int // T
	trial   []int // T
	starts  []int
	trials  int
	spans   []data.Span // trials
	overlap int         // trials that begin before the one before has ended
}

// cutSamples takes the samples inside trials, trial by trial; all of them where there are no trials. A new stretch starts with
// every trial, and after a step of more than one and a half bins.
func cutSamples(times []float64, step float64, trials []interval) cut {
	var c cut
	const gap = 1.5
	add := func(first, last int) {
		for i := first; i < last; i++ {
			if i == first || (step > 0 && times[i]-times[i-1] > gap*step) {
				c.starts = append(c.starts, len(c.samples))
			}
			c.samples = append(c.samples, i)
			c.trial = append(c.trial, max(0, c.trials))
		}
	}
	if trials == nil {
		add(0, len(times))
		return c
	}
	slack := tolerance * step
	for i, t := range trials {
		first := sort.SearchFloat64s(times, t.start-slack)
		last := sort.SearchFloat64s(times, t.stop-slack)
		if first >= last {
			continue
		}
		if i > 0 && t.start < trials[i-1].stop-slack {
			c.overlap++
		}
		add(first, last)
		c.trials++
		c.spans = append(c.spans, data.Span{Start: t.start, Stop: t.stop})
	}
	return c
}

// fill puts a cut into a recording.
func (c cut) fill(r *data.Recording, times []float64) {
	r.Trial, r.Starts, r.Trials, r.Spans = c.trial, c.starts, c.trials, c.spans
	r.Time = make([]float64, len(c.samples))
	for row, i := range c.samples {
		r.Time[row] = times[i]
	}
}
