package evaluate

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data/npz"
	"facrnn/train/method"
	"facrnn/train/rundir"
)

// pick returns a change that selects channels of a recording by their numbers. Numbers beyond the last channel give new
// channels.
func pick(numbers ...int) func(map[string]npz.Array) {
	return func(a map[string]npz.Array) {
		x, names := a["activity"].Data.([]float32), a["channel"].Data.([]string)
		N, rows := len(names), len(a["activity"].Data.([]float32))/len(names)
		var activity []float32
		var channel []string
		for t := range rows {
			for _, n := range numbers {
				v := float32(t % 7)
				if n < N {
					v = x[t*N+n]
				}
				activity = append(activity, v)
			}
		}
		for _, n := range numbers {
			name := fmt.Sprintf("new%d", n)
			if n < N {
				name = names[n]
			}
			channel = append(channel, name)
		}
		a["activity"], a["channel"] = npz.Array{Shape: []int{rows, len(numbers)}, Data: activity}, npz.Vector(channel)
		delete(a, "region")
	}
}

func warned(s rundir.Evaluation, want string) bool {
	return slices.ContainsFunc(s.Warnings, func(w string) bool { return strings.Contains(w, want) })
}

// others returns the warnings except the warning of a model that predicts nothing. The few steps of the tests always
// cause that one.
func others(s rundir.Evaluation) []string {
	return slices.DeleteFunc(slices.Clone(s.Warnings), func(w string) bool {
		return strings.Contains(w, "no better than each channel's mean") ||
			strings.Contains(w, "groups are not independent")
	})
}

// TestOtherUnitsFirst checks that with other units the error is about the units, even if the file lacks settings of the
// run. With the same units, the error says which setting of the run to leave out.
func TestOtherUnitsFirst(t *testing.T) {
	side := func(a map[string]npz.Array) {
		trials := a["trial"].Data.([]int64)
		values := make([]string, trials[len(trials)-1]+1)
		for i := range values {
			values[i] = []string{"left", "right"}[i%2]
		}
		a["side"] = npz.Vector(values)
	}
	dir := fitted(t, recordings.Flags{Data: recording(t, side), Condition: "side"}, nil)
	without := recording(t, func(a map[string]npz.Array) { delete(a, "trial") })
	mistaken(t, "--condition needs trials, and there are none", "--run", dir, "--data",
		recording(t, func(a map[string]npz.Array) { side(a); delete(a, "trial") }))
	mistaken(t, "it is the setting of the run "+dir+", which --condition none leaves out", "--run", dir, "--data",
		recording(t, func(a map[string]npz.Array) { side(a); delete(a, "trial") }))
	others := changed(t, without, pick(101, 102, 103))
	mistaken(t, "error: "+others+": the recording has none of the model's 8 units", "--run", dir, "--data", others)
	mistaken(t, "the recording has none of the model's 8 units", "--run", dir, "--data",
		changed(t, recording(t, side), func(a map[string]npz.Array) {
			pick(101, 102)(a)
			times := a["time"].Data.([]float64)
			for i := range times {
				times[i] *= 3 // bins of another width too
			}
		}))
}

