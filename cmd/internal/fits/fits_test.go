package fits_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/settings"
	"facrnn/data/simulate"
	"facrnn/train"
)

// TestInterruptedAfterTraining: an interrupt that comes when training has ended leaves the model as it was trained, neither refitted nor filtered, and the fit as one that was interrupted.
func TestInterruptedAfterTraining(t *testing.T) {
	for _, decoder := range []string{"identity", "softplus"} { // which are refitted in closed form, and by searches
		t.Run(decoder, func(t *testing.T) {
			rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 2, Repeats: 3, Bins: 40, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			epochs, restarts, refit := 2, 1, 2
			plan, err := settings.Settings{Decoder: decoder, Start: "random", Recipe: "paper", Estimator: "standardized", Method: "facrnn", Kernel: "exponential", Lags: 1, Activation: "tanh",
				Observation: "gaussian", Epochs: &epochs, Restarts: &restarts, Refit: &refit}.Resolve(rec)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var trained []train.Array
			end := train.Hook{Name: "interrupt", End: func(r *train.Run) error {
				trained = r.State().Params
				stop()
				return nil
			}}
			f, err := fits.Run(ctx, plan, time.Now, nil, end)
			if err != nil {
				t.Fatal(err)
			}
			if !f.Result.Interrupted || f.Unfiltered != nil || !f.Filtered.Empty() || f.Ridge != nil {
				t.Errorf("interrupted: %t, unfiltered: %v, filtered: %d bins, ridge: %v", f.Result.Interrupted, f.Unfiltered, f.Filtered.Rows, f.Ridge)
			}
			for i, a := range train.Params(f.Result.Model) {
				if !slices.Equal(a.Data, trained[i].Data) {
					t.Errorf("%s is not what was trained", a.Name)
				}
			}
		})
	}
}
