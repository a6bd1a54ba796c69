package evaluate

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/npz"
)

// TestGolden compares every metric with reference values that were computed by NumPy and SciPy, in testdata/golden_metrics or the
// folder that FACRNN_GOLDEN_METRICS names. The tolerance leaves room for sums in another order.
func TestGolden(t *testing.T) {
	dir := os.Getenv("FACRNN_GOLDEN_METRICS")
	if dir == "" {
		dir = filepath.Join("testdata", "golden_metrics")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.npz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no reference cases in %s (%v)", dir, err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".npz"), func(t *testing.T) {
			a, err := npz.Load(f)
			if err != nil {
				t.Fatal(err)
			}
			golden(reference{t, a})
		})
	}
}

type reference struct {
	*testing.T
	a map[string]npz.Array
}

func (r reference) array(name string) []float64 {
	r.Helper()
	v, err := r.a[name].Float64s()
	if err != nil {
		r.Fatalf("%s: %v", name, err)
	}
	return v
}

func (r reference) ints(name string) []int {
	var out []int
	for _, v := range r.array(name) {
		out = append(out, int(v))
	}
	return out
}

func (r reference) matrix(name string) *mat.Dense {
	s := r.a[name].Shape
	return mat.NewDense(s[len(s)-2], s[len(s)-1], r.array(name))
}

func (r reference) near(what string, got, want float64) {
	r.Helper()
	if !(math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))) {
		r.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

func (r reference) agreement(what string, got Agreement, want []float64) {
	r.near(what+" error", got.Error, want[0])
	r.near(what+" RMSE", got.RMSE, want[1])
	r.near(what+" correlation", got.Correlation, want[2])
	r.near(what+" R2", got.R2, want[3])
}

func golden(r reference) {
	truth, groups := Sizes(r.ints("groups_true")...), Sizes(r.ints("groups")...)
	z, mu := r.matrix("z_true"), r.matrix("mu")
	n, K := mu.Dims()
	_, trueK := z.Dims()

	got, err := LatentR2(z, mu, truth, groups)
	if err != nil {
		r.Fatal(err)
	}
	r.near("group R2", got.R2, r.array("expect_group_r2")[0])
	for i, v := range r.array("expect_group_r2_matrix") {
		r.near("group R2 matrix", got.Matrix.RawMatrix().Data[i], v)
	}
	if !slices.Equal(got.Assignment, r.ints("expect_assignment")) {
		r.Errorf("groups are assigned %v, want %v", got.Assignment, r.ints("expect_assignment"))
	}
	component, err := LatentR2(z, mu, Sizes(ones(trueK)...), Sizes(ones(K)...))
	if err != nil {
		r.Fatal(err)
	}
	r.near("component R2", component.R2, r.array("expect_component_r2")[0])
	if !slices.Equal(component.Assignment, r.ints("expect_component_assignment")) {
		r.Errorf("components are assigned %v, want %v", component.Assignment, r.ints("expect_component_assignment"))
	}

	var eps []*mat.Dense
	for noise := range slices.Chunk(r.array("eps"), n*K) {
		eps = append(eps, mat.NewDense(n, K, noise))
	}
	r.near("partial correlation", PartialCorrelation(mu, r.array("std"), groups, eps...), r.array("expect_partial_correlation")[0])
	r.near("total correlation", PartialCorrelation(mu, r.array("std"), Sizes(ones(K)...), eps...), r.array("expect_total_correlation")[0])

	a, b, trueA, trueB := r.matrix("A"), r.matrix("B"), r.matrix("A_true"), r.matrix("B_true")
	var w, trueW mat.Dense
	w.Mul(a, b)
	trueW.Mul(trueA, trueB)
	r.agreement("connectivity", Connectivity(&trueW, &w), r.array("expect_connectivity"))
	sub, match, err := SubConnectivity(SubConnectivities(trueA, trueB, truth), SubConnectivities(a, b, groups))
	if err != nil {
		r.Fatal(err)
	}
	r.agreement("sub-connectivity", sub, r.array("expect_subconnectivity"))
	if !slices.Equal(match, r.ints("expect_sub_assignment")) {
		r.Errorf("sub-connectivities are matched %v, want %v", match, r.ints("expect_sub_assignment"))
	}
}

func ones(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
