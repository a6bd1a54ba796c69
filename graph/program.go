package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// Program is a model's graph, compiled for minibatches of M rows. To run it, fill X, Lagged, Input, Drive and
// Noise, and call Run. All programs of a model share its parameters; only one goroutine at a time may run them.
type Program[T op.Float] struct {
	Rows int // M

	X []T // (M,N) activity; NaN for missing values, which only a model with Config.Missing accepts
	// Lagged is the convolved history (M,N). If the graph computes the history, it is windows of sigma(x) (M,L*N), the
	// newest bin first.
	Lagged []T
	Input  []T // (M,N) known offset eta; nil if the model has none
	Drive  []T // (M,P) measured inputs u; nil if the model has none
	Noise  []T // (M,K) standard normal draws

	model *Model[T]
	vm    *op.Machine

	mu, prediction, logStdZ, kernel, loss *G.Node
	terms                                 []*G.Node // nil for a term that is always zero
	weights                               []T
	wrt, grads                            G.Nodes
}

// Program returns the program for minibatches of that many rows, and builds it at the first call. Without
// gradients, the program has only the forward pass.
func (m *Model[T]) Program(rows int, gradients bool) (*Program[T], error) {
	key := programKey{rows, gradients}
	if p, ok := m.programs[key]; ok {
		return p, nil
	}
	p := &Program[T]{Rows: rows, model: m}
	g := p.build()
	if gradients {
		var err error
		if p.grads, err = G.Grad(p.loss, p.wrt...); err != nil {
			return nil, fmt.Errorf("the loss cannot be differentiated: %w", err)
		}
	}
	p.vm = op.NewMachine(g)
	m.programs[key] = p
	return p, nil
}

// build assembles the graph in the order in which a minibatch passes through it.
func (p *Program[T]) build() *G.ExprGraph {
	m, c := p.model, p.model.Config
	M, N, K := p.Rows, c.Neurons, c.Structure.Latents()
	g := G.NewGraph()
	b := &layers.Builder{Graph: g, Pool: m.Pool, Double: op.Dtype[T]() == tensor.Float64}
	params := map[string]*G.Node{}
	b.Param = func(name string, initialize layers.Initializer, shape ...int) *G.Node {
		if n, ok := params[name]; ok {
			return n
		}
		n := m.node(g, name, initialize, shape)
		params[name] = n
		p.wrt = append(p.wrt, n)
		return n
	}

	x, eps := b.Data("x", M, N), b.Data("eps", M, K)
	p.X, p.Noise = op.Values[T](x), op.Values[T](eps)
	var h *G.Node
	var in layers.Inputs
	if c.inGraph() {
		windows := b.Data("windows", M, c.History.Lags*N)
		p.Lagged = op.Values[T](windows)
		p.kernel = c.History.Kernel.Weights(b, c.History.Lags)
		h = layers.Convolve(b, windows, p.kernel)
	} else {
		h = b.Data("h", M, N)
		p.Lagged = op.Values[T](h)
	}
	if c.Input {
		in.Known = b.Data("eta", M, N)
		p.Input = op.Values[T](in.Known)
	}
	if c.Drive > 0 {
		in.Drive = b.Data("u", M, c.Drive)
		p.Drive = op.Values[T](in.Drive)
	}

	v := losses.Variables{X: x, Structure: c.Structure, Bins: c.Bins, Silent: c.Silent, Missing: c.Missing != nil}
	v.Mu = c.Encoder.Means(b, h, K)
	v.LogStdZ = c.LatentStd.LogStd(b, h, K, c.Bins)
	v.Z = layers.Sample(b, v.Mu, v.LogStdZ, eps)
	v.Prediction = c.Decoder.Predict(b, v.Z, in, N)
	if at, b := m.Recurrence(); at != nil {
		v.Recurrence = &layers.Recurrence{At: params[at.Name], B: params[b.Name]}
	}
	p.mu, p.prediction, p.logStdZ = v.Mu, v.Prediction, v.LogStdZ
	p.objective(b, v)
	return g
}

// objective builds the terms and their weighted sum, the loss.
func (p *Program[T]) objective(b *layers.Builder, v losses.Variables) {
	var terms []*G.Node
	for _, t := range p.model.Config.Terms {
		n := t.Term.Node(b, v)
		p.terms = append(p.terms, n)
		if n != nil {
			terms = append(terms, n)
		}
	}
	w := b.Data("weights", len(terms))
	p.weights = op.Values[T](w)
	p.loss = losses.Total(b, w, terms...)
}

// Run runs the graph once with the current inputs, parameters and weights.
func (p *Program[T]) Run() error {
	at := 0
	for i, n := range p.terms {
		if n != nil {
			p.weights[at] = p.model.Weights[i]
			at++
		}
	}
	return p.vm.Run()
}

// Loss returns the training objective of the last run: the weighted sum of the terms.
func (p *Program[T]) Loss() float64 { return float64(op.Values[T](p.loss)[0]) }

// Term returns the value of the configuration's i-th term in the last run, without its weight.
func (p *Program[T]) Term(i int) float64 {
	if p.terms[i] == nil {
		return 0
	}
	return float64(op.Values[T](p.terms[i])[0])
}

// Mu returns the posterior means (M,K) of the last run. The next run overwrites them.
func (p *Program[T]) Mu() []T { return op.Values[T](p.mu) }

// Prediction returns the decoder's prediction (M,N) of the last run. The next run overwrites it.
func (p *Program[T]) Prediction() []T { return op.Values[T](p.prediction) }

// LogStdZ returns ln s of the last run: (K), or (M,K) if StdPerBin is true. The next run overwrites it.
func (p *Program[T]) LogStdZ() []T { return op.Values[T](p.logStdZ) }

// StdPerBin reports whether the posterior standard deviations s differ from bin to bin.
func (p *Program[T]) StdPerBin() bool { return p.logStdZ.Dims() == 2 }

// Kernel returns the history kernel psi (L) of the last run.
func (p *Program[T]) Kernel() []float64 {
	if p.kernel == nil {
		h := p.model.Config.History
		return h.Kernel.Fixed(h.Lags)
	}
	psi := make([]float64, 0, p.model.Config.History.Lags)
	for _, v := range op.Values[T](p.kernel) {
		psi = append(psi, float64(v))
	}
	return psi
}

// Gradients returns the derivatives of the loss by the model's parameters, in the order of Params; nil for a
// program without gradients. The next run overwrites them.
func (p *Program[T]) Gradients() G.Nodes { return p.grads }
