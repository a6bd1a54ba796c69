package nwb

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// vectorShapes returns the ways in which files hold a list of n values.
func vectorShapes(n int) map[string][]int {
	shapes := map[string][]int{"a list": {n}, "a column": {n, 1}, "a row": {1, n}}
	if n == 1 {
		shapes["a single value"] = []int{}
	}
	return shapes
}

// lay adds a dataset of the given shape. If the shape is empty, a list of one value is written as a single value.
func lay[T any](g *hdf5.Group, name string, values []T, shape []int) *hdf5.Dataset {
	if len(shape) == 0 {
		return g.Dataset(name, values[0], nil, hdf5.Options{})
	}
	return g.Dataset(name, values, shape, hdf5.Options{})
}

// TestColumnsOfAnyShape checks that a list, a column and a row are read alike, in every table and for every use. So
// is a single value for a table of one row.
func TestColumnsOfAnyShape(t *testing.T) {
	for _, n := range []int{1, 3} {
		for name, shape := range vectorShapes(n) {
			t.Run(fmt.Sprintf("%d rows, %s", n, name), func(t *testing.T) {
				path := build(t, func(g *hdf5.Group) { shaped(g, n, shape) })
				r, err := Read(path, data.Selection{
					Units: true, BinWidth: 1, WhereUnits: []string{"quality=good", "snr>1"},
					Where: []string{"side=left", "block=1"}, Align: "cue", After: 1,
					Drive: []string{"contrast", "side"}, Condition: "side", Event: "go",
				})
				if err != nil {
					t.Fatal(err)
				}
				counts, cues, drive := []float32{}, []float64{}, []float32{}
				for i := range n {
					row := make([]float32, n)
					row[i] = 2
					counts, cues, drive = append(counts, row...), append(cues, float64(10*i+1)), append(drive, 0.5, 1)
				}
				for what, d := range map[string]string{
					"counts": cmp.Diff(counts, r.Activity.Data), "times": cmp.Diff(cues, r.Time),
					"drive":      cmp.Diff(drive, r.Drive.Data),
					"events":     cmp.Diff(cues, r.Event),
					"conditions": cmp.Diff(slices.Repeat([]string{"left"}, n), r.Condition),
					"names":      cmp.Diff(data.Channel{Name: "7", Region: "M1"}, r.Channels[0]),
				} {
					if d != "" {
						t.Errorf("%s: %s", what, d)
					}
				}
			})
		}
	}
}

// shaped writes n trials and n units with two spikes each, one unit in each trial, whose columns have a shape.
func shaped(g *hdf5.Group, n int, shape []int) {
	var start, stop, cue, contrast []float64
	var spikes []float64
	var index, ids, block []int
	for i := range n {
		at := float64(10 * i)
		start, stop, cue, contrast = append(start, at), append(stop, at+5), append(cue, at+1), append(contrast, 0.5)
		spikes, index, ids, block = append(spikes, at+1.2, at+1.4), append(index, 2*i+2), append(ids, 7+
			i), append(block, 1)
	}
	words := func(s string) []string { return slices.Repeat([]string{s}, n) }
	tr := at(g, "intervals/trials", "TimeIntervals")
	tr.Attr("colnames", []string{"start_time", "stop_time", "cue", "go", "side", "block", "contrast"})
	lay(tr, "start_time", start, shape)
	lay(tr, "stop_time", stop, shape)
	lay(tr, "cue", cue, shape)
	lay(tr, "go", cue, shape)
	lay(tr, "side", words("left"), shape)
	lay(tr, "block", block, shape)
	lay(tr, "contrast", contrast, shape)
	u := at(g, "units", "Units")
	lay(u, "id", ids, shape)
	lay(u, "spike_times_index", index, shape)
	all := vectorShapes(2 * n)["a list"]
	if len(shape) == 2 {
		all = slices.Clone(shape)
		all[slices.Index(shape, max(n, 1))] = 2 * n
	}
	lay(u, "spike_times", spikes, all)
	lay(u, "quality", words("good"), shape)
	lay(u, "snr", slices.Repeat([]float64{2}, n), shape)
	lay(u, "electrodes", make([]int, n), shape)
	lay(at(g, electrodesPath, "DynamicTable"), "location", words("M1"), shape)
}

// TestSingleSpike checks that MATLAB writes a single spike as a single value.
func TestSingleSpike(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		u := at(g, "units", "Units")
		u.Dataset("spike_times", 1.5, nil, hdf5.Options{})
		u.Dataset("spike_times_index", 1, nil, hdf5.Options{})
		u.Dataset("obs_intervals", []float64{0, 3}, nil, hdf5.Options{})
		u.Dataset("obs_intervals_index", 1, nil, hdf5.Options{})
	})
	r, err := Read(path, data.Selection{BinWidth: 1})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float32{0, 1, 0}, r.Activity.Data); d != "" {
		t.Error(d)
	}
}

// TestTurnedPairs checks that times of observation of shape 2 x M are the same as of shape M x 2, in one piece, in
// chunks, and a part at a time.
func TestTurnedPairs(t *testing.T) {
	nan := float32(math.NaN())
	for _, o := range []hdf5.Options{{}, {Chunk: []int{1, 2}, Deflate: 1}} {
		path := build(t, func(g *hdf5.Group) {
			units(g, []float64{0.5, 3.5}, []float64{0.5, 1.2})
			u := at(g, "units", "")
			u.Dataset("obs_intervals", []float64{0, 3, 0, 2, 4, 2}, []int{2, 3}, o)
			u.Dataset("obs_intervals_index", []int{2, 3}, nil, hdf5.Options{})
		})
		for _, most := range []int{1, blockElements} {
			r, err := readBlocks(path, data.Selection{BinWidth: 1}, most)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]float32{1, 1, 0, 1, 1, nan}, r.Activity.Data, sameFloats); d != "" {
				t.Errorf("%+v, %d at once: %s", o, most, d)
			}
		}
	}
}

