package inspect

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/data/hdf5"
	"facrnn/data/npz"
	"facrnn/data/sharedtest"
)

// TestMistakes checks that a file that cannot be opened, and flags that make no sense with any file, are errors.
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
		{"--data", session(t), "--where", "start_time"},
		{"--data", session(t), "--where="},
		{"--data", session(t), "--where-units", "good"},
		{"--data", session(t), "--align", "start_time"},
		{"--data", session(t), "--align", "start_time", "--after", "nan"},
		{"--data", session(t), "--align", "start_time", "--after", "1e308", "--before", "1e308"},
		{"--data", session(t), "--before", "1"},
		{"--data", session(t), "--smooth", "-1"},
		{"--data", session(t), "--transpose", "--units"},
		{"--where", "a=b"},
		{"--log-level", "loud"},
		{"--log-format", "yaml"},
	} {
		status, out, errs := inspect(args...)
		if status != 2 || out != "" || !strings.HasPrefix(errs, "error: ") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: status %d, %q, %q", args, status, out, errs)
		}
	}
}

// TestChoicesThatFail checks that a choice that the file does not allow is reported below the listing. Only an export
// with this choice is an error.
func TestChoicesThatFail(t *testing.T) {
	export := filepath.Join(t.TempDir(), "out.npz")
	for _, args := range [][]string{
		{"--data", session(t), "--series", "y"},
		{"--data", session(t), "--units"},
		{"--data", session(t), "--where", "colour=red"},
		{"--data", session(t), "--align", "cue", "--after", "1"},
		{"--data", session(t), "--smooth", "1e300"},
		{"--data", session(t), "--min-rate", "1"},
		{"--data", session(t), "--where-units", "quality=good"},
		{"--data", spikes(t), "--where-units", "snr>1"},
		{"--data", spikes(t), "--min-rate", "1e9"},
		{"--data", spikes(t), "--bin-width", "1e-300"},
		{"--data", spikes(t), "--bin-width", "1e300"},
		{"--data", spikes(t), "--transpose"},
	} {
		status, out, errs := inspect(args...)
		_, why, told := strings.Cut(out, "\n\ntrain would take nothing: ")
		if status != 0 || errs != "" || !told || !strings.Contains(out, "Trials: intervals/trials") {
			t.Errorf("%v: status %d, %q, %q", args, status, out, errs)
		}
		_, out, _ = inspect(append(args, "--json")...)
		var report jsonReport
		if err := json.Unmarshal([]byte(out), &report); err != nil || report.Selected != nil || report.Problem+
			".\n" != why {
			t.Errorf("%v: %v, problem %q, want %q", args, err, report.Problem, why)
		}
		status, out, errs = inspect(append(args, "--export", export)...)
		if status != 2 || !strings.Contains(out, "Trials: intervals/trials") || !strings.HasPrefix(errs, "error: ") ||
			strings.Count(errs, "\n") != 1 {
			t.Errorf("%v, exported: status %d, %q, %q", args, status, out, errs)
		}
	}
	if _, err := os.Stat(export); err == nil {
		t.Error("something was exported")
	}
}

