package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestRidgeB: at the least of |z - B h - c|^2 + lambda |B|^2 its slopes are 0: (z - B h - c)' h = lambda B and the residuals' mean is 0. The
// more it is penalised, the smaller is B. Sums are over 80 bins of size 1, hence 1e-10.
func TestRidgeB(t *testing.T) {
	const T, N, K = 80, 7, 2
	r := rand.New(rand.NewPCG(15, 15))
	h, z := normal(r, T, N), normal(r, T, K)
	h, z = shifted(h, 2, []float64{1, 2, 3, 4, 5, 6, 7}), shifted(z, 1, []float64{3, -1})
	size := math.Inf(1)
	for _, lambda := range []float64{0, 0.1, 3, 1000} {
		got, err := RidgeB(z, h, lambda)
		if err != nil {
			t.Fatal(err)
		}
		var residual, slope, penalty mat.Dense
		residual.Sub(z, affine(h, got.B, got.C))
		slope.Mul(residual.T(), h)
		penalty.Scale(lambda, got.B)
		same(t, "the slope by B", &slope, &penalty, 1e-10)
		for _, m := range means(&residual) {
			near(t, "the residuals' mean", m, 0, 1e-12)
		}
		if norm := mat.Norm(got.B, 2); norm >= size || got.Penalty != lambda {
			t.Errorf("with lambda = %g, of which %g is said, |B| is %g, but with a smaller one %g", lambda, got.Penalty, norm, size)
		} else {
			size = norm
		}
	}
}

// TestRidgePenalty: the penalty is the one that a search by hand over stretches of time finds.
func TestRidgePenalty(t *testing.T) {
	const T, N, K, folds = 103, 20, 2, 5
	penalties := []float64{0.1, 1, 10, 100, 1000}
	for _, test := range []struct {
		name  string
		noise float64
		want  float64 // 0: somewhere between
	}{{"latents that the history tells wholly", 0, 0.1}, {"with noise", 2, 0}, {"latents of which it tells nothing", math.Inf(1), 1000}} {
		r := rand.New(rand.NewPCG(16, 16))
		h, b, noise := normal(r, T, N), normal(r, K, N), normal(r, T, K)
		b.Scale(0.3, b)
		var z mat.Dense
		z.Mul(h, b.T())
		if math.IsInf(test.noise, 1) {
			z.CloneFrom(noise)
		} else {
			noise.Scale(test.noise, noise)
			z.Add(&z, noise)
		}
		least, best := math.Inf(1), 0.0
		for _, p := range penalties {
			sum := 0.0
			for f := range folds {
				var held, others []int
				for t := range T {
					if t >= f*T/folds && t < (f+1)*T/folds {
						held = append(held, t)
					} else {
						others = append(others, t)
					}
				}
				fit, err := RidgeB(Rows(&z, others), Rows(h, others), p)
				if err != nil {
					t.Fatal(err)
				}
				var residual mat.Dense
				residual.Sub(Rows(&z, held), affine(Rows(h, held), fit.B, fit.C))
				sum += mat.Dot(mat.NewVecDense(len(held)*K, residual.RawMatrix().Data), mat.NewVecDense(len(held)*K, residual.RawMatrix().Data))
			}
			if sum < least {
				least, best = sum, p
			}
		}
		got, err := RidgeB(&z, h, penalties...)
		if err != nil {
			t.Fatal(err)
		}
		if got.Penalty != best || test.want != 0 && best != test.want || test.want == 0 && (best == 0.1 || best == 1000) {
			t.Errorf("%s: the penalty is %g, by hand %g, expected %g", test.name, got.Penalty, best, test.want)
		}
		alone, err := RidgeB(&z, h, best)
		if err != nil {
			t.Fatal(err)
		}
		same(t, test.name+": B of all bins", got.B, alone.B, 1e-12) // the same sums, in stretches
		if _, err := RidgeB(&z, h); err != nil {
			t.Errorf("with the default penalties: %v", err)
		}
	}
}

func TestRidgeRefuses(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 17))
	for _, test := range []struct {
		name      string
		T, N      int
		penalties []float64
	}{
		{"a penalty below 0", 20, 3, []float64{-1}},
		{"a penalty that is no number", 20, 3, []float64{1, math.NaN()}},
		{"an infinite penalty", 20, 3, []float64{math.Inf(1)}},
		{"fewer bins than stretches can be made of", 9, 3, nil},
		{"one bin", 1, 3, []float64{1}},
		{"no penalty on more neurons than bins", 5, 8, []float64{0}},
	} {
		if _, err := RidgeB(normal(r, test.T, 2), normal(r, test.T, test.N), test.penalties...); err == nil {
			t.Errorf("%s was accepted", test.name)
		}
	}
	bad, good := normal(r, 20, 3), normal(r, 20, 3)
	bad.Set(4, 1, math.NaN())
	for _, penalties := range [][]float64{{1}, {1, 10}} {
		if _, err := RidgeB(good, bad, penalties...); err == nil {
			t.Errorf("a history of NaN was accepted with the penalties %v", penalties)
		}
		if _, err := RidgeB(bad, good, penalties...); err == nil {
			t.Errorf("latents of NaN were accepted with the penalties %v", penalties)
		}
	}
}
