package rundir

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// TestDrive checks that D is written in the units that the drive was read in: with A, b and the latents of the files,
// and the drive as it was, the prediction is the model's, up to rounding in single precision. The names of its columns
// are in model.npz and summary.json.
func TestDrive(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	o.Recording.Unit = "Hz"
	rec := o.Recording
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 2), []string{"light", "tone"}
	for t := range rec.Bins() {
		copy(rec.Drive.Row(t), []float32{300 + 20*float32(math.Sin(float64(t))), float32(t % 2)})
	}
	raw := data.Matrix{Rows: rec.Drive.Rows, Cols: 2, Data: slices.Clone(rec.Drive.Data)}
	o.Driven, _ = rec.ScaleDrive(o.Split.Train)
	c := o.Result.Model.Config
	c.Drive = 2
	c.LeftOut = make([]float32, 2*6)
	for i := range c.LeftOut {
		c.LeftOut[i] = float32(math.Sin(float64(i + 1)))
	}
	o = fit(t, t.Context(), o, c, train.Options{Epochs: 6, Batch: 16})
	f, fitted := finish(t, o)

	m := load(t, f, "model.npz")
	shapes(t, "model.npz", m, map[string][]int{"D": {6, 2}, "E": {6, 2}, "drive_names": {2}})
	p, err := o.Result.Model.Program(rec.Bins(), false)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]int, rec.Bins())
	for i := range rows {
		rows[i] = i
	}
	o.Result.Samples.Load(p, rows)
	clear(p.Noise)
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	a, d, b := values(t, m["A"]), values(t, m["D"]), values(t, m["b"])
	mu := evaluate.Dense(fitted.Mu)
	for i, want := range p.Prediction() {
		bin, n := i/6, i%6
		got := b[n]
		for k := range 3 {
			got += a[n*3+k] * mu.At(bin, k)
		}
		for k, u := range raw.Row(bin) {
			got += d[n*2+k] * float64(u)
		}
		if !(math.Abs(got-float64(want)) <= 1e-4) {
			t.Fatalf("bin %d, neuron %d: %g by the files, %g by the model", bin, n, got, want)
		}
	}
	e := values(t, m["E"])
	for n := range 6 { // with a lag of one
		x, u := float64(rec.Activity.Row(0)[n]), raw.Row(0)
		for k := range u {
			x -= e[n*2+k] * (float64(u[k]) - o.Driven.Offset[k])
		}
		if got, want := math.Tanh(x), float64(p.Lagged[6+n]); !(math.Abs(got-want) <= 1e-5) {
			t.Errorf("neuron %d: a history of %g by the files, %g by the model", n, got, want)
		}
	}
	back, err := Load(f.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Known.LeftOut, c.LeftOut) || values(t, m["format_version"])[0] != FormatVersion {
		t.Errorf("the history leaves out %v, want %v", back.Known.LeftOut, c.LeftOut)
	}
	damaged := func(want string, change func(map[string]npz.Array)) {
		t.Helper()
		arrays := load(t, f, "model.npz")
		change(arrays)
		err := f.writeArrays("model.npz", arrays)
		if err == nil {
			_, err = Load(f.Dir)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
		if err := f.writeArrays("model.npz", m); err != nil {
			t.Fatal(err)
		}
	}
	damaged("array E is missing", func(a map[string]npz.Array) { delete(a, "E") })
	damaged("array E holds values that are not finite, as the drive is scaled", func(a map[string]npz.Array) {
		a["E"] = npz.Array{Shape: []int{6, 2}, Data: slices.Repeat([]float64{1e300}, 12)}
	})
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ Data struct{ Drive []string } }
	if err := json.Unmarshal(text, &s); err != nil || !slices.Equal(s.Data.Drive, rec.DriveNames) {
		t.Errorf("data.drive is %q, %v", s.Data.Drive, err)
	}
}

// TestDriveOfOld checks that an older model knows of nothing that the history leaves out, and is read; a damaged one is
// not.
func TestDriveOfOld(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	o.Recording.Unit = "Hz"
	rec := o.Recording
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 1), []string{"light"}
	for t := range rec.Bins() {
		rec.Drive.Row(t)[0] = float32(t % 3)
	}
	o.Driven, _ = rec.ScaleDrive(o.Split.Train)
	c := o.Result.Model.Config
	c.Drive = 1
	o = fit(t, t.Context(), o, c, train.Options{Epochs: 2, Batch: 16})
	f, _ := finish(t, o)
	s, err := Load(f.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Known.LeftOut != nil || values(t, load(t, f, "model.npz")["format_version"])[0] != 1 {
		t.Errorf("it leaves out %v", s.Known.LeftOut)
	}
	arrays := load(t, f, "model.npz")
	arrays["E"] = npz.Array{Shape: []int{1, 6}, Data: make([]float64, 6)}
	if err := f.writeArrays("model.npz", arrays); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(f.Dir); err == nil || !strings.Contains(err.Error(), "array E is of shape [1 6]") {
		t.Errorf("%v", err)
	}
}
