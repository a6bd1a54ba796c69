package evaluate_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/npz"
	"facrnn/layers"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/regress"
)

// TestGolden compares every metric with reference values from NumPy and SciPy. They are in testdata/golden_metrics,
// or in the folder in FACRNN_GOLDEN_METRICS. The function metrics must return every array expect_NAME of a file.
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
			compared, faults := compare(a, metrics(reference{t, a}))
			for _, f := range faults {
				t.Error(f)
			}
			t.Logf("compared %d arrays: %s", len(compared), strings.Join(compared, ", "))
		})
	}
}

// TestGoldenForgetsNothing checks that an expected array is reported if it is not compared completely.
func TestGoldenForgetsNothing(t *testing.T) {
	file := map[string]npz.Array{"mu": npz.Vector([]float64{0}), "expect_new": npz.Vector([]float64{1}),
		"expect_r2": npz.Vector([]float64{1, 2})}
	for _, test := range []struct {
		got    map[string][]float64
		faults int
	}{
		{map[string][]float64{"new": {1}, "r2": {1, 2}}, 0},
		{map[string][]float64{"r2": {1, 2}}, 1},
		{map[string][]float64{"new": {1}, "r2": {1}}, 1},
		{map[string][]float64{"new": {1 + 2e-9}, "r2": {1, math.NaN()}}, 2},
	} {
		if _, faults := compare(file, test.got); len(faults) != test.faults {
			t.Errorf("%v has the errors %q, want %d", test.got, faults, test.faults)
		}
	}
	if compared, _ := compare(nil, nil); len(compared) > 0 {
		t.Errorf("an empty file has the compared arrays %q", compared)
	}
}

// compare returns the names of the compared arrays, and the errors found. Numbers must agree to 1e-9 of their size,
// which allows for sums in another order. Whole numbers, such as assignments, must therefore be equal.
func compare(file map[string]npz.Array, got map[string][]float64) (compared, faults []string) {
	for _, key := range slices.Sorted(maps.Keys(file)) {
		name, expected := strings.CutPrefix(key, "expect_")
		if !expected {
			continue
		}
		want, err := file[key].Float64s()
		values, ok := got[name]
		switch {
		case err != nil:
			faults = append(faults, fmt.Sprintf("%s: %v", key, err))
		case !ok:
			faults = append(faults, fmt.Sprintf("nothing is compared with %s", key))
		case len(values) != len(want):
			faults = append(faults, fmt.Sprintf("%s has %d numbers, want %d", name, len(values), len(want)))
		default:
			compared = append(compared, name)
			for i, v := range values {
				if !(math.Abs(v-want[i]) <= 1e-9*math.Abs(want[i])) {
					faults = append(faults, fmt.Sprintf("%s[%d] is %.12g, want %.12g", name, i, v, want[i]))
					break
				}
			}
		}
	}
	return compared, faults
}

type reference struct {
	*testing.T
	file map[string]npz.Array
}

func (r reference) array(name string) []float64 {
	r.Helper()
	v, err := r.file[name].Float64s()
	if err != nil {
		r.Fatalf("%s: %v", name, err)
	}
	return v
}

func (r reference) groups(name string) evaluate.Groups {
	r.Helper()
	var sizes []int
	for _, v := range r.array(name) {
		sizes = append(sizes, int(v))
	}
	return evaluate.Sizes(sizes...)
}

func (r reference) matrix(name string) *mat.Dense {
	r.Helper()
	x, s := r.array(name), r.file[name].Shape
	return mat.NewDense(s[len(s)-2], s[len(s)-1], x)
}

func (r reference) check(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// metrics returns the metrics of a file's inputs, by the names of the expected arrays.
func metrics(r reference) map[string][]float64 {
	out := map[string][]float64{}
	truth, groups := r.groups("groups_true"), r.groups("groups")
	z, mu, std := r.matrix("z_true"), r.matrix("mu"), r.array("std")
	n, K := mu.Dims()
	_, trueK := z.Dims()

	group, err := evaluate.LatentR2(z, mu, truth, groups)
	r.check(err)
	out["group_r2"], out["group_r2_matrix"], out["assignment"] = []float64{group.R2}, group.Matrix.RawMatrix().Data,
		numbers(group.Assignment)
	component, err := evaluate.LatentR2(z, mu, evaluate.SingletonGroups(trueK), evaluate.SingletonGroups(K))
	r.check(err)
	out["component_r2"], out["component_assignment"] = []float64{component.R2}, numbers(component.Assignment)

	var eps []*mat.Dense
	for noise := range slices.Chunk(r.array("eps"), n*K) {
		eps = append(eps, mat.NewDense(n, K, noise))
	}
	out["partial_correlation"] = []float64{evaluate.PartialCorrelation(mu, evaluate.Common(std...), groups, eps...)}
	out["total_correlation"] = []float64{evaluate.PartialCorrelation(mu, evaluate.Common(std...),
		evaluate.SingletonGroups(K), eps...)}

	a, b, trueA, trueB := r.matrix("A"), r.matrix("B"), r.matrix("A_true"), r.matrix("B_true")
	var w, trueW mat.Dense
	w.Mul(a, b)
	trueW.Mul(trueA, trueB)
	out["connectivity"] = agreement(evaluate.Connectivity(&trueW, &w))
	sub, match, err := evaluate.SubConnectivity(evaluate.SubConnectivities(trueA, trueB, truth),
		evaluate.SubConnectivities(a, b, groups))
	r.check(err)
	out["subconnectivity"], out["sub_assignment"] = agreement(sub), numbers(match)

	x, eta, h := r.matrix("x"), r.matrix("input"), r.matrix("history")
	encoded := regress.Linear(h, b, r.array("c"))
	estimate := regress.Linear(encoded, a, r.array("b"))
	estimate.Add(estimate, eta)
	p := evaluate.Reconstructed(x, estimate, r.array("log_std_x"))
	out["loglik"], out["reconstruction_r2"] = []float64{p.LogLikelihood}, []float64{p.R2}

	x.Sub(x, eta)
	filter := infer.Laplace{Decoder: layers.LinearExpectation{A: a, Bias: r.array("b")}}
	for _, l := range r.array("log_std_x") {
		filter.R = append(filter.R, math.Exp(2*l))
	}
	decoded, err := filter.Latents(x, encoded, nil, nil)
	r.check(err)
	filter.Q = mat.NewSymDense(K, nil)
	for k, s := range std {
		filter.Q.SetSym(k, k, s*s)
	}
	filtered, err := filter.Latents(x, encoded, nil, nil)
	r.check(err)
	ridge, err := regress.RidgeB(decoded, h, r.array("ridge_penalty")[0])
	r.check(err)
	out["filtered"], out["decoded"], out["B_ridge"] = filtered.RawMatrix().Data, decoded.RawMatrix().Data,
		ridge.B.RawMatrix().Data

	out["bits_per_spike"] = []float64{evaluate.BitsPerSpike(r.matrix("counts"), r.matrix("rates"))}
	return out
}

func agreement(a evaluate.Agreement) []float64 {
	return []float64{a.Error, a.RMSE, a.Correlation, a.R2}
}

func numbers(x []int) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
