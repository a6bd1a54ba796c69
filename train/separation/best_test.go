package separation_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/sharedtest"
	"facrnn/graph"
	"facrnn/layers"
	lossterms "facrnn/losses"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/traintest"
	"facrnn/train/separation"
)

// recommended returns the recipe best: the configuration and the options of a fit from separated components.
func recommended(rec *data.Recording, split data.Split, groups layers.Partition) (graph.Config, train.Options) {
	c := graph.Config{
		Neurons: rec.Activity.Cols, Bins: len(split.Train), Input: !rec.Input.Empty(), Structure: groups,
		Silent: rec.Constant(split.Train), Missing: graph.NewMissing(graph.Config{}, rec, split.Train),
		Terms:     graph.Objective(10, 0),
		LatentStd: layers.FixedStd(slices.Repeat([]float64{math.Log(0.2)}, groups.Latents())),
	}
	independence := c.Independence()
	independence.Term, independence.From = lossterms.PartialCorrelation{Estimator: lossterms.LeaveOneOut{}}, new(50.0)
	steps := (len(split.Train) + 255) / 256
	return c, train.Options{Epochs: (2000 + steps - 1) / steps, Batch: 256, Rate: 5e-3,
		Schedule: train.Cosine, Optimizer: train.AdamW}
}

// authorsRecording returns the authors' synthetic recording, and its ground truth by name. It skips the test if the
// file is missing.
func authorsRecording(t *testing.T) (*data.Recording, func(name string) data.Matrix) {
	t.Helper()
	path := sharedtest.File(t, "data/lorenz_thomas.npz")
	rec, err := npz.Recording(path, data.Selection{Input: "input"})
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npz.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return rec, func(name string) data.Matrix {
		m, err := arrays[name].Matrix()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
}

// TestRecommended fits the authors' synthetic recording with the recipe best. Encoded and filtered latents must reach
// the measured values of that recipe, with every second bin held out and with the last quarter held out. Only the
// metrics use the ground truth.
func TestRecommended(t *testing.T) {
	t.Parallel()
	rec, truth := authorsRecording(t)
	z := truth("z")
	for _, c := range []struct {
		kind              data.SplitKind
		encoded, filtered float64
	}{{data.SplitInterleaved, 0.955, 0.982}, {data.SplitBlocks, 0.93, 0.969}} {
		split, err := data.NewSplit(rec, data.SplitOptions{Kind: c.kind}, nil)
		if err != nil {
			t.Fatal(err)
		}
		cfg, o := recommended(rec, split, layers.Partition{3, 3})
		start, err := separation.InitFromActivity(cfg, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		if start.Interleaved != (c.kind == data.SplitInterleaved) {
			t.Errorf("%s: interleaved is %t", c.kind, start.Interleaved)
		}
		o.InitialParams = start.Arrays
		for o.Seed = range uint64(3) {
			res, err := train.Fit(context.Background(), cfg, rec, split, o, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			encoded, filtered := measured(t, res, z, split, 5, layers.Partition{3, 3})
			t.Logf("%s, seed %d: group R2 encoded %.4f, filtered %.4f", c.kind, o.Seed, encoded, filtered)
			if !(encoded >= c.encoded) || !(filtered >= c.filtered) {
				t.Errorf("%s, seed %d: group R2 encoded %.4f, want %g; filtered %.4f, want %g", c.kind, o.Seed,
					encoded, c.encoded, filtered, c.filtered)
			}
		}
	}
}

func held(m data.Matrix, split data.Split) *mat.Dense {
	return evaluate.Rows(evaluate.Dense(m), split.Test)
}

// measured refits a model, and compares its latents in held-out bins, encoded and filtered, with the true latents z
// (T,K). It returns the R2 of all groups.
func measured(t *testing.T, res *train.Result, z data.Matrix, split data.Split, steps int,
	sizes layers.Partition) (encoded, filtered float64) {
	t.Helper()
	filter, err := infer.Refit(t.Context(), res, split, steps)
	if err != nil {
		t.Fatal(err)
	}
	mu, _, err := evaluate.Encode(res.Model, res.Samples)
	if err != nil {
		t.Fatal(err)
	}
	told, err := filter.Infer(t.Context(), res)
	if err != nil {
		t.Fatal(err)
	}
	groups := evaluate.Sizes(sizes...)
	r2 := func(m data.Matrix) float64 {
		if i := slices.IndexFunc(m.Data, func(v float32) bool { return v != v }); i >= 0 {
			t.Fatalf("latent %d of bin %d is NaN", i%m.Cols, i/m.Cols)
		}
		got, err := evaluate.LatentR2(held(z, split), held(m, split), groups, groups)
		if err != nil {
			t.Fatal(err)
		}
		return got.R2
	}
	return r2(mu), r2(told)
}

// TestRecommendedDemo checks that the recipe best finds the demo's true groups.
func TestRecommendedDemo(t *testing.T) {
	t.Parallel()
	rec, truth, split := traintest.Demo(t)
	cfg, o := recommended(rec, split, layers.Partition{2, 2})
	start, err := separation.InitFromActivity(cfg, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	o.InitialParams = start.Arrays
	res, err := train.Fit(context.Background(), cfg, rec, split, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	before, err := evaluate.Predict(res.Model, res.Samples, split.Test)
	if err != nil {
		t.Fatal(err)
	}
	encoded, filtered := measured(t, res, truth.Z, split, 5, layers.Partition{2, 2})
	after, err := evaluate.Predict(res.Model, res.Samples, split.Test)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("group R2 encoded %.3f, filtered %.3f; log-likelihood %.2f, after the refit %.2f", encoded, filtered,
		before.LogLikelihood, after.LogLikelihood)
	if !(encoded >= 0.8) || !(filtered >= encoded) || !(after.LogLikelihood >= before.LogLikelihood) {
		t.Errorf("group R2 encoded %.3f, filtered %.3f; log-likelihood %.2f, after the refit %.2f", encoded,
			filtered, before.LogLikelihood, after.LogLikelihood)
	}
}
