package content_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/report/content"
	"facrnn/train/rundir"
)

// large returns a model with random parameters, and a recording of noise, with everything that a page can be made of: N
// = 2500 in 14 regions, T = 30,000 in 200 trials, K = 12 in 6 groups.
func large(tb testing.TB) content.Fit {
	tb.Helper()
	const N, trials, bins = 2500, 200, 150
	r := rand.New(rand.NewPCG(1, 2))
	rec := &data.Recording{
		Activity: data.NewMatrix(trials*bins, N), BinWidth: 0.005, Trials: trials,
		Behavior: data.NewMatrix(trials*bins, 2), BehaviorName: "velocity",
	}
	for i := range rec.Activity.Data {
		rec.Activity.Data[i] = float32(r.Uint32())/math.MaxUint32 - 0.5
	}
	for i := range rec.Behavior.Data {
		rec.Behavior.Data[i] = float32(r.NormFloat64())
	}
	for n := range N {
		rec.Channels = append(rec.Channels, data.Channel{Name: fmt.Sprint("pixel ", n),
			Region: fmt.Sprint("region ", n%14)})
	}
	rec.ConditionName, rec.EventName = "target", "puff"
	fit := content.Fit{Recording: rec}
	for i := range trials {
		rec.SegmentStarts = append(rec.SegmentStarts, i*bins)
		rec.Condition, rec.Event = append(rec.Condition, fmt.Sprint(i%8)), append(rec.Event, float64(i)+0.25)
		for b := range bins {
			rec.Trial, rec.Time = append(rec.Trial, i), append(rec.Time, float64(i)+0.005*float64(b))
			if t := i*bins + b; i%5 == 0 {
				fit.Split.Test = append(fit.Split.Test, t)
			} else {
				fit.Split.Train = append(fit.Split.Train, t)
			}
		}
	}
	c := graph.Config{Neurons: N, Bins: len(fit.Split.Train), Structure: layers.Partition{2, 2, 2, 2, 2, 2},
		Terms: graph.Objective(1, 0)}
	var err error
	if fit.Model, err = graph.New[float32](c, r); err != nil {
		tb.Fatal(err)
	}
	fit.Samples = graph.NewSamples[float32](c, rec)
	if fit.Mu, fit.Logs, err = evaluate.Encode(fit.Model, fit.Samples); err != nil {
		tb.Fatal(err)
	}
	fit.Filtered = fit.Mu
	for range 8 {
		var rows []train.Epoch
		for e := range 5000 {
			l := train.Losses{Terms: []float64{1, 2, 3}}
			rows = append(rows, train.Epoch{Epoch: e + 1, Train: l, Test: &l, Weights: []float64{1, 1, 1}})
		}
		fit.Histories = append(fit.Histories, rows)
	}
	fit.Summary = rundir.Summary{Data: rundir.DataSummary{Path: "large", Bins: trials * bins, Units: N}}
	return fit
}

// BenchmarkPage is all of a page but its encoding; it reports the size of its JSON.
func BenchmarkPage(b *testing.B) {
	fit := large(b)
	for b.Loop() {
		p, err := content.New(fit)
		if err != nil {
			b.Fatal(err)
		}
		text, err := json.Marshal(p)
		if err != nil || len(p.Missing) > 1 {
			b.Fatal(err, p.Missing)
		}
		b.ReportMetric(float64(len(text))/1e6, "MB")
	}
}
