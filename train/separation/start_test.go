package separation_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/demo"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
	"facrnn/train/separation"
)

// quick returns a small recording and its components.
func quick(t *testing.T, o separation.Options) (x *mat.Dense, d *separation.Discovery) {
	t.Helper()
	s := simA
	s.o.Neurons, s.o.Bins = 12, 600
	rec, _ := s.make(t, 1)
	x = evaluate.Dense(rec.Activity)
	d, err := separation.Discover(x, o)
	if err != nil {
		t.Fatal(err)
	}
	return x, d
}

func TestStartIsTheFactorModelOfTheComponents(t *testing.T) {
	x, d := quick(t, separation.Options{Sizes: []int{3, 2, 1}, Refits: -1})
	h := history(x, nil)
	start, err := d.Start(h, separation.StartOptions{Penalty: 5})
	if err != nil {
		t.Fatal(err)
	}
	z, err := d.Factors.Latents(x)
	if err != nil {
		t.Fatal(err)
	}
	var want, got mat.Dense // A z + b, in both bases
	want.Mul(z, d.Factors.A.T())
	got.Mul(d.Components, start.A.T())
	for i := range 600 {
		for j := range 12 {
			// equal, up to rounding in the inverse of the unmixing
			if diff := got.At(i, j) + start.Bias[j] - want.At(i, j) - d.Factors.Mean[j]; !(math.Abs(diff) <= 1e-9) {
				t.Fatalf("bin %d, channel %d has the error %g", i, j, diff)
			}
		}
	}
	again, err := d.ComponentsOf(x)
	if err != nil || !mat.EqualApprox(again, d.Components, 1e-9) {
		t.Errorf("the components of the same bins differ, %v", err)
	}
	for i, psi := range d.Factors.Psi {
		if !(math.Abs(math.Exp(2*start.LogStd[i])-psi) <= 1e-12) {
			t.Errorf("channel %d: noise %g, want %g", i, math.Exp(2*start.LogStd[i]), psi)
		}
	}
}

// TestStartsEncoderIsARidgeRegression checks the minimum of |s - B h - c|^2 + penalty |B|^2: the residuals have mean
// 0, and their products with h are penalty B.
func TestStartsEncoderIsARidgeRegression(t *testing.T) {
	const penalty = 5
	x, d := quick(t, separation.Options{Sizes: []int{3, 2, 1}, Refits: -1})
	h := history(x, nil)
	rows, _ := everyOther(600)
	start, err := d.Start(h, separation.StartOptions{Rows: rows, Penalty: penalty})
	if err != nil {
		t.Fatal(err)
	}
	var residual, products mat.Dense
	residual.Sub(evaluate.Rows(d.Components, rows), evaluate.Rows(encode(start, h), rows))
	products.Mul(residual.T(), evaluate.Rows(h, rows))
	for k := range 6 {
		if sum := mat.Sum(residual.ColView(k)); !(math.Abs(sum) <= 1e-8) {
			t.Errorf("component %d: the residuals sum to %g, want 0", k, sum)
		}
		for n := range 12 {
			if diff := products.At(k, n) - penalty*start.B.At(k, n); !(math.Abs(diff) <= 1e-8) {
				t.Errorf("B at %d, %d: the gradient is %g, want 0", k, n, diff)
			}
		}
	}
	if _, err := d.Start(mat.NewDense(10, 12, nil), separation.StartOptions{}); err == nil ||
		!strings.Contains(err.Error(), "600 x 12") {
		t.Errorf("a history of another length gives the error %v", err)
	}
}

