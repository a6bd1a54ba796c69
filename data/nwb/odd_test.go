package nwb

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestVectors checks that MATLAB knows no lists, but tables of one row or column. They are lists all the same, also in
// chunks and in parts.
func TestVectors(t *testing.T) {
	for name, shape := range map[string][]int{"a column": {4, 1}, "a row": {1, 4}} {
		for _, packed := range []hdf5.Options{{}, {Chunk: []int{1, 1}, Deflate: 4}} {
			path := build(t, func(g *hdf5.Group) {
				x := at(g, "acquisition/x", "TimeSeries")
				x.Dataset("timestamps", []float64{1, 2, 3, 4}, shape, packed)
				x.Dataset("data", ramp(8), []int{4, 2}, hdf5.Options{})
				rated(g, "processing/behavior/speed", []float32{5, 6, 7, 8}, shape, 1, 1)
				trials := at(g, "intervals/trials", "TimeIntervals")
				trials.Dataset("start_time", []float64{0, 2, 4, 6}, shape, packed)
				trials.Dataset("stop_time", []float64{2, 4, 6, 8}, shape, packed)
			})
			r, err := Read(path, data.Selection{Behavior: []string{"speed"}})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if d := cmp.Diff([]float64{1, 2, 3, 4}, r.Time) + cmp.Diff([]int{0, 1, 1, 2}, r.Trial) +
				cmp.Diff([]float32{5, 6, 7, 8}, r.Behavior.Data); d != "" || r.Behavior.Cols != 1 {
				t.Errorf("%s, %d columns of behaviour: %s", name, r.Behavior.Cols, d)
			}
		}
	}
}

// TestSingleSample checks that one sample of several channels by a rate is no vector over time.
func TestSingleSample(t *testing.T) {
	path := build(t, func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(3), []int{1, 3}, 0, 1) })
	r, err := Read(path, data.Selection{})
	if err != nil || r.Bins() != 1 || r.Activity.Cols != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestInvalidTimes checks that samples in invalid times are missing, and bins that overlap them, but not bins that
// only touch them. If the table of invalid times is the table of trials, nothing is missing.
func TestInvalidTimes(t *testing.T) {
	nan := float32(math.NaN())
	invalid := func(g *hdf5.Group) {
		i := at(g, "intervals/invalid_times", "TimeIntervals")
		i.Dataset("start_time", []float64{4, 1.5, math.NaN()}, nil, hdf5.Options{})
		i.Dataset("stop_time", []float64{5, 2, 9}, nil, hdf5.Options{})
	}
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(12), nil, 0, 2)
		units(g, []float64{0, 1.2, 2.5, 4.5, 5.5})
		invalid(g)
	})
	for name, c := range map[string]struct {
		sel   data.Selection
		want  []float32
		notes []string
	}{
		"samples": {data.Selection{Series: "x"}, []float32{0, 1, 2, nan, 4, 5, 6, 7, nan, nan, 10, 11},
			[]string{"3 of 12 bins lie in intervals/invalid_times", "1 rows of intervals/invalid_times have no times",
				"3 values are NaN"}},
		"samples in bins": {data.Selection{Series: "x", BinWidth: 1}, []float32{0.5, nan, 4.5, 6.5, nan, 10.5},
			[]string{"2 of 6 bins lie in intervals/invalid_times"}},
		"spikes": {data.Selection{Units: true, BinWidth: 1}, []float32{1, nan, 1, 0, nan, 1},
			[]string{"2 of 6 bins lie in intervals/invalid_times"}},
		"as trials": {data.Selection{Series: "x", Trials: "invalid_times"}, []float32{3, 8, 9}, nil},
	} {
		r, err := Read(path, c.sel)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.EqualFunc(r.Activity.Data, c.want, func(a, b float32) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s: %v, not %v", name, r.Activity.Data, c.want)
		}
		for _, want := range c.notes {
			if !noted(r.Notes, want) {
				t.Errorf("%s: %q is not in %q", name, want, r.Notes)
			}
		}
		if noted(r.Notes, "No trials are used") || noted(r.Notes, "obs_intervals") || c.notes == nil &&
			noted(r.Notes, "left out of analyses") {
			t.Errorf("%s: notes %q", name, r.Notes)
		}
	}
}

// TestTold checks that unusual parts that can still be read get a note, and that other files get none.
func TestTold(t *testing.T) {
	x := func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1) }
	rois := func(rows []int) func(g *hdf5.Group) {
		return func(g *hdf5.Group) {
			x(g)
			at(g, "acquisition/x", "").Dataset("rois", rows, nil, hdf5.Options{})
		}
	}
	events := func(times ...float64) func(g *hdf5.Group) {
		return func(g *hdf5.Group) {
			x(g)
			stamped(g, "processing/behavior/BehavioralEvents/reward", "TimeSeries", make([]float32, len(times)), nil,
				times)
		}
	}
	ends := func(index ...int) func(g *hdf5.Group) {
		return func(g *hdf5.Group) {
			u := at(g, "units", "Units")
			u.Dataset("spike_times", []float64{1, 2, 3, 4}, nil, hdf5.Options{})
			u.Dataset("spike_times_index", index, nil, hdf5.Options{})
		}
	}
	two := func(g *hdf5.Group) {
		units(g, []float64{1, 2}, []float64{3})
		other := at(g, "processing/ecephys/mua", "Units")
		other.Dataset("spike_times", []float64{5, 6}, nil, hdf5.Options{})
		other.Dataset("spike_times_index", []int{2}, nil, hdf5.Options{})
	}
	reward := data.Selection{Drive: []string{"reward"}}
	for name, c := range map[string]struct {
		fill  func(*hdf5.Group)
		sel   data.Selection
		want  string
		noted bool
	}{
		"ROIs for all channels": {rois([]int{1, 0}), data.Selection{}, "named by number", false},
		"ROIs for other channels": {rois([]int{1, 0, 2}), data.Selection{},
			"The channels of acquisition/x are named by number, because its rois has 3 rows for 2 channels.", true},
		"a drive in every second bin": {events(0, 2, 4, 6, 8, 9), reward, "a sample in only", false},
		"a drive that is events": {events(0, 5, 9), reward,
			"reward has a sample in only 3 of the 10 bins", true},
		"an index of all spikes": {ends(2, 4), data.Selection{}, "belong to no unit", false},
		"an index of where units begin, not end": {ends(0, 3), data.Selection{},
			"The last 1 values of units/spike_times belong to no unit", true},
		"a second table of units": {two, data.Selection{},
			"The file has other tables of sorted units: give --series with one of processing/ecephys/mua.", true},
		"the second table of units is what was asked": {two, data.Selection{Series: "processing/ecephys/mua"},
			"Spikes of 1 units", true},
		"a table of trials of another name": {func(g *hdf5.Group) {
			x(g)
			stamped := at(g, "processing/behavior/trials", "TimeIntervals")
			stamped.Dataset("start_time", []float64{0}, nil, hdf5.Options{})
			stamped.Dataset("stop_time", []float64{9}, nil, hdf5.Options{})
		}, data.Selection{}, "To use a table of the file, give --trials with one of: processing/behavior/trials.",
			true},
	} {
		r, err := Read(build(t, c.fill), c.sel)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if all := slices.Concat(r.Notes, r.Warnings); noted(all, c.want) != c.noted {
			t.Errorf("%s: noted %v, %q: %q", name, !c.noted, c.want, all)
		}
	}
}
