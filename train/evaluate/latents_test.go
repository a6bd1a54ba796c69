package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"facrnn/train/internal/regress"
)

// TestLatentR2Laws checks that latents match themselves completely, after any affine map within a group and in any
// order of groups. The assignment must be returned. The tolerance 1e-9 is for least squares with maps of a condition
// number below 1e3.
func TestLatentR2Laws(t *testing.T) {
	const n = 60
	r := rand.New(rand.NewPCG(3, 3))
	z := normal(r, n, 5)
	truth := Sizes(2, 3)
	same, err := LatentR2(z, z, truth, truth)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 of latents with themselves", same.R2, 1, 1e-9)
	if !slices.Equal(same.Assignment, []int{0, 1}) {
		t.Errorf("the assignment is %v, want 0, 1", same.Assignment)
	}

	mu := mat.NewDense(n, 6, nil) // group 0: unrelated; 1: the second true one; 2: the first
	mapGroup := func(to, from []int) {
		var mixed mat.Dense
		mixed.Mul(Columns(z, from), normal(r, len(from), len(to)))
		for i := range n {
			for j, k := range to {
				mu.Set(i, k, 3+mixed.At(i, j))
			}
		}
	}
	for i := range n {
		mu.Set(i, 0, r.NormFloat64())
	}
	mapGroup([]int{1, 2, 3}, []int{2, 3, 4})
	mapGroup([]int{4, 5}, []int{0, 1})
	got, err := LatentR2(z, mu, truth, Sizes(1, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 after maps within the groups", got.R2, 1, 1e-9)
	if !slices.Equal(got.Assignment, []int{2, 1}) {
		t.Errorf("the assignment is %v, want 2, 1", got.Assignment)
	}
	for i := range 2 {
		for j := range 3 {
			if v := got.Matrix.At(i, j); v < -1e-12 || v > 1+1e-12 {
				t.Errorf("the least-squares fit of group %d by group %d has R2 %g, want 0 to 1", i, j, v)
			}
		}
	}
	if _, err := LatentR2(z, z, truth, Sizes(5)); err == nil {
		t.Error("two true groups were assigned to one group, want an error")
	}
}

// TestCollinearLatentsHaveABestFit checks that equal columns of latents do not break the fit.
func TestCollinearLatentsHaveABestFit(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	x := normal(r, 30, 1)
	twice, y := mat.NewDense(30, 2, nil), mat.NewDense(30, 1, nil)
	for i := range 30 {
		twice.SetRow(i, []float64{x.At(i, 0), x.At(i, 0)})
		y.Set(i, 0, 2*x.At(i, 0)-1)
	}
	a, err := regress.LeastSquares(twice, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2", R2(y, a.Apply(twice)), 1, 1e-9)
}

// TestLatentR2Invariances checks that affine maps within each learned group change only the rounding, for any number
// and sizes of groups. The true groups may have any order. Maps have a condition number below 100, hence 1e-9.
func TestLatentR2Invariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := Sizes(rapid.SliceOfN(rapid.IntRange(1, 3), 1, 3).Draw(t, "true sizes")...)
		sizes := rapid.SliceOfN(rapid.IntRange(1, 3), len(truth), 5).Draw(t, "sizes")
		groups := Sizes(sizes...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		const n = 40
		z, mu := normal(r, n, latents(truth)), normal(r, n, latents(groups))
		want, err := LatentR2(z, mu, truth, groups)
		if err != nil {
			t.Fatal(err)
		}
		moved := mat.NewDense(n, latents(groups), nil)
		for _, g := range groups {
			mix := mat.NewDense(len(g), len(g), nil)
			for i := range g {
				for j := range i {
					mix.Set(i, j, 2*r.Float64()-1)
				}
				mix.Set(i, i, 0.5+r.Float64())
			}
			var part mat.Dense
			part.Mul(Columns(mu, g), mix)
			for i := range n {
				for j, k := range g {
					moved.Set(i, k, part.At(i, j)-7)
				}
			}
		}
		got, err := LatentR2(z, moved, truth, groups)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(got.R2-want.R2) <= 1e-9) || !mat.EqualApprox(got.Matrix, want.Matrix, 1e-9) ||
			!slices.Equal(got.Assignment, want.Assignment) {
			t.Fatalf("R2 %g, assigned %v; after affine maps %g, %v", want.R2, want.Assignment, got.R2, got.Assignment)
		}
		slices.Reverse(truth)
		back, err := LatentR2(z, mu, truth, groups)
		slices.Reverse(back.Assignment)
		if err != nil || !(math.Abs(back.R2-want.R2) <= 1e-12) || !slices.Equal(back.Assignment, want.Assignment) {
			t.Fatalf("R2 %g, assigned %v; with the true groups in the other order %g, %v, %v", want.R2,
				want.Assignment, back.R2, back.Assignment, err)
		}
	})
}