func TestComponentsFollowTheOrderOfGivenSizes(t *testing.T) {
	_, d := quick(t, separation.Options{Sizes: []int{1, 3, 2}})
	if !slices.Equal(d.Sizes, []int{1, 3, 2}) || !slices.Equal(d.Owner(), []int{0, 1, 1, 1, 2, 2}) || d.K != 6 {
		t.Errorf("sizes %v, owners %v", d.Sizes, d.Owner())
	}
	for k := range 6 {
		column := d.A.ColView(k)
		if mat.Sum(column) < 0 {
			t.Errorf("the loadings of component %d sum to less than 0", k)
		}
		if k > 1 && k != 4 && mat.Norm(column, 2) > mat.Norm(d.A.ColView(k-1), 2) {
			t.Errorf("component %d drives the neurons more than the one before it in its group", k)
		}
	}
	if d.Status == separation.OK || d.Refits != 5 || d.Dimension != nil {
		t.Errorf("600 bins: %+v", d.Evidence)
	}
}

func TestDiscoverRepeatsBitForBit(t *testing.T) {
	_, one := quick(t, separation.Options{})
	_, two := quick(t, separation.Options{})
	if !mat.Equal(one.Components, two.Components) || !mat.Equal(one.Links, two.Links) {
		t.Error("the same activity gave two answers")
	}
}

// TestTrials checks that a system recorded in trials is found. The order of trials changes only rounding and which
// trials are held out.
func TestTrials(t *testing.T) {
	const length = 100
	s := simA
	s.o.Neurons, s.o.Bins = 20, 4000
	rec, truth := s.make(t, 3)
	x := evaluate.Dense(rec.Activity)
	var rows, starts []int
	for _, k := range rand.New(rand.NewPCG(1, 1)).Perm(4000 / length) {
		starts = append(starts, len(rows))
		for i := range length {
			rows = append(rows, k*length+i)
		}
	}
	d, err := separation.Discover(evaluate.Rows(x, rows), separation.Options{Starts: starts})
	if err != nil {
		t.Fatal(err)
	}
	owner, _ := owners(t, d.Components, evaluate.Rows(evaluate.Dense(truth.Z), rows), evaluate.Sizes(truth.Groups...))
	if !slices.Equal(d.Sizes, []int{3, 2, 1}) || !samePartition(owner, d.Owner()) {
		t.Errorf("sizes %v, components of groups %v", d.Sizes, owner)
	}
}

// TestDemosGroupsOfGivenSizes finds the demo's groups, a velocity and a speed each, in trials of 20 bins.
func TestDemosGroupsOfGivenSizes(t *testing.T) {
	rec, err := demo.Recording()
	if err != nil {
		t.Fatal(err)
	}
	truth, err := demo.Truth()
	if err != nil {
		t.Fatal(err)
	}
	d, err := separation.Discover(evaluate.Dense(rec.Activity),
		separation.Options{Starts: rec.SegmentStarts, Sizes: []int{2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	owner, r2 := owners(t, d.Components, evaluate.Dense(truth.Z), evaluate.Sizes(2, 2))
	if !samePartition(owner, d.Owner()) || !(slices.Min(r2) >= 0.95) { // measured: .99
		t.Errorf("components of groups %v, by R2 %.2f", owner, r2)
	}
}

func TestOneLatentIsOneGroup(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	var x mat.Dense
	x.Mul(simulate.AR1(.9)(500, random), normal(1, 6, random))
	x.Add(&x, normal(500, 6, random))
	for _, o := range []separation.Options{{}, {K: 1}, {Sizes: []int{1}}} {
		d, err := separation.Discover(&x, o)
		if err != nil || d.K != 1 || !slices.Equal(d.Sizes, []int{1}) || d.Noise[0] {
			t.Errorf("%+v: %+v, %v", o, d, err)
		}
	}
}

func TestDiscoverRefuses(t *testing.T) {
	x := normal(300, 8, rand.New(rand.NewPCG(1, 1)))
	for what, o := range map[string]separation.Options{
		"add up":       {Sizes: []int{2, 2}, K: 3},
		"at least one": {Sizes: []int{3, 0}},
		"0":            {Starts: []int{3}},
		"8 channels":   {K: 8},
	} {
		if _, err := separation.Discover(x, o); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	x.Set(7, 3, math.Inf(1))
	if _, err := separation.Discover(x, separation.Options{}); err == nil ||
		!strings.Contains(err.Error(), "infinite") {
		t.Errorf("infinite activity: error %v", err)
	}
}
