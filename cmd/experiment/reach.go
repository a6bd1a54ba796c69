package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// reach is the paper's experiment on reaching monkeys (section 5.2): two groups of latents, which know nothing of the hand, are to hold its two axes.
type reach struct {
	shared `set:"seeds=5"`

	Data        string   `help:"The recording, with the hand's velocity as its behaviour; a simulated one without." placeholder:"FILE"`
	Behavior    string   `aliases:"behaviour" help:"Name of the hand's velocity or position; without, the behaviour of two columns that is called one." placeholder:"NAME"`
	Observation string   `help:"gaussian, or poisson for spike counts." default:"gaussian" enum:"gaussian,poisson"`
	Methods     []string `help:"Of lrrnn, lint, facrnn, facrnn-mlp." default:"lrrnn,lint,facrnn,facrnn-mlp"`
	Latents     []int    `help:"Latents, in two groups of half of them." default:"2,4"`
	Recipe      string   `help:"Of facrnn; the others are trained as the paper's. With best, all fit the square root of rates by the identity decoder." default:"paper" enum:"best,paper"`
	Split       string   `help:"trials holds a fifth of them out; none is the paper's." default:"none" enum:"none,trials"`
	Epochs      int      `help:"Passes over the training bins of what has the paper's settings." default:"1000"`
}

var reachColumns = []string{"method", "latents", "groups", "seed", "loss", "partial_correlation", "hand_r2", "hand_r2_joint", "hand_r2_heldout", "seconds", "recipe", "split", "observation", "scale",
	"hand_r2_filtered", "bits_per_spike", "hand_r2_7.5", "hand_r2_15", "hand_r2_22.5", "hand_r2_30", "hand_r2_37.5", "hand_r2_45", "hand_r2_52.5", "hand_r2_60", "hand_r2_67.5", "hand_r2_75", "hand_r2_82.5", "hand_r2_90"}

// reachReported is the paper's: the hand's R2 by method, latents and observation.
var reachReported = map[string]float64{
	"lrrnn 2 gaussian": 0.49, "lint 2 gaussian": 0.51, "facrnn 2 gaussian": 0.66, "facrnn-mlp 2 gaussian": 0.65,
	"lrrnn 4 gaussian": 0.66, "lint 4 gaussian": 0.57, "facrnn 4 gaussian": 0.79,
	"lrrnn 2 poisson": 0.52, "facrnn 2 poisson": 0.76,
}

// authorsBins is what the authors' code takes the number of training bins of their recording to be, authorsTrue: it sets the posterior's bandwidth and the weights of the
// estimator. The paper's settings have it for a recording of as many training bins.
const authorsBins, authorsTrue = 512, 2352

func (e *reach) run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) error {
	if err := e.check("reach", now); err != nil {
		return cli.Input{Err: err}
	}
	for _, m := range e.Methods {
		if !slices.Contains([]string{"lrrnn", "lint", "facrnn", "facrnn-mlp"}, m) {
			return cli.Input{Err: fmt.Errorf("there is no method %q here: choose of lrrnn, lint, facrnn and facrnn-mlp", m)}
		}
	}
	if e.Observation == "poisson" && slices.Contains(e.Methods, "facrnn-mlp") {
		return cli.Input{Err: errors.New("facrnn-mlp has no rates of counts: leave it out of --methods with --observation poisson")}
	}
	for _, k := range e.Latents {
		if k < 2 || k%2 != 0 {
			return cli.Input{Err: fmt.Errorf("--latents %d: give even numbers, for two groups", k)}
		}
	}
	log, err := cli.Logger(stderr, "info", "text")
	if err != nil {
		return err
	}
	rec, err := e.open(ctx, cli.Reading(stderr, log, now, false))
	if err != nil {
		return cli.Input{Err: err}
	}
	scale := e.scale(rec)
	var kinds []row
	paper := map[string]map[string]float64{}
	for _, k := range e.Latents {
		for _, m := range e.Methods {
			r := row{"method": m, "latents": fmt.Sprint(k), "groups": sizes([]int{k / 2, k / 2}), "recipe": "paper", "split": e.Split, "observation": e.Observation, "scale": scale}
			if m == "facrnn" {
				r["recipe"] = e.Recipe
			}
			kinds = append(kinds, r)
			if v, ok := reachReported[m+" "+r["latents"]+" "+e.Observation]; ok && e.Split == "none" {
				paper[strings.Join([]string{m, r["latents"], r["groups"], r["recipe"], e.Split, e.Observation, scale}, " ")] = map[string]float64{"hand_r2": v}
			}
		}
	}
	b := batch{
		command:  call.Shown(),
		settings: map[string]string{"data": fingerprint(rec), "behavior": e.Behavior, "epochs": fmt.Sprint(e.Epochs)},
		dir:      e.Out, title: "Reaching: the hand's two axes in two groups", columns: reachColumns, key: []string{"method", "latents", "groups", "recipe", "split", "observation", "scale", "seed"},
		shown: []string{"hand_r2", "hand_r2_joint", "hand_r2_45", "hand_r2_heldout", "hand_r2_filtered", "partial_correlation", "bits_per_spike", "seconds"},
		intro: []string{"The paper's experiment on reaching monkeys (section 5.2): two groups of latents, fitted to activity in motor cortex alone, are to hold the two axes of the hand, which no fit has seen."},
		paper: paper, fits: seeds(e.Seeds, kinds...), jobs: e.Jobs, formats: e.FigureFormat,
		check: func(r row) error {
			s, rec, err := e.prepare(ctx, r)
			return resolves(s, rec, err)
		},
		note: "hand_r2: the latents, summed over time, explain the hand's position, each group one axis; _joint: all latents both axes; _45: the axes turned by 45 degrees, by which a group that holds\n" +
			"one axis loses; all on the trials that were trained on, fitted there as the paper does, and _heldout on the others, with groups and maps of the trained ones; bits_per_spike: on held-out trials where there are some. The hand is in these figures alone.",
	}
	b.figures = func(t *table) ([]picture, error) { return e.pictures(ctx, b, t) }
	return b.run(ctx, stdout, stderr, func(ctx context.Context, r row) (arrays, error) { return e.fit(ctx, r, now) })
}

