package layers

import (
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// HistoryKernel is the weights psi_1..psi_L of the past bins; psi_1 weighs the newest.
type HistoryKernel interface {
	// Fixed is psi (L) where it is not trained, and nil where it is.
	Fixed(lags int) []float64
	// Weights builds the node of psi (L).
	Weights(b *Builder, lags int) *G.Node
}

// ExponentialKernel is fixed: e^0, ..., e^(L-1) from the oldest bin to the newest, divided by their sum.
type ExponentialKernel struct{}

// Fixed is psi.
func (ExponentialKernel) Fixed(lags int) []float64 {
	psi, sum := make([]float64, lags), 0.0
	for l := range psi {
		psi[l] = math.Exp(-float64(l))
		sum += psi[l]
	}
	for l := range psi {
		psi[l] /= sum
	}
	return psi
}

// Weights builds psi.
func (k ExponentialKernel) Weights(b *Builder, lags int) *G.Node {
	return fixedWeights(b, k.Fixed(lags))
}

// FixedKernel is given weights, not trained.
type FixedKernel []float64

// Fixed is psi.
func (k FixedKernel) Fixed(int) []float64 { return k }

// Weights builds psi.
func (k FixedKernel) Weights(b *Builder, _ int) *G.Node { return fixedWeights(b, k) }

func fixedWeights(b *Builder, psi []float64) *G.Node {
	n := b.Data("psi", len(psi))
	b.Fill(n, psi)
	return n
}

// FreeKernel learns psi itself: the parameter psi (L), which starts at the exponential kernel.
type FreeKernel struct{}

// Fixed is nil.
func (FreeKernel) Fixed(int) []float64 { return nil }

// Weights builds psi.
func (FreeKernel) Weights(b *Builder, lags int) *G.Node {
	return b.Param("psi", func(_ *rand.Rand, dst []float64) { copy(dst, ExponentialKernel{}.Fixed(lags)) }, lags)
}

// SoftmaxKernel learns weights above 0 that sum to 1: psi = softmax of the parameter psi_logits (L), which starts at the exponential
// kernel.
type SoftmaxKernel struct{}

// Fixed is nil.
func (SoftmaxKernel) Fixed(int) []float64 { return nil }

// Weights builds psi.
func (SoftmaxKernel) Weights(b *Builder, lags int) *G.Node {
	logits := b.Param("psi_logits", func(_ *rand.Rand, dst []float64) {
		for l := range dst {
			dst[l] = -float64(l)
		}
	}, lags)
	if b.Double {
		return softmaxOp[float64](logits)
	}
	return softmaxOp[float32](logits)
}

func softmaxOp[T op.Float](x *G.Node) *G.Node {
	return op.Apply(op.Def[T]{
		Name: "softmax", Shape: x.Shape().Clone(), Wrt: []bool{true},
		Forward: func(out []T, in, _ [][]T) { softmax(out, in[0]) },
		Backward: func(grad [][]T, up, out []T, _ [][]T) {
			var mean T
			for l, p := range out {
				mean += p * up[l]
			}
			for l, p := range out {
				grad[0][l] = p * (up[l] - mean)
			}
		},
	}, x)
}

func softmax[T op.Float](y, x []T) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	var sum T
	for l, v := range x {
		y[l] = T(math.Exp(float64(v - top)))
		sum += y[l]
	}
	for l := range y {
		y[l] /= sum
	}
}
