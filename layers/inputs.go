package layers

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// Inputs are the two kinds of input from outside the network; either may be nil.
//
// The known offset eta is added to the prediction: x = f(A z + b) + eta. The measured inputs u have learned
// weights D inside the link: f(A z + b + D u) + eta. Linear dynamical systems with inputs use the same form
// (Macke et al. 2011, "Empirical models of spiking in neural populations", for exp). Rates then stay above zero
// for any D, and D is a gain if f is exp. The position makes no difference for the identity.
//
// The effect of u on one neuron reaches other neurons through the history, unless the history leaves it out
// (graph.Config.LeftOut).
type Inputs struct {
	Known *G.Node // eta (M,N)
	Drive *G.Node // u (M,P), measured; its input matrix D (N,P) is learned
}

// Map returns D.
func (Inputs) Map() Affine { return Affine{Matrix: "D", Param: "Dt"} }

// concat treats the P measured inputs as P more latents with known values. From z (M,K) and the weights v
// (K,N), it returns [z u] (M,K+P) and [v; D'] (K+P,N). The parameter Dt (P,N) holds D transposed and starts at
// zero. Without inputs, concat returns z and v.
func (in Inputs) concat(b *Builder, z, v *G.Node) (*G.Node, *G.Node) {
	if in.Drive == nil {
		return z, v
	}
	d := b.Param(in.Map().Param, Constant(0), in.Drive.Shape()[1], v.Shape()[1])
	if b.Double {
		return concatCols[float64](b, z, in.Drive), concatRows[float64](b, v, d)
	}
	return concatCols[float32](b, z, in.Drive), concatRows[float32](b, v, d)
}

// concatCols returns [x y] for x (M,K), y (M,P).
func concatCols[T op.Float](b *Builder, x, y *G.Node) *G.Node {
	M, K, P := x.Shape()[0], x.Shape()[1], y.Shape()[1]
	wide := K + P
	return op.Apply(op.Def[T]{
		Name: "beside", Shape: []int{M, wide}, Wrt: b.Differentiable(x, y),
		Forward: func(out []T, in, _ [][]T) {
			for i := range M {
				copy(out[i*wide:], in[0][i*K:(i+1)*K])
				copy(out[i*wide+K:], in[1][i*P:(i+1)*P])
			}
		},
		Backward: func(grad [][]T, up, _ []T, _ [][]T) {
			for i := range M {
				copy(grad[0][i*K:(i+1)*K], up[i*wide:])
				if grad[1] != nil {
					copy(grad[1][i*P:(i+1)*P], up[i*wide+K:])
				}
			}
		},
	}, x, y)
}

// concatRows returns x (K,N) with y (P,N) below it.
func concatRows[T op.Float](b *Builder, x, y *G.Node) *G.Node {
	rows, N := x.Shape()[0]+y.Shape()[0], x.Shape()[1]
	return op.Apply(op.Def[T]{
		Name: "below", Shape: []int{rows, N}, Wrt: b.Differentiable(x, y),
		Forward: func(out []T, in, _ [][]T) { copy(out[copy(out, in[0]):], in[1]) },
		Backward: func(grad [][]T, up, _ []T, _ [][]T) {
			copy(grad[1], up[copy(grad[0], up):])
		},
	}, x, y)
}
