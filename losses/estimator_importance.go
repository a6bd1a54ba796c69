package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op/kernel"
)

func init() { RegisterEstimator("importance", "the paper's", ImportanceWeighted{}) }

// ImportanceWeighted is the paper's estimator (section 3). With n training bins, the posterior of the sample's
// own bin counts once. Each other posterior of the minibatch counts (n-1)/(M-1) times,
//
//	ln q(z_i) ~ ln sum_j w_ij q(z_i | h_j) - ln n,    w_ii = 1, w_ij = (n-1)/(M-1)
//
// and likewise for every part.
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
