package simulate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/data"
	"facrnn/data/simulate"
)

// TestCounts checks that counts are whole numbers with the requested mean, and follow the ground-truth rates: if x is
// Poisson with rate r, the mean of (x - r)^2 / r is 1.
func TestCounts(t *testing.T) {
	const bins = 4000
	r := rand.New(rand.NewPCG(1, 1))
	z := data.NewMatrix(bins, 3)
	for i := range z.Data {
		z.Data[i] = float32(5 + 2*r.NormFloat64())
	}
	rec, truth, err := simulate.Counts(z, []int{2, 1}, simulate.CountsOptions{Neurons: 10, Rate: 2}, r)
	if err != nil {
		t.Fatal(err)
	}
	sum, spread := 0.0, 0.0
	for bin := range bins {
		for n, v := range rec.Activity.Row(bin) {
			if v != float32(math.Floor(float64(v))) || v < 0 {
				t.Fatalf("bin %d holds %g", bin, v)
			}
			u := float64(truth.Bias[n])
			for k, a := range truth.A.Row(n) {
				u += float64(a) * float64(truth.Z.Row(bin)[k])
			}
			rate := math.Exp(u)
			sum += float64(v)
			spread += (float64(v) - rate) * (float64(v) - rate) / rate
		}
	}
	// its standard error is .01, and the latents are only nearly normal
	if mean := sum / (10 * bins); !(math.Abs(mean-2) <= 0.1) {
		t.Errorf("the mean count is %.3f, want 2", mean)
	}
	if s := spread / (10 * bins); !(math.Abs(s-1) <= 0.03) { // standard error .008
		t.Errorf("counts vary by %.3f of their rates, want 1", s)
	}
	if err := rec.Check(); err != nil {
		t.Error(err)
	}
	if _, _, err := simulate.Counts(z, []int{2, 2}, simulate.CountsOptions{}, r); err == nil {
		t.Error("groups of four of three latents were taken")
	}
}
