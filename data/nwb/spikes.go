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

// stretch is the time to bin where there are no trials: from the first to the last time of observation, or from the first spike to
// the end of the last one's bin where the file has no times of observation.
func (p population) stretch(width float64) interval {
	first, last := math.Inf(1), math.Inf(-1)
	for _, intervals := range p.observed {
		for _, t := range intervals {
			for _, x := range [...]float64{t.start, t.stop} {
				if !math.IsInf(x, 0) {
					first, last = min(first, x), max(last, x)
				}
			}
		}
	}
	if first < last {
		return interval{first, last}
	}
	t := p.span()
	return interval{t.start, t.start + width*(math.Floor((t.stop-t.start)/width)+1)}
}

// binned is the spikes' share of a recording: counts of every unit in bins of r.BinWidth. Bins begin at the start of each trial;
// what is left of a trial after its last whole bin is dropped. Without trials (nil) all observed time is one stretch. Bins that do
// not lie wholly within a unit's times of observation are NaN.
func (f *file) binned(r *data.Recording, p population, trials []interval) error {
	width, parts := r.BinWidth, trials
	if trials == nil {
		parts = []interval{p.stretch(width)}
	}
	whole := func(t interval) float64 { return math.Floor((t.stop-t.start)/width + tolerance) }
	bins := 0.0
	for _, t := range parts {
		bins += whole(t)
	}
	if tooMany(bins, len(p.spikes)) {
		return fmt.Errorf("%s: %.3g bins of %g s for %d units are more than memory should hold: choose a larger --bin-width, or trials", f.units.path, bins, width, len(p.spikes))
	}
	r.Activity = data.NewMatrix(int(bins), len(p.spikes))
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
		for u, times := range p.spikes {
			count(r.Activity, row, n, u, times, t.start, width)
		}
		p.mask(r.Activity, row, n, t.start, width)
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

// mask makes NaN of the bins in which a unit was not watched throughout; see count.
func (p population) mask(m data.Matrix, row, n int, start, width float64) {
	nan := float32(math.NaN())
	var in []bool
	for u, observed := range p.observed {
		if u == 0 || !slices.Equal(observed, p.observed[u-1]) || (observed == nil) != (p.observed[u-1] == nil) { // most often, all are alike
			in = watched(observed, n, start, width)
		}
		for i, ok := range in {
			if !ok {
				m.Row(row + i)[u] = nan
			}
		}
	}
}

// cutUnobserved leaves out the bins in which no unit was observed, and the units that were observed in no bin.
func (f *file) cutUnobserved(r *data.Recording) error {
	binned := r.Bins()
	cut := cutGaps(r)
	switch {
	case cut == binned:
		return fmt.Errorf("%s/obs_intervals: no unit is observed throughout any of the %d bins of %g s: choose a smaller --bin-width, or other trials", f.units.path, binned, r.BinWidth)
	case cut > 0:
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d bins lie outside the obs_intervals of all units, and are cut out as gaps in time.", cut, binned))
	}
	if names := cutUnwatched(r); len(names) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d units are observed in none of the bins and are left out: %s.", len(names), someOf(names)))
	}
	return nil
}

// cutGaps leaves out the bins in which no channel has a value, as a gap in time, and the trials that have no other. It returns how
// many bins those were.
func cutGaps(r *data.Recording) int {
	starts := make(map[int]bool, len(r.Starts))
	for _, s := range r.Starts {
		starts[s] = true
	}
	N, trials, spans := r.Activity.Cols, r.Trials, r.Spans
	rows, trial := 0, -1
	gap := false
	r.Starts, r.Trials, r.Spans = nil, 0, nil
	for t := range r.Activity.Rows {
		x := r.Activity.Row(t)
		gap = gap || starts[t]
		if !slices.ContainsFunc(x, func(v float32) bool { return v == v }) {
			gap = true
			continue
		}
		if gap {
			r.Starts = append(r.Starts, rows)
			gap = false
		}
		if trials > 0 && r.Trial[t] != trial {
			trial = r.Trial[t]
			r.Trials++
			r.Spans = append(r.Spans, spans[trial])
		}
		copy(r.Activity.Data[rows*N:], x)
		r.Time[rows], r.Trial[rows] = r.Time[t], max(0, r.Trials-1)
		rows++
	}
	cut := r.Activity.Rows - rows
	r.Activity.Rows, r.Activity.Data = rows, r.Activity.Data[:rows*N]
	r.Time, r.Trial = r.Time[:rows], r.Trial[:rows]
	return cut
}

// cutUnwatched leaves out the channels without a value in any bin, and returns their names.
func cutUnwatched(r *data.Recording) []string {
	seen := make([]bool, r.Activity.Cols)
	for i, v := range r.Activity.Data {
		if v == v {
			seen[i%len(seen)] = true
		}
	}
	var names []string
	var channels []data.Channel
	for n, s := range seen {
		if s {
			channels = append(channels, r.Channels[n])
		} else {
			names = append(names, r.Channels[n].Name)
		}
	}
	if names == nil {
		return nil
	}
	m := data.NewMatrix(r.Activity.Rows, len(channels))
	for t := range m.Rows {
		to := m.Row(t)[:0]
		for n, v := range r.Activity.Row(t) {
			if seen[n] {
				to = append(to, v)
			}
		}
	}
	r.Activity, r.Channels = m, channels
	return names
}
