package evaluate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

// TestShiftedPartialCorrelations checks that independent groups lie within their circular-shift control, and coupled
// groups above all of it.
func TestShiftedPartialCorrelations(t *testing.T) {
	const n, count = 400, 20
	for name, share := range map[string]float64{"independent": 0, "coupled": 0.8} {
		r := rand.New(rand.NewPCG(1, 2)) // one for each case, because a map has no order
		mu := mat.NewDense(n, 3, nil)
		for i := 1; i < n; i++ { // slow latents; the second is a share of the third
			for k := range 3 {
				mu.Set(i, k, 0.8*mu.At(i-1, k)+0.6*r.NormFloat64())
			}
		}
		for i := range n {
			mu.Set(i, 2, share*mu.At(i, 1)+(1-share)*mu.At(i, 2))
		}
		std, groups, eps := mat.NewDense(1, 3, []float64{0.4, 0.4, 0.4}), evaluate.Sizes(2, 1),
			evaluate.Noise(r, 4, n, 3)
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

// TestShiftedOfFewBins checks that two bins are enough for a shift.
func TestShiftedOfFewBins(t *testing.T) {
	mu := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	got := evaluate.ShiftedPartialCorrelations(mu, mat.NewDense(1, 2, []float64{1, 1}), evaluate.SingletonGroups(2),
		3, rand.New(rand.NewPCG(1, 1)), mat.NewDense(2, 2, nil))
	if len(got) != 3 {
		t.Errorf("two bins give the control %v, want 3 values", got)
	}
}

// TestShiftIsAPartialCorrelation checks that a shifted value is the partial correlation of the shifted posteriors and
// samples. With 3 bins, all shifts can be computed directly: one of two groups shifts by 1 or 2 bins. Densities have
// single precision, hence the tolerance of 1e-6.
func TestShiftIsAPartialCorrelation(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, count = 3, 40
	for _, rows := range []int{1, n} {
		mu, eps := evaluate.Noise(r, 2, n, 3)[0], evaluate.Noise(r, 2, n, 3)[1]
		std := mat.NewDense(rows, 3, nil)
		for i := range rows {
			std.SetRow(i, []float64{0.5 + 0.1*float64(i), 0.7, 0.9 - 0.2*float64(i)})
		}
		groups := evaluate.Sizes(2, 1)
		var want []float64
		for by := range n { // shift the second group by this many bins
			turn := func(m *mat.Dense) *mat.Dense {
				out := mat.DenseCopyOf(m)
				if have, _ := m.Dims(); have == n {
					for i := range n {
						out.Set((i+by)%n, 2, m.At(i, 2))
					}
				}
				return out
			}
			want = append(want, evaluate.PartialCorrelation(turn(mu), turn(std), groups, turn(eps)))
		}
		for i, got := range evaluate.ShiftedPartialCorrelations(mu, std, groups, count, r, eps) {
			if !slices.ContainsFunc(want, func(w float64) bool { return math.Abs(got-w) <= 1e-6*(1+math.Abs(w)) }) {
				t.Errorf("std of %d rows, value %d is %.9g, want one of %.9g", rows, i, got, want)
			}
		}
	}
}
