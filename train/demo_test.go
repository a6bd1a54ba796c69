package train_test

import (
	"context"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/demo"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/traintest"
)

// demoFit fits the demo recording for some epochs.
func demoFit(t *testing.T, o train.Options, hooks ...train.Hook) (*train.Result, data.Split) {
	t.Helper()
	rec, _, split := traintest.Demo(t)
	c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2},
		Terms: graph.Objective(20, 0)}
	res, err := train.Fit(context.Background(), c, rec, split, o, time.Now, hooks...)
	if err != nil {
		t.Fatal(err)
	}
	return res, split
}

// TestDemoIsRecovered fits the demo with the recipe paper and compares the held-out latents with the ground
// truth. Each group must be recovered, and must carry nothing of the other group.
func TestDemoIsRecovered(t *testing.T) {
	truth, err := demo.Truth()
	if err != nil {
		t.Fatal(err)
	}
	res, split := demoFit(t, train.Options{Epochs: 1000, Optimizer: train.AdamW, Restarts: 8, Threads: 2})
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
	// A linear map of the history explains about .8 of a group's latents, and almost nothing of the other group's.
	if !(r2.R2 >= 0.7) {
		t.Errorf("group R2 is %.3f, want .7", r2.R2)
	}
	for i, j := range r2.Assignment {
		if other := r2.Matrix.At(i, 1-j); !(other <= 0.15) {
			t.Errorf("the other group also explains true group %d: R2 %.3f", i, other)
		}
	}
}
