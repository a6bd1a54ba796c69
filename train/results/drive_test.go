package results

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// TestDrive: D is written in the units that the drive was read in: with A, b and the latents of the files, and the drive as it was, the prediction is the model's, up to rounding in single precision.
// The names of its columns are in model.npz and summary.json.
func TestDrive(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	rec := o.Recording
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 2), []string{"light", "tone"}
	for t := range rec.Bins() {
		copy(rec.Drive.Row(t), []float32{300 + 20*float32(math.Sin(float64(t))), float32(t % 2)})
	}
	raw := data.Matrix{Rows: rec.Drive.Rows, Cols: 2, Data: slices.Clone(rec.Drive.Data)}
	o.Driven, _ = rec.ScaleDrive(o.Split.Train)
	c := o.Result.Model.Config
	c.Drive = 2
	o = fit(t, t.Context(), o, c, train.Options{Epochs: 6, Batch: 16})
	f, fitted := finish(t, o)

	m := load(t, f, "model.npz")
	shapes(t, "model.npz", m, map[string][]int{"D": {6, 2}, "drive_names": {2}})
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
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ Data struct{ Drive []string } }
	if err := json.Unmarshal(text, &s); err != nil || !slices.Equal(s.Data.Drive, rec.DriveNames) {
		t.Errorf("data.drive is %q, %v", s.Data.Drive, err)
	}
}
