package nwb

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"facrnn/data"
)

// population is the units to bin, one entry a unit in each list.
type population struct {
	spikes   [][]float64  // times, ascending
	observed [][]interval // when the unit was watched, ascending and apart; nil where the file does not say
	channels []data.Channel
}

// add adds a unit of another population.
func (p *population) add(of population, unit int) {
	p.spikes = append(p.spikes, of.spikes[unit])
	p.observed = append(p.observed, of.observed[unit])
	p.channels = append(p.channels, of.channels[unit])
}

// population is the units that are chosen: all of them, or those that meet the conditions, have a spike, and fire at sel.MinRate or
// more.
func (f *file) population(r *data.Recording, sel data.Selection) (population, error) {
	var all, p population
	conditions, err := parseConditions("--where-units", sel.WhereUnits)
	if err != nil {
		return p, err
	}
	if all.spikes, err = f.spikes(); err != nil {
		return p, err
	}
	n := len(all.spikes)
	if all.observed, err = f.observations(n); err != nil {
		return p, err
	}
	all.channels = f.unitChannels(n)
	keep, err := where(f.units.path, "units", n, conditions, func(name string) (column, error) { return f.unitColumn(name, all.channels) })
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
		case len(all.spikes[u]) == 0:
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
		r.Notes = append(r.Notes, fmt.Sprintf("%d of the %d units have %s.", kept, n, conditionList(conditions)))
	}
	if slow > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d units fire at less than %g Hz and are left out.", slow, kept, sel.MinRate))
	}
	if len(silent) > 0 {
		fate := "are left out"
		if !choosing { // the channels are then those of the file, whatever else of it is chosen
			fate = "stay in as zeros (--min-rate leaves them out)"
		}
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d units have no spikes and %s: %s.", len(silent), kept, fate, someOf(silent)))
	}
	switch {
	case len(p.spikes) > 0 && len(silent) < kept:
		return p, nil
	case slow > 0:
		return p, fmt.Errorf("%s: none of %d units fires at %g Hz or more, the fastest at %.3g: give less by --min-rate", f.units.path, kept, sel.MinRate, fastest)
	}
	return p, fmt.Errorf("%s: the %d units have no spikes: choose others, or a series by --series", f.units.path, kept)
}

// someOf lists the first few names.
func someOf(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

// unitColumn is a column of the units' table; where that has none that says where they were recorded, that of their electrodes.
func (f *file) unitColumn(name string, channels []data.Channel) (column, error) {
	if (name == "location" || name == "region") && !f.units.has(name) {
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
	return f.column(f.units, name, len(channels))
}

// observations is when each of n units was watched; nil for a unit without intervals, and for all where the file has none.
func (f *file) observations(n int) ([][]interval, error) {
	const name = "obs_intervals"
	observed := make([][]interval, n)
	d, err := f.dataset(f.units, name)
	if err != nil || d == nil {
		return observed, err
	}
	x, err := f.floats(f.units, name)
	if err != nil {
		return nil, err
	}
	if len(d.shape) != 2 || d.shape[1] != 2 {
		return nil, fmt.Errorf("%s/%s: its shape is %s, but it holds pairs of a start and a stop: write it again", f.units.path, name, shapeText(d.shape))
	}
	parts := make([][2]int, n)
	for u := range parts {
		parts[u] = [2]int{u, u + 1}
	}
	switch {
	case f.units.has(name + "_index"):
		if parts, err = f.ragged(f.units, name, d.shape[0]); err != nil {
			return nil, err
		}
	case d.shape[0] == 0:
		return observed, nil
	case d.shape[0] != n:
		return nil, fmt.Errorf("%s/%s: %d intervals for %d units, and no %s_index to say whose they are: write the index", f.units.path, name, d.shape[0], n, name)
	}
	if len(parts) != n {
		return nil, fmt.Errorf("%s/%s_index: %d rows for %d units: write the index again", f.units.path, name, len(parts), n)
	}
	for u, p := range parts {
		observed[u] = joined(x[2*p[0] : 2*p[1]])
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
	for _, s := range p.spikes {
		if len(s) > 0 {
			t.start, t.stop = min(t.start, s[0]), max(t.stop, s[len(s)-1])
		}
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
	spikes, observed := p.spikes[unit], p.observed[unit]
	if observed == nil {
		observed = []interval{whole}
	}
	count, seconds := 0, 0.0
	for _, t := range observed {
		if math.IsInf(t.start, 0) {
			t.start = whole.start
		}
		if math.IsInf(t.stop, 0) {
			t.stop = whole.stop
		}
		first := sort.SearchFloat64s(spikes, t.start)
		last := sort.Search(len(spikes), func(i int) bool { return spikes[i] > t.stop })
		count += max(0, last-first)
		seconds += t.stop - t.start
	}
	if count == 0 {
		return 0
	}
	return float64(count) / seconds
}

// watched says of each of n bins from start on whether it lies wholly in one of the intervals; nil stands for all time.
func watched(observed []interval, n int, start, width float64) []bool {
	in := slices.Repeat([]bool{observed == nil}, n)
	slack := tolerance * width
	for _, t := range observed {
		first := math.Ceil((t.start - start - slack) / width)
		last := math.Floor((t.stop-start+slack)/width) - 1
		for i := max(0, first); i <= min(last, float64(n-1)); i++ {
			in[int(i)] = true
		}
	}
	return in
}
