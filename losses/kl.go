package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// KL is the divergence of the posterior from the standard normal prior, in closed form:
//
//	mean_i 0.5 sum_k ( mu_ik^2 + s_ik^2 - 1 - 2 ln s_ik )
//
// s_ik may be the same in every bin.
type KL struct{}

// Name returns "kl".
func (KL) Name() string { return "kl" }

// Node builds the term.
func (KL) Node(b *layers.Builder, v Variables) *G.Node {
	if b.Double {
		return kl[float64](b, v.Mu, v.LogStdZ)
	}
	return kl[float32](b, v.Mu, v.LogStdZ)
}

func kl[T op.Float](b *layers.Builder, mu, logs *G.Node) *G.Node {
	M, K := mu.Shape()[0], mu.Shape()[1]
	rows := logs.Shape().TotalSize() / K // rows of ln s: 1, or M
	excess := make([]T, rows*K)          // s^2 - 1
	var square [1]T
	return op.Apply(op.Def[T]{
		Name: "kl", Wrt: b.Differentiable(mu, logs),
		Forward: func(out []T, in, _ [][]T) {
			kernel.MulT(b.Pool, square[:], in[0], in[0], nil, 1, len(in[0]), 1)
			sum := float64(square[0]) / float64(M)
			for k, l := range in[1] {
				excess[k] = 2 * l
			}
			kernel.Exps(excess, excess)
			peaks := 0.0
			for k, l := range in[1] {
				// Expm1 would keep more digits if s is near 1, but the sum over latents loses them.
				// Expm1 also takes ten times as long.
				excess[k]--
				peaks += float64(excess[k]) - 2*float64(l)
			}
			out[0] = T(0.5 * (sum + peaks/float64(rows)))
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			f := up[0] / T(M)
			for i, m := range in[0] {
				grad[0][i] = f * m
			}
			f = up[0] / T(rows)
			for k := range grad[1] {
				grad[1][k] = f * excess[k]
			}
		},
	}, mu, logs)
}
