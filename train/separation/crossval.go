package separation

import (
	"errors"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// linkBlocks is the number of contiguous blocks that are held out in turn.
const linkBlocks = 20

// penalty is the ridge penalty, for features of variance 1 and a mean squared error.
const penalty = 0.1

// prediction holds how well the features of one component predict all targets: squared errors and squared deviations
// from the training mean. Both are summed over each held-out block and indexed [target][block].
type prediction struct{ errors, deviations [][linkBlocks]float64 }

// predictor fits ridge regressions of a view's targets on the features of one component. It leaves out each block in
// turn, with the rows next to it, and tests the fit on the block. It needs only the moments of the rows between the
// ends of blocks and neighbourhoods, so it reads the rows once.
type predictor struct {
	view        *view
	rows, p, q  int                // numbers of rows, features and targets
	joint       *mat.Dense         // (rows, p+q), features and targets side by side
	ends        []int              // of blocks and their neighbourhoods, ascending
	upTo        []*regress.Moments // the rows before each end
	train, held *regress.Moments   // buffers
	products    *mat.Dense         // buffer (p+q,p+q)
}

func newPredictor(v *view, features int) *predictor {
	rows, q := v.targets.Dims()
	p := &predictor{view: v, rows: rows, p: features, q: q, joint: mat.NewDense(rows, features+q, nil)}
	p.joint.Slice(0, rows, features, features+q).(*mat.Dense).Copy(v.targets)
	for _, e := range edges(rows, linkBlocks) {
		p.ends = append(p.ends, p.before(e), e, p.after(e))
	}
	slices.Sort(p.ends)
	p.ends = slices.Compact(p.ends)
	shift := make([]float64, features+q) // features have mean 0, and targets nearly
	for range p.ends {
		p.upTo = append(p.upTo, regress.NewMoments(shift))
	}
	p.train, p.held = regress.NewMoments(shift), regress.NewMoments(shift)
	p.products = mat.NewDense(features+q, features+q, nil)
	return p
}

func (p *predictor) before(row int) int { return max(0, row-p.view.gap) }

func (p *predictor) after(row int) int { return min(p.rows, row+p.view.gap) }

// predict tests the features (rows,p) of one component.
func (p *predictor) predict(features *mat.Dense) (*prediction, error) {
	p.joint.Slice(0, p.rows, 0, p.p).(*mat.Dense).Copy(features)
	for i := 1; i < len(p.ends); i++ { // no row is before the first end, row 0
		p.upTo[i].CopyFrom(p.upTo[i-1])
		p.upTo[i].Add(p.joint, p.ends[i-1], p.ends[i])
	}
	out := &prediction{errors: make([][linkBlocks]float64, p.q), deviations: make([][linkBlocks]float64, p.q)}
	e := edges(p.rows, linkBlocks)
	for b := range linkBlocks {
		p.held.Reset(p.at(p.after(e[b+1])), p.at(p.before(e[b])))
		p.train.Reset(p.at(p.rows), p.held)
		mean := p.train.Mean()
		p.train.CovarianceTo(p.products, mean)
		w, err := ridge(p.products, p.p)
		if err != nil {
			return nil, err
		}
		p.held.Reset(p.at(e[b+1]), p.at(e[b]))
		p.held.CovarianceTo(p.products, mean)
		out.score(b, p.products, w, p.held.N)
	}
	return out, nil
}

// at returns the moments of the rows before an end.
func (p *predictor) at(end int) *regress.Moments {
	i, _ := slices.BinarySearch(p.ends, end)
	return p.upTo[i]
}

// ridge returns the coefficients (p,q) for the columns from p on, from the covariance s of all columns: (S_ff +
// penalty I)^-1 S_fy.
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
		return nil, errors.New("links: the components are not finite")
	}
	var w mat.Dense
	err := chol.SolveTo(&w, s.Slice(0, p, p, all))
	return &w, err
}

// score adds the errors of a block of n rows with the mean products s about the training mean. For y with
// coefficients w, the mean squared error is S_yy - 2 w'S_fy + w'S_ff w.
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

// r2 returns the R2 of target j over all blocks except one; -1 excludes none.
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
