package nwb

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data"
	"facrnn/data/hdf5"
)

var sameFloats = cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })

// watch adds the times at which each unit was observed, as pairs of a start and a stop.
func watch(g *hdf5.Group, units ...[]float64) {
	var all []float64
	var index []int
	for _, u := range units {
		all = append(all, u...)
		index = append(index, len(all)/2)
	}
	at(g, "units", "").Dataset("obs_intervals", all, []int{len(all) / 2, 2}, hdf5.Options{})
	at(g, "units", "").Dataset("obs_intervals_index", index, nil, hdf5.Options{})
}

// TestObserved checks that bins that are not wholly inside a unit's times of observation are missing, and those outside
// all units' are a gap.
func TestObserved(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		spikes, observed [][]float64
		trials           [][]float64 // starts, stops
		activity         []float32
		time             []float64
		trial, starts    []int
		notes, warnings  []string
	}{
		"a unit that is lost halfway": {
			spikes: [][]float64{{0.5, 3.5}, {0.5, 1.2}}, observed: [][]float64{{0, 4}, {0, 2.5}},
			activity: []float32{1, 1, 0, 1, 0, nan, 1, nan}, time: []float64{0, 1, 2, 3}, trial: []int{0, 0, 0, 0},
			starts: []int{0},
			notes:  []string{"2 values are NaN"},
		},
		"a gap that all units share": {
			spikes: [][]float64{{0.5, 6}, {5.5}}, observed: [][]float64{{0, 2.5, 5, 7}, {0, 2.5, 5, 7}},
			activity: []float32{1, 0, 0, 0, 0, 1, 1, 0}, time: []float64{0, 1, 5, 6}, trial: []int{0, 0, 0, 0},
			starts: []int{0, 2},
			notes:  []string{"3 of 7 bins lie outside the obs_intervals of all units and are left out as gaps"},
		},
		"a gap inside a trial, and a trial in a gap": {
			spikes: [][]float64{{0.5, 3, 4}, {9}}, observed: [][]float64{{0, 1, 3, 6, 9, 10}, {0, 1, 3, 6, 9, 10}},
			trials:   [][]float64{{0, 4, 7, 9}, {4, 5, 9, 10}},
			activity: []float32{1, 0, 1, 0, 1, 0, 0, 1}, time: []float64{0, 3, 4, 9}, trial: []int{0, 0, 1, 2},
			starts: []int{0, 1, 2, 3},
			notes:  []string{"4 of 8 bins", "3 trials are taken"}, warnings: []string{"1 of 4 trials hold no data"},
		},
		"intervals that touch or overlap are one": {
			spikes: [][]float64{{0.5}, {2.5}}, observed: [][]float64{{1.5, 3, 0, 1.5}, {0, 2, 1, 3, 1, 2}},
			activity: []float32{1, 0, 0, 0, 0, 1}, time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
		},
		"a unit of which the file does not say is watched throughout": {
			spikes: [][]float64{{0.5}, {2.5}}, observed: [][]float64{{0, 2}, {}},
			trials:   [][]float64{{0}, {3}},
			activity: []float32{1, 0, 0, 0, nan, 1}, time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
		},
		"a unit that is observed in none of the bins": {
			spikes: [][]float64{{0.5}, {8.5}}, observed: [][]float64{{0, 2}, {8, 9}},
			trials:   [][]float64{{0}, {2}},
			activity: []float32{1, 0}, time: []float64{0, 1}, trial: []int{0, 0}, starts: []int{0},
			warnings: []string{"1 units are observed in none of the bins and are left out: 11."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t, func(g *hdf5.Group) {
				units(g, c.spikes...)
				watch(g, c.observed...)
				if c.trials != nil {
					trials(g, c.trials[0], c.trials[1])
				}
			})
			r, err := Read(path, data.Selection{BinWidth: 1})
			if err != nil {
				t.Fatal(err)
			}
			for what, d := range map[string]string{
				"activity": cmp.Diff(c.activity, r.Activity.Data, sameFloats),
				"time":     cmp.Diff(c.time, r.Time),
				"trial":    cmp.Diff(c.trial, r.Trial),
				"starts":   cmp.Diff(c.starts, r.SegmentStarts),
			} {
				if d != "" {
					t.Errorf("%s: %s", what, d)
				}
			}
			if len(r.Channels) != r.Activity.Cols {
				t.Errorf("%d names for %d channels", len(r.Channels), r.Activity.Cols)
			}
			for _, want := range c.notes {
				if !noted(r.Notes, want) {
					t.Errorf("%q is not in %q", want, r.Notes)
				}
			}
			for _, want := range c.warnings {
				if !noted(r.Warnings, want) {
					t.Errorf("%q is not in %q", want, r.Warnings)
				}
			}
			if c.warnings == nil && r.Warnings != nil {
				t.Errorf("warns %q", r.Warnings)
			}
			if err := r.Check(); err != nil { // what is missing is masked
				t.Errorf("Check: %v", err)
			}
		})
	}
}

