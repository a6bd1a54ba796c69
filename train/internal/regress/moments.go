package regress

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Moments holds the sums and products of some rows about a shift. All moments that are added or subtracted must have
// the same shift. A shift near the mean avoids the loss of digits. Held-out blocks and refits are sums and
// differences of moments, so the data are read once.
type Moments struct {
	N     float64       // rows
	shift []float64     // p
	sum   []float64     // p
	Gram  *mat.SymDense // (p,p)
}

// NewMoments returns the moments of no rows, about a shift (p).
func NewMoments(shift []float64) *Moments {
	return &Moments{shift: shift, sum: make([]float64, len(shift)), Gram: mat.NewSymDense(len(shift), nil)}
}

// Add adds the rows lo to hi of x (T,p), some at a time, so that a large x is not copied.
func (m *Moments) Add(x *mat.Dense, lo, hi int) {
	const chunk = 512
	p := len(m.shift)
	buffer := mat.NewDense(min(chunk, max(1, hi-lo)), p, nil)
	for ; lo < hi; lo += chunk {
		rows := min(chunk, hi-lo)
		part := buffer.Slice(0, rows, 0, p).(*mat.Dense)
		for i := range rows {
			r := part.RawRowView(i)
			floats.SubTo(r, x.RawRowView(lo+i), m.shift)
			floats.Add(m.sum, r)
		}
		Add(m.Gram, part)
		m.N += float64(rows)
	}
}

// Accumulate adds scale times the sums of others.
func (m *Moments) Accumulate(scale float64, others ...*Moments) {
	for _, o := range others {
		m.N += scale * o.N
		floats.AddScaled(m.sum, scale, o.sum)
		a, b := m.Gram.RawSymmetric(), o.Gram.RawSymmetric()
		floats.AddScaled(a.Data, scale, b.Data)
	}
}

// CopyFrom sets m to the rows of o.
func (m *Moments) CopyFrom(o *Moments) {
	m.N = o.N
	copy(m.sum, o.sum)
	m.Gram.CopySym(o.Gram)
}

// Reset sets m to the rows of all except the rows of part.
func (m *Moments) Reset(all, part *Moments) {
	m.N = all.N - part.N
	floats.SubTo(m.sum, all.sum, part.sum)
	floats.SubTo(m.Gram.RawSymmetric().Data, all.Gram.RawSymmetric().Data, part.Gram.RawSymmetric().Data)
}

// Check returns an error if a value is NaN or infinite.
func (m *Moments) Check() error {
	if sum := floats.Sum(m.sum) + mat.Trace(m.Gram); math.IsNaN(sum) || math.IsInf(sum, 0) {
		return errors.New("the activity has NaN or infinite values; fill them or leave them out")
	}
	return nil
}

// Mean returns the mean of the rows (p).
func (m *Moments) Mean() []float64 {
	mu := slices.Clone(m.shift)
	floats.AddScaled(mu, 1/m.N, m.sum)
	return mu
}

// Covariance returns the mean of (x - about)(x - about)' over the rows (p,p). With their mean as about, it is the
// covariance.
func (m *Moments) Covariance(about []float64) *mat.Dense {
	s := mat.NewDense(len(m.shift), len(m.shift), nil)
	m.CovarianceTo(s, about)
	return s
}

// CovarianceTo writes Covariance to s (p,p).
func (m *Moments) CovarianceTo(s *mat.Dense, about []float64) {
	p := len(m.shift)
	d := make([]float64, p) // distance of about from the shift
	floats.SubTo(d, about, m.shift)
	gram := m.Gram.RawSymmetric()
	for i := range p {
		row, g := s.RawRowView(i), gram.Data[i*gram.Stride:]
		for j := i; j < p; j++ {
			row[j] = (g[j]-m.sum[i]*d[j]-d[i]*m.sum[j])/m.N + d[i]*d[j]
		}
	}
	for i := range p {
		row := s.RawRowView(i)
		for j := range i {
			row[j] = s.At(j, i)
		}
	}
}

// Without returns the mean and covariance of the rows of m except the rows of part. A channel that is nearly silent
// outside the part keeps its variance over all rows. Otherwise it would count as a channel without noise, and the
// part would have a likelihood millions of nats too low.
func (m *Moments) Without(part *Moments) (mean []float64, s *mat.Dense) {
	const silent = 1e-3
	rest := NewMoments(m.shift)
	rest.Reset(m, part)
	mean = rest.Mean()
	s = rest.Covariance(mean)
	for i := range mean {
		d := m.sum[i] / m.N
		if all := m.Gram.At(i, i)/m.N - d*d; s.At(i, i) < silent*all {
			s.Set(i, i, all)
		}
	}
	return mean, s
}

// MomentsOf returns the moments of all rows of x.
func MomentsOf(x *mat.Dense) *Moments {
	n, _ := x.Dims()
	m := NewMoments(Means(x))
	m.Add(x, 0, n)
	return m
}
