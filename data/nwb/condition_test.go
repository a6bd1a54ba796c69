package nwb

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// columned adds five trials of 1 s, end to end from 0 s on, with columns of every kind.
func columned(g *hdf5.Group) {
	t := at(g, "intervals/trials", "TimeIntervals")
	names := []string{"start_time", "stop_time", "side", "contrast", "single", "correct", "block", "cue", "tags",
		"pair", "ref"}
	t.Attr("colnames", names)
	packed := hdf5.Options{Chunk: []int{2}, Deflate: 4, Shuffle: true, Unlimited: true}
	t.Dataset("id", []int{0, 1, 2, 3, 4}, nil, hdf5.Options{})
	t.Dataset("start_time", []float64{0, 1, 2, 3, 4}, nil, hdf5.Options{})
	t.Dataset("stop_time", []float64{1, 2, 3, 4, 5}, nil, packed)
	t.Dataset("side", []string{"left", "right", "", "left", "Left"}, nil, hdf5.Options{})
	t.Dataset("contrast", []float64{0, 0.1, 0.5, 1, math.NaN()}, nil, hdf5.Options{})
	t.Dataset("single", []float32{0, 0.1, 0.5, 1, 2}, nil, hdf5.Options{})
	t.Dataset("correct", []bool{true, false, true, true, false}, nil, hdf5.Options{})
	t.Dataset("block", []uint8{1, 1, 2, 2, 3}, nil, packed)
	t.Dataset("cue", []bool{false, false, false, false, true}, nil, packed)
	t.Dataset("tags", []string{"a", "b", "c"}, nil, hdf5.Options{})
	t.Dataset("tags_index", []int{1, 1, 2, 2, 3}, nil, hdf5.Options{})
	t.Dataset("pair", []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{5, 2}, hdf5.Options{})
	t.Dataset("ref", make([]hdf5.Ref, 5), nil, hdf5.Options{})
	t.Dataset("written", []string{"True", "False", "True", "TRUE", "false"}, nil, hdf5.Options{})
	t.Dataset("hit", []float64{0, 1, math.NaN(), 1, 0}, nil, hdf5.Options{})
	t.Dataset("column", []int{1, 2, 1, 2, 1}, []int{5, 1}, hdf5.Options{})
	t.Dataset("row", []string{"a", "b", "b", "a", "a"}, []int{1, 5}, hdf5.Options{})
	t.Dataset("short", []int{1, 2}, nil, hdf5.Options{})
	t.SoftLink("linked", "/intervals/trials/side")
	t.SoftLink("astray", "sides")
}

// TestWhere checks conditions on text, numbers and booleans, in one piece or in compressed chunks. The chosen rows
// must meet all conditions.
func TestWhere(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(10), []int{5, 2}, 0, 1)
		columned(g)
	})
	for _, c := range []struct {
		where []string
		want  []float64 // start times
	}{
		{nil, []float64{0, 1, 2, 3, 4}},
		{[]string{"side=left"}, []float64{0, 3}},
		{[]string{"linked=left"}, []float64{0, 3}},
		{[]string{"side!=left"}, []float64{1, 2, 4}},
		{[]string{"side="}, []float64{2}},
		{[]string{"contrast<0.5"}, []float64{0, 1}},
		{[]string{"contrast<=0.5"}, []float64{0, 1, 2}},
		{[]string{"contrast>0.1"}, []float64{2, 3}},
		{[]string{"contrast>=1e-1"}, []float64{1, 2, 3}},
		{[]string{"contrast=nan"}, []float64{4}},
		{[]string{"contrast!=nan"}, []float64{0, 1, 2, 3}},
		{[]string{"contrast>-inf"}, []float64{0, 1, 2, 3}},
		{[]string{"single=0.1"}, []float64{1}},
		{[]string{"single>0.1"}, []float64{2, 3, 4}},
		{[]string{"single<=0.1"}, []float64{0, 1}},
		{[]string{"correct=true"}, []float64{0, 2, 3}},
		{[]string{"correct=False"}, []float64{1, 4}},
		{[]string{"correct!=TRUE"}, []float64{1, 4}},
		{[]string{"correct=1"}, []float64{0, 2, 3}},
		{[]string{"cue=true"}, []float64{4}},
		{[]string{"written=true"}, []float64{0, 2, 3}},
		{[]string{"written!=false"}, []float64{0, 2, 3}},
		{[]string{"written=0"}, []float64{1, 4}},
		{[]string{"hit=True"}, []float64{1, 3}},
		{[]string{"hit!=true"}, []float64{0, 2, 4}},
		{[]string{"column=2"}, []float64{1, 3}},
		{[]string{"row=b"}, []float64{1, 2}},
		{[]string{"block=2"}, []float64{2, 3}},
		{[]string{"id>=3"}, []float64{3, 4}},
		{[]string{"start_time>=3"}, []float64{3, 4}},
		{[]string{"correct=true", "block<=2", "side!=left"}, []float64{2}},
	} {
		r, err := Read(path, data.Selection{Where: c.where})
		if err != nil {
			t.Errorf("%v: %v", c.where, err)
		} else if d := cmp.Diff(c.want, r.Time); d != "" {
			t.Errorf("%v: %s", c.where, d)
		} else if c.where != nil && !slices.ContainsFunc(r.Notes, func(n string) bool {
			return strings.Contains(n,
				"of the 5 trials")
		}) {
			t.Errorf("%v: not noted in %q", c.where, r.Notes)
		}
	}
}