// TestUnits checks that units are matched by their names. In another order, or among other units, they give the same
// latents. An absent unit counts as missing in all bins.
func TestUnits(t *testing.T) {
	path := recording(t, nil)
	dir := fitted(t, recordings.Flags{Data: path}, func(s *flags.Settings) {
		s.Scale, s.Kernel, s.Lags = "zscore",
			"softmax", 2
	})
	latents := load(t, dir, "latents.npz")

	out, s, _ := succeed(t, "--run", dir, "--no-report", "--data", changed(t, path, pick(7, 1, 2, 0, 4, 5, 6, 3)))
	same(t, latents, load(t, out, "latents.npz"), "mu", "filtered")
	if !warned(s, "another order") || len(others(s)) != 1 || len(s.Absent) != 0 {
		t.Errorf("in another order: %q", s.Warnings)
	}

	out, s, _ = succeed(t, "--run", dir, "--no-report", "--data", changed(t, path, pick(0, 1, 8, 2, 3, 4, 9, 5, 6, 7)))
	same(t, latents, load(t, out, "latents.npz"), "mu", "filtered")
	if !warned(s, "2 units are not the model's, and left out: new8, new9") || len(others(s)) != 1 || s.Data.Units != 8 {
		t.Errorf("with others: %q", s.Warnings)
	}

	fewer := changed(t, path, pick(6, 0, 1, 3, 4, 7))
	mistaken(t, "the recording lacks 2 of the model's 8 units: n02, n05; --allow-missing-units", "--run", dir, "--data",
		fewer)
	out, s, _ = succeed(t, "--run", dir, "--no-report", "--data", fewer, "--allow-missing-units")
	if !warned(s, "the recording lacks 2 of the model's 8 units, which count as missing; all numbers are of the "+
		"other units: n02, n05") || !slices.Equal(s.Absent, []string{"n02", "n05"}) {
		t.Errorf("absent: %q", s.Warnings)
	}
	missing, _, _ := succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "missing"), "--data",
		changed(t, path, func(a map[string]npz.Array) {
			x := a["activity"].Data.([]float32)
			for i := range x {
				if i%8 == 2 || i%8 == 5 {
					x[i] = float32(math.NaN())
				}
			}
		}))
	absent := load(t, out, "latents.npz")
	same(t, load(t, missing, "latents.npz"), absent, "mu", "filtered")
	for name, a := range absent {
		if v, err := a.Float64s(); err != nil || slices.ContainsFunc(v, math.IsNaN) {
			t.Errorf("%s: NaN where units are absent, %v", name, err)
		}
	}
	mu, err := absent["mu"].Float64s()
	whole, wrong := latents["mu"].Float64s()
	if err != nil || wrong != nil || slices.Equal(mu, whole) {
		t.Errorf("the absent units say nothing: %v, %v", err, wrong)
	}

	mistaken(t, "the recording has none of the model's 8 units", "--run", dir, "--allow-missing-units", "--data",
		changed(t, path, func(a map[string]npz.Array) {
			a["channel"] = npz.Vector([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
		}))
	mistaken(t, "several units have the same name", "--run", dir, "--data",
		changed(t, path, func(a map[string]npz.Array) {
			a["channel"].Data.([]string)[1] = "n00"
		}))
}

// TestSameNames checks that units that share a name are taken as they come, if they come alike.
func TestSameNames(t *testing.T) {
	path := recording(t, func(a map[string]npz.Array) { a["channel"].Data.([]string)[1] = "n00" })
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	out, s, _ := succeed(t, "--run", dir, "--no-report", "--data", changed(t, path, asItIs))
	same(t, load(t, dir, "latents.npz"), load(t, out, "latents.npz"), "mu", "filtered")
	if len(others(s)) != 0 {
		t.Errorf("%q", s.Warnings)
	}
}

// TestOther checks that a recording that does not fit the model is refused in one line, and then nothing is written. If
// the fit cannot be checked, there is a warning.
func TestOther(t *testing.T) {
	path := recording(t, nil)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	mistaken(t, "its bins last 0.1 s, but the bins of the fit last 0.05 s", "--run", dir, "--data",
		changed(t, path, func(a map[string]npz.Array) {
			for i, v := range a["time"].Data.([]float64) {
				a["time"].Data.([]float64)[i] = 2 * v
			}
		}))
	_, s, _ := succeed(t, "--run", dir, "--no-report", "--data",
		changed(t, path, func(a map[string]npz.Array) { delete(a, "time") }))
	if !warned(s, "the width of bins is known for only one of the two recordings") {
		t.Errorf("%q", s.Warnings)
	}
	_, s, _ = succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "series"), "--data",
		changed(t, path, func(a map[string]npz.Array) { a["y"] = a["activity"] }), "--series", "y")
	if !warned(s, "the activity is y; the model was fitted to activity") {
		t.Errorf("%q", s.Warnings)
	}
	_, s, _ = succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "input"), "--data",
		changed(t, path, driven))
	if !warned(s, "the model has no known external input: input is left out") {
		t.Errorf("%q", s.Warnings)
	}
	_, s, _ = succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "trials"), "--trials", "none")
	if !warned(s, "this is the file that the model was fitted to, taken otherwise") || s.Data.Trials != 0 ||
		s.Run.Same {
		t.Errorf("%q", s.Warnings)
	}

	with := fitted(t, recordings.Flags{Data: recording(t, driven)}, nil)
	mistaken(t, "the model has a known external input, input, and the recording none: name it by --input", "--run",
		with, "--data", path)
	spikes := fitted(t, recordings.Flags{Data: recording(t, counts)},
		func(s *flags.Settings) { s.Observation = "poisson" })
	mistaken(t, "--observation poisson is for counts, but the activity is below 0 somewhere", "--run", spikes, "--data",
		path)
	roots := fitted(t, recordings.Flags{Data: recording(t, counts)}, func(s *flags.Settings) { s.Scale = "sqrt" })
	mistaken(t, "has no square root", "--run", roots, "--data", path)
	for _, d := range []string{dir, with, spikes, roots} {
		if folders, err := filepath.Glob(filepath.Join(d, "evaluate-*")); err != nil || len(folders) > 1 || d != dir &&
			len(folders) > 0 {
			t.Errorf("%s holds %v, %v", d, folders, err)
		}
	}
}

