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

// population is the units to bin, one entry a unit in each list.
type population struct {
	table    unitTable
	spikes   *lists       // of all units of the file
	units    []int        // their rows in it
	count    []int        // of spikes
	inside   []int        // of spikes while the unit was watched
	spans    []interval   // from the first spike to the last
	observed [][]interval // when the unit was watched, ascending and apart; nil where the file does not say
	present  []interval   // when the unit was there, as its spikes show; see presence
	back     []bool       // whether its spike times go back somewhere
	channels []data.Channel
}

// add adds a unit of another population.
func (p *population) add(of population, unit int) {
	p.units = append(p.units, of.units[unit])
	p.count = append(p.count, of.count[unit])
	p.inside = append(p.inside, of.inside[unit])
	p.spans = append(p.spans, of.spans[unit])
	p.observed = append(p.observed, of.observed[unit])
	p.present, p.back = append(p.present, of.present[unit]), append(p.back, of.back[unit])
	p.channels = append(p.channels, of.channels[unit])
}

// everyone is all units of the file.
func (t unitTable) everyone() (population, error) {
	spikes, err := t.spikeTimes()
	if err != nil {
		return population{}, err
	}
	n := len(spikes.parts)
	p := population{table: t, spikes: spikes, units: make([]int, n), count: make([]int, n), inside: make([]int, n), spans: make([]interval, n), present: make([]interval, n), back: make([]bool, n)}
	if p.observed, err = t.observations(n); err != nil {
		return p, err
	}
	p.channels = t.unitChannels(n)
	for u := range n {
		if err := t.file.tick(u); err != nil {
			return p, err
		}
		times, err := spikes.finite(u)
		if err != nil {
			return p, err
		}
		if p.back[u] = !slices.IsSorted(times); p.back[u] {
			slices.Sort(times)
		}
		p.units[u], p.count[u], p.inside[u] = u, len(times), within(times, p.observed[u])
		p.spans[u] = interval{math.Inf(1), math.Inf(-1)}
		if len(times) > 0 {
			p.spans[u] = interval{times[0], times[len(times)-1]}
		}
	}
	return p, p.estimate()
}

// within counts the spikes in the intervals; nil stands for all time.
func within(spikes []float64, observed []interval) int {
	if observed == nil {
		return len(spikes)
	}
	n := 0
	for _, t := range observed {
		spikes = spikes[sort.SearchFloat64s(spikes, t.start):] // for intervals ascend
		last := sort.Search(len(spikes), func(i int) bool { return spikes[i] > t.stop })
		n, spikes = n+last, spikes[last:]
	}
	return n
}

// population is the units that are chosen: all of them, or those that meet the conditions, have a spike, and fire at sel.MinRate or
// more.
func (t unitTable) population(r *data.Recording, sel data.Selection) (population, error) {
	conditions, err := data.ParseWhere("--where-units", sel.WhereUnits)
	if err != nil {
		return population{}, err
	}
	all, err := t.everyone()
	if err != nil {
		return all, err
	}
	if n := all.spikes.left(); n > 0 {
		r.Warn("The last %d values of %s belong to no unit: %s_index has to say where each unit's spikes end.", n, all.spikes.path, all.spikes.path)
	}
	p, n := population{table: t, spikes: all.spikes}, len(all.units)
	keep, err := where(t.path, "units", n, conditions, func(name string) (column, error) { return t.unitColumn(name, all.channels) })
	if err != nil {
		return p, err
	}
	choosing := len(conditions) > 0 || sel.MinRate > 0
	whole, kept, slow, fastest := all.span(), 0, 0, 0.0
	var silent []string
	for u := range n {
		if !keep[u] {
			continue
		}
		kept++
		rate := all.rate(u, whole)
		switch {
		case all.count[u] == 0:
			silent = append(silent, all.channels[u].Name)
			if choosing {
				continue
			}
		case rate < sel.MinRate:
			slow++
			fastest = max(fastest, rate)
			continue
		}
		p.add(all, u)
	}
	if len(conditions) > 0 {
		r.Note("%d of the %d units have %s.", kept, n, conditionList(conditions))
	}
	switch left := slow + len(silent); {
	case sel.MinRate > 0 && left > 0:
		r.Note("%d of %d units fire at less than %g Hz and are left out, %d of them without a spike; %d are kept.",
			left, kept, sel.MinRate, len(silent), kept-left)
	case len(silent) > 0:
		fate := "are left out"
		if !choosing { // the channels are then those of the file, whatever else of it is chosen
			fate = "stay in as zeros (--min-rate leaves them out)"
		}
		r.Warn("%d of %d units have no spikes and %s: %s.", len(silent), kept, fate, data.Few(silent))
	}
	switch {
	case len(p.units) > 0 && len(silent) < kept:
		p.goBack(r)
		p.absent(r, whole, sel.AbsentUnits == data.AbsentSilent)
		return p, nil
	case slow > 0:
		return p, fmt.Errorf("%s: none of %d units fires at %g Hz or more, the fastest at %.3g: give less by --min-rate", t.path, kept, sel.MinRate, fastest)
	}
	return p, fmt.Errorf("%s: the %d units have no spikes: choose others, or a series by --series", t.path, kept)
}

