package nwb

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"facrnn/data"
)

// spikeTimes returns the times of every unit's spikes; see train.
func (t unitTable) spikeTimes() (*raggedColumn, error) {
	switch {
	case t.group == nil:
		return nil, errors.New("it has no table of sorted units: choose a series by --series")
	case !t.has("spike_times"):
		return nil, fmt.Errorf("%s: the units have no spike_times: choose a series by --series", t.path)
	case !t.has("spike_times_index"):
		return nil, fmt.Errorf("%s: it has no spike_times_index, which assigns the spike_times to units: write it, "+
			"or choose a series by --series", t.path)
	}
	return t.raggedColumn("spike_times")
}

// train returns the times of a unit's spikes, ascending. They are valid until the next call.
func (l *raggedColumn) train(unit int) ([]float64, error) {
	times, err := l.finite(unit)
	if err == nil && !slices.IsSorted(times) {
		slices.Sort(times)
	}
	return times, err
}

// finite returns the times of a unit's spikes in the file's order. It fails if one is not finite. They are valid
// until the next call.
func (l *raggedColumn) finite(unit int) ([]float64, error) {
	times, err := l.list(unit)
	if err != nil {
		return nil, err
	}
	for i, t := range times {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("%s: spike %d is at %v: write a finite time", l.path, l.parts[unit][0]+i, t)
		}
	}
	return times, nil
}

// binnedTime returns the time to bin if there are no trials: from the first to the last time of observation. If the
// file has no such times, it lasts from the first spike to the end of the bin of the last spike.
func (p population) binnedTime(width float64) interval {
	t := noTime
	for _, u := range p.units {
		for _, o := range u.observed {
			for _, x := range [...]float64{o.start, o.stop} {
				if !math.IsInf(x, 0) {
					t = interval{min(t.start, x), max(t.stop, x)}
				}
			}
		}
	}
	if t.start < t.stop {
		return t
	}
	t = p.span()
	return interval{t.start, t.start + width*(math.Floor((t.stop-t.start)/width)+1)}
}

// bins is a range of consecutive rows of a recording, and the time at which they begin.
type bins struct {
	row, n int
	start  float64
}

// binned fills the recording with the counts of every unit in bins of r.BinWidth. Bins begin at the start of each
// trial. The rest of a trial after its last whole bin is dropped. Without trials (nil), all observed time is one
// segment. Bins that do not lie completely within a unit's times of observation are NaN. inTrials is the number of
// spikes in all rows of the table of trials.
func (p population) binned(r *data.Recording, table trialTable) (inTrials int, err error) {
	trials := table.trials
	width, parts := r.BinWidth, trials
	if trials == nil {
		parts = []interval{p.binnedTime(width)}
	}
	total := 0.0
	for _, t := range parts {
		total += t.bins(width)
	}
	if tooMany(total, len(p.units)) {
		return 0, fmt.Errorf("%s: %.3g bins of %g s for %d units %w: choose a longer --bin-width, fewer trials by "+
			"--where, or fewer units by --where-units and --min-rate",
			p.table.path, total, width, len(p.units), data.ErrTooLarge)
	}
	T := int(total)
	r.Activity = data.NewMatrix(T, len(p.units))
	r.Time, r.Trial = make([]float64, 0, T), make([]int, 0, T)
	var all []bins
	for _, t := range parts {
		b := bins{len(r.Time), int(t.bins(width)), t.start}
		if b.n == 0 {
			continue
		}
		all = append(all, b)
		r.SegmentStarts = append(r.SegmentStarts, b.row)
		for i := range b.n {
			r.Time = append(r.Time, t.start+float64(i)*width)
			r.Trial = append(r.Trial, r.Trials)
		}
		if trials != nil {
			r.Trials++
			r.Spans = append(r.Spans, data.Span{Start: t.start, Stop: t.stop})
		}
	}
	for n, u := range p.units {
		times, err := p.spikes.train(u.row)
		if err != nil {
			return 0, err
		}
		if trials != nil {
			inTrials += within(times, table.all)
		}
		if err := count(r.Activity, n, all, times, width, p.table.file.tick); err != nil {
			return 0, err
		}
	}
	p.mask(r.Activity, all, width)
	return inTrials, nil
}