// TestUnit checks that activity in another unit is refused. An .npz file has none, which is why this does without one.
func TestUnit(t *testing.T) {
	rec, err := recordings.Open(context.Background(), recordings.Flags{Data: recording(t, nil)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rec.Unit = "Hz"
	model := &rundir.Stored{Unit: "counts", Channels: slices.Clone(rec.Channels),
		Known: method.TrainingContext{Complete: true}}
	model.Summary.Data = rundir.DataSummary{BinWidth: rec.BinWidth, Series: rec.Source.Series}
	e := &evaluation{run: model}
	if _, err := e.conform(context.Background(), rec, false, nil); err == nil ||
		!strings.Contains(err.Error(), "its activity is in Hz, but the activity of the fit is in counts") {
		t.Errorf("%v", err)
	}
	model.Unit = "Hz"
	if warnings, err := e.conform(context.Background(), rec, false, nil); err != nil || len(warnings) != 0 {
		t.Errorf("%q, %v", warnings, err)
	}
}

// TestSilent checks that a channel that was constant in training says nothing where it is not any more, and is warned
// of.
func TestSilent(t *testing.T) {
	path := recording(t, still)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	out, s, _ := succeed(t, "--run", dir, "--no-report", "--data", changed(t, path, func(a map[string]npz.Array) {
		x := a["activity"].Data.([]float32)
		for i := range x {
			if i%8 == 3 {
				x[i] = float32(i % 5)
			}
		}
	}))
	same(t, load(t, dir, "latents.npz"), load(t, out, "latents.npz"), "mu")
	if !warned(s, "1 channels that never changed in the training bins do so now, and are taken as they were then: "+
		"n03") {
		t.Errorf("%q", s.Warnings)
	}
}

// TestLink checks that an mlp ends as it was fitted, whatever the sign of the new activity. Nothing follows the last
// bin, so that all others keep their latents.
func TestLink(t *testing.T) {
	path := recording(t, counts)
	dir := fitted(t, recordings.Flags{Data: path}, func(s *flags.Settings) { s.Decoder, s.Scale = "mlp", "none" })
	out, _, _ := succeed(t, "--run", dir, "--no-report", "--data", changed(t, path, func(a map[string]npz.Array) {
		x := a["activity"].Data.([]float32)
		x[len(x)-1] = -0.5
	}))
	want, err := load(t, dir, "latents.npz")["filtered"].Float64s()
	got, wrong := load(t, out, "latents.npz")["filtered"].Float64s()
	if err != nil || wrong != nil || !slices.Equal(want[:len(want)-2], got[:len(got)-2]) {
		t.Errorf("the latents have changed, %v, %v", err, wrong)
	}
}

// TestNoRoot checks that a model of square roots has nothing to say of what has none.
func TestNoRoot(t *testing.T) {
	path := recording(t, counts)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	status, _, stderr := program("--run", dir, "--no-report", "--data",
		changed(t, path, func(a map[string]npz.Array) { a["activity"].Data.([]float32)[8] = -0.5 }))
	if status != 2 ||
		!strings.Contains(stderr,
			"scaled by sqrt: channel n00 is -0.5 at row 1 and has no square root: for such a recording, fit by "+
				"--scale none") {
		t.Errorf("%d, %s", status, stderr)
	}
}

// TestChanged checks that the recording of the fit must be unchanged. A moved recording is recognised by its bytes.
func TestChanged(t *testing.T) {
	path := recording(t, nil)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	moved := filepath.Join(t.TempDir(), "moved.npz")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	mistaken(t, path+": file does not exist: check the path; if the recording of run "+dir+
		" has moved, pass its new path with --data", "--run", dir)
	if _, s, _ := succeed(t, "--run", dir, "--no-report", "--data", moved); !s.Run.Same || s.Data.Train == 0 {
		t.Errorf("moved, it is another one: %+v", s.Data)
	}
	arrays := load(t, moved)
	arrays["activity"].Data.([]float32)[3]++
	clitest.Save(t, path, arrays)
	mistaken(t, path+": the file has changed since the run "+dir+" was fitted to it", "--run", dir)
	if _, s, _ := succeed(t, "--run", dir, "--no-report", "--data", path); s.Run.Same {
		t.Errorf("a changed file is taken for that which was trained on")
	}
}

// TestFolder checks that what is not an evaluation of the same recording is not written over.
func TestFolder(t *testing.T) {
	path := recording(t, nil)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mistaken(t, other+": holds files that are not of a finished evaluation", "--run", dir, "--out", other)
	mistaken(t, dir+": holds files that are not of a finished evaluation", "--run", dir, "--out", dir)
	mistaken(t, "notes.txt: cannot write there", "--run", dir, "--out", filepath.Join(other, "notes.txt"))
	mistaken(t, "sub: cannot write there", "--run", dir, "--out", filepath.Join(other, "notes.txt", "sub"))
	out := filepath.Join(t.TempDir(), "out")
	for range 2 {
		succeed(t, "--run", dir, "--no-report", "--out", out)
	}
	if err := os.Remove(filepath.Join(out, "summary.json")); err != nil { // as one leaves it that was killed
		t.Fatal(err)
	}
	unlock, err := rundir.Lock(out)
	if err != nil {
		t.Fatal(err)
	}
	mistaken(t, out+": another program is writing there", "--run", dir, "--out", out)
	unlock()
	succeed(t, "--run", dir, "--no-report", "--out", out)
	mistaken(t, out+": holds the evaluation of another recording, "+path, "--run", dir, "--out", out, "--data",
		changed(t, path, asItIs))
}
