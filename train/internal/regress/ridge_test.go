package regress

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestRidgeB checks that the gradient is 0 at the minimum of |z - B h - c|^2 + lambda |B|^2: (z - B h - c)' h =
// lambda B, and the residuals' mean is 0. A larger penalty must give a smaller B. Sums are over 80 bins of size 1,
// hence 1e-10. It also tests 5 bins, fewer than channels.
func TestRidgeB(t *testing.T) {
	for _, T := range []int{80, 5} {
		t.Run(fmt.Sprint(T, " bins"), func(t *testing.T) { testRidgeB(t, T) })
	}
}

func testRidgeB(t *testing.T, T int) {
	const N, K = 7, 2
	r := rand.New(rand.NewPCG(15, 15))
	h, z := normal(r, T, N), normal(r, T, K)
	h, z = Shifted(h, 2, []float64{1, 2, 3, 4, 5, 6, 7}), Shifted(z, 1, []float64{3, -1})
	size := math.Inf(1)
	for _, lambda := range []float64{0, 0.1, 3, 1000} {
		if T < N && lambda == 0 {
			continue // the minimum is not unique
		}
		got, err := RidgeB(z, h, lambda)
		if err != nil {
			t.Fatal(err)
		}
		var residual, slope, penalty mat.Dense
		residual.Sub(z, Linear(h, got.B, got.C))
		slope.Mul(residual.T(), h)
		penalty.Scale(lambda, got.B)
		same(t, "the slope by B", &slope, &penalty, 1e-10)
		for _, m := range Means(&residual) {
			near(t, "the residuals' mean", m, 0, 1e-12)
		}
		if norm := mat.Norm(got.B, 2); norm >= size || got.Penalty != lambda {
			t.Errorf("with lambda = %g (reported as %g) |B| is %g, but with a smaller lambda it is %g",
				lambda, got.Penalty, norm, size)
		} else {
			size = norm
		}
	}
}

// TestRidgePenalty checks the chosen penalty. Latents that the history determines need no penalty. Latents that are
// independent of it get the largest penalty. Latents with noise get a penalty between, which predicts held-out
// stretches of time better than both.
func TestRidgePenalty(t *testing.T) {
	const T, N, K = 103, 20, 2
	r := rand.New(rand.NewPCG(16, 16))
	h, b, noise := normal(r, T, N), normal(r, K, N), normal(r, T, K)
	b.Scale(0.3, b)
	var exact, noisy mat.Dense
	exact.Mul(h, b.T())
	noisy.Scale(2, noise)
	noisy.Add(&exact, &noisy)
	for _, test := range []struct {
		name     string
		z        *mat.Dense
		min, max float64 // of the penalty
	}{
		{"exact", &exact, 0.1, 0.1},
		{"with noise", &noisy, 1, 300},
		{"unrelated", noise, 1000, 1000},
	} {
		got, err := RidgeB(test.z, h)
		if err != nil {
			t.Fatal(err)
		}
		if got.Penalty < test.min || got.Penalty > test.max {
			t.Errorf("%s: the penalty is %g, want %g to %g", test.name, got.Penalty, test.min, test.max)
		}
		single, err := RidgeB(test.z, h, got.Penalty)
		if err != nil {
			t.Fatal(err)
		}
		same(t, test.name+": B of all bins", got.B, single.B, 1e-12) // the same sums, by stretches
	}
}

// TestLargestPenalty checks that it is the largest penalty whose errors exceed the smallest errors by at most the
// standard error of their difference over stretches.
func TestLargestPenalty(t *testing.T) {
	penalties := []float64{1, 10, 100}
	for _, test := range []struct {
		name    string
		squares []float64 // (penalties, 4 stretches)
		want    float64
	}{
		{"all alike", []float64{5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8}, 100},
		{"always a little worse", []float64{5, 6, 7, 8, 5.1, 6.1, 7.1, 8.1, 5.2, 6.2, 7.2, 8.2}, 1},
		{"now better, now worse", []float64{5, 6, 7, 8, 4, 7.1, 6, 9.1, 9, 9, 9, 9}, 10},
		{"the largest is best", []float64{5, 6, 7, 8, 4, 5, 6, 7, 3, 4, 5, 6}, 100},
	} {
		if got := largest(penalties, mat.NewDense(3, 4, test.squares)); got != test.want {
			t.Errorf("%s: %g, want %g", test.name, got, test.want)
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
		{"too few bins for the stretches", 9, 3, nil},
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
