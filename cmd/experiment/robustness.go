package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/flags"
	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/rundir"
)

// robustness is what the synthetic experiment comes to where its assumptions fail: other groups than the planted ones, more noise, fewer bins, neurons and inputs that are
// not seen, longer histories, and a truth that has no groups at all. It also notes what a fit itself has to say of it.
type robustness struct {
	shared `set:"seeds=10"`
	planted
	Conditions []string `help:"Of those that --help lists below; all without." placeholder:"NAME"`
	Recipe     string   `help:"Of all fits." default:"best" enum:"best,paper"`
	Epochs     int      `help:"Passes over the training bins of what has the paper's settings." default:"5000"`
}

// Help lists the conditions.
func (*robustness) Help() string {
	var b strings.Builder
	for _, c := range conditions {
		fmt.Fprintf(&b, "%s: %s\n\n", c.name, c.is)
	}
	return b.String()
}

// condition changes the recording, the settings of the fit, or both.
type condition struct {
	name, is string
	change   func(rec *data.Recording, truth *simulate.Truth, r *rand.Rand) error
	set      func(s *flags.Settings)
}

// strong is an input that makes about as much of the activity as a latent does.
const strong = 0.5

var conditions = []condition{
	{name: "as-planted", is: "two groups of three, as they are"},
	{name: "groups-2-4", is: "fitted in groups of two and four", set: groups("2,4")},
	{name: "groups-3-4", is: "fitted in groups of three and four, a latent more than there are", set: groups("3,4")},
	{name: "groups-2-2-2", is: "fitted in three groups of two", set: groups("2,2,2")},
	{name: "groups-6", is: "fitted in one group of six", set: groups("6")},
	{name: "noise-2", is: "twice the noise on every neuron", change: noisier(2)},
	{name: "noise-4", is: "four times the noise", change: noisier(4)},
	{name: "bins-500", is: "the first 500 bins of 2000", change: first(500)},
	{name: "bins-1000", is: "the first 1000 bins", change: first(1000)},
	{name: "half-unseen", is: "of the neurons that see more of the last group than of the first, every second is left out", change: unseen},
	{name: "input-known", is: "a known input of one slow time course, as strong as a latent, on every neuron", change: driven(true)},
	{name: "input-unknown", is: "the same input, left out of what the fit is told", change: driven(false)},
	{name: "lags-1", is: "a learned history kernel (softmax) of one bin", set: lags(1)},
	{name: "lags-3", is: "the same of three bins", set: lags(3)},
	{name: "lags-5", is: "the same of five bins", set: lags(5)},
	{name: "coupled", is: "no groups: one system of six coupled latents (Lorenz 1996), fitted in two groups of three"},
}

var robustnessColumns = []string{"condition", "seed", "recipe", "loss", "loglik", "loglik_unrefitted", "loglik_one_group", "reconstruction_r2", "partial_correlation", "partial_correlation_null", "partial_correlation_null_highest",
	"link_within", "link_between", "warned", "group_r2", "group_r2_filtered", "latents_r2", "connectivity_corr", "subconnectivity_corr", "seconds"}

