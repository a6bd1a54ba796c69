package nwb

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/sharedtest"
)

// signature summarizes the correct result of reading a file.
type signature struct {
	Shape       []int
	Sum, SumSq  float64
	NaN         int
	First, Last float64
}

func sign(m data.Matrix) signature {
	s := signature{Shape: []int{m.Rows, m.Cols}, First: float64(m.Data[0]), Last: float64(m.Data[len(m.Data)-1])}
	for _, v := range m.Data {
		s.Sum += float64(v)
		s.SumSq += float64(v) * float64(v)
	}
	return s
}

// near allows for values rounded to float32 and sums in another order.
var near = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(a)) })

func TestExpectedRecordings(t *testing.T) {
	raw, err := os.ReadFile(sharedtest.File(t, "nwb/expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string]struct {
		Activity    *signature `json:"activity"`
		All         *signature `json:"activity_all"`
		Input       string     `json:"input"`
		InputSig    signature  `json:"input_sig"`
		Behavior    string     `json:"behavior"`
		BehaviorSig signature  `json:"behavior_sig"`
		Series      string     `json:"series"`
		Units       int        `json:"units"`
		BinWidth    float64    `json:"bin_width_s"`
		NaN         int        `json:"nan"`
		Column      int        `json:"column"`
		FirstRow    int        `json:"first_row"`
		Trials      int        `json:"trials"`
		BinsEach    int        `json:"bins_per_trial"`
		Bins        []int      `json:"frames_inside_each_trial"`
	}
	if err := json.Unmarshal(raw, &expected); err != nil {
		t.Fatal(err)
	}
	if len(expected) == 0 {
		t.Fatal("nothing is expected")
	}
	for name, want := range expected {
		path := sharedtest.File(t, "nwb/"+name)
		if want.All != nil {
			r, err := Read(path, data.Selection{Trials: "none"})
			if err != nil {
				t.Errorf("%s without trials: %v", name, err)
			} else if d := cmp.Diff(*want.All, sign(r.Activity), near); d != "" {
				t.Errorf("%s without trials: %s", name, d)
			}
		}
		if want.Activity == nil {
			continue
		}
		r, err := Read(path, data.Selection{Input: want.Input, Behavior: strings.Fields(want.Behavior),
			BinWidth: want.BinWidth})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want.Series != "" && filepath.Base(r.Source.Series) != want.Series || want.Units > 0 &&
			(r.Source.Series != "units" || len(r.Channels) != want.Units) {
			t.Errorf("%s: %d channels of %s are taken", name, len(r.Channels), r.Source.Series)
		}
		if at := want.FirstRow*r.Activity.Cols + want.Column; want.NaN > 0 &&
			(r.Missing() != want.NaN || r.Activity.Data[at] == r.Activity.Data[at] ||
				r.Activity.Data[at-r.Activity.Cols] != r.Activity.Data[at-r.Activity.Cols]) {
			t.Errorf("%s: %d values are missing, and not from row %d, column %d on", name, r.Missing(), want.FirstRow,
				want.Column)
		}
		if want.Activity == nil {
			continue
		}
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(*want.Activity, sign(r.Activity), near); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if r.Trials != want.Trials {
			t.Errorf("%s: %d trials, not %d", name, r.Trials, want.Trials)
		}
		for i := range want.Trials {
			if want.BinsEach > 0 {
				want.Bins = append(want.Bins, want.BinsEach)
			}
			if i < len(want.Bins) && r.BinsPerTrial()[i] != want.Bins[i] {
				t.Errorf("%s: trial %d has %d bins, not %d", name, i, r.BinsPerTrial()[i], want.Bins[i])
			}
		}
		if want.Input != "" {
			if d := cmp.Diff(want.InputSig, sign(r.Input), near); d != "" {
				t.Errorf("%s: input: %s", name, d)
			}
		}
		if want.Behavior != "" {
			if d := cmp.Diff(want.BehaviorSig, sign(r.Behavior), near); d != "" {
				t.Errorf("%s: behaviour: %s", name, d)
			}
		}
	}
}

// TestChoicesInSharedFiles checks that columns as pynwb writes them, booleans and text among them, choose trials and
// units.
func TestChoicesInSharedFiles(t *testing.T) {
	for _, c := range []struct {
		file                   string
		sel                    data.Selection
		trials, bins, channels int // bins of a trial
	}{
		{"reach.nwb", data.Selection{Where: []string{"is_successful=true"}}, 168, 14, 154},
		{"reach.nwb", data.Selection{Where: []string{"is_successful!=false", "direction<2"}}, 42, 14, 154},
		{"reach.nwb", data.Selection{Where: []string{"condition=dir90"}}, 21, 14, 154},
		{"reach.nwb", data.Selection{Align: "go_cue_time", Before: 0.1, After: 0.3}, 168, 8, 154},
		{"reach_spikes.nwb", data.Selection{Align: "go_cue_time", Before: 0.1, After: 0.3, Smooth: 0.05}, 168, 8, 154},
		{"reach_spikes.nwb", data.Selection{MinRate: 1e-3, Where: []string{"is_successful=TRUE"}}, 168, 14, 137},
	} {
		r, err := Read(sharedtest.File(t, "nwb/"+c.file), c.sel)
		if err != nil {
			t.Errorf("%s %+v: %v", c.file, c.sel, err)
			continue
		}
		if r.Trials != c.trials || r.Bins() != c.trials*c.bins || r.Activity.Cols != c.channels || r.Missing() != 0 {
			t.Errorf("%s %+v: %d trials, %d bins of %d channels, %d missing", c.file, c.sel, r.Trials, r.Bins(),
				r.Activity.Cols, r.Missing())
		}
	}
	path := sharedtest.File(t, "nwb/reach.nwb")
	if _, err := Read(path, data.Selection{Where: []string{"is_successful=false"}}); err == nil || !strings.Contains(err.Error(), `"TRUE"`) {
		t.Errorf("no trial has false: %v", err)
	}
}

func TestNamesOfChannels(t *testing.T) {
	for name, want := range map[string]data.Channel{
		"imaging.nwb":      {Name: "2", Region: "RSC"},
		"reach_spikes.nwb": {Name: "2", Region: "M1"},
		"reach.nwb":        {Name: "2"},
	} {
		r, err := Read(sharedtest.File(t, "nwb/"+name), data.Selection{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if r.Channels[2] != want {
			t.Errorf("%s: channel 2 is %v, not %v", name, r.Channels[2], want)
		}
	}
}

// TestNoFile checks that a path without a file, and a folder, end in one line that names the path.
func TestNoFile(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{filepath.Join(folder, "absent.nwb"): "not exist",
		folder: "not a regular file"} {
		if _, err := Read(path, data.Selection{}); err == nil || !strings.HasPrefix(err.Error(), path+": ") ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want one with %q", path, err, want)
		}
	}
}

// TestBadFiles checks that every bad file gives one line that names it. NaN are missing values, and are read.
func TestBadFiles(t *testing.T) {
	for name, want := range map[string]string{
		"bad_truncated.nwb":        "truncated",
		"bad_not_hdf5.nwb":         "not an HDF5 file",
		"bad_hdf5_not_nwb.nwb":     "not NWB",
		"bad_nothing_to_model.nwb": "nothing that can be modelled",
	} {
		path := sharedtest.File(t, "nwb/"+name)
		_, err := Read(path, data.Selection{})
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), want) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := Read(sharedtest.File(t, "nwb/bad_nan.nwb"), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if g, want := r.Gaps(), (data.Gaps{Values: 20, Channels: 1, Bins: 20}); g != want {
		t.Errorf("%+v is missing, not %+v", g, want)
	}
	if err := r.Check(); err != nil {
		t.Errorf("Check says %v", err)
	}
}

// TestFilesOfOtherProjects compares files of other projects with values that were read with h5py.
func TestFilesOfOtherProjects(t *testing.T) {
	type brief struct {
		Path, Type, Unit string
		Shape            []int
	}
	series := map[string][]brief{
		"2.1.0_nwbfile_with_extension.nwb": {{"acquisition/test_ts", "TimeSeriesWithID", "ADDME", []int{3}}},
		"test_ElectricalSeries.nwb":        {{"acquisition/test_eS", "ElectricalSeries", "volt", []int{10, 2}}},
		"test_RoiResponseSeries.nwb": {{"acquisition/test_roi_response_series", "RoiResponseSeries", "lumens",
			[]int{10}}},
		"test_TimeIntervals.nwb": {{"acquisition/a", "TimeSeries", "flubs", []int{11}},
			{"acquisition/b", "TimeSeries", "flubs", []int{13}}},
		"test_TimeSeries.nwb": {{"acquisition/test_timeseries", "TimeSeries", "SIunit", []int{10}}},
		"test_timestamps_linking.nwb": {{"acquisition/a", "TimeSeries", "m", []int{1000}},
			{"acquisition/b", "TimeSeries", "m", []int{1000}}},
		"time_series_data.nwb": {
			{"acquisition/test_image_series", "ImageSeries", "unknown", []int{0, 0, 0}},
			{"acquisition/test_sine_1", "TimeSeries", "mV", []int{100}},
			{"acquisition/test_sine_2", "TimeSeries", "pA", []int{100}},
		},
	}
	units := map[string]data.Units{"test_Units.nwb": {Count: 2, Spikes: 6}, "test_DynamicTable.nwb": {Count: 2}}
	sharedtest.File(t, "nwb/others/test_TimeSeries.nwb") // skips without
	for _, path := range sharedtest.Glob(t, "nwb/others/*.nwb") {
		name := filepath.Base(path)
		c, err := List(path)
		if err != nil {
			t.Error(err)
			continue
		}
		var got []brief
		for _, s := range c.Series {
			if s.Shape == nil && s.Problem != "" { // a series without data
				continue
			}
			got = append(got, brief{s.Path, s.Type, s.Unit, s.Shape})
			if s.Rate <= 0 {
				t.Errorf("%s: the rate of %s is %v", name, s.Path, s.Rate)
			}
		}
		if d := cmp.Diff(series[name], got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if u := units[name]; c.Units.Count != u.Count || c.Units.Spikes != u.Spikes {
			t.Errorf("%s: units %v, not %v", name, c.Units, u)
		}
		if _, err := Read(path, data.Selection{}); err != nil && strings.Contains(err.Error(), "damaged") {
			t.Error(err)
		}
	}
}
