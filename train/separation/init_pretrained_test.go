package separation_test

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
	"facrnn/train/internal/traintest"
	"facrnn/train/separation"
)

// counted returns spike counts of neurons that record the latents of a Lorenz and a Thomas system, with every second
// bin held out.
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
		Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{3, 3},
		Decoder: layers.LinearDecoder{Link: layers.Softplus}, Terms: graph.Objective(2, 0),
	}
	c.Terms[0].Term = lossterms.Poisson{}
	return c, rec, truth, split
}

// TestCountsFromComponents finds the true groups of latents in counts, from the components of the counts or of a
// model without groups. Filtered latents must be closer to the ground truth than encoded latents, and a refit must
// not reduce the prediction.
func TestCountsFromComponents(t *testing.T) {
	t.Parallel()
	c, rec, truth, split := counted(t)
	fitted := func(o separation.PretrainedOptions) (*separation.Init, error) {
		return separation.InitFromPretrained(context.Background(), c, rec, split, o, time.Now)
	}
	for name, separate := range map[string]func() (*separation.Init, error){
		"counts": func() (*separation.Init,
			error) {
			return separation.InitFromActivity(c, rec, split)
		},
		"a fitted model, JADE and SOBI": func() (*separation.Init,
			error) {
			return fitted(separation.PretrainedOptions{})
		},
		"a fitted model, FastICA": func() (*separation.Init,
			error) {
			return fitted(separation.PretrainedOptions{ICA: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			start, err := separate()
			if err != nil {
				t.Fatal(err)
			}
			res, err := train.Fit(context.Background(), c, rec, split,
				train.Options{Epochs: 200, InitialParams: start.Arrays}, time.Now)
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
			t.Logf("group R2 encoded %.3f, filtered %.3f; bits per spike %.3f, after the refit %.3f", encoded,
				filtered, before.BitsPerSpike, after.BitsPerSpike)
			if !(filtered >= 0.75) || !(filtered >= encoded+0.1) {
				t.Errorf("group R2 encoded %.3f, filtered %.3f", encoded, filtered)
			}
			if !(after.BitsPerSpike >= before.BitsPerSpike-0.01) {
				t.Errorf("the refit reduces bits per spike from %.3f to %.3f", before.BitsPerSpike, after.BitsPerSpike)
			}
		})
	}
}

// TestInitFromPretrainedEnds checks that it ends with its context, and that a model without one matrix A gives an
// error.
func TestInitFromPretrainedEnds(t *testing.T) {
	t.Parallel()
	c, rec, _, split := counted(t)
	over, stop := context.WithCancel(context.Background())
	stop()
	if _, err := separation.InitFromPretrained(over, c, rec, split,
		separation.PretrainedOptions{}, time.Now); err == nil {
		t.Error("a start was found after the context ended")
	}
	c.Decoder = layers.MLPDecoder{Hidden: 4, Link: layers.Softplus}
	if _, err := separation.InitFromPretrained(context.Background(), c, rec, split,
		separation.PretrainedOptions{}, time.Now); err == nil {
		t.Error("an MLP was accepted")
	}
}

// TestInitFromPretrainedOfDefaults checks that a model with the default decoder and terms is accepted.
func TestInitFromPretrainedOfDefaults(t *testing.T) {
	t.Parallel()
	rec, _, split := traintest.Demo(t)
	c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2}}
	start, err := separation.InitFromPretrained(context.Background(), c, rec, split,
		separation.PretrainedOptions{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := train.FromParams(c, rec, train.Options{InitialParams: start.Arrays}); err != nil {
		t.Error(err)
	}
}