func (e *robustness) run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) error {
	if err := e.check("robustness", now); err != nil {
		return cli.Input{Err: err}
	}
	if len(e.Conditions) == 0 {
		for _, c := range conditions {
			e.Conditions = append(e.Conditions, c.name)
		}
	}
	var kinds []row
	for _, name := range e.Conditions {
		if find(name) == nil {
			return cli.Input{Err: fmt.Errorf("there is no condition %q: --help lists them", name)}
		}
		kinds = append(kinds, row{"condition": name, "recipe": e.Recipe})
	}
	rec, truth, err := e.recording(0)
	if err != nil {
		return cli.Input{Err: err}
	}
	if !slices.Equal(truth.Groups, []int{3, 3}) {
		return cli.Input{Err: fmt.Errorf("%s: the conditions are for two planted groups of three latents, not for groups of %v", e.Data, truth.Groups)}
	}
	b := batch{
		command:  call.Shown(),
		settings: map[string]string{"data": fingerprint(rec), "epochs": fmt.Sprint(e.Epochs), "groups": sizes(e.Groups)},
		dir:      e.Out, title: "Where the assumptions fail", columns: robustnessColumns, key: []string{"condition", "recipe", "seed"}, fits: seeds(e.Seeds, kinds...), jobs: e.Jobs, formats: e.FigureFormat,
		shown: []string{"group_r2", "group_r2_filtered", "latents_r2", "subconnectivity_corr", "loglik", "loglik_unrefitted", "loglik_one_group", "partial_correlation", "partial_correlation_null", "link_within", "link_between", "warned"},
		check: func(r row) error {
			s, rec, _, err := e.prepare(r)
			return resolves(s, rec, err)
		},
		note: "latents_r2: the planted latents from all fitted ones, whatever the groups; loglik_unrefitted, loglik_one_group: before the refit, in these groups and without; partial_correlation_null: of time courses moved against one another;\n" +
			"link: how well components of one group, and of different ones, predict one another; warned: the share of fits that call their groups not independent. The truth is in R2 and correlations alone.",
	}
	b.figures = func(t *table) ([]picture, error) {
		return []picture{t.boxed(b, "Where the assumptions fail", "A box a condition, a dot a seed. Group R2 falls where sizes are wrong, noise is strong or bins are few; what all latents tell of the planted ones (R2 by all latents) is its ceiling.",
			ofAll("group_r2", "latents_r2", "partial_correlation", "link_between")...)}, nil
	}
	return b.run(ctx, stdout, stderr, func(ctx context.Context, r row) (arrays, error) { return nil, e.fit(ctx, r, now) })
}

func find(name string) *condition {
	for i, c := range conditions {
		if c.name == name {
			return &conditions[i]
		}
	}
	return nil
}

// open makes the recording of a condition. That of a file is the same for all seeds but for what the condition draws.
func (e *robustness) open(c *condition, seed uint64) (*data.Recording, *simulate.Truth, error) {
	random := rand.New(rand.NewPCG(seed, 1))
	if c.name == "coupled" {
		return simulate.Mixed([]simulate.System{simulate.Lorenz96(0.05)}, simulate.MixedOptions{}, random)
	}
	rec, truth, err := e.recording(seed)
	if err == nil && c.change != nil {
		err = c.change(rec, truth, random)
	}
	return rec, truth, err
}

// fit makes one fit, and two to compare: as it is trained, in the groups and in one group of all latents. A refit has nothing to do with groups, and would make them alike.
func (e *robustness) fit(ctx context.Context, r row, now train.Clock) error {
	for column, change := range map[string]func(*flags.Settings) error{
		"loglik_unrefitted": func(s *flags.Settings) error { return nil },
		"loglik_one_group":  oneGroup,
	} {
		f, plan, _, err := e.carryOut(ctx, r, now, func(s *flags.Settings) error {
			s.Refit = new(0)
			return change(s)
		})
		if err != nil {
			return err
		}
		p, err := evaluate.Predict(f.Result.Model, f.Result.Samples, plan.Split.Test)
		if err != nil {
			return err
		}
		r.set(column, p.LogLikelihood)
	}
	f, plan, truth, err := e.carryOut(ctx, r, now, func(*flags.Settings) error { return nil })
	if err != nil {
		return err
	}
	return measureRobustness(r, f, plan, truth)
}

func oneGroup(s *flags.Settings) error {
	structure, err := layers.ParseStructure(s.Groups)
	if err == nil {
		s.Groups = fmt.Sprint(structure.Latents())
	}
	return err
}