// count adds the spikes of one unit to its column. The ranges of bins begin in ascending order, but may overlap. It
// calls tick for every range, and returns its error.
func count(m data.Matrix, column int, all []bins, times []float64, width float64, tick func(i int) error) error {
	for i, b := range all {
		if err := tick(i); err != nil {
			return err
		}
		skip := 0
		for skip < len(times) && times[skip] < b.start-tolerance*width {
			skip++
		}
		times = times[skip:]
		for _, t := range times {
			bin := int(math.Floor((t-b.start)/width + tolerance))
			if bin >= b.n {
				break
			}
			m.Data[(b.row+bin)*m.Cols+column]++
		}
	}
	return nil
}

// mask sets the bins to NaN in which a unit was not observed throughout.
func (p population) mask(m data.Matrix, all []bins, width float64) {
	nan := float32(math.NaN())
	in := make([]bool, m.Rows)
	for n, u := range p.units {
		observed := u.observedTime(width)
		if observed == nil {
			continue
		}
		if n == 0 || !same(observed, p.units[n-1].observed) {
			clear(in)
			for _, b := range all {
				markObserved(in[b.row:b.row+b.n], observed, b.start, width)
			}
		}
		for row, ok := range in {
			if !ok {
				m.Data[row*m.Cols+n] = nan
			}
		}
	}
}

// same reports whether the times of observation of two units are the same list in memory, as they usually are; see
// observations.
func same(a, b []interval) bool { return len(a) > 0 && len(a) == len(b) && &a[0] == &b[0] }

// dropUnobserved leaves out the bins in which no unit was observed, and the units that were observed in no bin.
func (t unitTable) dropUnobserved(r *data.Recording) error {
	binned := r.Bins()
	cut := dropEmptyBins(r)
	switch {
	case cut == binned && !t.has("obs_intervals"):
		return fmt.Errorf("%s: all units are absent in all of the %d bins of %g s: choose other trials, or give "+
			"--absent-units silent", t.path, binned, r.BinWidth)
	case cut == binned:
		return fmt.Errorf("%s/obs_intervals: no unit is observed throughout any of the %d bins of %g s: choose a "+
			"smaller --bin-width, or other trials", t.path, binned, r.BinWidth)
	case cut > 0 && t.has("obs_intervals"):
		r.Note("%d of %d bins lie outside the obs_intervals of all units and are left out as gaps in time.", cut,
			binned)
	case cut > 0:
		r.Note("All units are absent in %d of %d bins, which are left out as gaps in time.", cut, binned)
	}
	if names := dropUnobservedUnits(r); len(names) > 0 {
		r.Warn("%d units are observed in none of the bins and are left out: %s.", len(names), data.JoinFew(names))
	}
	return nil
}

// dropEmptyBins leaves out the bins in which no channel has a value, as gaps in time, and the trials that have no
// other bins. It returns the number of these bins.
func dropEmptyBins(r *data.Recording) int {
	starts := make(map[int]bool, len(r.SegmentStarts))
	for _, s := range r.SegmentStarts {
		starts[s] = true
	}
	N, trials, spans := r.Activity.Cols, r.Trials, r.Spans
	rows, trial := 0, -1
	gap := false
	r.SegmentStarts, r.Trials, r.Spans = nil, 0, nil
	for t := range r.Activity.Rows {
		x := r.Activity.Row(t)
		gap = gap || starts[t]
		if !slices.ContainsFunc(x, func(v float32) bool { return v == v }) {
			gap = true
			continue
		}
		if gap {
			r.SegmentStarts = append(r.SegmentStarts, rows)
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

// dropUnobservedUnits leaves out the channels without a value in any bin, and returns their names.
func dropUnobservedUnits(r *data.Recording) []string {
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
