package train_test

import (
	"context"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/demo"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/traintest"
)

// demoFit fits the demo recording for some epochs.
func demoFit[T op.Float](t *testing.T, o train.Options, hooks ...train.Hook) (*train.Result[T], data.Split) {
	t.Helper()
	rec, _, split := traintest.Demo(t)
	c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2}, Terms: graph.Objective(20, 0)}
	res, err := train.Fit[T](context.Background(), c, rec, split, o, time.Now, hooks...)
	if err != nil {
		t.Fatal(err)
	}
	return res, split
}

// TestPrecisionsAgree trains the demo in both precisions from the same start with the same noise: the losses they end with differ by
// less than 1 %.
func TestPrecisionsAgree(t *testing.T) {
	o := train.Options{Epochs: 300, Optimizer: train.AdamW}
	a, _ := demoFit[float32](t, o)
	b, _ := demoFit[float64](t, o)
	if d := math.Abs(a.Losses[0] - b.Losses[0]); !(d < 0.01*math.Abs(b.Losses[0])) {
		t.Errorf("float32 ends at loss %g, float64 at %g", a.Losses[0], b.Losses[0])
	}
}

// TestDemoIsRecovered fits the demo by the recipe paper and compares the held-out latents with the planted ones: each group is found, and
// carries nothing of the other.
func TestDemoIsRecovered(t *testing.T) {
	truth, err := demo.Truth()
	if err != nil {
		t.Fatal(err)
	}
	res, split := demoFit[float32](t, train.Options{Epochs: 1000, Optimizer: train.AdamW, Restarts: 8, Threads: 2})
	mu, _, err := evaluate.Encode(res.Model, res.Samples)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(m data.Matrix) *mat.Dense { return evaluate.Rows(evaluate.Dense(m), split.Test) }
	groups := evaluate.Sizes(2, 2)
	r2, err := evaluate.LatentR2(rows(truth.Z), rows(mu), groups, groups)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("losses %.2f, group R2 %.3f\n%.3f", res.Losses, r2.R2, mat.Formatted(r2.Matrix))
	// a linear map of the history explains about .8 of the latents; the other group's, next to nothing
	if !(r2.R2 >= 0.7) {
		t.Errorf("group R2 is %.3f, want .7", r2.R2)
	}
	for i, j := range r2.Assignment {
		if other := r2.Matrix.At(i, 1-j); !(other <= 0.15) {
			t.Errorf("true group %d is explained by the other group as well: R2 %.3f", i, other)
		}
	}
}