// open reads the recording, or takes the simulated one, afresh for every fit.
func (e *reach) open(ctx context.Context, progress data.Progress) (*data.Recording, error) {
	behavior, named := e.Behavior, recordings.Flags{Data: e.Data}
	if e.Data != "" && behavior == "" {
		c, err := recordings.List(ctx, named, progress)
		if err != nil {
			return nil, err
		}
		behavior = hand(c)
	}
	if behavior != "" {
		named.Behavior = []string{behavior}
	}
	rec, err := recordings.Open(ctx, named, progress)
	if err != nil {
		return nil, err
	}
	if rec.Behavior.Cols != 2 {
		return nil, fmt.Errorf("%s: the behaviour has %d columns, not the two of a hand's velocity: name it by --behavior", rec.Source.Path, rec.Behavior.Cols)
	}
	if missing := slices.ContainsFunc(rec.Behavior.Data, func(v float32) bool { return v != v }); missing {
		return nil, fmt.Errorf("%s: %s is missing (NaN) in some bins, and a hand's position cannot be summed up across them: give a recording without gaps", rec.Source.Path, rec.BehaviorName)
	}
	if isPosition(behavior) { // to what it adds up from
		for t := rec.Bins() - 1; t >= 0; t-- {
			for d := range 2 {
				if t == 0 || rec.Trial[t] != rec.Trial[t-1] {
					rec.Behavior.Row(t)[d] = 0
				} else {
					rec.Behavior.Row(t)[d] -= rec.Behavior.Row(t - 1)[d]
				}
			}
		}
	}
	return rec, nil
}

// hand is the path of the hand's velocity, or else of its position: behaviour of two columns that is called so.
func hand(c *data.Contents) (path string) {
	for _, s := range c.Series {
		if s.Role != "behavior" || len(s.Shape) < 2 || s.Shape[len(s.Shape)-1] != 2 {
			continue
		}
		if strings.Contains(strings.ToLower(s.Name), "velocity") {
			return s.Path
		}
		if path == "" && isPosition(s.Path) {
			path = s.Path
		}
	}
	return path
}

// isPosition reports whether a series is called a position, or lies in a container of positions and is not called a velocity.
func isPosition(path string) bool {
	path = strings.ToLower(path)
	return strings.Contains(path, "position") && !strings.Contains(path[strings.LastIndex(path, "/")+1:], "velocity")
}

// scale is one for all methods, so that they are compared on the same activity.
func (e *reach) scale(rec *data.Recording) string {
	switch {
	case e.Observation == "poisson":
		return string(data.ScaleNone)
	case e.Recipe == "best" && rec.Min() >= 0:
		return string(data.ScaleSqrt)
	}
	return string(data.SuggestScale(rec))
}

