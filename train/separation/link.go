package separation

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Links says how well each of K components predicts each other one in bins that were held out. It holds what every
// block of bins adds, so that links without a block cost nothing.
type Links struct {
	k     int
	views [][]*prediction // [view][source]
}

// Link measures the links between components s (T,K). A link from i to j is the held-out R2 of a ridge regression that
// predicts j from i alone, the largest of up to eight: values or squares from values in other bins and their products,
// and slow changes (means over 4, 8, 16 or 32 bins) from another's changes or its state. Every one leaves out 20
// contiguous blocks in turn, and the bins next to them. Source and target never share a bin, so noise that is white in
// time makes no link.
//
// starts are the first rows of stretches, nil for one; scales that stretches or the recording are too short for are
// left out. It fails where there are not bins enough for any.
func Link(s *mat.Dense, starts []int) (*Links, error) {
	bins, _ := s.Dims()
	ss, err := newStretches(starts, bins)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return link(s, ss)
}

func link(s *mat.Dense, ss []stretch) (*Links, error) {
	const fewest = 3 * linkBlocks // a block of fewer rows than three is no test
	_, k := s.Dims()
	l := &Links{k: k}
	for _, v := range views(s, ss) {
		rows, _ := v.targets.Dims()
		if rows < fewest {
			continue
		}
		from := make([]*prediction, k)
		var p *predictor
		for i := range from {
			features := v.source(i)
			if p == nil {
				p = newPredictor(&v, features.RawMatrix().Cols)
			}
			var err error
			if from[i], err = p.predict(features); err != nil {
				return nil, err
			}
		}
		l.views = append(l.views, from)
	}
	if len(l.views) == 0 {
		return nil, fmt.Errorf("links: %d bins in %d stretches are too few to hold any out: give longer stretches, or at least %d bins", total(ss), len(ss), 2*fewest)
	}
	return l, nil
}

// Directed returns the R2 of predicting column j from row i alone (K,K); the diagonal is how well a component predicts
// itself.
func (l *Links) Directed() *mat.Dense { return l.directed(-1) }

// Matrix returns the links without direction (K,K): the better of both, within 0..1, and 1 on the diagonal.
func (l *Links) Matrix() *mat.SymDense { return l.matrix(-1) }

// Without is Matrix from all blocks but one, of 20: a jackknife.
func (l *Links) Without(block int) *mat.SymDense { return l.matrix(block) }

// Self returns the R2 of predicting each component (K) from its own bins around; near 0, it is noise.
func (l *Links) Self() []float64 {
	self := make([]float64, l.k)
	for i := range self {
		self[i] = l.best(l.views[0][i], i, -1)
	}
	return self
}

func (l *Links) directed(without int) *mat.Dense {
	m := mat.NewDense(l.k, l.k, nil)
	for v, from := range l.views {
		for i, p := range from {
			for j := range l.k {
				if r := l.best(p, j, without); v == 0 || r > m.At(i, j) {
					m.Set(i, j, r)
				}
			}
		}
	}
	return m
}

// best returns the better of the predictions of component j: of its value, or of its square where that is a target.
func (l *Links) best(p *prediction, j, without int) float64 {
	r := p.r2(j, without)
	if len(p.errors) == 2*l.k {
		r = max(r, p.r2(l.k+j, without))
	}
	return r
}

func (l *Links) matrix(without int) *mat.SymDense {
	m := l.directed(without)
	c := mat.NewSymDense(l.k, nil)
	for i := range l.k {
		c.SetSym(i, i, 1)
		for j := i + 1; j < l.k; j++ {
			c.SetSym(i, j, min(max(m.At(i, j), m.At(j, i), 0), 1))
		}
	}
	return c
}
