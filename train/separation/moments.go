package separation

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// moments are the sums and products of some rows about a fixed shift (one for all that are added or subtracted, near the mean, so that few
// digits are lost). Held-out blocks and refits are sums and differences of them: the data are gone through once.
type moments struct {
	n     float64
	shift []float64     // p
	sum   []float64     // p
	gram  *mat.SymDense // (p,p)
}

func newMoments(shift []float64) *moments {
	return &moments{shift: shift, sum: make([]float64, len(shift)), gram: mat.NewSymDense(len(shift), nil)}
}

// add takes in the rows lo to hi of x (T,p), a few at a time, so that a large x is not copied.
func (m *moments) add(x *mat.Dense, lo, hi int) {
	const chunk = 512
	p := len(m.shift)
	room := mat.NewDense(min(chunk, max(1, hi-lo)), p, nil)
	for ; lo < hi; lo += chunk {
		rows := min(chunk, hi-lo)
		part := room.Slice(0, rows, 0, p).(*mat.Dense)
		for i := range rows {
			r := part.RawRowView(i)
			floats.SubTo(r, x.RawRowView(lo+i), m.shift)
			floats.Add(m.sum, r)
		}
		regress.Add(m.gram, part)
		m.n += float64(rows)
	}
}

// accumulate adds scale times the sums of others.
func (m *moments) accumulate(scale float64, others ...*moments) {
	for _, o := range others {
		m.n += scale * o.n
		floats.AddScaled(m.sum, scale, o.sum)
		a, b := m.gram.RawSymmetric(), o.gram.RawSymmetric()
		floats.AddScaled(a.Data, scale, b.Data)
	}
}

// copyFrom makes m the rows of o.
func (m *moments) copyFrom(o *moments) {
	m.n = o.n
	copy(m.sum, o.sum)
	m.gram.CopySym(o.gram)
}

// reset makes m the rows of one that are not those of another.
func (m *moments) reset(one, another *moments) {
	m.n = one.n - another.n
	floats.SubTo(m.sum, one.sum, another.sum)
	floats.SubTo(m.gram.RawSymmetric().Data, one.gram.RawSymmetric().Data, another.gram.RawSymmetric().Data)
}

// check reports values that are NaN or infinite.
func (m *moments) check() error {
	if sum := floats.Sum(m.sum) + mat.Trace(m.gram); math.IsNaN(sum) || math.IsInf(sum, 0) {
		return errors.New("the activity holds NaN or infinite values: fill or cut them out first")
	}
	return nil
}

// mean is the mean of the rows (p).
func (m *moments) mean() []float64 {
	mu := slices.Clone(m.shift)
	floats.AddScaled(mu, 1/m.n, m.sum)
	return mu
}

// covariance is the mean of (x - about)(x - about)' over the rows (p,p); about their own mean, it is the covariance.
func (m *moments) covariance(about []float64) *mat.Dense {
	s := mat.NewDense(len(m.shift), len(m.shift), nil)
	m.covarianceTo(s, about)
	return s
}

func (m *moments) covarianceTo(s *mat.Dense, about []float64) {
	p := len(m.shift)
	d := make([]float64, p) // how far about lies from the shift
	floats.SubTo(d, about, m.shift)
	gram := m.gram.RawSymmetric()
	for i := range p {
		row, g := s.RawRowView(i), gram.Data[i*gram.Stride:]
		for j := i; j < p; j++ {
			row[j] = (g[j]-m.sum[i]*d[j]-d[i]*m.sum[j])/m.n + d[i]*d[j]
		}
	}
	for i := range p {
		row := s.RawRowView(i)
		for j := range i {
			row[j] = s.At(j, i)
		}
	}
}

// without is the mean and covariance of the rows of m that are not those of part. A channel that is all but silent outside the part keeps the
// variance that it has in all rows: it must not be taken for one without noise, which the part would contradict by millions of nats.
func (m *moments) without(part *moments) (mean []float64, s *mat.Dense) {
	const silent = 1e-3
	rest := newMoments(m.shift)
	rest.reset(m, part)
	mean = rest.mean()
	s = rest.covariance(mean)
	for i := range mean {
		d := m.sum[i] / m.n
		if all := m.gram.At(i, i)/m.n - d*d; s.At(i, i) < silent*all {
			s.Set(i, i, all)
		}
	}
	return mean, s
}

// momentsOf is the moments of all rows of x.
func momentsOf(x *mat.Dense) *moments {
	n, _ := x.Dims()
	m := newMoments(evaluate.Means(x))
	m.add(x, 0, n)
	return m
}

// standardize takes the mean off each column of x and divides it by its standard deviation, in place; a column that never changes is 0.
func standardize(x *mat.Dense) {
	n, p := x.Dims()
	mu, square := evaluate.Means(x), make([]float64, p)
	for t := range n {
		r := x.RawRowView(t)
		for j := range r {
			r[j] -= mu[j]
			square[j] += r[j] * r[j]
		}
	}
	for j, s := range square {
		square[j] = 1
		if s > 0 {
			square[j] = math.Sqrt(float64(n) / s)
		}
	}
	for t := range n {
		floats.Mul(x.RawRowView(t), square)
	}
}
