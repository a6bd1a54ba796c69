package graph

import (
	"slices"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/layers/op"
)

// Samples is a recording as a model's inputs: T independent samples, each a bin and its convolved history.
type Samples[T op.Float] struct {
	Bins  int // T
	x     []T // (T,N); NaN where a value is missing
	h     []T // (T,N); nil where the graph computes it
	past  *layers.Past[T]
	input []T // (T,N) or nil
	drive []T // (T,P) or nil
	n, p  int // N, P
}

// NewSamples evaluates, once, what does not depend on the parameters.
func NewSamples[T op.Float](c Config, rec *data.Recording) *Samples[T] {
	c = c.withDefaults()
	s := &Samples[T]{Bins: rec.Bins(), n: rec.Activity.Cols, x: convert[T](rec.Activity.Data)}
	if c.Input {
		s.input = convert[T](rec.Input.Data)
	}
	if c.Drive > 0 {
		s.drive, s.p = convert[T](rec.Drive.Data), c.Drive
	}
	past := layers.NewPast(c.History, s.remembered(c.LeftOut), s.n, rec.SegmentStarts)
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

// remembered is what the history is of (T,N): the activity, less E u for E' (P,N) unless that is nil.
func (s *Samples[T]) remembered(e []float32) []T {
	if e == nil {
		return s.x
	}
	x := slices.Clone(s.x)
	for t := range s.Bins {
		leaveOut(x[t*s.n:(t+1)*s.n], s.drive[t*s.p:(t+1)*s.p], e)
	}
	return x
}

// leaveOut takes E u off a bin's activity x (N), for its drive u (P) and E' (P,N).
func leaveOut[T op.Float](x, u []T, e []float32) {
	N := len(x)
	for p, u := range u {
		for n, e := range e[p*N : (p+1)*N] {
			x[n] -= T(e) * u
		}
	}
}

// RegressionData is what a linear model relates: the activity less the known input, NaN where it is missing, and the
// history by the model's kernel as it is, both (T,N). They may share the samples' memory.
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
	if err := p.Run(); err != nil { // on nothing: for the kernel
		return nil, nil, err
	}
	psi := make([]T, 0, m.Config.History.Lags)
	for _, v := range p.Kernel() {
		psi = append(psi, T(v))
	}
	return x, s.past.Convolved(psi), nil
}

// Drive returns the measured input u (T,P), nil where there is none. It shares the samples' memory.
func (s *Samples[T]) Drive() []T { return s.drive }

// convert changes the precision; float32 stays where it is.
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

// Load writes the bins rows into a program's inputs, all but the noise.
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
