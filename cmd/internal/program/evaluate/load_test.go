package evaluate

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data/npz"
)

// old is a run of the program before model.npz held what a model knows of its recording; it is of an mlp.
const old = "testdata/run_1"

// TestOldRun checks that a run of an older version is read as before. For another recording, the program needs the
// recording of the fit too.
func TestOldRun(t *testing.T) {
	close := func(out string) {
		t.Helper()
		for _, name := range []string{"mu", "filtered"} {
			want, err := load(t, old, "latents.npz")[name].Float64s()
			got, wrong := load(t, out, "latents.npz")[name].Float64s()
			if err != nil || wrong != nil || len(want) != len(got) {
				t.Fatalf("%s: %d, %d, %v, %v", name, len(want), len(got), err, wrong)
			}
			for i := range want {
				if !(math.Abs(got[i]-want[i]) <= 1e-4) { // other processors have other loops; single precision
					t.Fatalf("%s: value %d is %g, was %g", name, i, got[i], want[i])
				}
			}
		}
	}
	session := filepath.Join(old, "session.npz")
	out, s, _ := succeed(t, "--run", old, "--no-report", "--out", filepath.Join(t.TempDir(), "out"))
	close(out)
	if !(math.Abs(float64(s.Test["loglik"])+19.106780433) <= 1e-3) || !s.Run.Same {
		t.Errorf("%v", s.Test)
	}
	if len(s.Verdicts) < 2 { // its summary.json has none
		t.Errorf("the verdicts are %q", s.Verdicts)
	}
	copied := changed(t, session, asItIs)
	out, s, _ = succeed(t, "--run", old, "--no-report", "--data", copied, "--out", filepath.Join(t.TempDir(), "out"))
	close(out)
	if s.Run.Same || len(others(s)) != 0 {
		t.Errorf("%q", s.Warnings)
	}
	dir := t.TempDir()
	for _, name := range []string{"config.toml", "model.npz", "summary.json"} {
		text, err := os.ReadFile(filepath.Join(old, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), bytes.ReplaceAll(text, []byte("testdata/run_1/session.npz"),
				[]byte("testdata/gone.npz")), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	mistaken(t, "model.npz is of an older version, so the recording of the fit must be read too: testdata/gone.npz: "+
		"file does not exist", "--run", dir, "--data", copied)
}

// TestInterrupted checks that an interrupted run is evaluated as it was saved, with a warning.
func TestInterrupted(t *testing.T) {
	dir := fitted(t, recordings.Flags{Data: recording(t, nil)}, nil)
	path := filepath.Join(dir, "summary.json")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.Replace(text, []byte(`"complete": true`), []byte(`"complete": false`), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(dir, "model.npz")
	arrays := load(t, model)
	delete(arrays, "Q") // an interrupted fit is not filtered
	delete(arrays, "R")
	clitest.Save(t, model, arrays)
	out, s, _ := succeed(t, "--run", dir, "--no-report", "--no-progress")
	if _, ok := load(t, out, "latents.npz")["filtered"]; ok || s.Run.Complete ||
		!warned(s, "the run was interrupted") || !warned(s, "the latents are not filtered") {
		t.Errorf("%q", s.Warnings)
	}
}

// TestMistakes checks that what is no run, or a damaged one, or of a newer program, ends with one line and status 2.
func TestMistakes(t *testing.T) {
	dir := fitted(t, recordings.Flags{Data: recording(t, nil)}, func(s *flags.Settings) { s.LatentStd = "shared" })
	mistaken(t, "missing flags: --run", "--no-report")
	mistaken(t, "absent: holds no fitted model", "--run", "absent")
	mistaken(t, "holds no fitted model", "--run", t.TempDir())
	mistaken(t, "--log-level loud", "--run", dir, "--log-level", "loud")
	mistaken(t, "unknown flag --decoder", "--run", dir, "--decoder", "mlp")
	mistaken(t, "absent.npz", "--run", dir, "--data", "absent.npz")

	with := func(want, name string, change func([]byte) []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(bytes.Clone(was)), 0o600); err != nil {
			t.Fatal(err)
		}
		mistaken(t, want, "--run", dir)
		if err := os.WriteFile(path, was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	arrays := func(change func(map[string]npz.Array)) func([]byte) []byte { return clitest.Arrays(t, change) }
	without := func(name string) func([]byte) []byte {
		return arrays(func(a map[string]npz.Array) { delete(a, name) })
	}
	replace := func(from, to string) func([]byte) []byte { return clitest.Replace(t, from, to) }

	model := filepath.Join(dir, "model.npz")
	with(model+": written by a newer version of the program (format 3, this one reads up to 2): use that one",
		"model.npz", arrays(func(a map[string]npz.Array) { a["format_version"] = npz.Scalar(int64(3)) }))
	with(model+": not the model of a run", "model.npz", without("format_version"))
	with(model+": ", "model.npz", func(b []byte) []byte { return b[:len(b)/2] })
	with("array B is missing", "model.npz", without("B"))
	with("array units is missing", "model.npz", without("units"))
	with("array silent is missing", "model.npz", without("silent"))
	with("array A is of shape", "model.npz", arrays(func(a map[string]npz.Array) {
		a["A"] = npz.Array{Shape: []int{2,
			8}, Data: a["A"].Data}
	}))
	with("array c holds values that are not finite", "model.npz",
		arrays(func(a map[string]npz.Array) { a["c"] = npz.Vector([]float64{0, math.NaN()}) }))
	with("array Q: no covariance", "model.npz", arrays(func(a map[string]npz.Array) {
		a["Q"] = npz.Vector([]float64{1,
			0, 0, 1})
	}))
	with("the noise Q, R does not fit its model", "model.npz",
		arrays(func(a map[string]npz.Array) { a["Q"] = npz.Array{Shape: []int{1, 1}, Data: []float64{1}} }))
	with("array R: no variances", "model.npz", arrays(func(a map[string]npz.Array) {
		a["R"] = npz.Vector(make([]float64,
			8))
	}))
	with("the latents' covariance is not positive definite", "model.npz", arrays(func(a map[string]npz.Array) {
		a["Q"] = npz.Array{Shape: []int{2, 2}, Data: []float64{1, 2, 2, 1}}
	}))
	with("array behavior_map is of shape [2 2], for 2 columns of behaviour", "model.npz",
		arrays(func(a map[string]npz.Array) {
			a["behavior_map"] = npz.Array{Shape: []int{2, 2}, Data: make([]float64, 4)}
		}))
	with("the decoder of behaviour holds values that are not finite", "model.npz",
		arrays(func(a map[string]npz.Array) { a["behavior_intercept"].Data.([]float64)[1] = math.Inf(1) }))
	with("array behavior_intercept is missing", "model.npz", without("behavior_intercept"))
	with("array behavior_map is of 2 latents and 1 groups", "model.npz", arrays(func(a map[string]npz.Array) {
		a["behavior_map"], a["behavior_intercept"] = npz.Array{Shape: []int{2, 2, 2},
			Data: make([]float64, 8)}, npz.Array{Shape: []int{2, 2}, Data: make([]float64, 4)}
	}))
	with(`there is no scale "cube"`, "model.npz", arrays(func(a map[string]npz.Array) { a["scale"] = npz.Scalar("cube") }))
	with("the scale of unit n00 is no number", "model.npz",
		arrays(func(a map[string]npz.Array) { a["scale_factor"] = npz.Vector(make([]float64, 8)) }))
	with("connectivity.npz: ", "connectivity.npz", func(b []byte) []byte { return b[:len(b)/3] })
	with("summary.json: damaged", "summary.json", func(b []byte) []byte { return b[:len(b)/2] })
	with("config.toml: ", "config.toml", replace("lags = 1", "lagz = 1"))
	with("not the model of this run's config.toml", "config.toml", replace("decoder = 'identity'", "decoder = 'mlp'"))
	if err := os.Remove(filepath.Join(dir, "summary.json")); err != nil {
		t.Fatal(err)
	}
	mistaken(t, "; continue it with train --resume "+dir, "--run", dir)
}

// TestSeriesOfRun checks a run without --series in its config. It is evaluated on the series of its fit, even if this
// version would choose another series by default.
func TestSeriesOfRun(t *testing.T) {
	path := recording(t, func(a map[string]npz.Array) {
		a["x"] = a["activity"]
		a["activity"] = npz.Array{Shape: a["x"].Shape, Data: make([]float32, a["x"].Shape[0]*a["x"].Shape[1])}
	})
	dir := fitted(t, recordings.Flags{Data: path, Series: "x"}, nil)
	config := filepath.Join(dir, "config.toml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	without := regexp.MustCompile(`(?m)^series = .*$`).ReplaceAll(text, []byte(`series = ""`))
	if err := os.WriteFile(config, without, 0o600); err != nil || bytes.Equal(text, without) {
		t.Fatalf("config.toml has no series, or %v", err)
	}
	_, s, _ := succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "out"))
	if s.Data.Series != "x" || !s.Run.Same || len(others(s)) > 0 {
		t.Errorf("series %s, same %v, warnings %q", s.Data.Series, s.Run.Same, s.Warnings)
	}
}
