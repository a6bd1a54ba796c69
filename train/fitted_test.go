package train_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	lossterms "facrnn/losses"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// counted is spike counts of neurons that see the latents of a Lorenz and a Thomas system, with every second bin held out.
func counted(t *testing.T) (graph.Config, *data.Recording, *simulate.Truth, data.Split) {
	t.Helper()
	random := rand.New(rand.NewPCG(0, 0))
	_, planted, err := simulate.LorenzThomas(random)
	if err != nil {
		t.Fatal(err)
	}
	rec, truth, err := simulate.Counts(planted.Z, planted.Groups, simulate.CountsOptions{Rate: 4}, random)
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitInterleaved}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := graph.Config{
		Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{3, 3}, Decoder: layers.LinearDecoder{Link: layers.Softplus}, Terms: graph.Objective(2, 0),
	}
	c.Observe(lossterms.Poisson{})
	return c, rec, truth, split
}

// TestCountsFromComponents: from separated components, of the counts themselves or of a model without groups, the planted groups of latents are found in counts; filtered latents are nearer to the
// truth than encoded ones, and a refit loses nothing of the prediction.
func TestCountsFromComponents(t *testing.T) {
	c, rec, truth, split := counted(t)
	fitted := func(o train.FittedOptions) (*train.SeparatedStart, error) {
		return train.SeparateFitted(context.Background(), c, rec, split, o, time.Now)
	}
	for name, separate := range map[string]func() (*train.SeparatedStart, error){
		"counts":                        func() (*train.SeparatedStart, error) { return train.Separate(c, rec, split) },
		"a fitted model, JADE and SOBI": func() (*train.SeparatedStart, error) { return fitted(train.FittedOptions{}) },
		"a fitted model, FastICA":       func() (*train.SeparatedStart, error) { return fitted(train.FittedOptions{ICA: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			start, err := separate()
			if err != nil {
				t.Fatal(err)
			}
			res, err := train.Fit[float32](context.Background(), c, rec, split, train.Options{Epochs: 200, Start: start.Arrays}, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			before, err := evaluate.Predict(res.Model, res.Samples, split.Test)
			if err != nil {
				t.Fatal(err)
			}
			encoded, filtered := measured(t, res, truth.Z, split, 3, layers.Partition{3, 3})
			after, err := evaluate.Predict(res.Model, res.Samples, split.Test)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("group R2 encoded %.3f, filtered %.3f; bits per spike %.3f, after the refit %.3f", encoded, filtered, before.BitsPerSpike, after.BitsPerSpike)
			if !(filtered >= 0.75) || !(filtered >= encoded+0.1) {
				t.Errorf("group R2 encoded %.3f, filtered %.3f", encoded, filtered)
			}
			if !(after.BitsPerSpike >= before.BitsPerSpike-0.01) {
				t.Errorf("bits per spike fell from %.3f to %.3f by the refit", before.BitsPerSpike, after.BitsPerSpike)
			}
		})
	}
}

// TestSeparateFittedEnds with its context, and refuses what has no one matrix A.
func TestSeparateFittedEnds(t *testing.T) {
	c, rec, _, split := counted(t)
	over, stop := context.WithCancel(context.Background())
	stop()
	if _, err := train.SeparateFitted(over, c, rec, split, train.FittedOptions{}, time.Now); err == nil {
		t.Error("a start was found after the end")
	}
	c.Decoder = layers.MLPDecoder{Hidden: 4, Link: layers.Softplus}
	if _, err := train.SeparateFitted(context.Background(), c, rec, split, train.FittedOptions{}, time.Now); err == nil {
		t.Error("components of an mlp")
	}
}

// TestSeparateFittedOfDefaults: a model whose decoder and terms are not named has one matrix A too.
func TestSeparateFittedOfDefaults(t *testing.T) {
	rec, _, split := demoRecording(t)
	c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2}}
	start, err := train.SeparateFitted(context.Background(), c, rec, split, train.FittedOptions{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := train.Untrained[float32](c, rec, train.Options{Start: start.Arrays}); err != nil {
		t.Error(err)
	}
}

// TestRidge: latents that the history tells exactly are told from it, on held-out bins; a model without B has none.
func TestRidge(t *testing.T) {
	c, rec, split := small(t)
	res, err := train.Fit[float32](context.Background(), c, rec, split, train.Options{Epochs: 3}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	filtered := data.NewMatrix(rec.Bins(), c.Structure.Latents())
	_, h, err := res.Samples.Linear(res.Model)
	if err != nil {
		t.Fatal(err)
	}
	for i := range filtered.Rows { // latent k is twice the history of neuron k, and 1
		for k := range filtered.Cols {
			filtered.Row(i)[k] = 2*h[i*c.Neurons+k] + 1
		}
	}
	ridge, err := train.Ridge(t.Context(), res, split, filtered)
	if err != nil {
		t.Fatal(err)
	}
	told := data.NewMatrix(rec.Bins(), filtered.Cols)
	for i := range told.Rows {
		for k := range told.Cols {
			v := ridge.C[k]
			for n := range c.Neurons {
				v += ridge.B.At(k, n) * float64(h[i*c.Neurons+n])
			}
			told.Row(i)[k] = float32(v)
		}
	}
	if r2 := evaluate.R2(held(filtered, split), held(told, split)); !(r2 >= 0.97) { // what the penalty costs
		t.Errorf("R2 of what the history tells exactly is %.4f", r2)
	}
	c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 3}, layers.MLPDecoder{Hidden: 3}
	res, err = train.Fit[float32](context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if ridge, err := train.Ridge(t.Context(), res, split, filtered); ridge != nil || err != nil {
		t.Errorf("an mlp has B: %v, %v", ridge, err)
	}
}

// TestMLPIsFiltered: latents of an MLP can be filtered, and a refit leaves its parameters.
func TestMLPIsFiltered(t *testing.T) {
	c, rec, split := small(t)
	c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 3}, layers.MLPDecoder{Hidden: 3}
	res, err := train.Fit[float32](context.Background(), c, rec, split, train.Options{Epochs: 5}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := train.Refit(t.Context(), res, split, 2)
	if err != nil {
		t.Fatal(err)
	}
	z, err := train.Filtered(t.Context(), res, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range z.Data {
		if v != v {
			t.Fatalf("value %d is NaN", i)
		}
	}
}
