package posterior

import (
	"gonum.org/v1/gonum/mat"

	"facrnn/layers"
)

// Decoder is the expected activity of one bin, given its latents.
type Decoder interface {
	// Neurons is N.
	Neurons() int
	// Mean writes the expected activity y (N) at latents z (K), and its derivative by z (N,K).
	Mean(y []float64, derivative *mat.Dense, z []float64)
}

// Linear is f(A z + b).
type Linear struct {
	A    *mat.Dense // (N,K)
	Bias []float64  // b (N)
	Link layers.Activation
}

// Neurons is N.
func (d Linear) Neurons() int { return len(d.Bias) }

// Mean writes the expected activity.
func (d Linear) Mean(y []float64, derivative *mat.Dense, z []float64) {
	for n, b := range d.Bias {
		a := d.A.RawRowView(n)
		u := b
		for k, v := range z {
			u += a[k] * v
		}
		var slope float64
		y[n], slope = d.Link.At(u)
		row := derivative.RawRowView(n)
		for k, v := range a {
			row[k] = slope * v
		}
	}
}

// MLP is f(W2 relu(W1 z + b1) + b2).
type MLP struct {
	W1, W2 *mat.Dense // (H,K), (N,H)
	B1, B2 []float64  // H, N
	Link   layers.Activation
}

// Neurons is N.
func (d MLP) Neurons() int { return len(d.B2) }

// Mean writes the expected activity.
func (d MLP) Mean(y []float64, derivative *mat.Dense, z []float64) {
	hidden, slopes := make([]float64, len(d.B1)), mat.NewDense(len(d.B1), len(z), nil)
	Linear{A: d.W1, Bias: d.B1, Link: layers.ReLU}.Mean(hidden, slopes, z)
	through := mat.NewDense(len(d.B2), len(hidden), nil)
	Linear{A: d.W2, Bias: d.B2, Link: d.Link}.Mean(y, through, hidden)
	derivative.Mul(through, slopes)
}
