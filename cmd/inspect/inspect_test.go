package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data/hdf5"
	"facrnn/data/npz"
)

// inspect runs the program and returns its exit status and what it wrote.
func inspect(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
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

func TestJSON(t *testing.T) {
	path := session(t)
	status, out, errs := inspect("--data", path, "--json")
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	want := map[string]any{
		"file": path, "format": "nwb",
		"series": []any{
			map[string]any{"path": "acquisition/x", "name": "x", "type": "TimeSeries", "shape": []any{12.0, 2.0}, "rate": 10.0, "unit": "Hz", "missing": 0.0},
			map[string]any{"path": "processing/behavior/hand", "name": "hand", "type": "TimeSeries", "shape": []any{12.0}, "rate": 10.0, "unit": "Hz", "missing": 0.0},
		},
		"units":  map[string]any{"count": 0.0, "spikes": 0.0},
		"trials": map[string]any{"count": 2.0, "columns": []any{"start_time", "stop_time"}},
		"selected": map[string]any{
			"path": "acquisition/x", "bins": 7.0, "channels": 2.0, "trials": 2.0, "bins_per_trial": []any{5.0, 2.0}, "bin_width": 0.1, "missing": 0.0,
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

// A valid file with nothing to model is no mistake, unless something of it is wanted.
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
	if status, _, errs := inspect("--data", session(t), "--export", filepath.Join(dir, "no", "out.npz")); status != 1 || strings.Count(errs, "\n") != 1 {
		t.Errorf("status %d for a folder that is not there: %s", status, errs)
	}
	// The export is a recording itself.
	if status, out, errs := inspect("--data", path); status != 0 || !strings.Contains(out, "7 bins of 2 channels") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

func TestMistakes(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.nwb")
	if err := os.WriteFile(text, []byte("not a recording"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--bogus"},
		{"--bin-width", "wide"},
		{"--data", "absent.nwb"},
		{"--data", "recording.mat"},
		{"--data", text},
		{"--data", session(t), "--series", "y"},
		{"--data", session(t), "--units"},
	} {
		status, out, errs := inspect(args...)
		if status != 2 || out != "" || !strings.HasPrefix(errs, "error: ") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: status %d, %q, %q", args, status, out, errs)
		}
	}
}

func TestDemoAndHelp(t *testing.T) {
	if status, out, errs := inspect(); status != 0 || !strings.Contains(out, "demo (demo)") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, out, _ := inspect("--help"); status != 0 || !strings.Contains(out, "--bin-width") {
		t.Errorf("status %d: %s", status, out)
	}
}

// Files by other programs: all that are valid pass, and those that are not end in status 2.
func TestSharedFiles(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "shared", "nwb")
	paths, err := filepath.Glob(filepath.Join(shared, "others", "*.nwb"))
	if err != nil || len(paths) == 0 {
		t.Skip("the shared NWB files are not here")
	}
	more, err := filepath.Glob(filepath.Join(shared, "*.nwb"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]bool{"bad_truncated.nwb": true, "bad_not_hdf5.nwb": true, "bad_hdf5_not_nwb.nwb": true}
	for _, path := range append(paths, more...) {
		want := 0
		if wrong[filepath.Base(path)] {
			want = 2
		}
		for _, args := range [][]string{{"--data", path}, {"--data", path, "--json"}} {
			status, _, errs := inspect(args...)
			if status != want || (want == 2) != strings.HasPrefix(errs, "error: "+path+": ") || strings.Count(errs, "\n") != want/2 {
				t.Errorf("%v: status %d, %s", args, status, errs)
			}
		}
	}
}

// TestMissing: what is missing is counted for the series and for what train would take, in the text and in JSON.
func TestMissing(t *testing.T) {
	nan := float32(math.NaN())
	path := write(t, func(root *hdf5.Group) {
		rated(root.Group("acquisition").Group("x"), []float32{1, 2, nan, 3, 5, nan, 7, nan}, []int{4, 2})
	})
	status, out, errs := inspect("--data", path)
	if want := "Missing: 3 values, in 2 channels and 3 bins; train masks them."; status != 0 || !strings.Contains(out, want) || strings.Contains(out, "cannot be fitted") {
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
