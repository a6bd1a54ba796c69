package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

// Variables are the nodes of a model that a term may depend on.
type Variables struct {
	X          *G.Node // (M,N) the observed activity; NaN for missing values, if Missing is true
	Prediction *G.Node // (M,N) the decoder's prediction, including external inputs
	LogStdX    *G.Node // (N) ln of the observation noise's standard deviation; if nil, Gaussian makes the parameter
	Mu         *G.Node // (M,K) posterior means
	LogStdZ    *G.Node // (K), or (M,K) if it differs from bin to bin: ln of the posterior standard deviations
	Z          *G.Node // (M,K) posterior samples

	Recurrence *layers.Recurrence // nil for a model that is not linear
	Structure  layers.Structure
	Bins       int    // n, the number of training bins
	Silent     []bool // (N) channels that are constant in the training bins; nil for none
	Missing    bool   // whether X may hold NaN, which the terms leave out
}

// Term is one summand of the objective.
type Term interface {
	// Name returns the term's column in metrics.csv.
	Name() string
	// Node builds the term, a scalar. It returns nil if the term is zero for all parameters.
	Node(b *layers.Builder, v Variables) *G.Node
}

// Total builds the weighted sum of scalar terms. weights is a vector node, so that the weights may change from
// step to step.
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
