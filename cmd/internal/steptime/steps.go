// Package steptime times training steps in float32: noise, forward pass, gradients and Adam. [New] builds a
// model from a graph.Config and fills one minibatch with random numbers. [Step.Time] returns microseconds per
// step. cmd/bench and other programs report these times. The real training loop is in package train.
package steptime

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train"
)

// Step is a model that is trained repeatedly on one minibatch of random numbers.
type Step struct {
	model   *graph.Model[float32]
	program *graph.Program[float32]
	adam    *train.Adam[float32]
	noise   *train.Normal
}

// New builds the model for minibatches of M bins, with that many threads inside a step.
func New(c graph.Config, M, threads int) (*Step, error) {
	m, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		return nil, err
	}
	m.Pool = op.NewPool(threads)
	p, err := m.Program(M, true)
	if err != nil {
		m.Pool.Close()
		return nil, err
	}
	s := &Step{m, p, &train.Adam[float32]{}, train.NewNormal(1, 1)}
	for _, in := range [][]float32{p.X, p.Lagged, p.Input, p.Drive} {
		train.Fill(s.noise, in)
	}
	return s, nil
}

// Close ends the threads.
func (s *Step) Close() { s.model.Pool.Close() }

// Time runs n/5 steps without measuring, and then five repeats of n steps. It returns the fastest and the
// median repeat, in microseconds per step.
func (s *Step) Time(ctx context.Context, n int, now train.Clock) (fastest, median float64, err error) {
	if err := s.run(ctx, max(20, n/5)); err != nil {
		return 0, 0, err
	}
	per := make([]float64, 5)
	for i := range per {
		began := now()
		if err := s.run(ctx, n); err != nil {
			return 0, 0, err
		}
		per[i] = float64(now().Sub(began)) / float64(time.Microsecond) / float64(n)
	}
	slices.Sort(per)
	return per[0], per[2], nil
}

func (s *Step) run(ctx context.Context, n int) error {
	for range n {
		train.Fill(s.noise, s.program.Noise)
		if err := s.program.Run(); err != nil {
			return err
		}
		s.adam.Step(s.model, s.program, 1e-3)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}
