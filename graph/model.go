package graph

import (
	"math/rand/v2"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"facrnn/layers"
	"facrnn/layers/op"
)

// Model holds the parameters of a configuration, and the programs that compute with them. T is the precision.
type Model[T op.Float] struct {
	Config Config
	// Weights holds the weights of Config.Terms; all programs read them in every step.
	Weights []T
	// Pool is the threads that share the work of a step; nil for only the calling thread. Set Pool before
	// calling Program.
	Pool *op.Pool

	params   []*Param[T] // in the order in which the layers make them
	programs map[programKey]*Program[T]
	random   *rand.Rand
}

type programKey struct {
	rows      int
	gradients bool
}

// Param is one trainable array.
type Param[T op.Float] struct {
	Name  string
	Shape []int
	Data  []T // row-major; changing it changes the model

	dense *tensor.Dense
}

// New returns a model with random initial parameters, drawn from random.
func New[T op.Float](c Config, random *rand.Rand) (*Model[T], error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	m := &Model[T]{Config: c, programs: map[programKey]*Program[T]{}, random: random}
	for _, t := range c.Terms {
		m.Weights = append(m.Weights, T(t.At(0)))
	}
	(&Program[T]{Rows: 2, model: m}).build() // building the layers makes their parameters
	return m, nil
}

// Release drops all programs and their memory. Program builds a new one if it is called later.
func (m *Model[T]) Release() { clear(m.programs) }

// Params returns the trainable arrays, always in the same order.
func (m *Model[T]) Params() []*Param[T] { return m.params }

// Param returns the array of a name; nil if the model has none.
func (m *Model[T]) Param(name string) *Param[T] {
	for _, p := range m.params {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// node adds a parameter to a graph, and makes the parameter if the model does not have it yet.
func (m *Model[T]) node(g *G.ExprGraph, name string, initialize layers.Initializer, shape []int) *G.Node {
	p := m.Param(name)
	if p == nil {
		p = &Param[T]{Name: name, Shape: shape, dense: op.NewDense[T](shape...)}
		p.Data = op.Data[T](p.dense)
		values := make([]float64, len(p.Data))
		initialize(m.random, values)
		for i, v := range values {
			p.Data[i] = T(v)
		}
		m.params = append(m.params, p)
	}
	return G.NodeFromAny(g, p.dense, G.WithName(name))
}

// Snapshot returns copies of all parameters, for Restore.
func (m *Model[T]) Snapshot() [][]T {
	s := make([][]T, len(m.params))
	for i, p := range m.params {
		s[i] = append([]T(nil), p.Data...)
	}
	return s
}

// Restore copies a snapshot of the same model back into the parameters.
func (m *Model[T]) Restore(s [][]T) {
	for i, p := range m.params {
		copy(p.Data, s[i])
	}
}
