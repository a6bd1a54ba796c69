package train_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	lossterms "facrnn/losses"
	"facrnn/train"
	"facrnn/train/evaluate"
)

func TestBest(t *testing.T) {
	path := "../../shared/data/lorenz_thomas.npz"
	if _, err := os.Stat(path); err != nil {
		t.Skip()
	}
	rec, err := npz.Recording(path, data.Selection{Input: "input"})
	if err != nil {
		t.Fatal(err)
	}
	truth, _ := npz.Load(path)
	zt, _ := truth["z"].Matrix()
	for _, kind := range []data.SplitKind{data.SplitInterleaved, data.SplitBlocks} {
		split, err := data.NewSplit(rec, data.SplitOptions{Kind: kind}, nil)
		if err != nil {
			t.Fatal(err)
		}
		cfg := graph.Config{Neurons: 20, Bins: len(split.Train), Input: true, Structure: layers.Partition{3, 3}, Terms: graph.Objective(10, 0), LatentStd: layers.FixedStd{-1.6094, -1.6094, -1.6094, -1.6094, -1.6094, -1.6094}}
		cfg.Terms[2].Term = lossterms.PartialCorrelation{Estimator: lossterms.Standardized{}}
		cfg.Terms[2].From = new(50.0)
		began := time.Now()
		s, err := train.Separate(cfg, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("separate", time.Since(began))
		for seed := range uint64(5) {
			began = time.Now()
			steps := (len(split.Train) + 255) / 256
			res, err := train.Fit[float32](context.Background(), cfg, rec, split, train.Options{Epochs: 2000 / steps, Batch: 256, Rate: 5e-3, Schedule: train.Cosine, Optimizer: train.AdamW, Seed: seed, Start: s.Arrays}, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			show := func(what string, mu data.Matrix) {
				r, err := evaluate.LatentR2(evaluate.Rows(evaluate.Dense(zt), split.Test), evaluate.Rows(evaluate.Dense(mu), split.Test), evaluate.Groups{{0, 1, 2}, {3, 4, 5}}, evaluate.Groups{{0, 1, 2}, {3, 4, 5}})
				fmt.Printf("%s %v seed %d %.4f %v\n", kind, what, seed, r.R2, err)
			}
			mu, _, _ := evaluate.Encode(res.Model, res.Samples)
			show("trained", mu)
			m0, err := train.Refit(res, split, 0)
			if err != nil {
				t.Fatal(err)
			}
			z, _ := train.Filtered(res, m0)
			show("filtered", z)
			m, err := train.Refit(res, split, 5)
			if err != nil {
				t.Fatal(err)
			}
			mu, _, _ = evaluate.Encode(res.Model, res.Samples)
			show("EM5", mu)
			z, _ = train.Filtered(res, m)
			show("EM5 filtered", z)
			fmt.Println(took, time.Since(began))
		}
	}
}