// TestCountsAddUp checks, for any spikes, trials, bins and times of observation, that a bin holds the spikes in it.
// It is missing if its unit was not observed throughout. No spike is lost or counted twice. Times are multiples of
// 1/128 s, exact in binary.
func TestCountsAddUp(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		tick := func(most int) float64 { return float64(rapid.IntRange(0, most).Draw(rt, "t")) / 128 }
		spikes, observed := make([][]float64, rapid.IntRange(1, 4).Draw(rt, "units")), [][]float64{}
		for u := range spikes {
			spikes[u] = []float64{}
			for range rapid.IntRange(0, 40).Draw(rt, "spikes") {
				spikes[u] = append(spikes[u], tick(1280))
			}
			pairs := []float64{}
			for range rapid.IntRange(0, 3).Draw(rt, "intervals") {
				start := tick(1280)
				pairs = append(pairs, start, start+tick(640))
			}
			observed = append(observed, pairs)
		}
		var start, stop []float64
		for at := tick(100); len(start) < 4; at = stop[len(stop)-1] + tick(200) {
			start, stop = append(start, at), append(stop, at+tick(400))
		}
		width := float64(rapid.IntRange(1, 64).Draw(rt, "width")) / 128
		n++
		path := filepath.Join(dir, fmt.Sprint(n%8))
		w, err := hdf5.Create(path)
		if err != nil {
			rt.Fatal(err)
		}
		w.Root().Attr("nwb_version", "2.8.0")
		units(w.Root(), spikes...)
		watch(w.Root(), observed...)
		trials(w.Root(), start, stop)
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		r, err := Read(path, data.Selection{BinWidth: width, AbsentUnits: data.AbsentSilent})
		if err != nil {
			return // no spike, bin or trial is left; others say when
		}
		pieces, err := readBlocks(path, data.Selection{BinWidth: width, AbsentUnits: data.AbsentSilent},
			rapid.IntRange(1, 50).Draw(rt, "at once"))
		r.Selection = data.Selection{}
		if d := cmp.Diff(r, pieces, sameFloats); d != "" || err != nil {
			rt.Fatalf("some units at a time: %v, %s", err, d)
		}
		seen := map[string]bool{}
		for u, c := range r.Channels {
			unit := 0
			if _, err := fmt.Sscan(c.Name, &unit); err != nil {
				rt.Fatal(err)
			}
			unit -= 10 // what units calls the first
			seen[c.Name] = true
			pieces := mergeIntervals(observed[unit])
			for row, from := range r.Time {
				want := 0
				for _, t := range spikes[unit] {
					if from <= t && t < from+width {
						want++
					}
				}
				whole := len(pieces) == 0 || slices.ContainsFunc(pieces,
					func(t interval) bool { return t.start <= from && from+width <= t.stop })
				if v := r.Activity.Row(row)[u]; whole != (v == v) || whole && int(v) != want {
					rt.Fatalf("unit %d, bin at %v s: %v, want %d, watched %v", unit, from, v, want, whole)
				}
			}
		}
		// Every bin of every trial is there, unless all units miss it.
		bins := map[float64]bool{}
		for _, t := range r.Time {
			bins[t] = true
		}
		for k := range start {
			for i := 0; start[k]+float64(i+1)*width <= stop[k]; i++ {
				from := start[k] + float64(i)*width
				watched := slices.ContainsFunc(observed, func(pairs []float64) bool {
					pieces := mergeIntervals(pairs)
					return len(pieces) == 0 || slices.ContainsFunc(pieces,
						func(t interval) bool { return t.start <= from && from+width <= t.stop })
				})
				if bins[from] != watched {
					rt.Fatalf("the bin at %v s is taken: %v, watched: %v", from, bins[from], watched)
				}
			}
		}
	})
}

