package infer_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/traintest"
)

// TestRefitOfNothing checks that with no steps the model stays as it is.
func TestRefitOfNothing(t *testing.T) {
	c, rec, split := traintest.Small(t)
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 3}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	before := res.Model.Snapshot()
	if _, err := infer.Refit(t.Context(), res, split, 0); err != nil {
		t.Fatal(err)
	}
	for i, p := range res.Model.Params() {
		if !slices.Equal(p.Data, before[i]) {
			t.Errorf("%s has changed", p.Name)
		}
	}
}

// TestRidge checks that latents that the history tells exactly are told from it, on held-out bins; a model without B
// has none.
func TestRidge(t *testing.T) {
	c, rec, split := traintest.Small(t)
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 3}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	filtered := data.NewMatrix(rec.Bins(), c.Structure.Latents())
	_, h, err := res.Samples.RegressionData(res.Model)
	if err != nil {
		t.Fatal(err)
	}
	for i := range filtered.Rows { // latent k is twice the history of neuron k, and 1
		for k := range filtered.Cols {
			filtered.Row(i)[k] = 2*h[i*c.Neurons+k] + 1
		}
	}
	ridge, err := infer.Ridge(t.Context(), res, split, filtered)
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
	held := func(m data.Matrix) *mat.Dense { return evaluate.Rows(evaluate.Dense(m), split.Test) }
	if r2 := evaluate.R2(held(filtered), held(told)); !(r2 >= 0.97) { // what the penalty costs
		t.Errorf("R2 of what the history tells exactly is %.4f", r2)
	}
	c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 3}, layers.MLPDecoder{Hidden: 3}
	res, err = train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if ridge, err := infer.Ridge(t.Context(), res, split, filtered); ridge != nil || err != nil {
		t.Errorf("an mlp has B: %v, %v", ridge, err)
	}
}

// TestMLPIsFiltered checks that latents of an MLP can be filtered, and a refit leaves its parameters.
func TestMLPIsFiltered(t *testing.T) {
	c, rec, split := traintest.Small(t)
	c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 3}, layers.MLPDecoder{Hidden: 3}
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 5}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	filter, err := infer.Refit(t.Context(), res, split, 2)
	if err != nil {
		t.Fatal(err)
	}
	z, err := filter.Infer(t.Context(), res)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range z.Data {
		if v != v {
			t.Fatalf("value %d is NaN", i)
		}
	}
}
