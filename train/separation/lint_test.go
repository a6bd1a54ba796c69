package separation_test

import (
	"context"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/traintest"
	"facrnn/train/separation"
)

// fitDemo fits an lrRNN to the demo: one group of four latents.
func fitDemo(t *testing.T) (*train.Result, func() (w *mat.Dense, loglik float64, mu *mat.Dense), []int) {
	t.Helper()
	rec, _, split := traintest.Demo(t)
	c, o := recommended(rec, split, layers.Partition{4})
	o.Epochs = 40
	res, err := train.Fit(context.Background(), c, rec, split, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return res, func() (*mat.Dense, float64, *mat.Dense) {
		p, err := evaluate.Predict(res.Model, res.Samples, split.Test)
		if err != nil {
			t.Fatal(err)
		}
		mu, _, err := evaluate.Encode(res.Model, res.Samples)
		if err != nil {
			t.Fatal(err)
		}
		var w mat.Dense
		m := res.Model.Matrices()
		w.Mul(m.A, m.B)
		return &w, p.LogLikelihood, evaluate.Rows(evaluate.Dense(mu), split.Train)
	}, split.Train
}

// sameModel checks that a change of basis changes neither W nor the prediction, within single precision.
func sameModel(t *testing.T, w, rotated *mat.Dense, loglik, after float64) {
	t.Helper()
	var d mat.Dense
	d.Sub(w, rotated)
	if off := mat.Norm(&d, 2) / mat.Norm(w, 2); !(off <= 1e-5) {
		t.Errorf("W changed by %g of its norm", off)
	}
	if !(math.Abs(after-loglik) <= 1e-3) {
		t.Errorf("the log-likelihood changed from %g to %g", loglik, after)
	}
}

// TestLINT checks that the columns of A are orthogonal, with the strongest first, and the rows of B orthonormal.
func TestLINT(t *testing.T) {
	t.Parallel()
	res, measure, _ := fitDemo(t)
	w, loglik, _ := measure()
	if err := separation.LINT(res); err != nil {
		t.Fatal(err)
	}
	rotated, after, _ := measure()
	sameModel(t, w, rotated, loglik, after)
	m := res.Model.Matrices()
	var aa, bb mat.Dense
	aa.Mul(m.A.T(), m.A)
	bb.Mul(m.B, m.B.T())
	for i := range 4 {
		for j := range 4 {
			want := 0.0
			if i == j {
				want = 1
			}
			if !(math.Abs(bb.At(i, j)-want) <= 1e-5) || i != j && !(math.Abs(aa.At(i, j)) <= 1e-5*aa.At(0, 0)) {
				t.Errorf("rows %d and %d: A'A is %g, BB' %g", i, j, aa.At(i, j), bb.At(i, j))
			}
		}
		if i > 0 && aa.At(i, i) > aa.At(i-1, i-1) {
			t.Errorf("latent %d is stronger than the one before", i)
		}
	}
}

// TestICA checks that the model does not change, and that the posterior means of the training bins are uncorrelated
// with variance 1. One seed must give the same result twice.
func TestICA(t *testing.T) {
	t.Parallel()
	res, measure, _ := fitDemo(t)
	_, _, split := traintest.Demo(t)
	start := res.Model.Snapshot()
	w, loglik, _ := measure()
	if err := separation.ICA(res, split, 1); err != nil {
		t.Fatal(err)
	}
	rotated, after, _ := measure()
	sameModel(t, w, rotated, loglik, after)
	z, _, err := evaluate.EncodeRows(res.Model, res.Samples, split.Train)
	if err != nil {
		t.Fatal(err)
	}
	var cov mat.SymDense
	covariance(&cov, evaluate.Dense(z))
	for i := range 4 {
		for j := range 4 {
			want := 0.0
			if i == j {
				want = 1
			}
			if d := math.Abs(cov.At(i, j) - want); d > 2e-3 { // float32, and division by n instead of n-1
				t.Errorf("components %d and %d have the covariance %.3f", i, j, cov.At(i, j))
			}
		}
	}
	once := res.Model.Snapshot()
	res.Model.Restore(start)
	if err := separation.ICA(res, split, 1); err != nil {
		t.Fatal(err)
	}
	for i, p := range res.Model.Params() {
		for j, v := range p.Data {
			if v != once[i][j] {
				t.Fatalf("%s[%d] differs with the same seed", p.Name, j)
			}
		}
	}
}

func covariance(dst *mat.SymDense, x *mat.Dense) {
	n, k := x.Dims()
	mean := make([]float64, k)
	for i := range n {
		for j, v := range x.RawRowView(i) {
			mean[j] += v / float64(n)
		}
	}
	*dst = *mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s := 0.0
			for t := range n {
				s += (x.At(t, i) - mean[i]) * (x.At(t, j) - mean[j]) / float64(n)
			}
			dst.SetSym(i, j, s)
		}
	}
}

// TestUntrained checks that the components' start without training is a model that encodes, and finds most of the
// demo's groups.
func TestUntrained(t *testing.T) {
	t.Parallel()
	rec, truth, split := traintest.Demo(t)
	c, o := recommended(rec, split, layers.Partition{2, 2})
	start, err := separation.InitFromActivity(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	o.InitialParams = start.Arrays
	res, err := train.FromParams(c, rec, o)
	if err != nil {
		t.Fatal(err)
	}
	mu, _, err := evaluate.Encode(res.Model, res.Samples)
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluate.LatentR2(held(truth.Z, split), held(mu, split), evaluate.Sizes(2, 2), evaluate.Sizes(2, 2))
	if err != nil || !(r.R2 >= 0.75) {
		t.Errorf("group R2 %.3f, error %v", r.R2, err)
	}
}
