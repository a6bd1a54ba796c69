package separation

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/train/internal/regress"
)

// view is one way to predict components from one another: rows of bins, features of any one component, and targets of
// every component. Source and target never share a bin, because the noise of a bin is in all components.
type view struct {
	gap     int                    // rows left out around a held-out block, because features reach this far
	targets *mat.Dense             // (rows, q K): first target of all components, then any second target
	source  func(k int) *mat.Dense // (rows, features) of component k, standardized
}

// views returns all views with enough bins: level, and differences and velocity at each scale.
func views(s *mat.Dense, ss []stretch) []view {
	s = clipped(s)
	bins, _ := s.Dims()
	var out []view
	if v, ok := level(s, ss); ok {
		out = append(out, v)
	}
	for _, h := range []int{4, 8, 16, 32} {
		if bins < 40*h {
			continue
		}
		c := newScale(s, ss, h)
		if v, ok := c.differences(); ok {
			out = append(out, v)
		}
		if v, ok := c.velocity(); ok && h >= 8 {
			out = append(out, v)
		}
	}
	return out
}

// extreme is the limit of values, in standard deviations. Products of values are features, and outliers would
// dominate them.
const extreme = 3

// clipped returns components in units of their standard deviation, within +-extreme.
func clipped(s *mat.Dense) *mat.Dense {
	bins, k := s.Dims()
	out := mat.NewDense(bins, k, nil)
	for j := range k {
		col := mat.Col(nil, j, s)
		scaleAndClip(col)
		out.SetCol(j, col)
	}
	return out
}

// scaleAndClip divides x by its standard deviation without subtracting its mean, and clips it.
func scaleAndClip(x []float64) {
	std := stat.PopStdDev(x, nil)
	for i, v := range x {
		if std > 0 {
			v /= std
		}
		x[i] = min(max(v, -extreme), extreme)
	}
}

// level predicts a component, and its square, from another component's values up to 8 bins before and after, and
// their products. If fewer than half of the bins have these neighbours in their stretch, it uses a shorter distance.
func level(s *mat.Dense, ss []stretch) (view, bool) {
	bins, k := s.Dims()
	for reach := 8; reach >= 1; reach /= 2 {
		rows := inner(ss, reach)
		if 2*len(rows) < bins {
			continue
		}
		var lags []int
		for l := 1; l <= reach; l *= 2 {
			lags = append(lags, -l, l)
		}
		v := view{gap: reach, targets: mat.NewDense(len(rows), 2*k, nil)}
		for i, t := range rows {
			for j, x := range s.RawRowView(t) {
				v.targets.Set(i, j, x)
				v.targets.Set(i, k+j, x*x)
			}
		}
		v.source = func(j int) *mat.Dense {
			return quadratic(len(rows), len(lags), func(i int, dst []float64) {
				for l, lag := range lags {
					dst[l] = s.At(rows[i]+lag, j)
				}
			})
		}
		return v, true
	}
	return view{}, false
}

// inner returns the bins whose stretch holds all bins up to reach before and after them.
func inner(ss []stretch, reach int) []int {
	var rows []int
	for _, s := range ss {
		for t := s.first + reach; t < s.end-reach; t++ {
			rows = append(rows, t)
		}
	}
	return rows
}

// quadratic returns the features x and all their products, standardized. value writes the x of row i.
func quadratic(rows, n int, value func(i int, x []float64)) *mat.Dense {
	f := mat.NewDense(rows, n+n*(n+1)/2, nil)
	for i := range rows {
		r := f.RawRowView(i)
		value(i, r[:n])
		multiplyPairs(r[n:], r[:n])
	}
	standardize(f)
	return f
}

// scale holds components averaged over windows of h bins to the left and to the right of a time: the difference of
// the two means (Haar's wavelet) and the mean of both. Source values come from every second bin, and targets from the
// bins between.
type scale struct {
	h, bins int
	half    []stretch   // of times whose windows lie in one stretch
	diff    [][]float64 // (K, times) of the sources
	mean    [][]float64 // (K, times) of the sources
	target  *mat.Dense  // (times, K) differences
}

