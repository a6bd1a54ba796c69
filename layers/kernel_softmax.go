package layers

import (
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

func init() { RegisterKernel("softmax", "learned, above 0 with the sum 1", SoftmaxKernel{}) }

// SoftmaxKernel learns weights above 0 that sum to 1: psi = softmax of the parameter psi_logits (L), which starts at
// the exponential kernel.
type SoftmaxKernel struct{}

// Fixed returns nil.
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
