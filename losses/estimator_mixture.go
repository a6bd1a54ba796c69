package losses

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

func mixture(b *layers.Builder, v Variables, parts [][]int, w kernel.Weights, total float64) *G.Node {
	if b.Double {
		return mixtureOp[float64](b, v, parts, w, total)
	}
	return mixtureOp[float32](b, v, parts, w, total)
}

// mixtureOp estimates every density as the weighted sum of the minibatch's posteriors, divided by total.
func mixtureOp[T op.Float](b *layers.Builder, v Variables, parts [][]int, w kernel.Weights, total float64) *G.Node {
	all := len(slices.Concat(parts...)) == v.Z.Shape()[1]
	pairs := kernel.NewPairs[T](b.Pool, v.Z.Shape()[0], parts, w, v.LogStdZ.Dims() == 2)
	return op.Apply(op.Def[T]{
		Name: "partial correlation", Wrt: b.Differentiable(v.Z, v.Mu, v.LogStdZ),
		Forward: func(out []T, in, grad [][]T) {
			var dz, dmu, dlogs []T
			if grad != nil {
				dz, dmu, dlogs = grad[0], grad[1], grad[2]
				if !all { // latents in no part have no gradient
					clear(dz)
					clear(dmu)
					clear(dlogs)
				}
			}
			// The joint set has one "- ln total", and every part has one, too.
			divergence := pairs.Run(b.Pool, in[0], in[1], in[2], dz, dmu, dlogs)
			out[0] = T(divergence + float64(len(parts)-1)*math.Log(total))
		},
		Backward: op.Scale[T],
	}, v.Z, v.Mu, v.LogStdZ)
}
