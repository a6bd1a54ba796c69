package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op/kernel"
)

func init() { RegisterEstimator("mws", "minibatch-weighted sampling", MinibatchWeighted{}) }

// MinibatchWeighted is minibatch-weighted sampling (Chen et al. 2018, appendix C.1). All posteriors have the
// same weight: ln q(z_i) ~ ln sum_j q(z_i | h_j) - ln(n M).
type MinibatchWeighted struct{}

// Divergence builds the node.
func (MinibatchWeighted) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	return mixture(b, v, parts, kernel.Weights{Own: 1, Next: 1, Others: 1}, float64(v.Bins)*float64(v.Z.Shape()[0]))
}