// goBack warns of units whose spike times go back, by name.
func (p population) goBack(r *data.Recording) {
	var names []string
	for u, back := range p.back {
		if back {
			names = append(names, p.channels[u].Name)
		}
	}
	if len(names) > 0 {
		r.Warn("The spike times of %d of %d units go back in time, and are sorted: %s. Check that no unit holds the spikes of two units or of two sessions.",
			len(names), len(p.units), data.Few(names))
	}
}

// unitColumn is a column of the units' table; where that has none that says where they were recorded, that of their electrodes.
func (t unitTable) unitColumn(name string, channels []data.Channel) (column, error) {
	if (name == "location" || name == "region") && !t.has(name) {
		c := column{path: electrodesPath + "/location"}
		found := false
		for _, ch := range channels {
			c.texts = append(c.texts, ch.Region)
			found = found || ch.Region != ""
		}
		if found {
			return c, nil
		}
	}
	return t.column(name, len(channels))
}

// observations is when each of n units was watched; nil for a unit without intervals, and for all where the file has none.
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
		if all.parts, err = t.ragged(name, all.size); err != nil {
			return nil, err
		}
	case all.size == 0:
		return observed, nil
	case all.size != n:
		return nil, fmt.Errorf("%s/%s: %d intervals for %d units, and no %s_index to say whose they are: write the index", t.path, name, all.size, n, name)
	default:
		for u := range n {
			all.parts = append(all.parts, [2]int{u, u + 1})
		}
	}
	if len(all.parts) != n {
		return nil, fmt.Errorf("%s/%s_index: %d rows for %d units: write the index again", t.path, name, len(all.parts), n)
	}
	for u := range n {
		if err := t.file.tick(u); err != nil {
			return nil, err
		}
		pairs, err := all.list(u)
		if err != nil {
			return nil, err
		}
		observed[u] = joined(pairs)
		if u > 0 && slices.Equal(observed[u], observed[u-1]) { // units of a session are alike, most often
			observed[u] = observed[u-1]
		}
	}
	return observed, nil
}

// joined makes intervals of pairs of a start and a stop: in order, and in one piece where one goes on from another.
func joined(pairs []float64) []interval {
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

// span is the time from the first to the last spike of all units; start > stop where there are none.
func (p population) span() (t interval) {
	t = interval{math.Inf(1), math.Inf(-1)}
	for _, s := range p.spans {
		t.start, t.stop = min(t.start, s.start), max(t.stop, s.stop)
	}
	return t
}

// beyond counts the trials before the first or after the last spike, where the file does not say when units were watched: whether
// they are silent or were not recorded cannot be told.
func (p population) beyond(trials []interval) int {
	if slices.ContainsFunc(p.observed, func(o []interval) bool { return o != nil }) {
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

// rate is how often a unit spikes while it is watched, in Hz; whole is when it is watched if the file does not say.
func (p population) rate(unit int, whole interval) float64 {
	observed, seconds := p.observed[unit], 0.0
	if p.inside[unit] == 0 {
		return 0
	}
	if observed == nil {
		there := p.present[unit]
		observed = []interval{{max(there.start, whole.start), min(there.stop, whole.stop)}}
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
	return float64(p.inside[unit]) / seconds
}

// watched marks those of the bins from start on that lie wholly in one of the intervals.
func watched(in []bool, observed []interval, start, width float64) {
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
