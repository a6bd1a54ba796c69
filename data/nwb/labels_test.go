package nwb

import (
	"slices"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestTrialLabels: each trial of a recording has the label of its row, in whatever order the table has them and whichever trials are taken.
func TestTrialLabels(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(40), []int{20, 2}, 0, 1)
		trials(g, []float64{10, 0, 5}, []float64{14, 4, 9})
		at(g, "intervals/trials", "").Dataset("target", []float64{2, 0, 1.5}, nil, hdf5.Options{})
	})
	for _, c := range []struct {
		sel     data.Selection
		columns []string
		name    string
		labels  []string
	}{
		{data.Selection{}, []string{"direction", "target"}, "target", []string{"0", "1.5", "2"}},
		{data.Selection{Where: []string{"target>1"}}, []string{"target"}, "target", []string{"1.5", "2"}},
		{data.Selection{}, []string{"direction"}, "", nil},
		{data.Selection{Trials: "none"}, []string{"target"}, "", nil},
	} {
		rec, err := Read(path, c.sel)
		if err != nil {
			t.Fatal(err)
		}
		name, labels, err := TrialLabels(path, c.sel, rec.Spans, c.columns...)
		if err != nil || name != c.name || !slices.Equal(labels, c.labels) {
			t.Errorf("%v of %v: %q %q, %v", c.columns, c.sel, name, labels, err)
		}
	}
	if name, _, err := TrialLabels(path, data.Selection{}, []data.Span{{Start: 0, Stop: 3}}, "target"); name != "" || err != nil {
		t.Errorf("trials of another file are %q, %v", name, err)
	}
}
