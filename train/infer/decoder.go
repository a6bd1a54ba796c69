package infer

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/layers"
)

// Decoder is the expected activity of one bin, given its latents and, unless it is nil, what its measured inputs add inside the last link: D u (N).
type Decoder interface {
	// Neurons is N.
	Neurons() int
	// Mean writes the expected activity y (N) at latents z (K) and, unless it is nil, its derivative by z (N,K).
	Mean(y []float64, derivative *mat.Dense, z, driven []float64)
	// Rounded is the decoder with the bends of its ReLUs rounded off over that width of latents; bends is false where there are none.
	Rounded(width float64) (d Decoder, bends bool)
}

// Linear is f(A z + b + D u).
type Linear struct {
	A    *mat.Dense // (N,K)
	Bias []float64  // b (N)
	Link layers.Activation

	width float64 // over which a ReLU's bend is rounded off: it is w softplus(u / w) then, w = width |a_n|
}

// Neurons is N.
func (d Linear) Neurons() int { return len(d.Bias) }

// Rounded has a softplus for a ReLU.
func (d Linear) Rounded(width float64) (Decoder, bool) {
	d.width = width
	return d, d.Link == layers.ReLU
}

// Mean writes the expected activity.
func (d Linear) Mean(y []float64, derivative *mat.Dense, z, driven []float64) {
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

// steepest is up to where an exponential link is followed; beyond, its tangent stands for it, so that a search that overshoots finds numbers there.
const steepest = 30

func (d Linear) link(u float64, a []float64) (y, slope float64) {
	if d.Link == layers.Exp && u > steepest {
		y, slope = d.Link.At(steepest)
		return y + slope*(u-steepest), slope
	}
	w := 0.0
	if d.width > 0 && d.Link == layers.ReLU {
		w = d.width * math.Sqrt(floats.Dot(a, a))
	}
	if w == 0 {
		return d.Link.At(u)
	}
	y, slope = layers.Softplus.At(u / w)
	return w * y, slope
}

// MLP is f(W2 relu(W1 z + b1) + b2 + D u).
type MLP struct {
	W1, W2 *mat.Dense // (H,K), (N,H)
	B1, B2 []float64  // H, N
	Link   layers.Activation

	width float64
}

// Neurons is N.
func (d MLP) Neurons() int { return len(d.B2) }

// Rounded has a softplus for every ReLU.
func (d MLP) Rounded(width float64) (Decoder, bool) {
	d.width = width
	return d, true
}

// Mean writes the expected activity.
func (d MLP) Mean(y []float64, derivative *mat.Dense, z, driven []float64) {
	hidden := make([]float64, len(d.B1))
	inner, outer := Linear{A: d.W1, Bias: d.B1, Link: layers.ReLU, width: d.width}, Linear{A: d.W2, Bias: d.B2, Link: d.Link, width: d.width}
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