// TestWhereRefuses checks that the error names the column, says what is wrong with it, and lists the columns or values
// there are.
func TestWhereRefuses(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(10), []int{5, 2}, 0, 1)
		columned(g)
	})
	bare := build(t, func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(10), []int{5, 2}, 0, 1) })
	columns := "id, start_time, stop_time, side, contrast, single, correct, block, cue, pair"
	for _, c := range []struct {
		path string
		sel  data.Selection
		want []string
	}{
		{path, data.Selection{Where: []string{"colour=red"}}, []string{`intervals/trials: no column "colour"`, columns}},
		{path, data.Selection{Where: []string{"side"}}, []string{`--where "side"`, "COLUMN=VALUE"}},
		{path, data.Selection{Where: []string{"side=up"}}, []string{"none of its 5 trials has side=up", `"left", "right"`}},
		{path, data.Selection{Where: []string{"side<up"}}, []string{"intervals/trials/side", "< is for numbers"}},
		{path, data.Selection{Where: []string{"correct>false"}}, []string{"intervals/trials/correct", "> is for numbers", `"FALSE", "TRUE"`}},
		{path, data.Selection{Where: []string{"correct=maybe"}}, []string{"correct=maybe", `"FALSE", "TRUE"`}},
		{path, data.Selection{Where: []string{"block=two"}}, []string{"intervals/trials/block", `"two" is no number`, "1, 2, 3"}},
		{path, data.Selection{Where: []string{"block=true"}}, []string{"intervals/trials/block", `"true" is no number`, "1, 2, 3"}},
		{path, data.Selection{Where: []string{"block=1", "cue=true"}}, []string{"has all of block=1 and cue=true"}},
		{path, data.Selection{Where: []string{"tags=a"}}, []string{"intervals/trials/tags", "a list for each row",
			columns}},
		{path, data.Selection{Where: []string{"pair=1"}}, []string{"none of its 5 trials has pair=1", "0, 2, 4, 6, 8"}},
		{path, data.Selection{Where: []string{"ref=1"}}, []string{"intervals/trials/ref",
			"it holds references, which cannot be compared", columns}},
		{path, data.Selection{Where: []string{"short=1"}}, []string{"intervals/trials/short", "2 values for 5 rows"}},
		{path, data.Selection{Where: []string{"astray=left"}},
			[]string{"intervals/trials/astray: it is a soft link to sides, which is missing"}},
		{path, data.Selection{Where: []string{"a=b"}, Trials: "none"}, []string{"--where", "--trials is none"}},
		{bare, data.Selection{Where: []string{"a=b"}}, []string{"no table of trials for --where"}},
		{bare, data.Selection{Align: "go", After: 1}, []string{"no table of trials for --align"}},
	} {
		_, err := Read(c.path, c.sel)
		for _, w := range append(c.want, prefix(err, c.path)) {
			if err == nil || !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%+v: %v; want one line that says %q", c.sel, err, w)
			}
		}
	}
}