// prepare is the settings of a fit and what it is made of.
func (e *reach) prepare(ctx context.Context, r row) (s flags.Settings, rec *data.Recording, err error) {
	if rec, err = e.open(ctx, nil); err != nil {
		return s, nil, err
	}
	if s, err = flags.Defaults(); err != nil {
		return s, nil, err
	}
	s.Seed = r.seed()
	s.Groups, s.Method, s.Recipe, s.Split, s.Observation, s.Scale, s.Threads = r["groups"], r["method"], r["recipe"], e.Split, e.Observation, r["scale"], 1
	if s.Method == "facrnn-mlp" {
		s.Method, s.Decoder = "facrnn", "mlp"
	}
	if s.Recipe == "paper" {
		s.Epochs, s.Restarts = &e.Epochs, new(1)
	}
	if s.Scale == string(data.ScaleSqrt) && s.Decoder == "" {
		s.Decoder = "identity" // for roots of rates, as train has it; the paper's is ReLU
	}
	return s, rec, nil
}

func (e *reach) fit(ctx context.Context, r row, now train.Clock) (arrays, error) {
	s, rec, err := e.prepare(ctx, r)
	if err != nil {
		return nil, err
	}
	f, plan, err := carryOut(ctx, s, rec, r, now, func(plan *method.Plan) {
		if s.Recipe == "paper" && plan.Config.Bins == authorsTrue {
			plan.Config.Bins = authorsBins
		}
	})
	if err != nil {
		return nil, err
	}
	return e.measure(r, f, plan)
}

// measure fills in what a fit is compared by, and gives what its pictures need: on the trials that it was trained on, and on those held out where there are some.
func (e *reach) measure(r row, f *method.Fitted, plan *method.Plan) (arrays, error) {
	m, rec, split := f.Result.Model, plan.Recording, plan.Split
	mu, logs, err := evaluate.Encode(m, f.Result.Samples)
	if err != nil {
		return nil, err
	}
	if len(f.Result.Losses) > 0 {
		r.set("loss", f.Result.Losses[f.Result.Restart])
	}
	r.set("partial_correlation", evaluate.Dependence(plan.Groups, m.Config.Bins, mu, logs, split.Train))
	var groups, all evaluate.Groups
	for _, g := range plan.Groups.Groups() {
		groups = append(groups, g.Latents)
		if len(all) == 0 {
			all = evaluate.Groups{nil}
		}
		all[0] = append(all[0], g.Latents...)
	}
	velocity := evaluate.Dense(rec.Behavior)
	hand := func(latents data.Matrix, rows []int) ([]evaluate.Rotation, error) {
		return evaluate.HandR2(evaluate.Rows(evaluate.Dense(latents), rows), evaluate.Rows(velocity, rows), trials(rec, rows), groups)
	}
	turned, err := hand(mu, split.Train)
	if err != nil {
		return nil, err
	}
	r.set("hand_r2", turned[0].R2)
	for _, t := range turned[1:] {
		r.set(fmt.Sprintf("hand_r2_%g", t.Degrees), t.R2)
	}
	filtered, err := hand(f.Filtered, split.Train)
	if err != nil {
		return nil, err
	}
	r.set("hand_r2_filtered", filtered[0].R2)
	within := trials(rec, split.Train)
	position, summed := evaluate.Cumulative(evaluate.Rows(velocity, split.Train), within), evaluate.Cumulative(evaluate.Rows(evaluate.Dense(mu), split.Train), within)
	joint, err := evaluate.LatentR2(position, summed, evaluate.Groups{{0, 1}}, all)
	if err != nil {
		return nil, err
	}
	r.set("hand_r2_joint", joint.R2)
	scored := split.Train
	if len(split.Test) > 0 {
		scored = split.Test
		held, err := evaluate.HeldOutHandR2(evaluate.Dense(mu), velocity, rec.Trial, split.Train, split.Test, groups)
		if err != nil {
			return nil, fmt.Errorf("held-out trials: %w", err)
		}
		r.set("hand_r2_heldout", held.R2)
	}
	if e.Observation == "poisson" {
		p, err := evaluate.Predict(m, f.Result.Samples, scored)
		if err != nil {
			return nil, err
		}
		r.set("bits_per_spike", p.BitsPerSpike)
	}
	return keepReach(position, summed, groups, turned[0].Assignment, split.Train)
}

// trials are those of some rows.
func trials(rec *data.Recording, rows []int) []int {
	out := make([]int, len(rows))
	for i, t := range rows {
		out[i] = rec.Trial[t]
	}
	return out
}
