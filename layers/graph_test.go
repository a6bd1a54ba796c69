package layers_test

import (
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"facrnn/layers"
	"facrnn/layers/op"
)

// newBuilder builds a small graph of the precision T. A fixed seed draws its parameters.
func newBuilder[T op.Float]() *layers.Builder {
	g, r := G.NewGraph(), rand.New(rand.NewPCG(1, 2))
	b := &layers.Builder{Graph: g, Double: op.Dtype[T]() == tensor.Float64}
	b.Param = func(name string, initialize layers.Initializer, shape ...int) *G.Node {
		n := G.NodeFromAny(g, op.NewDense[T](shape...), G.WithName(name))
		values := make([]float64, n.Shape().TotalSize())
		initialize(r, values)
		b.Fill(n, values)
		return n
	}
	return b
}

func runGraph(t *testing.T, b *layers.Builder) {
	t.Helper()
	vm := G.NewTapeMachine(b.Graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
}

func randomStart(r *rand.Rand, dst []float64) {
	for i := range dst {
		dst[i] = r.NormFloat64()
	}
}
