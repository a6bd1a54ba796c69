package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// voltage is the paper's experiment on voltage imaging of mouse cortex during an air puff (section 5.3), whose recording is not public, on simulated ones with a planted
// truth: the 50 Hz oscillation that the puff evokes is to sit in one group of latents, and that group's sub-connectivity is to show the planted pathways
// between regions.
type voltage struct {
	shared `set:"seeds=5"`

	Methods []string `help:"Of facrnn, lrrnn, lrrnn-ica, lint, components." default:"lrrnn,lrrnn-ica,lint,facrnn,components"`
	Recipe  string   `help:"Of facrnn; the others have settings of their own." default:"best" enum:"best,paper"`
	Side    int      `help:"Pixels along a side of the image." default:"30"`
	Epochs  int      `help:"Passes over the training bins of what has the paper's settings." default:"100"`
}

var voltageColumns = []string{"method", "seed", "band_share_top_group", "subconnectivity_corr", "region_rank", "seconds", "recipe", "split", "region_corr", "group_r2", "group_r2_filtered", "oscillation_r2"}

func (e *voltage) run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) error {
	if err := e.check("voltage", now); err != nil {
		return cli.Input{Err: err}
	}
	for _, m := range e.Methods {
		if !slices.Contains([]string{"facrnn", "lrrnn", "lrrnn-ica", "lint", "components"}, m) {
			return cli.Input{Err: fmt.Errorf("--methods %s: there is no method %q here", strings.Join(e.Methods, ","), m)}
		}
	}
	if e.Side < 16 || e.Side > 100 {
		return cli.Input{Err: fmt.Errorf("--side is %d: give 16 to 100", e.Side)}
	}
	var kinds []row
	for _, m := range e.Methods {
		r := row{"method": m, "recipe": "paper", "split": "trials"}
		switch m {
		case "components":
			r["recipe"] = "best"
		case "facrnn":
			r["recipe"] = e.Recipe
		}
		kinds = append(kinds, r)
	}
	b := batch{
		command:  call.Shown(),
		settings: map[string]string{"side": fmt.Sprint(e.Side), "epochs": fmt.Sprint(e.Epochs)},
		dir:      e.Out, title: "Voltage imaging during an air puff, simulated", columns: voltageColumns, key: []string{"method", "recipe", "split", "seed"},
		shown: []string{"band_share_top_group", "subconnectivity_corr", "region_rank", "region_corr", "group_r2", "group_r2_filtered", "oscillation_r2", "seconds"},
		intro: []string{"The paper's experiment on voltage imaging of mouse cortex during an air puff (section 5.3), whose recording is not public, on simulated recordings with a planted truth: the 50 Hz oscillation that the puff evokes is to sit in one group of latents, whose sub-connectivity is to show the planted pathways between regions. The paper gives no figure to compare with."},
		fits:  seeds(e.Seeds, kinds...), jobs: e.Jobs, formats: e.FigureFormat,
		check: func(r row) error {
			s, rec, _, err := e.prepare(r)
			return resolves(s, rec, err)
		},
		note: "The truth is in these figures alone. The top group is the one that adds most power at 48 to 52 Hz to the activity after the puff; a region_rank of 5 is perfect.",
	}
	b.figures = func(t *table) ([]picture, error) { return e.pictures(b, t) }
	return b.run(ctx, stdout, stderr, func(ctx context.Context, r row) (arrays, error) { return e.fit(ctx, r, now) })
}

// prepare is the settings of a fit and what it is made of.
func (e *voltage) prepare(r row) (s flags.Settings, rec *data.Recording, truth *simulate.VoltageTruth, err error) {
	if s, err = flags.Defaults(); err != nil {
		return s, nil, nil, err
	}
	s.Seed = r.seed()
	if rec, truth, err = simulate.Voltage(simulate.VoltageOptions{Side: e.Side, Seed: s.Seed}); err != nil {
		return s, nil, nil, err
	}
	s.Groups, s.Method, s.Recipe, s.Split, s.Scale = sizes(truth.Groups), r["method"], r["recipe"], "trials", "none"
	s.Threads, s.Padding = 1, string(layers.PadZero)
	if s.Recipe == "paper" {
		restarts, rate := 1, 1e-2 // a rate that lrRNN needs to get anywhere in so few epochs
		s.Epochs, s.Restarts, s.LR, s.Schedule = &e.Epochs, &restarts, &rate, "cosine"
	}
	return s, rec, truth, nil
}

