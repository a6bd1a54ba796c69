//go:build slow

package evaluate_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/sharedtest"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/regress"
)

// TestLorenzThomas fits the authors' synthetic data with the paper's settings. Some random starts end in a local
// minimum (the paper shows one in ten). The training loss identifies them, so the best of eight restarts must reach
// the paper's values.
func TestLorenzThomas(t *testing.T) {
	path := sharedtest.File(t, "data/lorenz_thomas.npz")
	rec, err := npz.Recording(path, data.Selection{Input: "input"})
	if err != nil {
		t.Fatal(err)
	}
	truth, err := npz.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitInterleaved}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := graph.Config{Neurons: 20, Bins: len(split.Train), Input: true, Structure: layers.Partition{3, 3},
		Terms: graph.Objective(20, 0)}
	for seed := range uint64(3) {
		began := time.Now()
		res, err := train.Fit(context.Background(), cfg, rec, split,
			train.Options{Epochs: 5000, Optimizer: train.AdamW, Restarts: 8, Threads: 2, Seed: 10 * seed}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		f := recovery(t, res, rec, split, truth)
		t.Logf("seed %d: losses %.2f, group R2 %.3f (filtered %.3f), sub-connectivity correlation %.3f (by ridge"+
			" %.3f, lambda %g), %.0f s", seed,
			res.Losses, f.encoded, f.filtered, f.sub, f.ridge, f.penalty, time.Since(began).Seconds())
		if !(f.encoded >= 0.92) || !(f.sub >= 0.89) {
			t.Errorf("seed %d: group R2 %.3f and sub-connectivity correlation %.3f, want .92 and .89", seed,
				f.encoded, f.sub)
		}
		// Measured: filtered .962 to .976. The penalty that predicts best is not the best one for the connectivity,
		// which is 3; B by ridge then reaches .922 to .935. The chosen penalty may lose at most .01 against the fit's
		// own B.
		if !(f.filtered >= 0.95) || !(f.ridge >= f.sub-0.01) {
			t.Errorf("seed %d: filtered group R2 %.3f, want .95; sub-connectivity correlation by ridge %.3f, want"+
				" %.3f", seed, f.filtered, f.ridge, f.sub)
		}
	}
}

// found says how well the true latents were recovered in the held-out bins, and the connectivity.
type found struct {
	encoded, filtered float64 // group latent R2
	// correlation of the sub-connectivities, with the fit's B and with B by ridge regression
	sub, ridge, penalty float64
}

func recovery(t *testing.T, res *train.Result, rec *data.Recording, split data.Split,
	truth map[string]npz.Array) found {
	matrix := func(name string) *mat.Dense {
		v, err := truth[name].Float64s()
		check(t, err)
		return mat.NewDense(truth[name].Shape[0], truth[name].Shape[1], v)
	}
	mu, _, err := evaluate.Encode(res.Model, res.Samples)
	check(t, err)
	filter, err := infer.Refit(t.Context(), res, split, 0)
	check(t, err)
	filtered, err := filter.Infer(t.Context(), res)
	check(t, err)
	ridge, err := infer.Ridge(t.Context(), res, split, filtered)
	check(t, err)

	a, b := evaluate.Weights(res.Model)
	groups := evaluate.Sizes(3, 3)
	z := evaluate.Rows(matrix("z"), split.Test)
	trueWs := evaluate.SubConnectivities(matrix("A"), matrix("B"), groups)
	latents := func(estimate data.Matrix) float64 {
		r2, err := evaluate.LatentR2(z, evaluate.Rows(evaluate.Dense(estimate), split.Test), groups, groups)
		check(t, err)
		return r2.R2
	}
	correlation := func(b *mat.Dense) float64 {
		s, _, err := evaluate.SubConnectivity(trueWs, evaluate.SubConnectivities(a, b, groups))
		check(t, err)
		return s.Correlation
	}
	return found{encoded: latents(mu), filtered: latents(filtered), sub: correlation(b), ridge: correlation(ridge.B),
		penalty: ridge.Penalty}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestReach fits the monkey data at the paper's settings. All latents together must predict the hand, whose movement
// is not used in training.
func TestReach(t *testing.T) {
	rec, err := npz.Recording(sharedtest.File(t, "data/reach.npz"), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitTrials}, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	cfg := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2},
		Terms:   graph.Objective(2, 0),
		Decoder: layers.LinearDecoder{Link: layers.ReLU}, History: layers.History{Padding: layers.PadFirst}}
	for seed := range uint64(2) {
		res, err := train.Fit(context.Background(), cfg, rec, split, train.Options{Epochs: 1000, Seed: seed}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		mu, _, err := evaluate.Encode(res.Model, res.Samples)
		check(t, err)
		z, hand := evaluate.Cumulative(evaluate.Dense(mu), rec.Trial),
			evaluate.Cumulative(evaluate.Dense(rec.Behavior), rec.Trial)
		a, err := regress.LeastSquares(z, hand)
		check(t, err)
		joint := evaluate.R2(hand, a.Apply(z))
		turned, err := evaluate.HandR2(evaluate.Dense(mu), evaluate.Dense(rec.Behavior), rec.Trial,
			evaluate.Sizes(2, 2))
		check(t, err)
		var byAngle []float64
		for _, r := range turned {
			byAngle = append(byAngle, r.R2)
		}
		last := res.Rows[len(res.Rows)-1]
		t.Logf("seed %d: joint R2 on the hand %.3f, by groups and angle %.3f, partial correlation %.3f, held-out %.3f",
			seed, joint, byAngle, last.Train.Terms[2], last.Test.Terms[2])
		if !(joint >= 0.70) {
			t.Errorf("seed %d: joint R2 on the hand is %.3f, want .70", seed, joint)
		}
	}
}