func latents(groups Groups) int {
	n := 0
	for _, g := range groups {
		n += len(g)
	}
	return n
}

// TestR2OfConstants checks that a constant column is left out, even if rounding affects its mean. Constant latents
// explain nothing and cause no error.
func TestR2OfConstants(t *testing.T) {
	const n = 30
	r := rand.New(rand.NewPCG(10, 10))
	x := normal(r, n, 2)
	estimate := normal(r, n, 2)
	want := R2(Columns(x, []int{0}), Columns(estimate, []int{0}))
	for i := range n {
		x.Set(i, 1, 0.1)
	}
	near(t, "R2 beside a constant column", R2(x, estimate), want, 0)
	if got := R2(Columns(x, []int{1}), Columns(estimate, []int{1})); !math.IsNaN(got) {
		t.Errorf("R2 of a constant is %g, want NaN", got)
	}
	got, err := LatentR2(Columns(x, []int{0}), Columns(x, []int{1}), SingletonGroups(1), SingletonGroups(1))
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(got.R2) <= 1e-12) { // rounding of the mean
		t.Errorf("a constant has R2 %g, want 0", got.R2)
	}
	x.Set(3, 0, math.NaN())
	if _, err := regress.LeastSquares(x, estimate); err == nil {
		t.Error("NaN was fitted, want an error")
	}
}

// TestLeastSquaresMapsOtherRows checks that the map that made y is recovered from some rows and holds for others. Equal
// columns of x share their weight.
func TestLeastSquaresMapsOtherRows(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	x, w := normal(r, 40, 2), normal(r, 2, 3)
	y := regress.Linear(x, mat.DenseCopyOf(w.T()), []float64{5, -1, 0})
	twice := byColumn(mat.Col(nil, 0, x), mat.Col(nil, 1, x), mat.Col(nil, 1, x))
	for name, x := range map[string]*mat.Dense{"x": x, "a column twice": twice} {
		rows := func(m *mat.Dense, from, to int) *mat.Dense { return Rows(m, all(to)[from:]) }
		a, err := regress.LeastSquares(rows(x, 0, 20), rows(y, 0, 20))
		if err != nil {
			t.Fatal(err)
		}
		if !mat.EqualApprox(a.Apply(rows(x, 20, 40)), rows(y, 20, 40), 1e-10) {
			t.Errorf("%s: the map does not hold for other rows", name)
		}
	}
}

// TestBestGroupingR2 checks that latents in any order reach exactly 1 if the ground truth may group them, and less
// without regrouping.
func TestBestGroupingR2(t *testing.T) {
	const n = 60
	z := normal(rand.New(rand.NewPCG(5, 5)), n, 5)
	shuffled := Columns(z, []int{4, 0, 2, 1, 3})
	got, err := BestGroupingR2(z, shuffled, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 of the best grouping", got, 1, 1e-9)
	fixed, err := LatentR2(z, shuffled, Sizes(2, 3), Sizes(2, 3))
	if err != nil {
		t.Fatal(err)
	}
	if fixed.R2 > 0.9 {
		t.Errorf("R2 without regrouping is %g, want less than the best", fixed.R2)
	}
}

// TestAlign checks that maps fitted on some rows map all rows to the true latents, in their order.
func TestAlign(t *testing.T) {
	const n = 60
	r := rand.New(rand.NewPCG(6, 6))
	z := normal(r, n, 3)
	var mixed mat.Dense
	mixed.Mul(Columns(z, []int{1, 2}), normal(r, 2, 2))
	mu := new(mat.Dense)
	mu.Augment(&mixed, Columns(z, []int{0}))
	rows := all(20)
	truth, groups := Sizes(1, 2), Sizes(2, 1)
	got, err := LatentR2(Rows(z, rows), Rows(mu, rows), truth, groups)
	if err != nil {
		t.Fatal(err)
	}
	aligned, err := got.Align(Rows(z, rows), Rows(mu, rows), mu, truth, groups)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.EqualApprox(aligned, z, 1e-9) {
		t.Errorf("aligned latents differ from the true ones: first row %v, want %v", aligned.RawRowView(0),
			z.RawRowView(0))
	}
}
