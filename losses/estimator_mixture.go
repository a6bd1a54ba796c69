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
	M, n := v.Z.Shape()[0], float64(v.Bins)
	others := 1.0
	if M > 1 {
		others = (n - 1) / float64(M-1)
	}
	return mixture(b, v, parts, kernel.Weights{Own: 1, Next: others, Others: others}, n)
}

// MinibatchWeighted is minibatch-weighted sampling (Chen et al. 2018, appendix C.1): all posteriors count alike, ln q(z_i) ~ ln sum_j q(z_i | h_j) - ln(n M).
type MinibatchWeighted struct{}

// Divergence builds the node.
func (MinibatchWeighted) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	return mixture(b, v, parts, kernel.Weights{Own: 1, Next: 1, Others: 1}, float64(v.Bins)*float64(v.Z.Shape()[0]))
}

// MinibatchStratified is minibatch-stratified sampling (Chen et al. 2018, appendix C.2), which is unbiased for q(z_i): the posterior that a sample was drawn
// from weighs 1/n, one of the others (n-M+1) / (n (M-1)), and the rest 1/(M-1) each.
type MinibatchStratified struct{}

// Divergence builds the node.
func (MinibatchStratified) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	n, rest := float64(v.Bins), float64(max(1, v.Z.Shape()[0]-1))
	return mixture(b, v, parts, kernel.Weights{Own: 1 / n, Next: (n - rest) / (n * rest), Others: 1 / rest}, 1)
}

func mixture(b *layers.Builder, v Variables, parts [][]int, w kernel.Weights, total float64) *G.Node {
	if b.Double {
		return mixtureOp[float64](b, v, parts, w, total)
	}
	return mixtureOp[float32](b, v, parts, w, total)
}

// mixtureOp estimates every density as the weighed sum of the minibatch's posteriors, divided by total.
func mixtureOp[T op.Float](b *layers.Builder, v Variables, parts [][]int, w kernel.Weights, total float64) *G.Node {
	all := len(slices.Concat(parts...)) == v.Z.Shape()[1]
	pairs := kernel.NewPairs[T](b.Pool, v.Z.Shape()[0], parts, w, v.LogStdZ.Dims() == 2)
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
			// the joint set has one "- ln total", every part one of its own
			out[0] = T(pairs.Run(b.Pool, in[0], in[1], in[2], dz, dmu, dlogs) + float64(len(parts)-1)*math.Log(total))
		},
		Backward: op.Scale[T],
	}, v.Z, v.Mu, v.LogStdZ)
}
