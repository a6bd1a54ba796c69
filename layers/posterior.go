package layers

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// Sample builds a posterior sample z = mu + exp(logs) * eps by reparameterisation. mu and eps, which is
// standard normal, are (M,K); logs is (K) or (M,K).
func Sample(b *Builder, mu, logs, eps *G.Node) *G.Node {
	if b.Double {
		return sampleOp[float64](b, mu, logs, eps)
	}
	return sampleOp[float32](b, mu, logs, eps)
}

func sampleOp[T op.Float](b *Builder, mu, logs, eps *G.Node) *G.Node {
	K := mu.Shape()[1]
	s := make([]T, logs.Shape().TotalSize())
	return op.Apply(op.Def[T]{
		Name: "sample", Shape: mu.Shape().Clone(), Wrt: b.Differentiable(mu, logs, eps),
		Forward: func(out []T, in, _ [][]T) {
			mu, eps := in[0], in[2]
			for k, l := range in[1] {
				s[k] = T(math.Exp(float64(l)))
			}
			for i := 0; i < len(out); i += K {
				for k, f := range rowAt(s, i, K) {
					out[i+k] = mu[i+k] + f*eps[i+k]
				}
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			copy(grad[0], up)
			if grad[1] == nil {
				return
			}
			clear(grad[1])
			for i := 0; i < len(up); i += K {
				dlogs := rowAt(grad[1], i, K)
				for k, f := range rowAt(s, i, K) {
					dlogs[k] += up[i+k] * f * in[2][i+k]
				}
			}
		},
	}, mu, logs, eps)
}

// rowAt returns the K entries of x for the row that begins at i: all of x (K), or x[i:i+K] of x (M,K).
func rowAt[T op.Float](x []T, i, K int) []T {
	if len(x) == K {
		return x
	}
	return x[i : i+K]
}
