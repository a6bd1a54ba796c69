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

// TestRefitWithoutSteps checks that the model does not change.
func TestRefitWithoutSteps(t *testing.T) {
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

// TestRidge checks that latents that the history determines exactly are predicted on held-out bins. A model without B
// gives no ridge.
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
	predicted := data.NewMatrix(rec.Bins(), filtered.Cols)
	for i := range predicted.Rows {
		for k := range predicted.Cols {
			v := ridge.C[k]
			for n := range c.Neurons {
				v += ridge.B.At(k, n) * float64(h[i*c.Neurons+n])
			}
			predicted.Row(i)[k] = float32(v)
		}
	}
	held := func(m data.Matrix) *mat.Dense { return evaluate.Rows(evaluate.Dense(m), split.Test) }
	if r2 := evaluate.R2(held(filtered), held(predicted)); !(r2 >= 0.97) { // the penalty costs a little
		t.Errorf("R2 of latents that the history determines exactly is %.4f, want .97", r2)
	}
	c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 3}, layers.MLPDecoder{Hidden: 3}
	res, err = train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if ridge, err := infer.Ridge(t.Context(), res, split, filtered); ridge != nil || err != nil {
		t.Errorf("an MLP has the ridge %v, %v, want nil", ridge, err)
	}
}

// TestMLPIsFiltered checks that the latents of an MLP can be filtered, and that a refit does not change its
// parameters.
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
