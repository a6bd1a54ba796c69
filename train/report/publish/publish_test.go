package publish_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"facrnn/data/simulate"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/plot"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// TestReportInterrupted checks that where the context has ended there is no report.html, and what is returned says why;
// with another one there is.
func TestReportInterrupted(t *testing.T) {
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 2, Repeats: 3, Bins: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	refit := 1
	fit, err := method.Fit(t.Context(), rec, method.Spec{
		Init: method.InitRandom, Recipe: &method.Paper, Refit: &refit, Training: train.Options{Epochs: 2, Restarts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := rundir.Create(filepath.Join(t.TempDir(), "run"), fit.Plan)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	summary := rundir.Summarize(fit)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	p, err := publish.Report(ctx, folder, fit, summary, publish.Options{})
	if _, there := os.Stat(folder.Path("report.html")); p != nil || !errors.Is(err, context.Canceled) || there == nil {
		t.Errorf("interrupted, the report is %v, %v; the file: %v", p, err, there)
	}
	p, err = publish.Report(t.Context(), folder, fit, summary,
		publish.Options{Figures: plot.Options{Formats: []plot.Format{plot.PDF}}})
	if _, there := os.Stat(folder.Path("report.html")); p == nil || err != nil || there != nil {
		t.Errorf("the report is %v, %v; the file: %v", p, err, there)
	}
}
