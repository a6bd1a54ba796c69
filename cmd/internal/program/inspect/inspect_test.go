package inspect

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/clitest"
	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/npz"
	"facrnn/data/sharedtest"
)

// inspect runs the program and returns its exit status and what it wrote.
func inspect(args ...string) (status int, stdout, stderr string) {
	return clitest.Run(context.Background(), Run, args...)
}

// session writes an NWB file of a series (12 bins of 2 channels at 10 Hz) in two trials, with behaviour.
func session(t *testing.T) string {
	return write(t, func(root *hdf5.Group) {
		rated(root.Group("acquisition").Group("x"), make([]float32, 24), []int{12, 2})
		rated(root.Group("processing").Group("behavior").Group("hand"), make([]float32, 12), nil)
		trials := root.Group("intervals").Group("trials")
		trials.Attr("colnames", []string{"start_time", "stop_time"})
		trials.Dataset("start_time", []float64{0.6, 0}, nil, hdf5.Options{})
		trials.Dataset("stop_time", []float64{0.8, 0.5}, nil, hdf5.Options{})
		trials.Dataset("side", []string{"left", "right"}, nil, hdf5.Options{})
		trials.Dataset("seen", []float64{0.7, math.NaN()}, nil, hdf5.Options{})
	})
}

func write(t *testing.T, fill func(*hdf5.Group)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "session.nwb")
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("nwb_version", "2.8.0")
	fill(w.Root())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func rated(g *hdf5.Group, values []float32, shape []int) {
	g.Attr("neurodata_type", "TimeSeries")
	g.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 10.0)
	g.Dataset("data", values, shape, hdf5.Options{}).Attr("unit", "Hz")
}

func TestText(t *testing.T) {
	status, out, errs := inspect("--data", session(t), "--behavior", "hand")
	if status != 0 || errs != "" {
		t.Fatalf("status %d: %s", status, errs)
	}
	for _, want := range []string{
		"12 x 2", "10 Hz", "intervals/trials, 2 rows of start_time, stop_time",
		"train would take acquisition/x: 7 bins of 2 channels, 0.1 s apart, in 2 trials of 2 to 5 bins.",
		"Behaviour: processing/behavior/hand, 1 columns.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

// TestEvents checks that tables of events are listed with their type and the column of their times, in the text and in
// JSON.
func TestEvents(t *testing.T) {
	path := write(t, func(root *hdf5.Group) {
		rated(root.Group("acquisition").Group("x"), make([]float32, 24), []int{12, 2})
		e := root.Group("events").Group("onset")
		e.Attr("neurodata_type", "EventsTable")
		e.Attr("colnames", []string{"timestamp", "angle"})
		e.Dataset("timestamp", []float64{0.2, 0.8}, nil, hdf5.Options{})
		e.Dataset("angle", []float64{0, 90}, nil, hdf5.Options{})
	})
	status, out, errs := inspect("--data", path)
	for _, want := range []string{
		"Trials: none.", "Events: events/onset (EventsTable), 2 rows of timestamp, angle.",
		"give --trials with one of: events/onset (with --align timestamp).",
	} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s: %q is not in\n%s", status, errs, want, out)
		}
	}
	_, out, _ = inspect("--data", path, "--json")
	var report jsonReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	want := []jsonTable{{"events/onset", "onset", "EventsTable", "timestamp", 2, []string{"timestamp", "angle"}}}
	if d := cmp.Diff(want, report.Tables); d != "" {
		t.Error(d)
	}
	status, out, errs = inspect("--data", path, "--align", "onset", "--after", "0.2", "--drive", "angle")
	if status != 0 || !strings.Contains(out, "in 2 trials of 2 bins") {
		t.Errorf("status %d, %s\n%s", status, errs, out)
	}
}

