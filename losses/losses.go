package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

// Variables are the nodes of a model that a term may depend on.
type Variables struct {
	X          *G.Node // (M,N) the observed activity; where Missing is true, NaN for values that are missing
	Prediction *G.Node // (M,N) the decoder's, with the external input in it
	// (N) ln of the observation noise's standard deviation; nil: the term that has one makes it a parameter
	LogStdX *G.Node
	Mu      *G.Node // (M,K) posterior means
	LogStdZ *G.Node // (K), or (M,K) where every bin has its own: ln of the posterior standard deviations
	Z       *G.Node // (M,K) posterior samples

	Recurrence *layers.Recurrence // nil for a model that is not linear
	Structure  layers.Structure
	Bins       int    // n, the bins that are trained on
	Silent     []bool // (N) channels that never change in those bins; nil for none
	Missing    bool   // X may hold NaN, which counts for nothing
}

// Term is one summand of the objective.
type Term interface {
	// Name is the term's column in metrics.csv.
	Name() string
	// Node builds the term, a scalar; nil where it is zero whatever the parameters are.
	Node(b *layers.Builder, v Variables) *G.Node
}

// Total builds the weighted sum of scalar terms; weights is a vector, so that they may change from step to step.
func Total(b *layers.Builder, weights *G.Node, terms ...*G.Node) *G.Node {
	if b.Double {
		return total[float64](weights, terms)
	}
	return total[float32](weights, terms)
}

func total[T op.Float](weights *G.Node, terms []*G.Node) *G.Node {
	wrt := make([]bool, len(terms)+1)
	for i := range terms {
		wrt[i+1] = true
	}
	return op.Apply(op.Def[T]{
		Name: "loss", Wrt: wrt,
		Forward: func(out []T, in, _ [][]T) {
			out[0] = 0
			for i, w := range in[0] {
				out[0] += w * in[i+1][0]
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			for i, w := range in[0] {
				grad[i+1][0] = w * up[0]
			}
		},
	}, append([]*G.Node{weights}, terms...)...)
}
