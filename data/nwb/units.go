package nwb

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"facrnn/data"
)

// unitTable is a table of sorted units.
type unitTable struct {
	*group
	electrodes *group // the file's table of electrodes; nil if there is none
}

// unit is a sorted unit.
type unit struct {
	data.Channel
	row           int        // in the table
	count         int        // of spikes
	observedCount int        // of spikes while the unit was observed
	span          interval   // from the first spike to the last; start > stop if there is none
	observed      []interval // when the unit was watched, ascending and apart; nil if the file does not say
	present       interval   // when the unit was there, as its spikes show; see presence
	unsorted      bool       // its spike times go back somewhere
}

// population is the units to bin.
type population struct {
	table  unitTable
	spikes *raggedColumn // of all units of the table
	units  []unit
}

// everyone returns all units of the table.
func (t unitTable) everyone() (population, error) {
	spikes, err := t.spikeTimes()
	if err != nil {
		return population{}, err
	}
	n := len(spikes.parts)
	p := population{table: t, spikes: spikes, units: make([]unit, n)}
	observed, err := t.observations(n)
	if err != nil {
		return p, err
	}
	for row, channel := range t.unitChannels(n) {
		if err := t.file.tick(row); err != nil {
			return p, err
		}
		times, err := spikes.finite(row)
		if err != nil {
			return p, err
		}
		u := unit{Channel: channel, row: row, count: len(times), observed: observed[row], span: noTime, present: always}
		if u.unsorted = !slices.IsSorted(times); u.unsorted {
			slices.Sort(times)
		}
		u.observedCount = within(times, u.observed)
		if len(times) > 0 {
			u.span = interval{times[0], times[len(times)-1]}
		}
		p.units[row] = u
	}
	return p, p.estimate()
}

// within counts the spikes in the intervals; nil means all time.
func within(spikes []float64, observed []interval) int {
	if observed == nil {
		return len(spikes)
	}
	n := 0
	for _, t := range observed {
		spikes = spikes[sort.SearchFloat64s(spikes, t.start):] // because intervals ascend
		last := sort.Search(len(spikes), func(i int) bool { return spikes[i] > t.stop })
		n, spikes = n+last, spikes[last:]
	}
	return n
}

// population returns the chosen units: all of them, or those that meet the conditions, have a spike, and fire at
// sel.MinRate or more.
func (t unitTable) population(r *data.Recording, c choice) (population, error) {
	all, err := t.everyone()
	if err != nil {
		return all, err
	}
	if n := all.spikes.unassigned(); n > 0 {
		r.Warn("The last %d values of %s belong to no unit: check the ends of each unit's spikes in %s_index.",
			n, all.spikes.path, all.spikes.path)
	}
	keep, err := where(t.path, "units", len(all.units), c.whereUnits,
		func(name string) (column, error) { return all.column(name) })
	if err != nil {
		return all, err
	}
	p, err := all.active(r, keep, c)
	if err != nil {
		return p, err
	}
	p.warnUnsorted(r)
	p.warnAbsent(r, all.span(), c.sel.AbsentUnits == data.AbsentSilent)
	return p, nil
}

// active returns the kept units that fire at the minimum rate or more. Units without a spike stay if the selection
// has no condition on units. Then the channels are the same as in the file for every choice of trials.
func (p population) active(r *data.Recording, keep []bool, c choice) (population, error) {
	least, whole := c.sel.MinRate, p.span()
	choosing := len(c.whereUnits) > 0 || least > 0
	chosen := population{table: p.table, spikes: p.spikes}
	kept, slow, fastest := 0, 0, 0.0
	var silent []string
	for i, u := range p.units {
		if !keep[i] {
			continue
		}
		kept++
		rate := u.rate(whole)
		switch {
		case u.count == 0:
			silent = append(silent, u.Name)
			if choosing {
				continue
			}
		case rate < least:
			slow++
			fastest = max(fastest, rate)
			continue
		}
		chosen.units = append(chosen.units, u)
	}
	if len(c.whereUnits) > 0 {
		r.Note("%d of the %d units have %s.", kept, len(p.units), conditionList(c.whereUnits))
	}
	switch left := slow + len(silent); {
	case least > 0 && left > 0:
		r.Note("%d of %d units fire at less than %g Hz and are left out, %d of them without a spike; %d are kept.",
			left, kept, least, len(silent), kept-left)
	case len(silent) > 0:
		fate := "are left out"
		if !choosing {
			fate = "stay in as zeros (--min-rate leaves them out)"
		}
		r.Warn("%d of %d units have no spikes and %s: %s.", len(silent), kept, fate, data.JoinFew(silent))
	}
	switch {
	case len(chosen.units) > 0 && len(silent) < kept:
		return chosen, nil
	case slow > 0:
		return p, fmt.Errorf("%s: none of %d units fires at %g Hz or more, the fastest at %.3g: lower --min-rate",
			p.table.path, kept, least, fastest)
	}
	return p, fmt.Errorf("%s: the %d units have no spikes: choose others, or a series by --series", p.table.path, kept)
}

// channels returns the units as channels of a recording.
func (p population) channels() []data.Channel {
	var all []data.Channel
	for _, u := range p.units {
		all = append(all, u.Channel)
	}
	return all
}