// TestProblems checks that a problem of a part stands beside the part, in the text and in JSON, and that the other
// parts are listed.
func TestProblems(t *testing.T) {
	path := write(t, func(root *hdf5.Group) {
		acquisition := root.Group("acquisition")
		a := acquisition.Group("a")
		a.Attr("neurodata_type", "TimeSeries")
		a.Dataset("timestamps", []float64{0, 2, 1}, nil, hdf5.Options{})
		a.Dataset("data", make([]float32, 6), []int{3, 2}, hdf5.Options{})
		rated(acquisition.Group("b"), make([]float32, 6), []int{3, 2})
		empty := acquisition.Group("empty")
		empty.Attr("neurodata_type", "TimeSeries")
		empty.Dataset("timestamps", []float64{0}, nil, hdf5.Options{})
		lost := acquisition.Group("lost")
		lost.Attr("neurodata_type", "TimeSeries")
		lost.Dataset("timestamps", []float64{0}, nil, hdf5.Options{})
		lost.SoftLink("data", "/nowhere")
		root.Group("general").SoftLink("astray", "/nowhere")
		trials := root.Group("intervals").Group("trials")
		trials.Attr("colnames", []string{"start_time", "stop_time", "cue"})
		trials.Dataset("start_time", []float64{0, 1}, nil, hdf5.Options{})
		trials.Dataset("stop_time", []float64{math.NaN(), math.NaN()}, nil, hdf5.Options{})
		trials.Dataset("cue", []float64{0, 0.1}, nil, hdf5.Options{})
		units := root.Group("units")
		units.Attr("neurodata_type", "Units")
		units.Dataset("id", []int{0, 1}, nil, hdf5.Options{})
		units.Dataset("spike_times", []float64{0.5, 1.5}, nil, hdf5.Options{})
		units.Dataset("spike_times_index", []int{1, 7}, nil, hdf5.Options{})
	})
	status, out, errs := inspect("--data", path)
	if status != 0 || errs != "" {
		t.Fatalf("status %d: %s", status, errs)
	}
	_, text, _ := inspect("--data", path, "--json")
	var report jsonReport
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	problems := map[string]string{"units": report.Units.Problem, "trials": report.Trials.Problem,
		"file": strings.Join(report.Problems, " ")}
	for _, s := range report.Series {
		problems[s.Path] = s.Problem
	}
	for part, want := range map[string]string{
		"acquisition/a":     "time runs backwards at number 2 (1 s after 2 s)",
		"acquisition/b":     "",
		"acquisition/empty": "acquisition/empty has no data: ",
		"acquisition/lost":  "acquisition/lost/data: it is a soft link to /nowhere, which is missing",
		"units":             "units/spike_times_index: row 1 ends at 7",
		"trials": "all 2 stop times are NaN: take windows around the times in a column (start_time, cue) " +
			"with --align COLUMN --after SECONDS, or choose --trials none",
		"file": "general/astray: it is a soft link to /nowhere, which is missing",
	} {
		got, listed := problems[part]
		if !listed || !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: problem %q, want %q", part, got, want)
		}
		if !strings.Contains(clitest.Unwrapped(out), got) {
			t.Errorf("%s: %q is not in\n%s", part, got, out)
		}
	}
	for _, want := range []string{"acquisition/a      TimeSeries",
		"Trials: intervals/trials, 2 rows of start_time, stop_time, cue. Problem: all 2",
		"Sorted units: 2, with 2 spikes"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if status, out, errs = inspect("--data", path, "--series", "b", "--align", "cue", "--after", "0.1"); status != 0 ||
		!strings.Contains(out, "train would take acquisition/b: 2 bins of 2 channels") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

// TestProblemsOfArrays checks that an array that cannot be read is listed with its problem, beside the other arrays.
func TestProblemsOfArrays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	arrays := map[string]npz.Array{"x": {Shape: []int{4, 2}, Data: make([]float32, 8)},
		"time": npz.Vector([]string{"a", "b", "c", "d"}), "trial": npz.Vector([]float64{0, 0.5, 1, 1})}
	if err := npz.Save(f, arrays, false); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	status, out, errs := inspect("--data", path)
	for _, want := range []string{"4 x 2", "Problem: array time: holds strings, not numbers",
		"Trials: trial, 0 rows. Problem: array trial: value 1 is 0.5, not a whole number",
		"train would take nothing: array trial"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d: %q is not in\n%s%s", status, want, out, errs)
		}
	}
}

// TestSharedCases checks that recordings with a bad part are listed, and what is right in them can be taken.
func TestSharedCases(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"k12_one_bad_series.nwb": {nil, []string{"time runs backwards at number 300",
			"acquisition/b  TimeSeries  300 x 2"}},
		"k12_stops_unknown.nwb": {[]string{"--align=cue", "--before=.5", "--after=1"},
			[]string{"Sorted units: 6", "all 50 stop times are NaN",
				"train would take units: 1500 bins of 6 channels"}},
		"k13_channels_by_time.nwb": {nil,
			[]string{"Warning: processing/ecephys/rates may be stored as channels x time"}},
		"k13_channels_by_time.npz": {[]string{"--transpose"},
			[]string{"train would take activity: 2000 bins of 12 channels"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := inspect(append(c.args, "--data", sharedtest.File(t, "cases/"+name))...)
			for _, want := range c.want {
				if status != 0 || !strings.Contains(out, want) {
					t.Errorf("status %d: %q is not in\n%s%s", status, want, out, errs)
				}
			}
		})
	}
}
