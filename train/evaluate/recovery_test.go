package evaluate

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// random returns a matrix of standard normal draws.
func random(r *rand.Rand, rows, cols int) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, m)
	return m
}

// TestRecover checks that groups in another order and in another basis are completely recovered, aligned and matched.
// Latents of noise recover nothing. The tolerance 1e-9 is for rounding.
func TestRecover(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, N = 200, 12
	p := GroundTruth{Z: random(r, n, 3), A: random(r, N, 3), B: random(r, 3, N), Groups: Groups{{0, 1}, {2}}}
	// the third true latent, then the first two mixed
	mix := mat.NewDense(3, 3, []float64{0, 0, 0.5, 2, 1, 0, -1, 3, 0})
	var mu, a, b, inverse mat.Dense
	mu.Mul(p.Z, mix.T())
	if err := inverse.Inverse(mix); err != nil {
		t.Fatal(err)
	}
	a.Mul(p.A, &inverse)
	b.Mul(mix, p.B)
	found := Estimate{Mu: regress.Shifted(&mu, 1, []float64{1, 2, 3}), Filtered: random(r, n, 3), A: &a, B: &b,
		RidgeB: random(r, 3, N), Groups: Groups{{0}, {1, 2}}}
	got, err := Recover(p, found)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"group_r2", "connectivity_corr", "subconnectivity_corr"} {
		if v := got.Figures[name]; !(math.Abs(v-1) <= 1e-9) {
			t.Errorf("%s is %g, want 1", name, v)
		}
	}
	if !(got.Figures["group_r2_filtered"] <= 0.1) || !(math.Abs(got.Figures["subconnectivity_corr_ridge"]) <= 0.5) {
		t.Errorf("latents and B of noise have the metrics %v, want R2 and correlation near 0", got.Figures)
	}
	if v := got.Figures["component_r2"]; !(v > 0.5 && v < 0.99) {
		t.Errorf("the component R2 of mixed latents is %g, want .5 to .99", v)
	}
	if want := []int{1, 0}; !slices.Equal(got.Assignment, want) || !slices.Equal(got.Match, want) ||
		!mat.EqualApprox(got.Mu, p.Z, 1e-9) || len(got.Figures) != 7 {
		t.Errorf("assignment %v, match %v, metrics %v", got.Assignment, got.Match, got.Figures)
	}

	found.Groups, found.Filtered, found.RidgeB = Groups{{0, 1, 2}}, nil, nil
	got, err = Recover(p, found)
	if !errors.Is(err, ErrFewer) || got == nil || len(got.Figures) != 2 ||
		!(math.Abs(got.Figures["connectivity_corr"]-1) <= 1e-9) || got.Mu != nil {
		t.Errorf("one group for two true groups gives %+v, %v; want ErrFewer and two metrics", got, err)
	}
	p.A = nil
	found.Groups = Groups{{0}, {1, 2}}
	if got, err = Recover(p, found); err != nil || len(got.Figures) != 2 {
		t.Errorf("without true weights the metrics are %v, %v; want two", got.Figures, err)
	}
	found.Mu.Set(3, 1, math.NaN())
	if _, err = Recover(p, found); err == nil {
		t.Error("latents that are not finite were compared, want an error")
	}
}