func (e *voltage) fit(ctx context.Context, r row, now train.Clock) (arrays, error) {
	s, rec, truth, err := e.prepare(r)
	if err != nil {
		return nil, err
	}
	f, plan, err := carryOut(ctx, s, rec, r, now, nil)
	if err != nil {
		return nil, err
	}
	return measureVoltage(r, f, plan, truth)
}

// measureVoltage fills in what a fit is compared by, on held-out trials, and gives what its pictures need.
func measureVoltage(r row, f *method.Fitted, plan *method.Plan, truth *simulate.VoltageTruth) (arrays, error) {
	m, rec, test := f.Result.Model, plan.Recording, plan.Split.Test
	mu, _, err := evaluate.Encode(m, f.Result.Samples)
	if err != nil {
		return nil, err
	}
	groups := evaluate.Sizes(truth.Groups...)
	z, latents, filtered := evaluate.Rows(evaluate.Dense(truth.Z), test), evaluate.Rows(evaluate.Dense(mu), test), evaluate.Rows(evaluate.Dense(f.Filtered), test)
	puffs := puffRows(rec, truth, test)
	if len(puffs) == 0 {
		return nil, errors.New("no trial is held out")
	}
	a, b := evaluate.Weights(m)
	band := evaluate.Band{Low: puffLow, High: puffHigh, BinWidth: rec.BinWidth}
	white, err := band.Whitened(latents, groups, puffs)
	if err != nil {
		return nil, err
	}
	shown, err := band.Decoded(latents, a, groups, puffs)
	if err != nil {
		return nil, err
	}
	share := white.EvokedShare()
	r.set("band_share_top_group", floats.Max(share))
	top := floats.MaxIdx(shown.After)
	w, planted := evaluate.SubConnectivities(a, b, groups)[top], evaluate.Dense(truth.SubConnectivity(0))
	r.set("subconnectivity_corr", evaluate.Connectivity(planted, w).Correlation)
	sums, want, err := compareRegions(r, rec, truth, w, planted)
	if err != nil {
		return nil, err
	}
	for name, l := range map[string]*mat.Dense{"group_r2": latents, "group_r2_filtered": filtered} {
		got, err := evaluate.LatentR2(z, l, groups, groups)
		if err != nil {
			return nil, err
		}
		r.set(name, got.R2)
		if name == "group_r2" { // how well the top group's latents explain the planted oscillation's
			r.set("oscillation_r2", got.Matrix.At(0, top))
		}
	}
	return measured{latents, a, groups, puffs, rec.BinWidth, share, top, sums, want, regionsOf(rec), truth}.keep()
}

// puffRows are the puffs among the held-out bins, as rows of these.
func puffRows(rec *data.Recording, truth *simulate.VoltageTruth, test []int) (puffs []int) {
	for _, start := range rec.Starts {
		if i, ok := slices.BinarySearch(test, start+truth.Puff); ok {
			puffs = append(puffs, i)
		}
	}
	return puffs
}

// compareRegions fills in how a connectivity (N,N) and the planted one compare from region to region, and gives the sums of both.
func compareRegions(r row, rec *data.Recording, truth *simulate.VoltageTruth, w, planted *mat.Dense) (sums, want evaluate.Regional, err error) {
	if sums, err = evaluate.RegionSums(w, regionsOf(rec)); err != nil {
		return sums, want, err
	}
	rank, err := sums.WorstRank(truth.Pathways...)
	if err != nil {
		return sums, want, err
	}
	r.set("region_rank", float64(rank))
	if want, err = evaluate.RegionSums(planted, regionsOf(rec)); err != nil {
		return sums, want, err
	}
	corr, err := sums.Correlation(want)
	if err != nil {
		return sums, want, err
	}
	r.set("region_corr", corr)
	return sums, want, nil
}

// regionsOf are the regions of a recording's channels.
func regionsOf(rec *data.Recording) (names []string) {
	for _, c := range rec.Channels {
		names = append(names, c.Region)
	}
	return names
}