func newScale(s *mat.Dense, ss []stretch, h int) *scale {
	bins, k := s.Dims()
	c := &scale{h: h, bins: bins, diff: make([][]float64, k), mean: make([][]float64, k)}
	times := 0
	for _, r := range ss {
		if n := r.bins()/2 - 2*h + 1; n > 0 {
			c.half = append(c.half, stretch{times, times + n})
			times += n
		}
	}
	if times == 0 {
		return c
	}
	c.target = mat.NewDense(times, k, nil)
	for j := range k {
		var between []float64
		for _, r := range ss {
			even, odd := everySecond(s, r.first, r.end, j), everySecond(s, r.first+1, r.end, j)
			d, m := windows(even[:len(odd)], h)
			c.diff[j], c.mean[j] = append(c.diff[j], d...), append(c.mean[j], m...)
			d, _ = windows(odd, h)
			between = append(between, d...)
		}
		c.target.SetCol(j, between)
	}
	return c
}

// everySecond returns column j of the rows first, first+2, ... before end.
func everySecond(s *mat.Dense, first, end, j int) []float64 {
	var x []float64
	for t := first; t < end; t += 2 {
		x = append(x, s.At(t, j))
	}
	return x
}

// windows returns, for every time with h values on both sides, the right mean minus the left mean, and the mean of
// both.
func windows(x []float64, h int) (diff, mean []float64) {
	sum := make([]float64, len(x)+1)
	for i, v := range x {
		sum[i+1] = sum[i] + v
	}
	for t := h; t+h <= len(x); t++ {
		diff = append(diff, (sum[t+h]-2*sum[t]+sum[t-h])/float64(h))
		mean = append(mean, (sum[t+h]-sum[t-h])/float64(2*h))
	}
	return diff, mean
}

// enoughRows reports whether there are at least half of the possible rows, one for every two bins.
func (c *scale) enoughRows(rows int) bool { return 4*rows >= c.bins }

// differences predicts a component's difference from another component's differences at -h, -h/2, 0, h/2 and h, their
// mean, and the products.
func (c *scale) differences() (view, bool) {
	rows := inner(c.half, c.h)
	if !c.enoughRows(len(rows)) {
		return view{}, false
	}
	_, k := c.target.Dims()
	v := view{gap: 2 * c.h, targets: mat.NewDense(len(rows), k, nil)}
	for i, t := range rows {
		v.targets.SetRow(i, c.target.RawRowView(t))
	}
	v.source = func(j int) *mat.Dense {
		diff := slices.Clone(c.diff[j])
		scaleAndClip(diff)
		return quadratic(len(rows), 6, func(i int, x []float64) {
			for o := range 5 {
				x[o] = diff[rows[i]+(o-2)*c.h/2]
			}
			x[5] = c.mean[j][rows[i]] // within +-extreme, because it is a mean of clipped values
		})
	}
	return v, true
}

// velocity predicts a component's difference from the state of another component, by two harmonics over its range: a
// state determines the direction of change.
func (c *scale) velocity() (view, bool) {
	const harmonics, span = 2, 3.5 // standard deviations, a little more than the range
	times := 0
	if n := len(c.half); n > 0 {
		times = c.half[n-1].end
	}
	if !c.enoughRows(times) {
		return view{}, false
	}
	v := view{gap: 2 * c.h, targets: c.target}
	v.source = func(j int) *mat.Dense {
		f := mat.NewDense(times, 2*harmonics, nil)
		std := stat.PopStdDev(c.mean[j], nil)
		if std == 0 {
			std = 1
		}
		for t, m := range c.mean[j] {
			for q := range harmonics {
				sin, cos := math.Sincos(float64(q+1) * math.Pi * m / std / span)
				f.Set(t, 2*q, cos)
				f.Set(t, 2*q+1, sin)
			}
		}
		standardize(f)
		return f
	}
	return v, true
}

// standardize subtracts the mean of each column of x and divides by its standard deviation, in place. A constant
// column becomes 0.
func standardize(x *mat.Dense) {
	n, p := x.Dims()
	mu, square := regress.Means(x), make([]float64, p)
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
