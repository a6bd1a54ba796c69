package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

// BlockDiagonal is the penalty of the baseline bdRNN. It is the sum of squares of the entries of J = B A whose
// row and column share no group, divided by K x K. A model with hidden layers has no J, and no such term.
type BlockDiagonal struct{}

// Name returns "block_diagonal".
func (BlockDiagonal) Name() string { return "block_diagonal" }

// Node builds the term; nil for a model that is not linear.
func (BlockDiagonal) Node(b *layers.Builder, v Variables) *G.Node {
	if v.Recurrence == nil {
		return nil
	}
	j, off := v.Recurrence.J(b), offBlock(v.Structure)
	if b.Double {
		return meanSquare[float64](j, off)
	}
	return meanSquare[float32](j, off)
}

// offBlock returns, for every entry (k,l) of J, whether latents k and l share no group.
func offBlock(s layers.Structure) []bool {
	K := s.Latents()
	off := make([]bool, K*K)
	for i := range off {
		off[i] = true
	}
	for _, g := range s.Groups() {
		for _, k := range g.Latents {
			for _, l := range g.Latents {
				off[k*K+l] = false
			}
		}
	}
	return off
}

func meanSquare[T op.Float](x *G.Node, of []bool) *G.Node {
	f := 1 / T(len(of))
	return op.Apply(op.Def[T]{
		Name: "block diagonal", Wrt: []bool{true},
		Forward: func(out []T, in, grad [][]T) {
			out[0] = 0
			for i, v := range in[0] {
				if of[i] {
					out[0] += f * v * v
				}
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			for i, v := range in[0] {
				grad[0][i] = 0
				if of[i] {
					grad[0][i] = 2 * f * up[0] * v
				}
			}
		},
	}, x)
}
