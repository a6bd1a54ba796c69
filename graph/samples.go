package graph

import (
	"slices"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/layers/op"
)

// Samples holds a recording as inputs of a model: T independent samples, each one bin and its convolved
// history.
type Samples[T op.Float] struct {
	Bins  int // T
	x     []T // (T,N); NaN for missing values
	h     []T // (T,N); nil if the graph computes the history
	past  *layers.Past[T]
	input []T // (T,N) or nil
	drive []T // (T,P) or nil
	n, p  int // N, P
}

// NewSamples converts a recording to precision T. It evaluates the history here, once, if the kernel is fixed.
func NewSamples[T op.Float](c Config, rec *data.Recording) *Samples[T] {
	c = c.withDefaults()
	s := &Samples[T]{Bins: rec.Bins(), n: rec.Activity.Cols, x: convert[T](rec.Activity.Data)}
	if c.Input {
		s.input = convert[T](rec.Input.Data)
	}
	if c.Drive > 0 {
		s.drive, s.p = convert[T](rec.Drive.Data), c.Drive
	}
	past := layers.NewPast(c.History, s.historySource(c.LeftOut), s.n, rec.SegmentStarts)
	if c.Missing != nil {
		past.FillMissing(s.x, c.Missing.Fill)
	}
	if c.inGraph() {
		s.past = past
	} else {
		s.h = past.Evaluate()
	}
	return s
}

// historySource returns the activity that the history is computed from (T,N): x, or x - E u for E' (P,N) unless
// e is nil.
func (s *Samples[T]) historySource(e []float32) []T {
	if e == nil {
		return s.x
	}
	x := slices.Clone(s.x)
	for t := range s.Bins {
		leaveOut(x[t*s.n:(t+1)*s.n], s.drive[t*s.p:(t+1)*s.p], e)
	}
	return x
}

// leaveOut subtracts E u from the activity x (N) of one bin, for measured inputs u (P) and E' (P,N).
func leaveOut[T op.Float](x, u []T, e []float32) {
	N := len(x)
	for p, u := range u {
		for n, e := range e[p*N : (p+1)*N] {
			x[n] -= T(e) * u
		}
	}
}

// RegressionData returns the two sides of a linear model: the activity minus the known offset, NaN for missing
// values, and the history with the model's current kernel, both (T,N). They may share memory with the samples.
func (s *Samples[T]) RegressionData(m *Model[T]) (x, h []T, err error) {
	x = s.x
	if s.input != nil {
		x = make([]T, len(s.x))
		for i, v := range s.x {
			x[i] = v - s.input[i]
		}
	}
	if s.h != nil {
		return x, s.h, nil
	}
	p, err := m.Program(1, false)
	if err != nil {
		return nil, nil, err
	}
	if err := p.Run(); err != nil { // the inputs are irrelevant; the run only evaluates the kernel
		return nil, nil, err
	}
	psi := make([]T, 0, m.Config.History.Lags)
	for _, v := range p.Kernel() {
		psi = append(psi, T(v))
	}
	return x, s.past.Convolved(psi), nil
}

// Drive returns the measured inputs u (T,P), nil if there are none. They share memory with the samples.
func (s *Samples[T]) Drive() []T { return s.drive }

// convert changes the precision. It returns x itself if T is float32.
func convert[T op.Float](x []float32) []T {
	if same, ok := any(x).([]T); ok {
		return same
	}
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

// Load copies the bins rows (M) into a program's inputs, except the noise.
func (s *Samples[T]) Load(p *Program[T], rows []int) {
	pool := p.model.Pool
	op.Gather(pool, p.X, s.x, rows, s.n)
	if s.input != nil {
		op.Gather(pool, p.Input, s.input, rows, s.n)
	}
	if s.drive != nil {
		op.Gather(pool, p.Drive, s.drive, rows, s.p)
	}
	if s.past == nil {
		op.Gather(pool, p.Lagged, s.h, rows, s.n)
		return
	}
	width := len(p.Lagged) / p.Rows
	for i, t := range rows {
		s.past.Window(p.Lagged[i*width:(i+1)*width], t)
	}
}
