package layers

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// dense is f(x w' + c) for x (M,in), w (out,in), c (out): the encoders' weights, whose rows are long.
func dense(b *Builder, a Activation, x, w, c *G.Node) *G.Node {
	if b.Double {
		return denseOp[float64](b, a, x, w, c)
	}
	return denseOp[float32](b, a, x, w, c)
}

func denseOp[T op.Float](b *Builder, a Activation, x, w, c *G.Node) *G.Node {
	M, N, K := x.Shape()[0], x.Shape()[1], w.Shape()[0]
	da := make([]T, M*K)
	return op.Apply(op.Def[T]{
		Name: "dense " + string(a), Shape: []int{M, K}, Wrt: b.Differentiable(x, w, c),
		Forward: func(out []T, in, _ [][]T) {
			kernel.MulT(out, in[0], in[1], in[2], M, N, K)
			activate(a, out, out)
		},
		Backward: func(grad [][]T, up, out []T, in [][]T) {
			chain(a, da, up, out)
			if grad[0] != nil {
				kernel.Mul(grad[0], da, in[1], nil, M, N, K)
			}
			kernel.TMul(grad[1], da, in[0], M, N, K)
			kernel.ColSum(grad[2], da, M, K)
		},
	}, x, w, c)
}

// denseT is f(z v + b) + eta for z (M,in), v (in,out), b (out) and, unless it is nil, eta (M,out): the decoders' weights, kept
// transposed, so that a row is what one latent does to all neurons.
func denseT(b *Builder, a Activation, z, v, bias, eta *G.Node) *G.Node {
	if b.Double {
		return denseTOp[float64](b, a, z, v, bias, eta)
	}
	return denseTOp[float32](b, a, z, v, bias, eta)
}

func denseTOp[T op.Float](b *Builder, a Activation, z, v, bias, eta *G.Node) *G.Node {
	M, K, N := z.Shape()[0], z.Shape()[1], v.Shape()[1]
	da := make([]T, M*N)
	y := make([]T, M*N) // f(z v + b), before eta
	in := G.Nodes{z, v, bias}
	if eta != nil {
		in = append(in, eta)
	}
	return op.Apply(op.Def[T]{
		Name: "decode " + string(a), Shape: []int{M, N}, Wrt: b.Differentiable(in...),
		Forward: func(out []T, in, _ [][]T) {
			kernel.Mul(y, in[0], in[1], in[2], M, N, K)
			activate(a, y, y)
			copy(out, y)
			if eta != nil {
				for i, e := range in[3] {
					out[i] += e
				}
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			chain(a, da, up, y)
			kernel.MulT(grad[0], da, in[1], nil, M, N, K)
			kernel.TMul(grad[1], in[0], da, M, N, K)
			kernel.ColSum(grad[2], da, M, N)
		},
	}, in...)
}
