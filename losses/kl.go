package losses

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// KL is the divergence of the posterior from the standard normal prior, in closed form:
//
//	mean_i 0.5 sum_k ( mu_ik^2 + s_k^2 - 1 - 2 ln s_k )
type KL struct{}

// Name is "kl".
func (KL) Name() string { return "kl" }

// Node builds the term.
func (KL) Node(b *layers.Builder, v Variables) *G.Node {
	if b.Double {
		return kl[float64](b, v.Mu, v.LogStdZ)
	}
	return kl[float32](b, v.Mu, v.LogStdZ)
}

func kl[T op.Float](b *layers.Builder, mu, logs *G.Node) *G.Node {
	M := mu.Shape()[0]
	var square [1]T
	return op.Apply(op.Def[T]{
		Name: "kl", Wrt: b.Differentiable(mu, logs),
		Forward: func(out []T, in, _ [][]T) {
			kernel.MulT(b.Pool, square[:], in[0], in[0], nil, 1, len(in[0]), 1)
			sum := float64(square[0]) / float64(M)
			for _, l := range in[1] {
				sum += math.Expm1(2*float64(l)) - 2*float64(l)
			}
			out[0] = T(0.5 * sum)
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			f := up[0] / T(M)
			for i, m := range in[0] {
				grad[0][i] = f * m
			}
			for k := range grad[1] {
				grad[1][k] = up[0] * T(math.Expm1(2*float64(in[1][k])))
			}
		},
	}, mu, logs)
}