// prepare is the settings of a row's fit and what it is made of.
func (e *robustness) prepare(r row) (s flags.Settings, rec *data.Recording, truth *simulate.Truth, err error) {
	c := find(r["condition"])
	if rec, truth, err = e.open(c, r.seed()); err != nil {
		return s, nil, nil, err
	}
	if s, err = flags.Defaults(); err != nil {
		return s, nil, nil, err
	}
	s.Groups, s.Recipe, s.Split, s.Scale, s.Threads, s.Padding = "3,3", e.Recipe, "interleaved", "none", 1, string(layers.PadZero)
	s.Seed = r.seed() * 1000 // restarts take the seeds that follow
	if e.Recipe == "paper" {
		s.Epochs, s.Restarts = &e.Epochs, new(3)
	}
	if c.set != nil {
		c.set(&s)
	}
	return s, rec, truth, nil
}

// carryOut makes a fit of the row's condition with settings that change alters further.
func (e *robustness) carryOut(ctx context.Context, r row, now train.Clock, change func(*flags.Settings) error) (*fits.Fit, *flags.Plan, *simulate.Truth, error) {
	s, rec, truth, err := e.prepare(r)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := change(&s); err != nil {
		return nil, nil, nil, err
	}
	f, plan, err := carryOut(ctx, s, rec, r, now, nil)
	return f, plan, truth, err
}

// measureRobustness fills in what a fit says of itself, and what the truth says of it.
func measureRobustness(r row, f *fits.Fit, plan *flags.Plan, truth *simulate.Truth) error {
	m, test := f.Result.Model, plan.Split.Test
	mu, logs, err := evaluate.Encode(m, f.Result.Samples)
	if err != nil {
		return err
	}
	p, err := evaluate.Predict(m, f.Result.Samples, test)
	if err != nil {
		return err
	}
	if len(f.Result.Losses) > 0 {
		r.set("loss", f.Result.Losses[f.Result.Restart])
	}
	r.set("loglik", p.LogLikelihood)
	r.set("reconstruction_r2", p.R2)
	pc := rundir.PartialCorrelation(plan.Groups, m.Config.Bins, mu, logs, test)
	r.set("partial_correlation", pc)
	warned := 0.0
	if shifted := rundir.Shifted(plan.Groups, m.Config.Bins, mu, logs, test); shifted != nil {
		r.set("partial_correlation_null", stat.Mean(shifted, nil))
		r.set("partial_correlation_null_highest", slices.Max(shifted))
		if evaluate.Dependent(pc, shifted) {
			warned = 1
		}
	}
	if plan.Start != nil {
		d := plan.Start.Discovery
		r.set("link_within", d.Within)
		r.set("link_between", d.Between)
		if d.Linked() {
			warned = 1
		}
	}
	r.set("warned", warned)
	return measureTruth(r, f, plan, truth, mu)
}

// measureTruth compares latents and connectivity with those that were planted, as far as there are as many groups as were planted.
func measureTruth(r row, f *fits.Fit, plan *flags.Plan, truth *simulate.Truth, mu data.Matrix) error {
	joint, err := evaluate.LatentR2(held(truth.Z, plan.Split), held(mu, plan.Split), evaluate.Sizes(truth.Z.Cols), evaluate.Sizes(mu.Cols))
	if err != nil {
		return err
	}
	r.set("latents_r2", joint.R2)
	var found evaluate.Groups
	for _, g := range plan.Groups.Groups() {
		found = append(found, g.Latents)
	}
	recovery, err := recovered(f, plan, truth, mu, found)
	if err != nil && !errors.Is(err, evaluate.ErrFewer) {
		return err
	}
	names := []string{"connectivity_corr"}
	if len(truth.Groups) > 1 && len(found) >= len(truth.Groups) { // one group, planted or found, tells nothing of how groups are kept apart
		names = append(names, "group_r2", "group_r2_filtered", "subconnectivity_corr")
	}
	for _, name := range names {
		r.set(name, recovery.Figures[name])
	}
	return nil
}

func groups(sizes string) func(*flags.Settings) {
	return func(s *flags.Settings) { s.Groups = sizes }
}

func lags(n int) func(*flags.Settings) {
	return func(s *flags.Settings) { s.Lags, s.Kernel = n, "softmax" }
}

