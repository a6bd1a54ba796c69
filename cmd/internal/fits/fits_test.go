package fits_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/flags"
	"facrnn/data/simulate"
	"facrnn/train"
	"facrnn/train/report/plot"
	"facrnn/train/rundir"
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
			plan, err := flags.Settings{Decoder: decoder, Start: "random", Recipe: "paper", Estimator: "standardized", Method: "facrnn", Kernel: "exponential", Lags: 1, Activation: "tanh",
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

// TestReportInterrupted: where the context has ended there is no report.html, and what is returned says why; with another one there is.
func TestReportInterrupted(t *testing.T) {
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 2, Repeats: 3, Bins: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	epochs, restarts, refit := 2, 1, 1
	plan, err := flags.Settings{Start: "random", Recipe: "paper", Method: "facrnn", Kernel: "exponential", Lags: 1, Activation: "tanh", Observation: "gaussian", Epochs: &epochs, Restarts: &restarts, Refit: &refit}.Resolve(rec)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fits.Run(t.Context(), plan, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := rundir.Create(filepath.Join(t.TempDir(), "run"), nil, rec.Source)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	written, err := fits.Write(folder, plan, f, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	p, err := fits.Report(ctx, folder, plan, f, written, fits.Made{})
	if _, there := os.Stat(folder.Path("report.html")); p != nil || !errors.Is(err, context.Canceled) || there == nil {
		t.Errorf("interrupted, the report is %v, %v; the file: %v", p, err, there)
	}
	p, err = fits.Report(t.Context(), folder, plan, f, written, fits.Made{Formats: []plot.Format{plot.PDF}})
	if _, there := os.Stat(folder.Path("report.html")); p == nil || err != nil || there != nil {
		t.Errorf("the report is %v, %v; the file: %v", p, err, there)
	}
}
