package layers

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Expecting is a decoder that computes the expected activity outside a graph. Latents can be filtered only with
// such decoders.
type Expecting interface {
	Decoder
	// Expectation returns the decoder with the values of its parameters.
	Expectation(p Params) Expectation
}

// Expectation computes the expected activity of one bin from its latents. Measured inputs add D u (N) inside
// the last link.
type Expectation interface {
	// Neurons returns N.
	Neurons() int
	// Mean writes the expected activity y (N) at latents z (K) and, unless derivative is nil, the derivative by
	// z (N,K). driven is D u (N), or nil.
	Mean(y []float64, derivative *mat.Dense, z, driven []float64)
	// Rounded returns the expectation with the kinks of its ReLUs smoothed over that width of latents. kinks is false
	// if it has no ReLU.
	Rounded(width float64) (e Expectation, kinks bool)
}

// Expectation returns f(A z + b + D u).
func (d LinearDecoder) Expectation(p Params) Expectation {
	a, bias := d.Maps()[0].Values(p)
	return LinearExpectation{A: a, Bias: bias, Link: d.Link}
}

// Expectation returns f(W2 relu(W1 z + b1) + b2 + D u).
func (d MLPDecoder) Expectation(p Params) Expectation {
	w1, b1 := d.Maps()[0].Values(p)
	w2, b2 := d.Maps()[1].Values(p)
	return MLPExpectation{W1: w1, W2: w2, B1: b1, B2: b2, Link: d.Link}
}

// LinearExpectation is f(A z + b + D u).
type LinearExpectation struct {
	A    *mat.Dense // (N,K)
	Bias []float64  // b (N)
	Link Activation

	width float64 // if above 0, w softplus(u / w) with w = width |a_n| replaces a ReLU
}

// Neurons returns N.
func (d LinearExpectation) Neurons() int { return len(d.Bias) }

// Rounded replaces a ReLU by a softplus.
func (d LinearExpectation) Rounded(width float64) (Expectation, bool) {
	d.width = width
	return d, d.Link == ReLU
}

// Mean writes the expected activity.
func (d LinearExpectation) Mean(y []float64, derivative *mat.Dense, z, driven []float64) {
	for n, b := range d.Bias {
		a := d.A.RawRowView(n)
		u := b
		if driven != nil {
			u += driven[n]
		}
		for k, v := range z {
			u += a[k] * v
		}
		var slope float64
		y[n], slope = d.link(u, a)
		if derivative == nil {
			continue
		}
		row := derivative.RawRowView(n)
		for k, v := range a {
			row[k] = slope * v
		}
	}
}

// maxExponent is the largest argument of an exponential link. Its tangent continues the link beyond, so that a
// search that overshoots still finds finite numbers.
const maxExponent = 30

func (d LinearExpectation) link(u float64, a []float64) (y, slope float64) {
	if d.Link == Exp && u > maxExponent {
		y, slope = d.Link.At(maxExponent)
		return y + slope*(u-maxExponent), slope
	}
	w := 0.0
	if d.width > 0 && d.Link == ReLU {
		w = d.width * math.Sqrt(floats.Dot(a, a))
	}
	if w == 0 {
		return d.Link.At(u)
	}
	y, slope = Softplus.At(u / w)
	return w * y, slope
}

// MLPExpectation is f(W2 relu(W1 z + b1) + b2 + D u).
type MLPExpectation struct {
	W1, W2 *mat.Dense // (H,K), (N,H)
	B1, B2 []float64  // H, N
	Link   Activation

	width float64
}

// Neurons returns N.
func (d MLPExpectation) Neurons() int { return len(d.B2) }

// Rounded replaces every ReLU by a softplus.
func (d MLPExpectation) Rounded(width float64) (Expectation, bool) {
	d.width = width
	return d, true
}

// Mean writes the expected activity.
func (d MLPExpectation) Mean(y []float64, derivative *mat.Dense, z, driven []float64) {
	hidden := make([]float64, len(d.B1))
	inner := LinearExpectation{A: d.W1, Bias: d.B1, Link: ReLU, width: d.width}
	outer := LinearExpectation{A: d.W2, Bias: d.B2, Link: d.Link, width: d.width}
	if derivative == nil {
		inner.Mean(hidden, nil, z, nil)
		outer.Mean(y, nil, hidden, driven)
		return
	}
	slopes, through := mat.NewDense(len(hidden), len(z), nil), mat.NewDense(len(y), len(hidden), nil)
	inner.Mean(hidden, slopes, z, nil)
	outer.Mean(y, through, hidden, driven)
	derivative.Mul(through, slopes)
}
