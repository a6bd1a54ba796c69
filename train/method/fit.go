// Package method fits a model to a recording: it chooses the open settings, trains, refits, filters the latents, and
// computes the numbers of the fit. Start with [Fit]. A [Spec] describes a fit, a [Plan] has every choice, and a
// [Fitted] holds everything that is known of a fit.
//
// It may import every package of train except rundir and report.
package method

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/separation"
)

// Fitted is a plan that was carried out: all that is known of a fit.
type Fitted struct {
	*Plan
	Result   *train.Result
	Filtered data.Matrix     // (T,K) latents from the past and the present; empty if they could not be filtered
	Q, R     []float64       // (K,K) process noise covariance, (N) observation noise; R is nil for Poisson counts
	Ridge    *evaluate.Ridge // B by ridge regression of the filtered latents; nil for a model without B

	// FilterErr says why the latents were not filtered and the model was not refitted; nil if they were. The trained
	// model stays.
	FilterErr error

	Past Past // of a stored model

	Assessment
}

// Past holds the facts about the training of a stored run.
type Past struct {
	Rows   []train.Epoch // epochs of the chosen restart; nil for another recording
	Err    error         // why there are no epochs of the run's own recording
	Warned bool          // the run warned of something
}

// Fit fits a model to a recording, which it scales in place. It does everything that the program train does, except
// writing; see [Resolve], [Plan.Prepare] and [Plan.Fit]. Hooks follow the training.
func Fit(ctx context.Context, rec *data.Recording, s Spec, hooks ...train.Hook) (*Fitted, error) {
	p, err := Resolve(rec, s)
	if err != nil {
		return nil, err
	}
	return p.Fit(ctx, hooks...)
}

// Fit carries out a plan, and computes the numbers of the fit.
func (p *Plan) Fit(ctx context.Context, hooks ...train.Hook) (*Fitted, error) {
	f, err := p.Run(ctx, hooks...)
	if err != nil {
		return nil, err
	}
	defer step(hooks, "evaluating the fit")()
	return f, f.Evaluate(nil)
}

// Run carries out a plan without computing its numbers: it trains, refits the model and filters the latents. If ctx
// ends during the training or after it, the model is neither refitted nor filtered, and Result.Interrupted is set.
func (p *Plan) Run(ctx context.Context, hooks ...train.Hook) (*Fitted, error) {
	if err := p.Prepare(ctx); err != nil {
		return nil, err
	}
	r, err := p.Spec.Method.Fit(ctx, p, hooks...)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Plan: p, Result: r}
	if !r.Interrupted {
		trained := r.Model.Snapshot()
		if err := f.filter(ctx, hooks); err != nil { // a model that is half refitted is of no use
			r.Model.Restore(trained)
			f = &Fitted{Plan: p, Result: r, FilterErr: err}
			if ctx.Err() != nil {
				r.Interrupted, f.FilterErr = true, nil
			}
		}
	}
	if f.FilterErr != nil {
		p.Warnings = append(p.Warnings, fmt.Sprintf("the model is not refitted, and its latents are not filtered: %v",
			f.FilterErr))
	}
	return f, nil
}

// step informs hooks that a step of the fit begins, besides the training. The returned function ends the step.
func step(hooks []train.Hook, what string) (done func()) {
	var ends []func()
	for _, h := range hooks {
		if h.Step != nil {
			ends = append(ends, h.Step(what))
		}
	}
	return func() {
		for _, end := range ends {
			end()
		}
	}
}

// train trains the plan's model.
func (p *Plan) train(ctx context.Context, hooks ...train.Hook) (*train.Result, error) {
	o := p.Options
	var warnings []string
	begun := len(o.Resume) == o.Restarts // then no restart needs a start any more
	if p.Start == nil && p.Spec.Init != InitRandom && !begun {
		done := step(hooks, "training a model without groups, for the components to start from")
		start, err := train.Await(ctx, func() (*separation.Init, error) {
			return separation.InitFromPretrained(ctx, p.Config, p.Recording, p.Split,
				separation.PretrainedOptions{ICA: p.Spec.Init == InitICA, Seed: o.Seed, Threads: o.Threads}, p.now)
		})
		done()
		if err != nil {
			return nil, fmt.Errorf("%w; --start random does without", err)
		}
		o.InitialParams, warnings = start.Arrays, start.Warnings
	}
	r, err := train.Fit(ctx, p.Config, p.Recording, p.Split, o, p.now, hooks...)
	if err != nil {
		return nil, err
	}
	r.Warnings = append(warnings, r.Warnings...)
	if !r.Interrupted {
		r.Model.Config.Structure = p.Groups
	}
	return r, nil
}

// turned trains the plan's model, and turns its latents unless the training was interrupted.
func (p *Plan) turned(ctx context.Context, turn func(*train.Result) error, hooks ...train.Hook) (*train.Result, error) {
	r, err := p.train(ctx, hooks...)
	if err != nil || r.Interrupted {
		return r, err
	}
	return r, turn(r)
}

// filter refits the model and filters the latents.
func (f *Fitted) filter(ctx context.Context, hooks []train.Hook) error {
	done := step(hooks, "refitting the model")
	filter, err := infer.Refit(ctx, f.Result, f.Split, f.refit)
	done()
	if err != nil {
		return err
	}
	f.setNoise(filter)
	done = step(hooks, "filtering the latents")
	f.Filtered, err = filter.Infer(ctx, f.Result)
	done()
	if err != nil {
		return err
	}
	defer step(hooks, "estimating B from the filtered latents by ridge regression")()
	f.Ridge, err = infer.Ridge(ctx, f.Result, f.Split, f.Filtered)
	return err
}

func (f *Fitted) setNoise(filter infer.Filter) {
	q, r := filter.Noise()
	f.Q, f.R = square(q), r
}

func square(q *mat.SymDense) (values []float64) {
	K := q.SymmetricDim()
	for i := range K {
		for j := range K {
			values = append(values, q.At(i, j))
		}
	}
	return values
}

// Restored returns the fit of a stored model. filter is nil if the run has no noise estimate, and decoder is nil if the
// run has no decoder of behaviour. Restored filters the latents and computes the numbers again. The given warnings come
// before the warnings of the plan.
func (p *Plan) Restored(
	ctx context.Context, r *train.Result, filter infer.Filter, decoder *evaluate.BehaviorDecoder, past Past,
	warnings ...string,
) (*Fitted, error) {
	f := &Fitted{Plan: p, Result: r, Past: past}
	if filter == nil {
		f.FilterErr = errNoNoise
		warnings = append(warnings, fmt.Sprintf("the latents are not filtered: %v", errNoNoise))
	} else {
		f.setNoise(filter)
		var err error
		if f.Filtered, err = filter.Infer(ctx, r); err != nil {
			return nil, fmt.Errorf("%s: filtering the latents: %w", p.Recording.Source.Path, err)
		}
	}
	p.Warnings = append(warnings, p.Warnings...)
	return f, f.Evaluate(decoder)
}
