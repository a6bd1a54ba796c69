package evaluate_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

// TestShiftedPartialCorrelations: groups that have nothing to do with one another lie among their own shifts, of which one that knows of the other lies above every one.
func TestShiftedPartialCorrelations(t *testing.T) {
	const n, count = 400, 20
	for name, share := range map[string]float64{"independent": 0, "coupled": 0.8} {
		r := rand.New(rand.NewPCG(1, 2)) // for each, as a map has no order
		mu := mat.NewDense(n, 3, nil)
		for i := 1; i < n; i++ { // two slow latents, the second of which makes a share of the third
			for k := range 3 {
				mu.Set(i, k, 0.8*mu.At(i-1, k)+0.6*r.NormFloat64())
			}
		}
		for i := range n {
			mu.Set(i, 2, share*mu.At(i, 1)+(1-share)*mu.At(i, 2))
		}
		std, groups, eps := mat.NewDense(1, 3, []float64{0.4, 0.4, 0.4}), evaluate.Sizes(2, 1), evaluate.Noise(r, 4, n, 3)
		before := mat.DenseCopyOf(mu)
		pc := evaluate.PartialCorrelation(mu, std, groups, eps...)
		shifted := evaluate.ShiftedPartialCorrelations(mu, std, groups, count, r, eps...)
		if len(shifted) != count || !mat.Equal(before, mu) {
			t.Fatalf("%s: %d values, mu unchanged: %t", name, len(shifted), mat.Equal(before, mu))
		}
		if above := pc > slices.Max(shifted); above != (share > 0) {
			t.Errorf("%s: partial correlation %.3f, shifted %.3f", name, pc, shifted)
		}
	}
}

// TestShiftedOfFewBins: there is always a shift.
func TestShiftedOfFewBins(t *testing.T) {
	mu := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	got := evaluate.ShiftedPartialCorrelations(mu, mat.NewDense(1, 2, []float64{1, 1}), evaluate.Singles(2), 3, rand.New(rand.NewPCG(1, 1)), mat.NewDense(2, 2, nil))
	if len(got) != 3 {
		t.Errorf("%v", got)
	}
}