// TestChooseUnits checks that by any column of theirs and by rate.
func TestChooseUnits(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		u := units(g, []float64{1, 2, 3, 4}, []float64{1.5}, []float64{}, []float64{0.5, 9.5}) // 10, 11, 12, 13
		u.Attr("colnames", []string{"spike_times", "quality", "depth", "good", "electrodes"})
		watch(g, []float64{0, 2}, []float64{0, 10}, []float64{0, 10}, []float64{0, 1, 9, 10})
		u.Dataset("quality", []string{"good", "mua", "good", "good"}, nil, hdf5.Options{})
		u.Dataset("depth", []float64{100, 200, 300, 400}, nil, hdf5.Options{})
		u.Dataset("good", []bool{true, false, true, false}, nil, hdf5.Options{})
		u.Dataset("electrodes", []int{0, 1, 1, 0}, nil, hdf5.Options{})
		at(g, "general/extracellular_ephys/electrodes", "DynamicTable").Dataset("location", []string{"M1", "PMd"}, nil,
			hdf5.Options{})
	})
	for _, c := range []struct {
		sel      data.Selection
		want     []string
		notes    string
		warnings string
	}{
		{data.Selection{}, []string{"10", "11", "12", "13"}, "",
			"1 of 4 units have no spikes and stay in as zeros (--min-rate leaves them out): 12."},
		{data.Selection{WhereUnits: []string{"quality=good"}}, []string{"10", "13"},
			"3 of the 4 units have quality=good.", "1 of 3 units have no spikes and are left out: 12."},
		{data.Selection{WhereUnits: []string{"good=true", "quality=good"}}, []string{"10"},
			"2 of the 4 units have good=true and quality=good.", "1 of 2 units"},
		{data.Selection{WhereUnits: []string{"depth<250"}}, []string{"10", "11"}, "2 of the 4 units have depth<250.",
			""},
		{data.Selection{WhereUnits: []string{"id!=13", "depth>100"}}, []string{"11"}, "id!=13 and depth>100", "12"},
		{data.Selection{WhereUnits: []string{"region=PMd"}}, []string{"11"}, "region=PMd", "12"},
		// Rates while observed, spikes outside left out: 1, 0.1, 0 and 1 Hz.
		{data.Selection{MinRate: 0.1}, []string{"10", "11", "13"},
			"1 of 4 units fire at less than 0.1 Hz and are left out, 1 of them without a spike; 3 are kept.", ""},
		{data.Selection{MinRate: 0.11}, []string{"10", "13"},
			"2 of 4 units fire at less than 0.11 Hz and are left out, 1 of them without a spike; 2 are kept.", ""},
		{data.Selection{MinRate: 0.5, WhereUnits: []string{"depth>100"}}, []string{"13"}, "2 of 3 units fire", ""},
	} {
		c.sel.BinWidth = 1
		r, err := Read(path, c.sel)
		if err != nil {
			t.Errorf("%+v: %v", c.sel, err)
			continue
		}
		var names []string
		for _, ch := range r.Channels {
			names = append(names, ch.Name)
		}
		if d := cmp.Diff(c.want, names); d != "" {
			t.Errorf("%+v: %s", c.sel, d)
		}
		if !noted(r.Notes, c.notes) || c.warnings != "" && !noted(r.Warnings, c.warnings) || c.warnings == "" &&
			r.Warnings != nil {
			t.Errorf("%+v: notes %q, warnings %q", c.sel, r.Notes, r.Warnings)
		}
	}
	for _, c := range []struct {
		sel  data.Selection
		want []string
	}{
		{data.Selection{WhereUnits: []string{"snr>3"}}, []string{`units: no column "snr"`, "id, quality, depth, good, electrodes"}},
		{data.Selection{WhereUnits: []string{"quality=bad"}}, []string{"units: none of its 4 " +
			"units has quality=bad", `"good", "mua"`}},
		{data.Selection{WhereUnits: []string{"spike_times>1"}}, []string{"units/spike_times", "a list for each row"}},
		{data.Selection{WhereUnits: []string{"good"}}, []string{"--where-units", "COLUMN=VALUE"}},
		{data.Selection{WhereUnits: []string{"id=12"}}, []string{"units: the 1 units have no spikes"}},
		{data.Selection{MinRate: 7}, []string{"units: none of 4 units fires at 7 Hz or more, the fastest at 1"}},
	} {
		_, err := Read(path, c.sel)
		for _, w := range append(c.want, prefix(err, path)) {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%+v: %v; want an error that says %q", c.sel, err, w)
			}
		}
	}
}

// TestTrialsBeyondSpikes checks that a trial after the last spike may be silent or not recorded; it stays, and is
// warned of.
func TestTrialsBeyondSpikes(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		units(g, []float64{0.5, 1.5}, []float64{1.7})
		trials(g, []float64{0, 1, 2}, []float64{1, 2, 3})
	})
	r, err := Read(path, data.Selection{BinWidth: 1})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float32{1, 0, 1, 1, 0, 0}, r.Activity.Data); d != "" ||
		!noted(r.Warnings, "1 of 3 trials lie before the first or after the last spike") {
		t.Errorf("%s, warnings %q", d, r.Warnings)
	}
}

