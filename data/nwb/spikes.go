package nwb

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"facrnn/data"
)

// defaultBin is the width of a bin of spikes, in seconds, where none is given.
const defaultBin = 0.05

// spikes are the times of every unit's spikes, each in ascending order.
func (f *file) spikes() ([][]float64, error) {
	g := f.units
	if g == nil {
		return nil, errors.New("it has no table of sorted units: choose a series by --series")
	}
	if !g.has("spike_times") || !g.has("spike_times_index") {
		return nil, fmt.Errorf("%s: the units have no spike_times: choose a series by --series", g.path)
	}
	times, err := f.floats(g, "spike_times")
	if err != nil {
		return nil, err
	}
	for i, t := range times {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("%s/spike_times: spike %d is at %v: write a finite time", g.path, i, t)
		}
	}
	parts, err := f.ragged(g, "spike_times", len(times))
	if err != nil {
		return nil, err
	}
	units := make([][]float64, len(parts))
	for n, p := range parts {
		units[n] = times[p[0]:p[1]]
		if !slices.IsSorted(units[n]) {
			units[n] = slices.Sorted(slices.Values(units[n]))
		}
	}
	return units, nil
}

// ragged is where each row of a ragged column begins and ends, by its index column.
func (f *file) ragged(g *group, column string, size int) ([][2]int, error) {
	ends, err := f.floats(g, column+"_index")
	if err != nil {
		return nil, err
	}
	parts, begin := make([][2]int, len(ends)), 0
	for n, e := range ends {
		if e < float64(begin) || e > float64(size) || e != math.Trunc(e) {
			return nil, fmt.Errorf("%s/%s_index: row %d ends at %v, after %d of %d values: write the index again", g.path, column, n, e, begin, size)
		}
		parts[n] = [2]int{begin, int(e)}
		begin = int(e)
	}
	return parts, nil
}

// observed is the time to bin where there are no trials: from the first to the last time of observation, or from the first spike
// to the end of the last one's bin where the file has no times of observation.
func (f *file) observed(units [][]float64, width float64) (interval, error) {
	first, last := math.Inf(1), math.Inf(-1)
	if f.units.has("obs_intervals") {
		x, err := f.floats(f.units, "obs_intervals")
		if err != nil {
			return interval{}, err
		}
		for _, t := range x {
			if !math.IsNaN(t) && !math.IsInf(t, 0) {
				first, last = min(first, t), max(last, t)
			}
		}
		if first < last {
			return interval{first, last}, nil
		}
		first, last = math.Inf(1), math.Inf(-1)
	}
	for _, u := range units {
		if len(u) > 0 {
			first, last = min(first, u[0]), max(last, u[len(u)-1])
		}
	}
	if first > last {
		return interval{}, fmt.Errorf("%s: the units have no spikes: choose a series by --series", f.units.path)
	}
	return interval{first, first + width*(math.Floor((last-first)/width)+1)}, nil
}

// binned is the spikes' share of a recording: counts of every unit in bins of width seconds. Bins begin at the start of each
// trial; what is left of a trial after its last whole bin is dropped. Without trials (nil) all observed time is one stretch.
func (f *file) binned(r *data.Recording, width float64, trials []interval) error {
	units, err := f.spikes()
	if err != nil {
		return err
	}
	parts := trials
	if trials == nil {
		t, err := f.observed(units, width)
		if err != nil {
			return err
		}
		parts = []interval{t}
	}
	whole := func(t interval) float64 { return math.Floor((t.stop-t.start)/width + tolerance) }
	bins := 0.0
	for _, t := range parts {
		bins += whole(t)
	}
	if tooMany(bins, len(units)) {
		return fmt.Errorf("%s: %.3g bins of %g s for %d units are more than memory should hold: choose a larger --bin-width, or trials", f.units.path, bins, width, len(units))
	}
	r.Activity = data.NewMatrix(int(bins), len(units))
	row := 0
	for _, t := range parts {
		n := int(whole(t))
		if n == 0 {
			continue
		}
		r.Starts = append(r.Starts, row)
		for i := range n {
			r.Time = append(r.Time, t.start+float64(i)*width)
			r.Trial = append(r.Trial, r.Trials)
		}
		for u, times := range units {
			count(r.Activity, row, n, u, times, t.start, width)
		}
		row += n
		if trials != nil {
			r.Trials++
			r.Spans = append(r.Spans, data.Span{Start: t.start, Stop: t.stop})
		}
	}
	return nil
}

// count adds the spikes of one unit to the n bins from row on, which begin at start.
func count(m data.Matrix, row, n, unit int, times []float64, start, width float64) {
	for _, t := range times[sort.SearchFloat64s(times, start-tolerance*width):] {
		bin := int(math.Floor((t-start)/width + tolerance))
		if bin >= n {
			return
		}
		m.Row(row + bin)[unit]++
	}
}
