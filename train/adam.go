package train

import (
	"math"

	"facrnn/graph"
	"facrnn/layers/op"
)

// Adam is the optimiser of Kingma and Ba (2015) with decoupled weight decay (Loshchilov and Hutter 2019). With
// a decay of 0 it is Adam, otherwise AdamW. The zero value has the usual constants. Training uses float32; the
// golden trajectories of package graph are checked in float64.
type Adam[T op.Float] struct {
	Beta1, Beta2 float64 // 0: 0.9, 0.999
	Epsilon      float64 // 0: 1e-8
	Decay        float64 // AdamW's weight decay, times the learning rate

	steps    int
	mean, sq [][]T // running means of the gradient and of its square, one array per parameter
}

// Step updates a model's parameters with the gradients of a program that has just run, at learning rate lr.
func (a *Adam[T]) Step(m *graph.Model[T], p *graph.Program[T], lr float64) {
	params := m.Params()
	a.start(m)
	a.steps++
	b1, b2 := or(a.Beta1, 0.9), or(a.Beta2, 0.999)
	step := op.AdamStep{
		Beta1: b1, Beta2: b2, Epsilon: or(a.Epsilon, 1e-8),
		Rate:  lr / (1 - math.Pow(b1, float64(a.steps))),
		Scale: 1 / (1 - math.Pow(b2, float64(a.steps))),
		Keep:  1 - lr*a.Decay,
	}
	for i, g := range p.Gradients() {
		op.Adam(step, params[i].Data, op.Values[T](g), a.mean[i], a.sq[i])
	}
}

// start makes the running means, all zero, unless they exist.
func (a *Adam[T]) start(m *graph.Model[T]) {
	if a.mean != nil {
		return
	}
	for _, q := range m.Params() {
		a.mean, a.sq = append(a.mean, make([]T, len(q.Data))), append(a.sq, make([]T, len(q.Data)))
	}
}

func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}
