// Package fits carries out a plan: it trains, turns or refits what was trained, and filters the latents. The order of these
// steps, which programs share, is all that is in it.
package fits

import (
	"context"
	"fmt"

	"facrnn/cmd/internal/settings"
	"facrnn/data"
	"facrnn/train"
)

// Fit is a plan carried out.
type Fit struct {
	Result   *train.Result[float32]
	Filtered data.Matrix // (T,K) latents that know of their own bin; empty where they have no closed form
	Q, R     []float64   // (K,K), (N) the noise that they are filtered with
}

// Run carries out a plan. An interrupted fit is neither refitted nor filtered.
func Run(ctx context.Context, plan *settings.Plan, now train.Clock, hooks ...train.Hook) (*Fit, error) {
	r, err := trained(ctx, plan, now, hooks...)
	if err != nil {
		return nil, err
	}
	f := &Fit{Result: r}
	if plan.Filter && !r.Interrupted {
		err = f.filter(plan)
	}
	return f, err
}

// trained trains, and turns the latents of methods that do so afterwards.
func trained(ctx context.Context, plan *settings.Plan, now train.Clock, hooks ...train.Hook) (*train.Result[float32], error) {
	method := plan.Settings.Method
	if method == "components" {
		return train.Untrained[float32](plan.Config, plan.Recording, plan.Options)
	}
	r, err := train.Fit[float32](ctx, plan.Config, plan.Recording, plan.Split, plan.Options, now, hooks...)
	if err != nil || r.Interrupted {
		return r, err
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
func (f *Fit) filter(plan *settings.Plan) error {
	steps := *plan.Settings.Refit
	if plan.Settings.Method == "components" {
		steps = 0 // what was found before training is to stay
	}
	m, err := train.Refit(f.Result, plan.Split, steps)
	if err != nil {
		return fmt.Errorf("%w; --refit 0 does without", err)
	}
	K := m.Q.SymmetricDim()
	for i := range K {
		for j := range K {
			f.Q = append(f.Q, m.Q.At(i, j))
		}
	}
	f.R = m.R
	f.Filtered, err = train.Filtered(f.Result, m)
	return err
}
