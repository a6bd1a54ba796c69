package layers

import (
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// Builder gives a layer what it needs to add its nodes to a graph.
type Builder struct {
	// Graph is the graph that is being built.
	Graph *G.ExprGraph
	// Double is true for a graph in float64.
	Double bool
	// Pool is the threads that share the work of a step; nil for only the calling thread.
	Pool *op.Pool
	// Param returns the node of a trainable parameter, by name. All graphs of one model share the parameter's
	// value. The first call for a name makes the parameter with initialize.
	Param func(name string, initialize Initializer, shape ...int) *G.Node

	data map[*G.Node]bool
}

// Initializer fills a new parameter. Values are drawn in float64, so that both precisions start alike.
type Initializer func(r *rand.Rand, dst []float64)

// Uniform draws from U(-1/sqrt(fanIn), 1/sqrt(fanIn)), the usual initial values of weights and biases of a
// linear layer.
func Uniform(fanIn int) Initializer {
	a := 1 / math.Sqrt(float64(fanIn))
	return func(r *rand.Rand, dst []float64) {
		for i := range dst {
			dst[i] = a * (2*r.Float64() - 1)
		}
	}
}

// Constant sets every entry to v.
func Constant(v float64) Initializer {
	return func(_ *rand.Rand, dst []float64) {
		for i := range dst {
			dst[i] = v
		}
	}
}

// Data adds an input node that holds data. Operations compute no gradient for it.
func (b *Builder) Data(name string, shape ...int) *G.Node {
	var n *G.Node
	if b.Double {
		n = tensorNode[float64](b.Graph, name, shape)
	} else {
		n = tensorNode[float32](b.Graph, name, shape)
	}
	if b.data == nil {
		b.data = map[*G.Node]bool{}
	}
	b.data[n] = true
	return n
}

// Differentiable returns, for every node, whether an operation must compute its gradient. Nodes made by Data
// need none.
func (b *Builder) Differentiable(nodes ...*G.Node) []bool {
	w := make([]bool, len(nodes))
	for i, n := range nodes {
		w[i] = !b.data[n]
	}
	return w
}

func tensorNode[T op.Float](g *G.ExprGraph, name string, shape []int) *G.Node {
	return G.NodeFromAny(g, op.NewDense[T](shape...), G.WithName(name))
}

// Fill copies values into the array of an input node, rounded to the graph's precision.
func (b *Builder) Fill(n *G.Node, values []float64) {
	if b.Double {
		copy(op.Values[float64](n), values)
		return
	}
	dst := op.Values[float32](n)
	for i, v := range values {
		dst[i] = float32(v)
	}
}
