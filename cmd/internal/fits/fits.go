// Package fits carries out a plan: it trains, turns or refits what was trained, filters the latents, and has them written and drawn. The order of these
// steps, which programs share, is all that is in it. Start with [Run]; stored.go reads a run back, report.go and page.go say what came of one.
package fits

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/rundir"
)

// Fit is a plan carried out.
type Fit struct {
	Result   *train.Result[float32]
	Filtered data.Matrix     // (T,K) latents that know of their own bin
	Q, R     []float64       // (K,K), (N) the noise that they are filtered with; of counts, R is nil
	Ridge    *evaluate.Ridge // B told from the filtered latents; nil for a model without B

	// Unfiltered is why the latents could not be filtered, nor the model refitted; nil where they were. What was trained is there all the same.
	Unfiltered error
}

// Run carries out a plan. A fit that is interrupted, while it trains or afterwards, is neither refitted nor filtered. log is told what is done beside the training, where that takes long; nil for none.
func Run(ctx context.Context, plan *flags.Plan, now train.Clock, log logrus.FieldLogger, hooks ...train.Hook) (*Fit, error) {
	r, err := trained(ctx, plan, now, log, hooks...)
	if err != nil {
		return nil, err
	}
	f := &Fit{Result: r}
	if !r.Interrupted {
		trained := r.Model.Snapshot()
		if err := f.filter(ctx, plan, log); err != nil { // half a refit is none
			r.Model.Restore(trained)
			f = &Fit{Result: r, Unfiltered: err}
			if ctx.Err() != nil {
				r.Interrupted, f.Unfiltered = true, nil
			}
		}
	}
	return f, nil
}

// Create makes the folder of a plan's run, with its config.toml.
func Create(dir string, plan *flags.Plan) (*rundir.Folder, error) {
	text, err := plan.Settings.TOML()
	if err != nil {
		return nil, err
	}
	return rundir.Create(dir, text, plan.Recording.Source)
}

// Write writes what came of a plan into the run's folder, all but the figures and summary.json.
func Write(folder *rundir.Folder, plan *flags.Plan, f *Fit, now time.Time) (*rundir.Fitted, error) {
	text, err := plan.Settings.TOML()
	if err != nil {
		return nil, err
	}
	return rundir.Finish(folder, rundir.Outcome[float32]{
		Result: f.Result, Recording: plan.Recording, Scaling: plan.Scaling, Driven: plan.Driven, Split: plan.Split, Filtered: f.Filtered, Q: f.Q, R: f.R, Ridge: f.Ridge,
		Settings: string(text), Now: now,
		Summary: rundir.Summary{
			Version: flags.Version(), Method: plan.Settings.Method, Seed: plan.Settings.Seed, Warnings: plan.Warnings,
			Notes: plan.Notes(), Measures: rundir.Measures{Settings: plan.Settings.Values(), Links: links(plan)},
		},
	})
}

// links are those of the components that training starts from; nil without.
func links(plan *flags.Plan) *rundir.Links {
	if plan.Start == nil {
		return nil
	}
	d := plan.Start.Discovery
	return &rundir.Links{Within: rundir.Number(d.Within), Between: rundir.Number(d.Between)}
}

// trained trains, and turns the latents of methods that do so afterwards.
func trained(ctx context.Context, plan *flags.Plan, now train.Clock, log logrus.FieldLogger, hooks ...train.Hook) (*train.Result[float32], error) {
	method, o := plan.Settings.Method, plan.Options
	var warnings []string
	begun := len(o.Resume) == o.Restarts // then no restart needs a start any more
	if plan.Start == nil && plan.Settings.Start != "random" && !begun {
		done := cli.Step(log, "training a model without groups, for the components to start from")
		start, err := train.Await(ctx, func() (*train.SeparatedStart, error) {
			return train.SeparateFitted(ctx, plan.Config, plan.Recording, plan.Split, train.FittedOptions{ICA: plan.Settings.Start == "ica", Seed: o.Seed, Threads: o.Threads}, now)
		})
		done()
		if err != nil {
			return nil, fmt.Errorf("%w; --start random does without", err)
		}
		o.Start, warnings = start.Arrays, start.Warnings
	}
	if method == "components" {
		return train.Untrained[float32](plan.Config, plan.Recording, o)
	}
	r, err := train.Fit[float32](ctx, plan.Config, plan.Recording, plan.Split, o, now, hooks...)
	if err != nil {
		return nil, err
	}
	r.Warnings = append(warnings, r.Warnings...)
	if r.Interrupted {
		return r, nil
	}
	switch method {
	case "lint":
		err = train.LINT(r)
	case "lrrnn-ica":
		err = train.ICA(r, plan.Split, plan.Settings.Seed)
	}
	r.Model.Config.Structure = plan.Groups
	return r, err
}

// filter refits the model and filters the latents.
func (f *Fit) filter(ctx context.Context, plan *flags.Plan, log logrus.FieldLogger) error {
	steps := *plan.Settings.Refit
	if plan.Settings.Method == "components" {
		steps = 0 // what was found before training is to stay
	}
	done := cli.Step(log, "refitting the model")
	reader, err := train.Refit(ctx, f.Result, plan.Split, steps)
	done()
	if err != nil {
		return err
	}
	f.Q, f.R = square(reader.Q), reader.R
	done = cli.Step(log, "filtering the latents")
	f.Filtered, err = train.Filtered(ctx, f.Result, reader)
	done()
	if err != nil {
		return err
	}
	defer cli.Step(log, "telling B from the filtered latents by ridge regression")()
	f.Ridge, err = train.Ridge(ctx, f.Result, plan.Split, f.Filtered)
	return err
}

// square is a matrix, row by row.
func square(q *mat.SymDense) (values []float64) {
	K := q.SymmetricDim()
	for i := range K {
		for j := range K {
			values = append(values, q.At(i, j))
		}
	}
	return values
}
