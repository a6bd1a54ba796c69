package infer

import (
	"context"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// maxChosen is the number of neurons up to which the ridge's penalty is chosen by cross-validation, which takes some
// fifty Cholesky factors of N x N matrices.
const maxChosen = 400

// Ridge returns the encoder that tells filtered latents (T,K) best from the history, by ridge regression on the
// training bins: B is poorly determined where the history varies little, and the penalty settles it. It is chosen by
// blocked cross-validation; beyond 400 neurons it is 3. Of large recordings evenly spaced bins are taken. There is none
// of a model without B: the error is nil then, and so is what is returned.
func Ridge(ctx context.Context, r *train.Result, split data.Split, filtered data.Matrix) (*evaluate.Ridge, error) {
	if r.Model.Matrices().B == nil {
		return nil, nil
	}
	_, h, err := r.Samples.RegressionData(r.Model)
	if err != nil {
		return nil, err
	}
	N := r.Model.Config.Neurons
	rows := regress.Subsample(split.Train, max(MaxRead, MaxEntries/N))
	var penalties []float64
	if N > maxChosen || len(rows) < 10 {
		penalties = []float64{RidgePenalty}
	}
	fit, err := train.Await(ctx, func() (evaluate.Ridge, error) {
		return regress.RidgeB(regress.Rows(filtered.Data, filtered.Cols, rows), regress.Rows(h, N, rows), penalties...)
	})
	if err != nil {
		return nil, err
	}
	return &fit, nil
}

// RidgePenalty is that of the refit.
const RidgePenalty = 3
