package method_test

import (
	"context"
	"slices"
	"testing"

	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
	"facrnn/train/method"
)

// TestInterruptedAfterTraining checks that an interrupt after the training leaves the trained model, without refit and
// filter, and marks the fit as interrupted.
func TestInterruptedAfterTraining(t *testing.T) {
	// which are refitted in closed form, and by searches
	for _, decoder := range []layers.Activation{layers.Identity, layers.Softplus} {
		t.Run(string(decoder), func(t *testing.T) {
			rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 2, Repeats: 3, Bins: 40,
				Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			refit := 2
			plan, err := method.Resolve(rec, method.Spec{
				Decoder: layers.LinearDecoder{Link: decoder}, Init: method.InitRandom, Recipe: &method.Paper,
				Estimator: losses.LeaveOneOut{}, Refit: &refit,
				Training: train.Options{Epochs: 2, Restarts: 1},
			})
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var trained []train.Array
			end := train.Hook{Name: "interrupt", End: func(r *train.Progress) error {
				trained = r.State().Params
				stop()
				return nil
			}}
			f, err := plan.Run(ctx, end)
			if err != nil {
				t.Fatal(err)
			}
			if !f.Result.Interrupted || f.FilterErr != nil || !f.Filtered.Empty() || f.Ridge != nil {
				t.Errorf("interrupted: %t, unfiltered: %v, filtered: %d bins, ridge: %v", f.Result.Interrupted,
					f.FilterErr, f.Filtered.Rows, f.Ridge)
			}
			for i, a := range train.Params(f.Result.Model) {
				if !slices.Equal(a.Data, trained[i].Data) {
					t.Errorf("%s is not what was trained", a.Name)
				}
			}
		})
	}
}
