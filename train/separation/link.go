package separation

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Links says how well each of K components predicts each other component in held-out bins. It keeps the sums of every
// block of bins, so that links without a block cost nothing.
type Links struct {
	k     int
	views [][]*prediction // [view][source]
}

// link measures the links between components s (T,K) in stretches of time. A link from i to j is the held-out R2 of a
// ridge regression that predicts j from i only, the largest of up to eight. Some predict values or squares from
// values in other bins and their products. The others predict slow changes (means over 4, 8, 16 or 32 bins) from
// another component's changes or state. Each regression leaves out 20 contiguous blocks in turn, with the bins next
// to them. Source and target never share a bin, so noise that is white in time makes no link.
//
// Scales that are too long for the stretches or the recording are left out. It returns an error if no scale is
// possible.
func link(s *mat.Dense, ss []stretch) (*Links, error) {
	const minRows = 3 * linkBlocks // a block needs three rows for a test
	_, k := s.Dims()
	l := &Links{k: k}
	for _, v := range views(s, ss) {
		rows, _ := v.targets.Dims()
		if rows < minRows {
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
		return nil, fmt.Errorf("links: %d bins in %d stretches are too few to hold out a part; give longer"+
			" stretches, or at least %d bins", total(ss), len(ss), 2*minRows)
	}
	return l, nil
}

// Matrix returns the links without direction (K,K): the better of both directions, within 0..1, and 1 on the
// diagonal.
func (l *Links) Matrix() *mat.SymDense { return l.matrix(-1) }

// Without returns Matrix from all blocks except one of the 20, for a jackknife.
func (l *Links) Without(block int) *mat.SymDense { return l.matrix(block) }

// Self returns the R2 of predicting each component (K) from its own neighbouring bins. A component with a value near
// 0 is noise.
func (l *Links) Self() []float64 {
	self := make([]float64, l.k)
	for i := range self {
		self[i] = l.best(l.views[0][i], i, -1)
	}
	return self
}

// directed returns the R2 of predicting column j from row i only (K,K), without a block; -1 excludes none. The
// diagonal says how well a component predicts itself.
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

// best returns the better R2 of component j: for its value, or for its square if the square is a target.
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
