package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op/kernel"
)

func init() { RegisterEstimator("mss", "minibatch-stratified sampling", MinibatchStratified{}) }

// MinibatchStratified is minibatch-stratified sampling (Chen et al. 2018, appendix C.2), which is unbiased for
// q(z_i). The posterior of the sample's own bin has the weight 1/n, one other (n-M+1) / (n (M-1)), and the rest
// 1/(M-1) each.
type MinibatchStratified struct{}

// Divergence builds the node.
func (MinibatchStratified) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	n, rest := float64(v.Bins), float64(max(1, v.Z.Shape()[0]-1))
	return mixture(b, v, parts, kernel.Weights{Own: 1 / n, Next: (n - rest) / (n * rest), Others: 1 / rest}, 1)
}
