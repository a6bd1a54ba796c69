package components

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// linkBlocks is how many contiguous blocks are held out in turn.
const linkBlocks = 20

// penalty is the ridge's, for features of variance 1 and a mean squared error.
const penalty = 0.1

// prediction is how well one component's features predict all targets: squared errors and squared deviations from the training mean, both
// summed over each held-out block. [target][block].
type prediction struct{ errors, deviations [][linkBlocks]float64 }

// predict fits a ridge regression of the view's targets on the features, without each block and the rows next to it, and tests it on the
// block. All it needs are the moments of the rows between any two ends of blocks, so the rows are gone through once.
func (v *view) predict(features *mat.Dense) (*prediction, error) {
	rows, p := features.Dims()
	_, q := v.targets.Dims()
	joint := mat.NewDense(rows, p+q, nil)
	joint.Slice(0, rows, 0, p).(*mat.Dense).Copy(features)
	joint.Slice(0, rows, p, p+q).(*mat.Dense).Copy(v.targets)
	upTo := cumulative(joint, v.gap)
	between := func(lo, hi int) *moments { return upTo[hi].minus(upTo[lo]) }
	out := &prediction{errors: make([][linkBlocks]float64, q), deviations: make([][linkBlocks]float64, q)}
	e := edges(rows, linkBlocks)
	for b := range linkBlocks {
		near := between(max(0, e[b]-v.gap), min(rows, e[b+1]+v.gap))
		train := upTo[rows].minus(near)
		mean := train.mean()
		w, err := ridge(train.covariance(mean), p)
		if err != nil {
			return nil, err
		}
		out.score(b, between(e[b], e[b+1]).covariance(mean), w, float64(e[b+1]-e[b]))
	}
	return out, nil
}

// cumulative is the moments of all rows before each end of a block and of its neighbourhood.
func cumulative(x *mat.Dense, gap int) map[int]*moments {
	rows, p := x.Dims()
	var ends []int
	for _, e := range edges(rows, linkBlocks) {
		ends = append(ends, max(0, e-gap), e, min(rows, e+gap))
	}
	slices.Sort(ends)
	out := map[int]*moments{}
	running := newMoments(make([]float64, p)) // features have mean 0, targets nearly so
	at := 0
	for _, end := range slices.Compact(ends) {
		running.add(x, at, end)
		at = end
		out[end] = newMoments(running.shift)
		out[end].accumulate(1, running)
	}
	return out
}

// ridge is the coefficients (p,q) of the columns from p on, by the covariance s of all: (S_ff + penalty I)^-1 S_fy.
func ridge(s *mat.Dense, p int) (*mat.Dense, error) {
	_, all := s.Dims()
	gram := mat.NewSymDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			gram.SetSym(i, j, s.At(i, j))
		}
		gram.SetSym(i, i, s.At(i, i)+penalty)
	}
	var chol mat.Cholesky
	if !chol.Factorize(gram) {
		return nil, fmt.Errorf("links: the components are not finite")
	}
	var w mat.Dense
	err := chol.SolveTo(&w, s.Slice(0, p, p, all))
	return &w, err
}

// score keeps the errors of a block of n rows with the mean products s about the training mean: for y with coefficients w, the mean squared
// error is S_yy - 2 w'S_fy + w'S_ff w.
func (o *prediction) score(block int, s, w *mat.Dense, n float64) {
	p, q := w.Dims()
	var sw mat.Dense
	sw.Mul(s.Slice(0, p, 0, p), w)
	for j := range q {
		deviation := s.At(p+j, p+j)
		mse := deviation
		for i := range p {
			mse += w.At(i, j) * (sw.At(i, j) - 2*s.At(i, p+j))
		}
		o.errors[j][block], o.deviations[j][block] = n*mse, n*deviation
	}
}

// r2 is the share of target j that is predicted, over all blocks but one (none: -1).
func (o *prediction) r2(j, without int) float64 {
	var errors, deviations float64
	for b := range linkBlocks {
		if b != without {
			errors += o.errors[j][b]
			deviations += o.deviations[j][b]
		}
	}
	if deviations == 0 {
		return 0
	}
	return 1 - errors/deviations
}
