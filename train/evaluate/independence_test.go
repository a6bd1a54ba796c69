package evaluate

import (
	"math/rand/v2"
	"testing"

	"facrnn/data"
	"facrnn/layers"
)

// pairs returns 300 bins of 2 latents. The second is the first plus noise of the given size.
func pairs(noise float64) data.Matrix {
	r := rand.New(rand.NewPCG(1, 2))
	mu := data.NewMatrix(300, 2)
	for i := range mu.Rows {
		z := r.NormFloat64()
		mu.Row(i)[0], mu.Row(i)[1] = float32(z), float32(z+noise*r.NormFloat64())
	}
	return mu
}

// TestDependent checks that two nearly equal latents are called dependent, because their partial correlation is far
// above every shift. Two latents of noise are not. A structure without factorizations has no control.
func TestDependent(t *testing.T) {
	rows := make([]int, 300)
	for i := range rows {
		rows[i] = i
	}
	logs := data.Matrix{Rows: 1, Cols: 2, Data: []float32{-1, -1}}
	for noise, want := range map[float64]bool{0.3: true, 100: false} {
		mu := pairs(noise)
		for i := range mu.Rows {
			mu.Row(i)[1] /= float32(1 + noise)
		}
		pc, shifted := Dependence(layers.Partition{1, 1}, 300, mu, logs, rows),
			CircularShiftNull(layers.Partition{1, 1}, 300, mu, logs, rows)
		if got := ExceedsNull(pc, shifted); got != want || len(shifted) != shifts {
			t.Errorf("noise %g: partial correlation %.3f, shifted %.3f", noise, pc, shifted)
		}
	}
	if s := CircularShiftNull(layers.Partition{2}, 300, pairs(1), logs, rows); s != nil {
		t.Errorf("one group has a circular-shift control: %v", s)
	}
}

// TestPValue checks that the p-value counts the shifts that reach the partial correlation, with the measured value as
// one of them.
func TestPValue(t *testing.T) {
	shifted := []float64{0.1, 0.3, 0.2, 0.4}
	for pc, want := range map[float64]float64{0.05: 1, 0.3: 0.6, 0.35: 0.4, 0.5: 0.2} {
		if got := PValue(pc, shifted); got != want {
			t.Errorf("%g: p = %g, want %g", pc, got, want)
		}
	}
	if p := PValue(1, nil); p == p {
		t.Errorf("without shifts, p = %g, want NaN", p)
	}
}
