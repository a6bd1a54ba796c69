package separation

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/regress"
)

// regressOut takes what measured inputs u (n,P) explain of activity x (n,N), complete, out of it: D u, which is
// regressed in the rows places, with an offset and, where h is not nil, beside the history h (n,N) with the penalty of
// B. It returns D (N,P). A ridge of a millionth of their variance settles inputs that are not independent of one
// another; of an input that never changes there, D is 0.
func regressOut(x, u, h *mat.Dense, places []int) (*mat.Dense, error) {
	in, out := regress.Centred(evaluate.Rows(u, places)), regress.Centred(evaluate.Rows(x, places))
	// what the history does not say of u: the regression beside h is that on it (Frisch and Waugh 1933), with the
	// penalty too
	alone := in
	if h != nil {
		past := regress.Centred(evaluate.Rows(h, places))
		told, err := regress.RidgeB(in, past, infer.RidgePenalty)
		if err != nil {
			return nil, err
		}
		alone = new(mat.Dense)
		alone.Mul(past, told.B.T())
		alone.Sub(in, alone)
	}
	_, P := in.Dims()
	var product, cross, dt, driven mat.Dense
	product.Mul(alone.T(), in)
	cov := mat.NewSymDense(P, nil)
	regress.Symmetric(cov, &product)
	for p := range P {
		for q := p; q < P; q++ {
			cov.SetSym(p, q, cov.At(p, q)/float64(len(places)))
		}
		cov.SetSym(p, p, cov.At(p, p)*(1+1e-6)+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return nil, errors.New("the drive's covariance is not positive definite: leave out columns that are the same")
	}
	cross.Mul(alone.T(), out)
	cross.Scale(1/float64(len(places)), &cross)
	if err := chol.SolveTo(&dt, &cross); err != nil {
		var condition mat.Condition
		if !errors.As(err, &condition) {
			return nil, fmt.Errorf("solving for D: %w", err)
		}
	}
	driven.Mul(u, &dt)
	x.Sub(x, &driven)
	return mat.DenseCopyOf(dt.T()), nil
}

// RemoveInput is c with what its history is to leave out of a drive, E' (P,N) in c.LeftOut, and the means that then
// stand for missing values; c as it is where the history keeps all, or where there is no drive that is added to the
// activity. Behind a link it keeps all: of counts, which a drive multiplies, no history is better for taking something
// away from them (five simulations: group R2 of what is encoded .44 against .54). It is ours, not the paper's, which
// has no drive.
//
// In the model's own terms neurons pass on what an input does to them like anything else, and the history is of all of
// their activity. Where the latents know nothing of the input, that history has it for noise, and no term of u beside B
// h could take it out again: sigma saturates. The history of what a regression on u leaves of the activity has none of
// it. Of the two, that is taken which tells the activity of the next bin better in the training bins, beside u itself;
// both have as many coefficients. It is found once, and not trained: training would let it, or D with it, drift.
func RemoveInput(c graph.Config, rec *data.Recording, split data.Split) (graph.Config, error) {
	if c.Drive == 0 || layers.LinkOf(c.Decoder) != layers.Identity {
		return c, nil
	}
	all, err := loadInitData(c, rec, split)
	if err != nil {
		return c, err
	}
	e, err := regressOut(mat.DenseCopyOf(all.x), all.u, nil, all.places)
	if err != nil {
		return c, err
	}
	leaving := c
	leaving.LeftOut = nil
	for _, v := range regress.Flat(e.T()) {
		leaving.LeftOut = append(leaving.LeftOut, float32(v))
	}
	if c.Missing != nil {
		leaving.Missing = graph.NewMissing(leaving, rec, split.Train)
	}
	less, err := loadInitData(leaving, rec, split)
	if err != nil {
		return c, err
	}
	var left [2]float64 // of the activity, by the history of all and of less
	for i, l := range []*initData{all, less} {
		if _, err := regressOut(l.x, l.u, l.h, l.places); err != nil {
			return c, err
		}
		if left[i], err = residualLogNorm(l.x, l.h, l.places); err != nil {
			return c, err
		}
	}
	if left[1] < left[0] {
		return leaving, nil
	}
	return c, nil
}

// residualLogNorm is how little a history h (n,N) tells of activity x (n,N): the sum over channels, or a hundred of
// them, of ln of what a regression leaves of each.
func residualLogNorm(x, h *mat.Dense, places []int) (sum float64, err error) {
	out, in := evenly(regress.Centred(evaluate.Rows(x, places)), 100), regress.Centred(evaluate.Rows(h, places))
	b, err := regress.RidgeB(out, in, infer.RidgePenalty)
	if err != nil {
		return 0, err
	}
	var told mat.Dense
	told.Mul(in, b.B.T())
	out.Sub(out, &told)
	_, cols := out.Dims()
	for n := range cols {
		if v := mat.Norm(out.ColView(n), 2); v > 0 { // not of a channel that never changes
			sum += math.Log(v)
		}
	}
	return sum, nil
}

// rowsOrNil returns some rows of x; nil where x is.
func rowsOrNil(x *mat.Dense, rows []int) *mat.Dense {
	if x == nil {
		return nil
	}
	return evaluate.Rows(x, rows)
}