func TestJSON(t *testing.T) {
	path := session(t)
	status, out, errs := inspect("--data", path, "--json")
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	want := map[string]any{
		"file": path, "format": "nwb",
		"series": []any{
			map[string]any{"path": "acquisition/x", "name": "x", "type": "TimeSeries", "shape": []any{12.0, 2.0},
				"rate": 10.0, "unit": "Hz", "missing": 0.0, "role": "activity", "guess": false, "problem": ""},
			map[string]any{"path": "processing/behavior/hand", "name": "hand", "type": "TimeSeries",
				"shape": []any{12.0}, "rate": 10.0, "unit": "Hz", "missing": 0.0, "role": "behavior", "guess": false,
				"problem": ""},
		},
		"units":   map[string]any{"count": 0.0, "spikes": 0.0, "columns": []any{}, "problem": ""},
		"trials":  map[string]any{"count": 2.0, "columns": []any{"start_time", "stop_time"}, "problem": ""},
		"problem": "", "problems": []any{},
		"tables": []any{map[string]any{"path": "intervals/trials", "name": "trials", "type": "", "times": "",
			"count": 2.0, "columns": []any{"start_time", "stop_time"}}},
		"selected": map[string]any{
			"path": "acquisition/x", "bins": 7.0, "channels": 2.0, "trials": 2.0, "bins_per_trial": []any{5.0, 2.0},
			"bin_width": 0.1, "missing": 0.0,
			"unit":  "Hz",
			"drive": []any{}, "behavior": []any{}, "condition": "", "conditions": []any{}, "event": "",
			"notes": []any{"The activity is the series acquisition/x (12 x 2), the likeliest of the file.",
				"2 trials are taken from intervals/trials."},
			"warnings": []any{},
		},
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestBeside checks that drive, behaviour, conditions and events are named in JSON and in words, and exported.
func TestBeside(t *testing.T) {
	path := session(t)
	args := []string{"--data", path, "--drive=side", "--drive=hand", "--behavior=hand", "--condition=side",
		"--event=seen"}
	status, out, errs := inspect(append(args, "--json")...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	var got struct{ Selected map[string]any }
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"drive": []any{"side=left", "side=right", "hand"}, "behavior": []any{"hand"}, "condition": "side",
		"conditions": []any{"left", "right"}, "event": "seen",
	} {
		if d := cmp.Diff(want, got.Selected[key]); d != "" {
			t.Errorf("%s: %s", key, d)
		}
	}
	to := filepath.Join(t.TempDir(), "out.npz")
	status, out, errs = inspect(append(args, "--export", to)...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	for _, want := range []string{"Drive: side=left, side=right, hand, 3 columns.", "Event: seen, in 1 of 2 trials.",
		"Trials are grouped by side (2 values)."} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	arrays, err := npz.Load(to)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"right", "left"}, arrays["condition"].Data) +
		cmp.Diff([]int{7, 3}, arrays["drive"].Shape) + cmp.Diff([]int{2}, arrays["event"].Shape); d != "" {
		t.Error(d)
	}
	if status, out, errs = inspect("--data", to); status != 0 ||
		!strings.Contains(out, "Drive: side=left, side=right, hand, 3 columns.") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, out, errs = inspect("--data", path, "--drive=nothing"); status != 0 ||
		!strings.Contains(out, "nothing: no such series") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

// spikes writes an NWB file of three units, one of them silent and one lost after 2 s, in three trials, one of them
// without data.
func spikes(t *testing.T) string {
	return write(t, func(root *hdf5.Group) {
		u := root.Group("units")
		u.Attr("neurodata_type", "Units")
		u.Attr("colnames", []string{"spike_times", "obs_intervals", "quality"})
		u.Dataset("id", []int{0, 1, 2}, nil, hdf5.Options{})
		u.Dataset("spike_times", []float64{0.5, 1.5, 3.5, 1.2}, nil, hdf5.Options{})
		u.Dataset("spike_times_index", []int{3, 4, 4}, nil, hdf5.Options{})
		u.Dataset("obs_intervals", []float64{0, 4, 0, 2, 0, 4}, []int{3, 2}, hdf5.Options{})
		u.Dataset("obs_intervals_index", []int{1, 2, 3}, nil, hdf5.Options{})
		u.Dataset("quality", []string{"good", "mua", "good"}, nil, hdf5.Options{})
		trials := root.Group("intervals").Group("trials")
		trials.Attr("colnames", []string{"start_time", "stop_time", "correct", "cue"})
		trials.Dataset("start_time", []float64{0, 2, 8}, nil, hdf5.Options{})
		trials.Dataset("stop_time", []float64{2, 4, 9}, nil, hdf5.Options{})
		trials.Dataset("correct", []bool{true, false, true}, nil, hdf5.Options{})
		trials.Dataset("cue", []float64{1, 3, 8.5}, nil, hdf5.Options{})
	})
}

// TestSelected checks that what the flags choose, what is missing of it, and what was left out, in JSON and in words.
func TestSelected(t *testing.T) {
	path := spikes(t)
	for _, c := range []struct {
		args                                   []string
		unit                                   string
		bins, channels, trials, missing, warns float64
		says                                   []string
	}{
		{nil, "counts", 4, 3, 2, 2, 2, []string{"columns spike_times, obs_intervals, quality",
			"Warning: 1 of 3 units have no spikes", "Warning: 1 of 3 trials hold no data",
			"Missing: 2 values, in 1 channels and 2 bins; train masks them"}},
		{[]string{"--where", "correct=true"}, "counts", 2, 3, 1, 0, 2,
			[]string{"2 of the 3 trials of intervals/trials have correct=true."}},
		{[]string{"--where-units=quality=good"}, "counts", 4, 1, 2, 0, 2,
			[]string{"2 of the 3 units have quality=good."}},
		{[]string{"--min-rate", "0.6", "--smooth", "0.5"}, "Hz", 4, 1, 2, 0, 2,
			[]string{"2 of 3 units fire at less than 0.6 Hz and are left out, 1 of them without a spike; 1 are kept",
				"smoothed by a causal Gaussian window"}},
		{[]string{"--align", "cue", "--before", "0", "--after", "1", "--min-rate=0.1"}, "counts", 2, 2, 2, 1, 1,
			[]string{"from 0 s before to 1 s after cue"}},
	} {
		args := append([]string{"--data", path, "--bin-width", "1"}, c.args...)
		status, out, errs := inspect(append(args, "--json")...)
		if status != 0 {
			t.Errorf("%v: status %d: %s", c.args, status, errs)
			continue
		}
		var got struct{ Selected map[string]any }
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		warnings, _ := got.Selected["warnings"].([]any)
		for key, want := range map[string]any{"unit": c.unit, "bins": c.bins, "channels": c.channels,
			"trials": c.trials, "missing": c.missing} {
			if got.Selected[key] != want {
				t.Errorf("%v: %s is %v, not %v", c.args, key, got.Selected[key], want)
			}
		}
		if float64(len(warnings)) != c.warns {
			t.Errorf("%v: warnings %q", c.args, warnings)
		}
		status, out, _ = inspect(args...)
		for _, want := range c.says {
			if status != 0 || !strings.Contains(out, want) {
				t.Errorf("%v: %q is not in\n%s", c.args, want, out)
			}
		}
	}
}

// TestNothingToModel checks that a valid file with nothing to model is no error, unless a flag asks for a part of it.
func TestNothingToModel(t *testing.T) {
	path := write(t, func(*hdf5.Group) {})
	status, out, _ := inspect("--data", path)
	if status != 0 || !strings.Contains(out, "train would take nothing: nothing that can be modelled") {
		t.Errorf("status %d:\n%s", status, out)
	}
	status, out, _ = inspect("--data", path, "--json")
	if status != 0 || !strings.Contains(out, `"selected": null`) {
		t.Errorf("status %d:\n%s", status, out)
	}
	export := filepath.Join(t.TempDir(), "out.npz")
	if status, _, _ := inspect("--data", path, "--export", export); status != 2 {
		t.Errorf("status %d for an export of nothing", status)
	}
	if _, err := os.Stat(export); err == nil {
		t.Error("nothing was exported")
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.npz")
	status, out, errs := inspect("--data", session(t), "--behavior", "hand", "--export", path)
	if status != 0 || !strings.HasSuffix(out, "wrote "+path+"\n") {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	got, err := npz.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, shape := range map[string][]int{"activity": {7, 2}, "trial": {7}, "time": {7}, "behavior": {7, 1}} {
		if d := cmp.Diff(shape, got[name].Shape); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if _, ok := got["activity"].Data.([]float32); !ok {
		t.Errorf("activity is %T", got["activity"].Data)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%d files are left, %v", len(files), err)
	}
	if status, _, errs := inspect("--data", session(t), "--export", filepath.Join(dir, "no", "out.npz")); status != 1 ||
		strings.Count(errs, "\n") != 1 {
		t.Errorf("status %d for a folder that is not there: %s", status, errs)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, errs := inspect("--data", path, "--export", path); status != 2 ||
		!strings.Contains(errs, "the recording itself") {
		t.Errorf("status %d for an export over the recording: %s", status, errs)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the recording is written over, %v", err)
	}
	if status, _, errs := inspect("--data", path, "--export", dir); status != 2 ||
		!strings.Contains(errs, "not a file") {
		t.Errorf("status %d for an export to a folder: %s", status, errs)
	}
	// The export is a recording itself.
	if status, out, errs := inspect("--data", path); status != 0 || !strings.Contains(out, "7 bins of 2 channels") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

func TestDemoAndHelp(t *testing.T) {
	if status, out, errs := inspect(); status != 0 || !strings.Contains(out, "demo (demo)") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, _, errs := inspect("--no-progress", "--log-level", "error", "--log-format", "json"); status != 0 ||
		errs != "" {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, out, _ := inspect("--help"); status != 0 || !strings.Contains(out, "--bin-width") {
		t.Errorf("status %d: %s", status, out)
	}
}

// TestSharedFiles checks files by other programs: valid files pass, and others end with status 2.
func TestSharedFiles(t *testing.T) {
	paths := sharedtest.Glob(t, "nwb/*.nwb", "nwb/others/*.nwb")
	if len(paths) == 0 {
		sharedtest.File(t, "nwb/reach.nwb") // skips
	}
	wrong := map[string]bool{"bad_truncated.nwb": true, "bad_not_hdf5.nwb": true, "bad_hdf5_not_nwb.nwb": true}
	for _, path := range paths {
		want := 0
		if wrong[filepath.Base(path)] {
			want = 2
		}
		for _, args := range [][]string{{"--data", path}, {"--data", path, "--json"}} {
			status, _, errs := inspect(args...)
			if status != want || (want == 2) != strings.HasPrefix(errs, "error: "+path+": ") ||
				strings.Count(errs, "\n") != want/2 {
				t.Errorf("%v: status %d, %s", args, status, errs)
			}
		}
	}
}

// TestMissing checks that what is missing is counted for the series and for what train would take, in the text and in
// JSON.
func TestMissing(t *testing.T) {
	nan := float32(math.NaN())
	path := write(t, func(root *hdf5.Group) {
		rated(root.Group("acquisition").Group("x"), []float32{1, 2, nan, 3, 5, nan, 7, nan}, []int{4, 2})
	})
	status, out, errs := inspect("--data", path)
	if want := "Missing: 3 values, in 2 channels and 3 bins; train masks them."; status != 0 ||
		!strings.Contains(out, want) || strings.Contains(out, "cannot be fitted") {
		t.Errorf("status %d, %s%s", status, out, errs)
	}
	_, out, _ = inspect("--data", path, "--json")
	var report jsonReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Series[0].Missing != 3 || report.Selected.Missing != 3 {
		t.Errorf("%d and %d values are missing", report.Series[0].Missing, report.Selected.Missing)
	}
}

// TestTooLarge checks that a recording that memory should not hold is listed, with what to do.
func TestTooLarge(t *testing.T) {
	path := write(t, func(root *hdf5.Group) {
		const bins = 1500000
		x := root.Group("acquisition").Group("x")
		x.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 10.0)
		x.Dataset("data", make([]int8, 2*bins), []int{bins, 2}, hdf5.Options{})
		trials := root.Group("intervals").Group("trials") // of which each takes all
		trials.Dataset("start_time", make([]float64, 31), nil, hdf5.Options{})
		trials.Dataset("stop_time", slices.Repeat([]float64{bins}, 31), nil, hdf5.Options{})
	})
	status, out, errs := inspect("--data", path)
	if status != 0 || !strings.Contains(out, "1500000 x 2") ||
		!strings.Contains(out,
			"train would take nothing: acquisition/x: 46500000 bins of 2 channels are more than memory should hold: "+
				"choose a longer --bin-width") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, out, errs = inspect("--data", path, "--json"); status != 0 || !strings.Contains(out, `"selected": null`) {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, out, errs = inspect("--data", path, "--series", "x"); status != 0 ||
		!strings.Contains(out, "choose a longer --bin-width") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, out, errs = inspect("--data", path, "--bin-width", "1000"); status != 0 ||
		!strings.Contains(out, "4650 bins of 2 channels, 1000 s apart, in 31 trials of 150 bins") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

// TestNotCounted checks that missing values are not counted in a series that is not read.
func TestNotCounted(t *testing.T) {
	r := &data.Recording{Source: data.Source{Series: "x"}, Activity: data.Matrix{Rows: 5, Cols: 2}, BinWidth: 1}
	c := &data.Contents{Path: "a.nwb", Format: "nwb"}
	var out bytes.Buffer
	if err := printText(&out, c, r, nil); err != nil || !strings.Contains(out.String(), "5 bins of 2 channels") ||
		!strings.Contains(out.String(), "Missing: not counted") {
		t.Errorf("%v: %s", err, out.String())
	}
	if s := (options{}).report(c, r, nil).Selected; s.Missing != -1 || s.Bins != 5 || s.Channels != 2 {
		t.Errorf("%+v", s)
	}
}

// TestInterrupted checks that an interrupt ends the reading with its own status, and without a word.
func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, errs bytes.Buffer
	if status := Run(ctx, cli.Call{Args: []string{"--data", session(t)}}, &out, &errs, time.Now); status != 130 ||
		out.Len()+errs.Len() > 0 {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
}
