package npz

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/sharedtest"
)

func zeros(shape ...int) Array {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return Array{Shape: shape, Data: make([]float32, n)}
}

func written(t *testing.T, m map[string]Array) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.npz")
	save(t, path, m)
	return path
}

func noted(r *data.Recording, word string) bool {
	return slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, word) })
}

func TestRecordingByBins(t *testing.T) {
	path := written(t, map[string]Array{
		"activity": {[]int{6, 2}, []float64{0, 1, 2, 3, 4, 5, 6, math.NaN(), 8, 9, 10, 11}},
		"input":    zeros(6, 2),
		"trial":    Vector([]int64{7, 7, 7, 7, 3, 3}),
		"time":     Vector([]float64{0.1, 0.15, 0.2, 0.35, 1, 1.05}), // a gap inside trial 7
		"velocity": zeros(6, 3),
		"channel":  Vector([]string{"a", "b"}),
		"region":   Vector([]string{"M1", "PMd"}),
		"z":        zeros(1),
	})
	r, err := Recording(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	bytes, _ := os.ReadFile(path)
	want := data.Source{Path: path, Format: "npz", SHA256: fmt.Sprintf("%x", sha256.Sum256(bytes)), Series: "activity"}
	if r.Source != want {
		t.Errorf("source %v, want %v", r.Source, want)
	}
	if r.Bins() != 6 || r.Activity.Cols != 2 || r.Activity.Row(1)[1] != 3 || r.Missing() != 1 {
		t.Errorf("activity %v", r.Activity)
	}
	if r.Trials != 2 || !slices.Equal(r.Trial, []int{0, 0, 0, 0, 1, 1}) ||
		!slices.Equal(r.SegmentStarts, []int{0, 3, 4}) {
		t.Errorf("trials %d, %v, starts %v", r.Trials, r.Trial, r.SegmentStarts)
	}
	if r.BinWidth != 0.05 || r.Time[5] != 1.05 {
		t.Errorf("bin width %v, times %v", r.BinWidth, r.Time)
	}
	if r.InputName != "input" || r.BehaviorName != "velocity" || r.Behavior.Cols != 3 || !noted(r, "--input none") ||
		!noted(r, "--behavior none") {
		t.Errorf("input %s, behaviour %s, notes %q", r.InputName, r.BehaviorName, r.Notes)
	}
	if r.Channels[1] != (data.Channel{Name: "b", Region: "PMd"}) {
		t.Errorf("channels %v", r.Channels)
	}
}

func TestRecordingByTrials(t *testing.T) {
	path := written(t, map[string]Array{"rates": zeros(3, 4, 2), "velocity": zeros(3, 4, 2), "input": zeros(3, 4, 2)})
	r, err := Recording(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	if r.Trials != 3 || !slices.Equal(r.SegmentStarts, []int{0, 4, 8}) ||
		!slices.Equal(r.BinsPerTrial(), []int{4, 4, 4}) || r.Behavior.Rows != 12 {
		t.Errorf("%d trials, starts %v, behaviour of %d bins", r.Trials, r.SegmentStarts, r.Behavior.Rows)
	}
	if r.BinWidth != 0 || r.Time[11] != 11 || !noted(r, "no array time") {
		t.Errorf("bin width %v, times %v, notes %q", r.BinWidth, r.Time, r.Notes)
	}
}

// TestRecordingSmooths checks that smoothing stays within trials: an impulse does not reach the next trial, and
// constant activity is unchanged.
func TestRecordingSmooths(t *testing.T) {
	x := zeros(6, 2)
	values := x.Data.([]float32)
	for i := 1; i < len(values); i += 2 {
		values[i] = 4
	}
	values[2] = 1 // bin 1, in the middle of the first trial
	path := written(t, map[string]Array{"x": x, "trial": Ints([]int{0, 0, 0, 1, 1, 1}),
		"time": Vector([]float64{0, 0.1, 0.2, 0.3, 0.4, 0.5})})
	for _, acausal := range []bool{false, true} {
		r, err := Recording(path, data.Selection{Smooth: 0.1, SmoothAcausal: acausal})
		if err != nil {
			t.Fatal(err)
		}
		smoothed(t, r, acausal)
	}
}

// smoothed checks that an impulse in bin 1 of the first trial spreads within the trial, and into bin 0 only with an
// acausal window.
func smoothed(t *testing.T, r *data.Recording, acausal bool) {
	for row := range 6 {
		v := r.Activity.Row(row)
		if (v[0] > 0) != (row < 3 && (row > 0 || acausal)) || !(math.Abs(float64(v[1])-4) <= 1e-6) {
			t.Errorf("bin %d: %v", row, v)
		}
	}
	if !noted(r, "smoothed") {
		t.Errorf("notes %q", r.Notes)
	}
}

func TestRecordingSelects(t *testing.T) {
	path := written(t, map[string]Array{
		// not together
		"x": zeros(5, 2), "input": zeros(5, 2), "velocity": zeros(5, 1), "trial": Ints([]int{0, 1, 0, 1, 1}),
		"calcium": zeros(5, 2), "drive": zeros(5, 2), "pupil": zeros(5), "blocks": Ints([]int{2, 2, 1, 1, 1}),
	})
	r, err := Recording(path, data.Selection{Series: "calcium", Input: "drive", Behavior: []string{"pupil"},
		Trials: "blocks"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Source.Series != "calcium" || r.InputName != "drive" || r.BehaviorName != "pupil" || r.Behavior.Cols != 1 ||
		r.Trials != 2 {
		t.Errorf("%+v", r)
	}
	if r, err = Recording(path, data.Selection{Input: "none", Behavior: []string{"none"}, Trials: "none"}); err != nil {
		t.Fatal(err)
	}
	if !r.Input.Empty() || !r.Behavior.Empty() || r.Trials != 0 || !slices.Equal(r.SegmentStarts, []int{0}) ||
		len(r.Trial) != 5 {
		t.Errorf("%+v", r)
	}
}

func TestRecordingRefuses(t *testing.T) {
	x := zeros(4, 2)
	tests := []struct {
		name   string
		arrays map[string]Array
		sel    data.Selection
		want   []string
	}{
		{"units", map[string]Array{"x": x}, data.Selection{Units: true}, []string{"--units"}},
		{"pixels", map[string]Array{"x": x}, data.Selection{Pixels: true}, []string{"--pixels"}},
		{"a choice of units", map[string]Array{"x": x}, data.Selection{MinRate: 1}, []string{"--min-rate"}},
		{"a choice of units by a column", map[string]Array{"x": x}, data.Selection{WhereUnits: []string{"a=b"}},
			[]string{"--where-units"}},
		{"a choice of trials", map[string]Array{"x": x}, data.Selection{Where: []string{"a=b"}}, []string{"--where"}},
		{"an event", map[string]Array{"x": x}, data.Selection{Align: "go", After: 1}, []string{"--align"}},
		{"a window of no event", map[string]Array{"x": x}, data.Selection{After: 1}, []string{"--align"}},
		{"smoothing without times", map[string]Array{"x": x}, data.Selection{Smooth: 1},
			[]string{"array x", "how long a bin is"}},
		{"smoothing by less than nothing", map[string]Array{"x": x}, data.Selection{Smooth: -1},
			[]string{"--smooth is -1"}},
		{"a bin width", map[string]Array{"x": x}, data.Selection{BinWidth: 0.1}, []string{"--bin-width"}},
		{"no activity", map[string]Array{"y": x}, data.Selection{}, []string{"y (4, 2)", "--series"}},
		{"an unknown series", map[string]Array{"x": x}, data.Selection{Series: "y"},
			[]string{"no array y", "--series"}},
		{"activity in one dimension", map[string]Array{"x": zeros(4)}, data.Selection{}, []string{"array x is (4,)"}},
		{"activity in words", map[string]Array{"x": {[]int{1, 1}, []string{"a"}}}, data.Selection{},
			[]string{"array x", "not numbers"}},
		{"truth as input", map[string]Array{"x": x, "z": x}, data.Selection{Input: "z"}, []string{"truth", "--input"}},
		{"an input of another shape", map[string]Array{"x": x, "input": zeros(4, 3)}, data.Selection{},
			[]string{"input is (4, 3)", "x (4, 2)", "--input none"}},
		{"a behaviour of another length", map[string]Array{"x": x, "velocity": zeros(3, 2)}, data.Selection{},
			[]string{"velocity is (3, 2)", "--behavior none"}},
		{"a trial in pieces", map[string]Array{"x": x, "trial": Ints([]int{5, 6, 5, 6})}, data.Selection{},
			[]string{"trial 5", "row 2", "--trials none"}},
		{"half a trial", map[string]Array{"x": x, "trial": Vector([]float64{0, 0.5, 1, 1})}, data.Selection{},
			[]string{"array trial", "whole number"}},
		{"trials of another length", map[string]Array{"x": x, "trial": Ints([]int{1})}, data.Selection{},
			[]string{"trial is (1,)", "--trials none"}},
		{"trials beside trials", map[string]Array{"x": zeros(2, 2, 2), "b": Ints([]int{1, 1, 1, 1})},
			data.Selection{Trials: "b"}, []string{"first axis"}},
		{"time going back", map[string]Array{"x": x, "time": Vector([]float64{0, 1, 0, 1})}, data.Selection{},
			[]string{"time", "row 2"}},
		{"time unknown", map[string]Array{"x": x, "time": Vector([]float64{0, 1, math.NaN(), 1})}, data.Selection{},
			[]string{"time", "row 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := written(t, tt.arrays)
			r, err := Recording(path, tt.sel)
			if err == nil {
				t.Fatalf("read %+v", r)
			}
			names := 1
			if strings.HasPrefix(err.Error(), "--") { // an error of a flag
				names = strings.Count(err.Error(), path)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Count(err.Error(), path) != names || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is not one line that names the file once, or a flag first", err)
			}
		})
	}
}

func TestFilesThatAreNotNPZ(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.npz")
	if err := os.WriteFile(text, []byte("not a zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, dir, filepath.Join(dir, "absent.npz")} {
		_, errLoad := Load(path)
		_, errList := List(path)
		_, errRead := Recording(path, data.Selection{})
		for _, err := range []error{errLoad, errList, errRead} {
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: error %v", path, err)
			}
		}
	}
}

func TestTrialsThatRestartTheirClock(t *testing.T) {
	path := written(t, map[string]Array{"x": zeros(4, 2), "trial": Ints([]int{1, 1, 2, 2}),
		"time": Vector([]float64{0, 1, 0, 1})})
	r, err := Recording(path, data.Selection{})
	if err != nil || r.BinWidth != 1 || !slices.Equal(r.SegmentStarts, []int{0, 2}) || !noted(r, "do not ascend") {
		t.Fatal(r, err)
	}
}

func TestArraysReadBackAsTheSameRecording(t *testing.T) {
	path := written(t, map[string]Array{
		"activity": zeros(6, 2), "input": zeros(6, 2), "trial": Ints([]int{0, 0, 0, 1, 1, 1}), "behavior": zeros(6, 3),
		"time": Vector([]float64{0, 1, 2, 5, 6, 8}), "channel": Ints([]int{11, 12}),
		"region": Vector([]string{"M1", ""}),
	})
	want, err := Recording(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	save(t, path, Arrays(want))
	got, err := Recording(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	got.Source = want.Source // the bytes differ: channel numbers have become strings
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestList(t *testing.T) {
	c, err := List(written(t, map[string]Array{
		"activity": zeros(4, 2), "A": zeros(2, 2), "behavior": zeros(4, 1), "calcium": zeros(4, 2),
		"input":     zeros(4, 2),
		"direction": Ints([]int{1, 2}), "trial": Ints([]int{4, 4, 9, 9}), "time": Vector([]float64{0, 0.5, 7, 7.5}),
		"words": Vector([]string{"a"}),
	}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range c.Series {
		got = append(got, fmt.Sprintf("%s %s %v %v %s", s.Path, s.Type, s.Shape, s.Rate, s.Role))
	}
	want := []string{"activity float32 [4 2] 2 activity", "behavior float32 [4 1] 2 behavior",
		"calcium float32 [4 2] 2 activity", "direction int64 [2] 0 ", "input float32 [4 2] 2 input"}
	if !slices.Equal(got, want) {
		t.Errorf("series\n%q, want\n%q", got, want)
	}
	if len(c.Tables) != 1 || c.Tables[0].Count != 2 || c.Format != "npz" {
		t.Errorf("tables %v, format %s", c.Tables, c.Format)
	}
}

// TestSharedRecordings checks the recordings of the experiments, which are not in the repository.
func TestSharedRecordings(t *testing.T) {
	tests := []struct {
		file                         string
		bins, channels, trials, cols int
		input                        string
	}{
		{"reach.npz", 168 * 14, 154, 168, 2, ""},
		{"lorenz_thomas.npz", 2000, 20, 0, 0, "input"},
	}
	for _, tt := range tests {
		path := sharedtest.File(t, "data/"+tt.file)
		r, err := Recording(path, data.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
		if r.Bins() != tt.bins || r.Activity.Cols != tt.channels || r.Trials != tt.trials ||
			r.Behavior.Cols != tt.cols || r.InputName != tt.input {
			t.Errorf("%s: %d bins, %d channels, %d trials, behaviour of %d, input %q", tt.file, r.Bins(),
				r.Activity.Cols, r.Trials, r.Behavior.Cols, r.InputName)
		}
		if _, err := List(path); err != nil {
			t.Error(err)
		}
	}
}
