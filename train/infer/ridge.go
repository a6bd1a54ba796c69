package infer

import (
	"context"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// maxCrossValidated is the largest number of neurons for which cross-validation chooses the penalty, because it needs
// some fifty Cholesky factors of N x N matrices.
const maxCrossValidated = 400

// Ridge fits the encoder that predicts filtered latents (T,K) best from the history, by ridge regression on the
// training bins. B is poorly determined if the history varies little, and the penalty makes it unique. Blocked
// cross-validation chooses the penalty; above 400 neurons it is 3. From large recordings, evenly spaced bins are
// taken. For a model without B, it returns nil and no error.
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
	if N > maxCrossValidated || len(rows) < 10 {
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

// RidgePenalty is the penalty on B in a refit.
const RidgePenalty = 3
