package separation_test

import (
	"context"
	"math"
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
	"facrnn/train/separation"
)

// dispersed fits counts of the given dispersion with an observation model, from separated components. It returns the
// prediction of the held-out quarter, the mean learned dispersion, and the group R2 of filtered latents.
func dispersed(t *testing.T, dispersion float64, o lossterms.Observation) (p evaluate.Prediction,
	learned, filtered float64) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	_, planted, err := simulate.LorenzThomas(random)
	if err != nil {
		t.Fatal(err)
	}
	rec, truth, err := simulate.Counts(planted.Z, planted.Groups,
		simulate.CountsOptions{Rate: 4, Dispersion: dispersion}, random)
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitBlocks}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := graph.Config{
		Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{3, 3},
		Decoder: layers.LinearDecoder{Link: layers.Softplus}, Terms: graph.Objective(2, 0),
	}
	c.Observe(o)
	start, err := separation.InitFromActivity(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	res, err := train.Fit(context.Background(), c, rec, split,
		train.Options{Epochs: 60, Rate: 5e-3, InitialParams: start.Arrays}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = evaluate.Predict(res.Model, res.Samples, split.Test); err != nil {
		t.Fatal(err)
	}
	if a := res.Model.Param(o.Param()); a != nil {
		for _, l := range a.Data {
			learned += math.Exp(float64(l)) / float64(len(a.Data))
		}
	}
	_, filtered = measured(t, res, truth.Z, split, 3, layers.Partition{3, 3})
	return p, learned, filtered
}

// TestNegativeBinomialFit fits counts that vary more than Poisson counts. The negative binomial model must have a
// higher held-out likelihood than Poisson. It must learn at least the simulated dispersion, because unexplained rates
// add to it. Filtered latents must be about as good; .05 is the variation from the simulation's noise.
func TestNegativeBinomialFit(t *testing.T) {
	t.Parallel()
	poisson, _, before := dispersed(t, 0.5, lossterms.Poisson{})
	binomial, learned, after := dispersed(t, 0.5, lossterms.NegativeBinomial{})
	t.Logf("log-likelihood %.2f, with Poisson %.2f nats per bin; dispersion %.2f; bits per spike %.3f and %.3f;"+
		" filtered group R2 %.3f and %.3f",
		binomial.LogLikelihood, poisson.LogLikelihood, learned, binomial.BitsPerSpike,
		poisson.BitsPerSpike, after, before)
	if !(binomial.LogLikelihood >= poisson.LogLikelihood+10) {
		t.Errorf("the log-likelihood is %.3f nats per bin of 50 neurons, and %.3f with Poisson",
			binomial.LogLikelihood, poisson.LogLikelihood)
	}
	if !(learned >= 0.5 && learned <= 1) {
		t.Errorf("the dispersion is %.3f, want at least the simulated .5", learned)
	}
	if !(after >= before-0.05) {
		t.Errorf("filtered latents have a group R2 of %.3f, and %.3f with Poisson", after, before)
	}
}