// warnUnsorted warns of units whose spike times are not in order, by name.
func (p population) warnUnsorted(r *data.Recording) {
	var names []string
	for _, u := range p.units {
		if u.unsorted {
			names = append(names, u.Name)
		}
	}
	if len(names) > 0 {
		r.Warn("The spike times of %d of %d units were not in order and are sorted: %s. "+
			"Check that no unit holds the spikes of two units or of two sessions.",
			len(names), len(p.units), data.JoinFew(names))
	}
}

// column returns a column of the units' table. If the table has no region of its units, that column is the location
// of their electrodes.
func (p population) column(name string) (column, error) {
	if (name == "location" || name == "region") && !p.table.has(name) {
		c := column{path: electrodesPath + "/location"}
		found := false
		for _, u := range p.units {
			c.texts = append(c.texts, u.Region)
			found = found || u.Region != ""
		}
		if found {
			return c, nil
		}
	}
	return p.table.column(name, len(p.units))
}

// observations returns the times when each of n units was observed; nil for a unit without intervals, and for all
// units if the file has none.
func (t unitTable) observations(n int) ([][]interval, error) {
	const name = "obs_intervals"
	observed := make([][]interval, n)
	d, err := t.dataset(name)
	if err != nil || d == nil {
		return observed, err
	}
	if !d.isNumeric() {
		_, err := t.floats(name)
		return nil, err
	}
	all, err := t.pairs(name, d)
	if err != nil {
		return nil, err
	}
	switch {
	case t.has(name + "_index"):
		if all.parts, err = t.raggedParts(name, all.size); err != nil {
			return nil, err
		}
	case all.size == 0:
		return observed, nil
	case all.size != n:
		return nil, fmt.Errorf("%s/%s: %d intervals for %d units, but no %s_index to assign them: write the index",
			t.path, name, all.size, n, name)
	default:
		for u := range n {
			all.parts = append(all.parts, [2]int{u, u + 1})
		}
	}
	if len(all.parts) != n {
		return nil, fmt.Errorf("%s/%s_index: %d rows for %d units: write the index again", t.path, name, len(all.parts),
			n)
	}
	for u := range n {
		if err := t.file.tick(u); err != nil {
			return nil, err
		}
		pairs, err := all.list(u)
		if err != nil {
			return nil, err
		}
		observed[u] = mergeIntervals(pairs)
		if u > 0 && slices.Equal(observed[u], observed[u-1]) { // units of a session usually have the same intervals
			observed[u] = observed[u-1]
		}
	}
	return observed, nil
}

// mergeIntervals returns the intervals of pairs of a start and a stop, in order. Intervals that touch or overlap
// become one.
func mergeIntervals(pairs []float64) []interval {
	const slack = 1e-9 // seconds, of rounding
	var all, apart []interval
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] < pairs[i+1] { // false for NaN
			all = append(all, interval{pairs[i], pairs[i+1]})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].start < all[j].start })
	for _, t := range all {
		if last := len(apart) - 1; last >= 0 && t.start <= apart[last].stop+slack {
			apart[last].stop = max(apart[last].stop, t.stop)
			continue
		}
		apart = append(apart, t)
	}
	return apart
}

// span returns the time from the first to the last spike of all units; noTime if there is none.
func (p population) span() interval {
	t := noTime
	for _, u := range p.units {
		t = interval{min(t.start, u.span.start), max(t.stop, u.span.stop)}
	}
	return t
}

// isObserved reports whether the file has times of observation for any unit.
func (p population) isObserved() bool {
	return slices.ContainsFunc(p.units, func(u unit) bool { return u.observed != nil })
}

// beyond counts the trials before the first or after the last spike. They may be silent or not recorded. It is 0 if
// the file has times of observation.
func (p population) beyond(trials []interval) int {
	if p.isObserved() {
		return 0
	}
	n, all := 0, p.span()
	for _, t := range trials {
		if t.stop < all.start || t.start > all.stop {
			n++
		}
	}
	return n
}

// rate returns the rate of a unit's spikes while it is observed, in Hz. whole is the time of observation if the file
// has none.
func (u unit) rate(whole interval) float64 {
	observed, seconds := u.observed, 0.0
	if u.observedCount == 0 {
		return 0
	}
	if observed == nil {
		observed = []interval{{max(u.present.start, whole.start), min(u.present.stop, whole.stop)}}
	}
	for _, t := range observed {
		if math.IsInf(t.start, 0) {
			t.start = whole.start
		}
		if math.IsInf(t.stop, 0) {
			t.stop = whole.stop
		}
		seconds += t.stop - t.start
	}
	return float64(u.observedCount) / seconds
}

// markObserved marks the bins from start on that lie completely in one of the intervals.
func markObserved(in []bool, observed []interval, start, width float64) {
	slack := tolerance * width
	end := start + float64(len(in))*width
	begin := sort.Search(len(observed), func(i int) bool { return observed[i].stop > start })
	for _, t := range observed[begin:] {
		if t.start > end {
			return
		}
		first := math.Ceil((t.start - start - slack) / width)
		last := math.Floor((t.stop-start+slack)/width) - 1
		for i := max(0, first); i <= min(last, float64(len(in)-1)); i++ {
			in[int(i)] = true
		}
	}
}