// noisier adds to every neuron as much noise as makes it that many times as large as it is, about A z and the known input.
func noisier(times float64) func(*data.Recording, *simulate.Truth, *rand.Rand) error {
	return func(rec *data.Recording, truth *simulate.Truth, r *rand.Rand) error {
		noise := evaluate.Dense(rec.Activity)
		var signal mat.Dense
		signal.Mul(evaluate.Dense(truth.Z), evaluate.Dense(truth.A).T())
		noise.Sub(noise, &signal)
		if !rec.Input.Empty() {
			noise.Sub(noise, evaluate.Dense(rec.Input))
		}
		for n := range rec.Activity.Cols {
			std := stat.StdDev(mat.Col(nil, n, noise), nil) * math.Sqrt(times*times-1)
			for t := range rec.Bins() {
				rec.Activity.Row(t)[n] += float32(std * r.NormFloat64())
			}
		}
		return nil
	}
}

// first keeps the first bins alone.
func first(bins int) func(*data.Recording, *simulate.Truth, *rand.Rand) error {
	return func(rec *data.Recording, truth *simulate.Truth, _ *rand.Rand) error {
		if bins > rec.Bins() {
			return fmt.Errorf("%s: %d bins are fewer than %d: leave the condition out", rec.Source.Path, rec.Bins(), bins)
		}
		for _, m := range []*data.Matrix{&rec.Activity, &rec.Input, &rec.Behavior, &truth.Z} {
			if !m.Empty() {
				m.Rows, m.Data = bins, m.Data[:bins*m.Cols]
			}
		}
		rec.Time, rec.Trial = rec.Time[:bins], rec.Trial[:bins]
		rec.Starts = slices.DeleteFunc(rec.Starts, func(t int) bool { return t >= bins })
		return nil
	}
}

// unseen leaves out every second of the neurons that see more of the last group than of the first.
func unseen(rec *data.Recording, truth *simulate.Truth, _ *rand.Rand) error {
	owner := truth.Owner()
	var keep []int
	of := 0
	for n := range rec.Activity.Cols {
		share := make([]float64, len(truth.Groups))
		for k, a := range truth.A.Row(n) {
			share[owner[k]] += float64(a) * float64(a)
		}
		if share[len(share)-1] > share[0] {
			if of++; of%2 == 0 {
				continue
			}
		}
		keep = append(keep, n)
	}
	pick := func(m *data.Matrix) {
		if m.Empty() {
			return
		}
		out := data.NewMatrix(m.Rows, len(keep))
		for t := range m.Rows {
			for i, n := range keep {
				out.Row(t)[i] = m.Row(t)[n]
			}
		}
		*m = out
	}
	for _, m := range []*data.Matrix{&rec.Activity, &rec.Input, &truth.B} {
		pick(m)
	}
	a := data.NewMatrix(len(keep), truth.A.Cols)
	var channels []data.Channel
	for i, n := range keep {
		copy(a.Row(i), truth.A.Row(n))
		channels = append(channels, rec.Channels[n])
	}
	truth.A, rec.Channels = a, channels
	return nil
}

// driven adds one slow time course, of weights of its own in every neuron; a fit is told of it or not.
func driven(known bool) func(*data.Recording, *simulate.Truth, *rand.Rand) error {
	return func(rec *data.Recording, _ *simulate.Truth, r *rand.Rand) error {
		weights := make([]float64, rec.Activity.Cols)
		for n := range weights {
			weights[n] = strong * r.NormFloat64()
		}
		if rec.Input.Empty() {
			rec.Input = data.NewMatrix(rec.Bins(), len(weights))
		}
		u := 0.0
		for t := range rec.Bins() {
			u = 0.9*u + math.Sqrt(1-0.81)*r.NormFloat64()
			for n, w := range weights {
				rec.Activity.Row(t)[n] += float32(w * u)
				rec.Input.Row(t)[n] += float32(w * u)
			}
		}
		if !known {
			rec.Input, rec.InputName = data.Matrix{}, ""
		}
		return nil
	}
}
