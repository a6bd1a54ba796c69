package losses

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// PartialCorrelation is the total correlation between groups of latents, KL( q(z) || prod_g q(z_g) ), estimated from a minibatch; the
// sum over a structure's factorizations, each with its weight.
//
// Importance-sampling weights (paper, section 3): with n training bins, the posterior that a sample was drawn from counts once and
// each of the others in the minibatch (n-1)/(M-1) times,
//
//	ln q(z_i) ~ ln sum_j w_ij q(z_i | h_j) - ln n,    w_ii = 1, w_ij = (n-1)/(M-1)
//
// and the same for every group.
type PartialCorrelation struct{}

// Name is "partial_correlation".
func (PartialCorrelation) Name() string { return "partial_correlation" }

// Node builds the term; nil where the structure asks for no independence.
func (PartialCorrelation) Node(b *layers.Builder, v Variables) *G.Node {
	if len(v.Structure.Factorizations()) == 0 {
		return nil
	}
	if b.Double {
		return partialCorrelation[float64](b, v)
	}
	return partialCorrelation[float32](b, v)
}

func partialCorrelation[T op.Float](b *layers.Builder, v Variables) *G.Node {
	fs := v.Structure.Factorizations()
	pairs := make([]*kernel.Pairs[T], len(fs))
	M, n := v.Z.Shape()[0], float64(v.Bins)
	others := 1.0
	if M > 1 {
		others = (n - 1) / float64(M-1)
	}
	for i, f := range fs {
		pairs[i] = kernel.NewPairs[T](b.Pool, M, f.Parts, 1, others)
	}
	return op.Apply(op.Def[T]{
		Name: "partial correlation", Wrt: b.Differentiable(v.Z, v.Mu, v.LogStdZ),
		Forward: func(out []T, in, grad [][]T) {
			var dz, dmu, dlogs []T
			if grad != nil {
				dz, dmu, dlogs = grad[0], grad[1], grad[2]
				clear(dz)
				clear(dmu)
				clear(dlogs)
			}
			sum := 0.0
			for i, f := range fs {
				// the joint set has one "- ln n", every part one of its own
				sum += f.Weight * (pairs[i].Run(b.Pool, T(f.Weight), in[0], in[1], in[2], dz, dmu, dlogs) + float64(len(f.Parts)-1)*math.Log(n))
			}
			out[0] = T(sum)
		},
		Backward: op.Scale[T],
	}, v.Z, v.Mu, v.LogStdZ)
}
