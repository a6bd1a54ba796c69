package evaluate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestConnectivityLaws checks that the sub-connectivities of a partition add up to W = A B, and that their order does
// not matter.
func TestConnectivityLaws(t *testing.T) {
	const N, K = 6, 4
	r := rand.New(rand.NewPCG(5, 5))
	a, b := normal(r, N, K), normal(r, K, N)
	parts := SubConnectivities(a, b, Groups{{0, 3}, {1}, {2}})
	var w, sum mat.Dense
	w.Mul(a, b)
	sum.Add(parts[0], parts[1])
	sum.Add(&sum, parts[2])
	if !mat.EqualApprox(&w, &sum, 1e-12) {
		t.Error("the parts do not add up to A B")
	}
	same := Connectivity(&w, mat.DenseCopyOf(&w))
	if same.Error != 0 || same.RMSE != 0 || same.R2 != 1 {
		t.Errorf("W with itself: %+v", same)
	}
	near(t, "correlation with itself", same.Correlation, 1, 1e-12)
	got, match, err := SubConnectivity(parts, []*mat.Dense{parts[2], parts[0], parts[1]})
	if err != nil || got.Error != 0 || got.RMSE != 0 || !slices.Equal(match, []int{1, 2, 0}) {
		t.Errorf("the same parts in another order: %+v, matched %v, %v", got, match, err)
	}
	var double mat.Dense
	double.Scale(-2, &w)
	near(t, "correlation with -2 W", Connectivity(&w, &double).Correlation, -1, 1e-12)
	if _, _, err := SubConnectivity(parts, parts[:2]); err == nil {
		t.Error("three parts were matched with two, want an error")
	}
}