// TestMatrixColumns checks that the first value is read from a column with several values per row, with a note. It
// covers numbers and words, ROIs and trials, and tables whose rows are along the second dimension.
func TestMatrixColumns(t *testing.T) {
	iscell := []float64{1, 0.9, 0, 0.2, 1, 0.7}     // 3 ROIs x (flag, probability)
	turned := []float64{1, 0, 1, 0.9, 0.2, 0.7}     // the same, (flag, probability) x 3 ROIs
	words := []string{"a", "x", "b", "x", "a", "x"} // 3 trials x 2
	for name, c := range map[string]struct {
		values []float64
		shape  []int
	}{"rows first": {iscell, []int{3, 2}}, "rows second": {turned, []int{2, 3}}} {
		path := build(t, func(g *hdf5.Group) {
			at(g, "processing/ophys/ImageSegmentation", "ImageSegmentation")
			table := at(g, "processing/ophys/ImageSegmentation/plane", "PlaneSegmentation")
			table.Dataset("id", []int{5, 6, 7}, nil, hdf5.Options{})
			table.Dataset("iscell", c.values, c.shape, hdf5.Options{})
			s := stamped(g, "processing/ophys/Fluorescence/plane0", "RoiResponseSeries", ramp(18), []int{6, 3},
				[]float64{0, 1, 2, 3, 4, 5})
			region(s, "rois", []int{0, 1, 2}, table.Ref())
			trials(g, []float64{0, 2, 4}, []float64{2, 4, 6})
			at(g, "intervals/trials", "").Dataset("kind", words, []int{3, 2}, hdf5.Options{})
		})
		r, err := Read(path, data.Selection{WhereUnits: []string{"iscell=true"}, Where: []string{"kind=a"},
			Drive: []string{"kind"}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff([]float64{0, 1, 4, 5}, r.Time) + cmp.Diff([]string{"kind=a"}, r.DriveNames) +
			cmp.Diff([]data.Channel{{Name: "5"}, {Name: "7"}}, r.Channels); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		for _, want := range []string{
			"The column processing/ophys/ImageSegmentation/plane/iscell has 2 values for each row; only the first " +
				"one is read.", "The column intervals/trials/kind has 2 values"} {
			if n := len(slices.DeleteFunc(slices.Clone(r.Notes),
				func(s string) bool { return !strings.Contains(s, want) })); n != 1 {
				t.Errorf("%s: %q is noted %d times in %q", name, want, n, r.Notes)
			}
		}
	}
}

// TestRefusedIsNotOffered checks that a message about a column does not offer that column, nor any other that would be
// refused.
func TestRefusedIsNotOffered(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		u := units(g, []float64{1}, []float64{2}, []float64{3})
		u.Attr("colnames", []string{"spike_times", "cube", "short", "tags", "quality"})
		u.Dataset("cube", ramp(12), []int{3, 2, 2}, hdf5.Options{})
		u.Dataset("short", []int{1, 2}, nil, hdf5.Options{})
		u.Dataset("tags", []string{"a"}, nil, hdf5.Options{})
		u.Dataset("tags_index", []int{1, 1, 1}, nil, hdf5.Options{})
		u.Dataset("quality", []string{"good", "good", "mua"}, nil, hdf5.Options{})
	})
	for name, want := range map[string]string{
		"cube":        "units/cube: its shape is 3 x 2 x 2, not a value for each of 3 rows: choose one of id, quality",
		"tags":        "units/tags: it holds a list for each row, not a value: choose one of id, quality",
		"spike_times": "units/spike_times: it holds a list for each row, not a value: choose one of id, quality",
		"short":       "units/short: it has 2 values for 3 rows: write the table again",
		"nothing":     `units: no column "nothing": choose one of id, quality`,
	} {
		if _, err := Read(path, data.Selection{WhereUnits: []string{name + "=1"}}); err == nil ||
			!strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// TestSharedColumns checks that columns as suite2p and MATLAB write them give what h5py gives.
func TestSharedColumns(t *testing.T) {
	r := fromCases(t, "k08_iscell_two_columns.nwb", data.Selection{Series: "Fluorescence/plane0",
		WhereUnits: []string{"iscell=true"}})
	var names []string
	for _, c := range r.Channels {
		names = append(names, c.Name)
	}
	s := sign(r.Activity)
	if !slices.Equal(names, []string{"0", "2", "3", "5", "7", "8", "10", "11"}) ||
		!slices.Equal(s.Shape, []int{1200, 8}) || math.Abs(s.Sum-1505053.3474121094) > 1 {
		t.Errorf("channels %v, %+v", names, s)
	}
	r = fromCases(t, "k09_mat_row_spike_times.nwb", data.Selection{})
	if s = sign(r.Activity); !slices.Equal(s.Shape, []int{1000, 3}) || s.Sum != 868 || s.SumSq != 1084 {
		t.Errorf("%+v", s)
	}
}
