package experiment

import (
	"context"
	"errors"
	"strings"
	"sync"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// model declares the fits of an experiment: what is simulated, fitted and measured. T is the ground truth of a
// recording.
type model[C comparable, T any] struct {
	now train.Clock
	// simulate makes or reads the recording of a cell and seed. It is called for every fit, because a fit may scale the
	// recording.
	simulate func(context.Context, C, uint64) (*data.Recording, T, error)
	// settings changes the defaults of the program to the settings of a cell and seed.
	settings func(s *method.Text, c C, seed uint64, truth T)
	plan     func(*method.Plan) // changes what the settings resolve to; nil: nothing
	specs    []spec[T]          // the fits of every row; the figures and the time are of the last
}

// spec is one fit of a row.
type spec[T any] struct {
	change   func(*method.Text) // from the settings of the cell; nil: nothing
	measures []measure[T]
}

// measure declares columns of results.csv that are computed together.
type measure[T any] struct {
	columns string // separated by spaces
	// of returns a number for each column. The columns stay empty if it returns none.
	of func(f *fit, truth T) ([]float64, error)
}

// fit is a fit that was carried out, with what most measures use.
type fit struct {
	*method.Fitted
	plan     *method.Plan
	mu, logs data.Matrix      // encoded latents (T,K), and ln s: (1,K) or (T,K)
	shifted  func() []float64 // the circular-shift control in the held-out bins; nil for a single group
	artifact artifact         // what the figures of the fit need; set by a measure, nil: nothing
}

// prepare returns the settings of a cell's fit, its recording and the ground truth.
func (m model[C, T]) prepare(ctx context.Context, c C, seed uint64) (method.Text, *data.Recording, T, error) {
	rec, truth, err := m.simulate(ctx, c, seed)
	if err != nil {
		return method.Text{}, nil, truth, err
	}
	s := method.Defaults()
	s.Seed, s.Threads = seed, 1
	m.settings(&s, c, seed, truth)
	return s, rec, truth, err
}

// check reports whether the settings of a cell can be carried out.
func (m model[C, T]) check(ctx context.Context, c C) error {
	s, rec, _, err := m.prepare(ctx, c, 0)
	if err == nil {
		_, err = resolve(s, rec, m.now)
	}
	return err
}

// measure makes the fits of a row and fills the row in.
func (m model[C, T]) measure(ctx context.Context, r *row[C]) error {
	for _, spec := range m.specs {
		s, rec, truth, err := m.prepare(ctx, r.cell, r.seed)
		if err != nil {
			return err
		}
		if spec.change != nil {
			spec.change(&s)
		}
		began := m.now()
		f, err := carryOut(ctx, s, rec, m.plan, m.now)
		if err != nil {
			return err
		}
		r.set("seconds", m.now().Sub(began).Seconds())
		for _, measure := range spec.measures {
			values, err := measure.of(f, truth)
			if err != nil {
				return err
			}
			for i, v := range values {
				r.set(strings.Fields(measure.columns)[i], v)
			}
		}
		r.artifact = f.artifact
	}
	return nil
}

// resolve resolves settings for a recording.
func resolve(s method.Text, rec *data.Recording, now train.Clock) (*method.Plan, error) {
	spec, err := s.Spec()
	if err != nil {
		return nil, err
	}
	spec.Clock = now
	return method.Resolve(rec, spec)
}

// carryOut makes one fit without log, from settings to encoded latents. The search for initial parameters is part of
// the fit. change, unless it is nil, changes the plan before the fit.
func carryOut(
	ctx context.Context, s method.Text, rec *data.Recording, change func(*method.Plan), now train.Clock,
) (*fit, error) {
	plan, err := resolve(s, rec, now)
	if err == nil {
		err = plan.Prepare(ctx)
	}
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(plan)
	}
	made, err := plan.Run(ctx)
	if err != nil {
		return nil, err
	}
	// An interrupted fit is no result, and a fit that cannot be filtered cannot be compared.
	if err := errors.Join(ctx.Err(), made.FilterErr); err != nil {
		return nil, err
	}
	f := &fit{Fitted: made, plan: plan}
	f.mu, f.logs, err = evaluate.Encode(made.Result.Model, made.Result.Samples)
	f.shifted = sync.OnceValue(func() []float64 {
		return evaluate.CircularShiftNull(plan.Groups, made.Result.Model.Config.Bins, f.mu, f.logs, plan.Split.Test)
	})
	return f, err
}

// loss returns the training objective; none of a fit that is not trained.
func (f *fit) loss() []float64 {
	if len(f.Result.Losses) == 0 {
		return nil
	}
	return []float64{f.Result.Losses[f.Result.Restart]}
}

// predict scores the prediction of some bins.
func (f *fit) predict(bins []int) (evaluate.Prediction, error) {
	return evaluate.Predict(f.Result.Model, f.Result.Samples, bins)
}

// partialCorrelation returns the dependence of the latents under a structure in some bins.
func (f *fit) partialCorrelation(structure layers.Structure, bins []int) float64 {
	return evaluate.Dependence(structure, f.Result.Model.Config.Bins, f.mu, f.logs, bins)
}

// at returns some rows of a matrix.
func at(m data.Matrix, rows []int) *mat.Dense { return evaluate.Rows(evaluate.Dense(m), rows) }

// groups returns the columns of the latents of each fitted group.
func (f *fit) groups() (groups evaluate.Groups) {
	for _, g := range f.plan.Groups.Groups() {
		groups = append(groups, g.Latents)
	}
	return groups
}

// recipeOf returns the recipe of a method: the baselines have the settings of the paper, and components has the recipe
// best.
func recipeOf(method, chosen string) string {
	switch method {
	case "facrnn", "facrnn-full":
		return chosen
	case "components":
		return "best"
	}
	return "paper"
}
