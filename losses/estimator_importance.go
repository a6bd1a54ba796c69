package losses

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// ImportanceWeighted is the paper's estimator (section 3): with n training bins, the posterior that a sample was drawn from counts once
// and each of the others in the minibatch (n-1)/(M-1) times,
//
//	ln q(z_i) ~ ln sum_j w_ij q(z_i | h_j) - ln n,    w_ii = 1, w_ij = (n-1)/(M-1)
//
// and the same for every part.
type ImportanceWeighted struct{}

// Divergence builds the node.
func (ImportanceWeighted) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	if b.Double {
		return importanceWeighted[float64](b, v, parts)
	}
	return importanceWeighted[float32](b, v, parts)
}

func importanceWeighted[T op.Float](b *layers.Builder, v Variables, parts [][]int) *G.Node {
	M, n := v.Z.Shape()[0], float64(v.Bins)
	others := 1.0
	if M > 1 {
		others = (n - 1) / float64(M-1)
	}
	all := len(slices.Concat(parts...)) == v.Z.Shape()[1]
	pairs := kernel.NewPairs[T](b.Pool, M, parts, 1, others)
	return op.Apply(op.Def[T]{
		Name: "partial correlation", Wrt: b.Differentiable(v.Z, v.Mu, v.LogStdZ),
		Forward: func(out []T, in, grad [][]T) {
			var dz, dmu, dlogs []T
			if grad != nil {
				dz, dmu, dlogs = grad[0], grad[1], grad[2]
				if !all { // the others have no gradient
					clear(dz)
					clear(dmu)
					clear(dlogs)
				}
			}
			// the joint set has one "- ln n", every part one of its own
			out[0] = T(pairs.Run(b.Pool, in[0], in[1], in[2], dz, dmu, dlogs) + float64(len(parts)-1)*math.Log(n))
		},
		Backward: op.Scale[T],
	}, v.Z, v.Mu, v.LogStdZ)
}
