package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
)

// planted is a recording whose latents are known.
type planted struct {
	Data   string `help:"The recording, an .npz file with its truth z, A, B and owner; one is simulated without." placeholder:"FILE"`
	Groups []int  `help:"Sizes of the planted groups, where the file does not say." default:"3,3"`
}

// recording is that of the file, or simulated by the seed.
func (e *planted) recording(seed uint64) (*data.Recording, *simulate.Truth, error) {
	if e.Data == "" {
		return simulate.LorenzThomas(rand.New(rand.NewPCG(seed, 0)))
	}
	truth, err := recordings.Truth(e.Data, e.Groups)
	if err == nil && (truth.A.Empty() || truth.B.Empty()) {
		err = fmt.Errorf("%s: the planted A (N,K) and B (K,N) are missing", e.Data)
	}
	if err != nil {
		return nil, nil, err
	}
	rec, err := recordings.Open(context.Background(), recordings.Flags{Data: e.Data}, nil) // an .npz file, which is read at once, as above
	if err == nil && (rec.Bins() != truth.Z.Rows || rec.Activity.Cols != truth.A.Rows) {
		err = fmt.Errorf("%s: the truth is of %d bins and %d neurons, the activity of %d and %d", e.Data, truth.Z.Rows, truth.A.Rows, rec.Bins(), rec.Activity.Cols)
	}
	return rec, truth, err
}

// held is the held-out rows of a matrix.
func held(m data.Matrix, split data.Split) *mat.Dense {
	return evaluate.Rows(evaluate.Dense(m), split.Test)
}

// recovered compares a fit of a linear model, with latents mu (T,K) in those groups, with what was planted, in the held-out bins.
func recovered(f *fits.Fit, plan *flags.Plan, truth *simulate.Truth, mu data.Matrix, groups evaluate.Groups) (*evaluate.Recovery, error) {
	a, b := evaluate.Weights(f.Result.Model)
	return evaluate.Recover(
		evaluate.Planted{Z: held(truth.Z, plan.Split), A: evaluate.Dense(truth.A), B: evaluate.Dense(truth.B), Groups: evaluate.Sizes(truth.Groups...)},
		evaluate.Found{Mu: held(mu, plan.Split), Filtered: held(f.Filtered, plan.Split), A: a, B: b, RidgeB: f.Ridge.B, Groups: groups},
	)
}