// TestUnitsRefuse checks that what makes no sense of the units is an error that says where.
func TestUnitsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want string
	}{
		"choices among units for a series": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
			units(g, []float64{1})
		}, data.Selection{Series: "x", MinRate: 1},
			"--min-rate is for sorted units, but the activity is the series acquisition/x"},
		"intervals that are no pairs": {func(g *hdf5.Group) {
			units(g, []float64{1}).Dataset("obs_intervals", []float64{0, 1, 2}, []int{1, 3}, hdf5.Options{})
		}, data.Selection{}, "units/obs_intervals: its shape is 1 x 3"},
		"intervals without an owner": {func(g *hdf5.Group) {
			units(g, []float64{1}).Dataset("obs_intervals", []float64{0, 1, 2, 3}, []int{2, 2}, hdf5.Options{})
		}, data.Selection{}, "units/obs_intervals: 2 intervals for 1 units"},
		"an index of another length": {func(g *hdf5.Group) {
			units(g, []float64{1})
			watch(g, []float64{0, 1}, []float64{0, 1})
		}, data.Selection{}, "units/obs_intervals_index: 2 rows for 1 units"},
		"nothing observed": {func(g *hdf5.Group) {
			units(g, []float64{1})
			watch(g, []float64{0, 2})
			trials(g, []float64{5}, []float64{6})
		}, data.Selection{}, "units/obs_intervals: no unit is observed throughout any of the 20 bins"},
		"trials of another clock": {func(g *hdf5.Group) {
			units(g, []float64{1})
			trials(g, []float64{500}, []float64{501})
		}, data.Selection{}, "units: none of the 1 trials holds a spike"},
		"bins longer than the trials": {func(g *hdf5.Group) {
			units(g, []float64{1})
			trials(g, []float64{0}, []float64{3})
		}, data.Selection{BinWidth: 20}, "--bin-width 20 s is longer than the longest trial (3 s)"},
		"no spikes at all": {func(g *hdf5.Group) { units(g, nil, nil) }, data.Selection{Units: true},
			"units: the 2 units have no spikes"},
		"bins far too narrow": {func(g *hdf5.Group) { units(g, []float64{1, 2}) }, data.Selection{BinWidth: 1e-300},
			"--bin-width"},
		"a window far too wide": {func(g *hdf5.Group) { units(g, []float64{1, 2}) }, data.Selection{Smooth: 1e9},
			"--smooth 1e+09 s is longer than the recording"},
	} {
		path := build(t, c.fill)
		_, err := Read(path, c.sel)
		if err == nil || !strings.HasPrefix(err.Error(), path+": "+c.want) && !strings.Contains(err.Error(), c.want) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line that says %q", name, err, c.want)
		}
	}
}

// TestSmoothed checks that counts become rates in Hz, which keep the number of spikes if they are constant. A series
// keeps its unit. Windows end at trials and gaps, and missing bins stay missing.
func TestSmoothed(t *testing.T) {
	steady := make([]float64, 40)
	for i := range steady {
		steady[i] = 0.025 + 0.05*float64(i) // a spike in each bin of 0.05 s
	}
	path := build(t, func(g *hdf5.Group) {
		units(g, steady, []float64{0.3})
		watch(g, []float64{0, 1, 1.2, 2}, []float64{0, 0.5})
		trials(g, []float64{0, 1}, []float64{0.8, 2})
		rated(g, "acquisition/x", slices.Repeat([]float32{7, -3}, 20), []int{20, 2}, 0, 10)
	})
	r, err := Read(path, data.Selection{Units: true, Smooth: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Unit != "Hz" || !noted(r.Notes, "standard deviation 0.1 s, in Hz") {
		t.Errorf("unit %s, notes %q", r.Unit, r.Notes)
	}
	for row, at := range r.Time {
		x := r.Activity.Row(row)
		if !(math.Abs(float64(x[0])-20) <= 1e-4) {
			t.Errorf("a steady 20 Hz is %v at %v s", x[0], at)
		}
		if missing := at+0.05 > 0.5+1e-9; missing != (x[1] != x[1]) {
			t.Errorf("at %v s: %v", at, x[1])
		}
	}
	if r, err = Read(path, data.Selection{Units: true}); err != nil || r.Unit != "counts" {
		t.Errorf("without smoothing, unit %q, %v", r.Unit, err)
	}
	if r, err = Read(path, data.Selection{Series: "x", Smooth: 0.2}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(slices.Repeat([]float32{7, -3}, 18), r.Activity.Data,
		cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 })); d != "" || r.Unit != "Hz" {
		t.Errorf("a constant series, unit %s: %s", r.Unit, d)
	}
}
