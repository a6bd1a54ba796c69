//go:build slow

package publish_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// oscillating returns a recording of K latents that go round in time, each pair at a speed of its own, and drive N
// channels in 14 regions.
func oscillating(N, T, K int) *data.Recording {
	r := rand.New(rand.NewPCG(1, 2))
	rec := &data.Recording{Activity: data.NewMatrix(T, N), BinWidth: 0.005, Source: data.Source{Path: "large"},
		SegmentStarts: []int{0}}
	a := make([]float32, N*K)
	for i := range a {
		a[i] = float32(0.3 * r.NormFloat64())
	}
	for n := range N {
		rec.Channels = append(rec.Channels, data.Channel{Name: fmt.Sprint("pixel ", n),
			Region: fmt.Sprint("region ", n%14)})
	}
	for t := range T {
		rec.Time, rec.Trial = append(rec.Time, 0.005*float64(t)), append(rec.Trial, 0)
		row := rec.Activity.Row(t)
		for n := range row {
			row[n] = float32(r.Uint32())/math.MaxUint32 - 0.5
		}
		for k := range K {
			z := float32(math.Sin(float64(t)*(0.05+0.02*float64(k/2))+math.Pi/2*float64(k%2)) + 0.3*r.NormFloat64())
			for n := range row {
				row[n] += a[n*K+k] * z
			}
		}
	}
	return rec
}

// TestLarge says how long everything takes after the training of 2500 channels in 30,000 bins, and how large the page
// is: 5 MB at most.
func TestLarge(t *testing.T) {
	rec := oscillating(2500, 30_000, 12)
	refit := 5
	began := time.Now()
	plan, err := method.Resolve(rec, method.Spec{
		Structure: layers.Partition{2, 2, 2, 2, 2, 2}, Refit: &refit, Training: train.Options{Epochs: 2, Restarts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	lap := func(what string) {
		t.Logf("%-40s %5.1f s", what, time.Since(began).Seconds())
		began = time.Now()
	}
	if err := plan.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	lap("resolving the settings, components")
	fit, err := plan.Fit(t.Context(), train.Hook{Name: "lap",
		End: func(*train.Progress) error { lap("training"); return nil }})
	if err != nil || fit.FilterErr != nil {
		t.Fatal(err, fit.FilterErr)
	}
	lap("refitting, filtering, ridge regression, evaluating")
	dir := filepath.Join(t.TempDir(), "run")
	if err := rundir.Write(dir, fit); err != nil {
		t.Fatal(err)
	}
	lap("writing")
	if err := publish.Write(dir, fit); err != nil {
		t.Fatal(err)
	}
	lap("report.html and figures")
	page, err := os.Stat(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if t.Logf("report.html is of %.2f MB", float64(page.Size())/1e6); page.Size() > 5e6 {
		t.Error("that is more than 5 MB")
	}
}
