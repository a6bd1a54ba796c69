package layers

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// dense returns f(x w' + c) for x (M,in), w (out,in), c (out). Encoders use it, because their weights have long
// rows.
func dense(b *Builder, a Activation, x, w, c *G.Node) *G.Node {
	if b.Double {
		return denseOp[float64](b, a, x, w, c)
	}
	return denseOp[float32](b, a, x, w, c)
}

func denseOp[T op.Float](b *Builder, a Activation, x, w, c *G.Node) *G.Node {
	a = a.orIdentity()
	M, N, K := x.Shape()[0], x.Shape()[1], w.Shape()[0]
	da, slope := scratch[T](a, M*K)
	return op.Apply(op.Def[T]{
		Name: "dense " + string(a), Shape: []int{M, K}, Wrt: b.Differentiable(x, w, c),
		Forward: func(out []T, in, _ [][]T) {
			kernel.MulT(b.Pool, out, in[0], in[1], in[2], M, N, K)
			if a != Identity {
				activate(a, out, slope, out)
			}
		},
		Backward: func(grad [][]T, up, out []T, in [][]T) {
			up = chain(a, da, up, out, slope)
			if grad[0] != nil {
				kernel.Mul(b.Pool, grad[0], up, in[1], nil, M, N, K)
			}
			kernel.TMul(b.Pool, grad[1], up, in[0], M, N, K, false)
			kernel.ColSum(b.Pool, grad[2], up, M, K, false)
		},
	}, x, w, c)
}

// scratch allocates n gradients for an activation and, if the activation keeps its derivative, n slopes.
func scratch[T op.Float](a Activation, n int) (gradient, slope []T) {
	if a != Identity {
		gradient = make([]T, n)
	}
	if a == Softplus {
		slope = make([]T, n)
	}
	return gradient, slope
}

// denseT returns f(z v + b) + eta for z (M,in), v (in,out), b (out) and eta (M,out) or nil. Decoders use it:
// their weights are transposed, so a row is the effect of one latent on all neurons.
func denseT(b *Builder, a Activation, z, v, bias, eta *G.Node) *G.Node {
	if b.Double {
		return denseTOp[float64](b, a, z, v, bias, eta)
	}
	return denseTOp[float32](b, a, z, v, bias, eta)
}

func denseTOp[T op.Float](b *Builder, a Activation, z, v, bias, eta *G.Node) *G.Node {
	a = a.orIdentity()
	M, K, N := z.Shape()[0], z.Shape()[1], v.Shape()[1]
	block := cacheRows(b.Pool, M, N)
	da, _ := scratch[T](a, block*N)
	_, slope := scratch[T](a, M*N)
	in := G.Nodes{z, v, bias}
	var before []T // f(z v + b), kept if eta makes the output differ from it
	if eta != nil {
		in = append(in, eta)
		if a != Identity && a != Softplus {
			before = make([]T, M*N)
		}
	}
	return op.Apply(op.Def[T]{
		Name: "decode " + string(a), Shape: []int{M, N}, Wrt: b.Differentiable(in...),
		Forward: func(out []T, in, _ [][]T) {
			for lo := 0; lo < M; lo += block {
				hi := min(lo+block, M)
				y := out[lo*N : hi*N]
				if before != nil {
					y = before[lo*N : hi*N]
				}
				kernel.Mul(b.Pool, y, in[0][lo*K:hi*K], in[1], in[2], hi-lo, N, K)
				if a != Identity {
					activate(a, y, subset(slope, lo*N, hi*N), y)
				}
				if eta != nil {
					kernel.Plus(out[lo*N:hi*N], y, in[3][lo*N:hi*N])
				}
			}
		},
		Backward: func(grad [][]T, up, out []T, in [][]T) {
			y := out
			if before != nil {
				y = before
			}
			for lo := 0; lo < M; lo += block { // block by block, so that both products read from the cache
				hi := min(lo+block, M)
				up := chain(a, da, up[lo*N:hi*N], y[lo*N:hi*N], subset(slope, lo*N, hi*N))
				kernel.MulT(b.Pool, grad[0][lo*K:hi*K], up, in[1], nil, hi-lo, N, K)
				kernel.TMul(b.Pool, grad[1], in[0][lo*K:hi*K], up, hi-lo, N, K, lo > 0)
				kernel.ColSum(b.Pool, grad[2], up, hi-lo, N, lo > 0)
			}
		},
	}, in...)
}

// subset returns x[lo:hi], or nil if x is nil.
func subset[T op.Float](x []T, lo, hi int) []T {
	if x == nil {
		return nil
	}
	return x[lo:hi]
}

// cacheRows returns how many of M rows of N entries one thread processes at a time, so that they stay in its
// cache: 2^16 entries, or 256 kB. Several threads have a cache each, so they take all rows at once.
func cacheRows(p *op.Pool, M, N int) int {
	if p.Threads() > 1 {
		return M
	}
	return min(M, max(16, (64<<10)/N&^15))
}
