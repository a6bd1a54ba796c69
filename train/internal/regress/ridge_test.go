package regress

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestRidgeB checks that at the least of |z - B h - c|^2 + lambda |B|^2 its slopes are 0: (z - B h - c)' h = lambda B
// and the residuals' mean is 0. The more it is penalised, the smaller is B. Sums are over 80 bins of size 1, hence
// 1e-10; of 5, fewer than channels, too.
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
			continue // there is no least
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
			t.Errorf("with lambda = %g, of which %g is said, |B| is %g, but with a smaller one %g", lambda, got.Penalty,
				norm, size)
		} else {
			size = norm
		}
	}
}

// TestRidgePenalty checks that latents that the history tells wholly need no penalty, those of which it tells nothing
// all that can be had, and noise something between, with which stretches of time that were not fitted are better
// predicted than with either.
func TestRidgePenalty(t *testing.T) {
	const T, N, K = 103, 20, 2
	r := rand.New(rand.NewPCG(16, 16))
	h, b, noise := normal(r, T, N), normal(r, K, N), normal(r, T, K)
	b.Scale(0.3, b)
	var told, noisy mat.Dense
	told.Mul(h, b.T())
	noisy.Scale(2, noise)
	noisy.Add(&told, &noisy)
	for _, test := range []struct {
		name        string
		z           *mat.Dense
		least, most float64 // of the penalty
	}{
		{"told wholly", &told, 0.1, 0.1},
		{"told with noise", &noisy, 1, 300},
		{"not told", noise, 1000, 1000},
	} {
		got, err := RidgeB(test.z, h)
		if err != nil {
			t.Fatal(err)
		}
		if got.Penalty < test.least || got.Penalty > test.most {
			t.Errorf("%s: the penalty is %g, want %g to %g", test.name, got.Penalty, test.least, test.most)
		}
		alone, err := RidgeB(test.z, h, got.Penalty)
		if err != nil {
			t.Fatal(err)
		}
		same(t, test.name+": B of all bins", got.B, alone.B, 1e-12) // the same sums, in stretches
	}
}

// TestLargestPenalty checks that it is the largest of those whose errors are not above the least by more than the
// standard error of their difference, stretch by stretch.
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
