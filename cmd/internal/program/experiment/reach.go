package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// reach is the paper's experiment on reaching monkeys (section 5.2): two groups of latents, fitted without the hand,
// should hold its axes.
type reach struct {
	shared `set:"seeds=5"`

	Data        string   `help:"Recording with the velocity of the hand. Default: a simulated one." placeholder:"FILE"`
	Behavior    string   `aliases:"behaviour" help:"Name of the hand's velocity or position. Default: the behaviour with two columns and such a name." placeholder:"NAME"`
	Observation string   `help:"gaussian, or poisson for spike counts." default:"gaussian" enum:"gaussian,poisson" placeholder:"KIND"`
	Methods     []string `help:"Methods to compare." placeholder:"NAMES" default:"lrrnn,lint,facrnn,facrnn-mlp"`
	Latents     []int    `help:"Numbers of latents, each split into two equal groups." default:"2,4" placeholder:"K,..."`
	Recipe      string   `help:"Settings of facrnn: best or paper. With best, all methods fit the square root of rates with the identity decoder." default:"paper" enum:"best,paper" placeholder:"NAME"`
	Split       string   `help:"trials holds out a fifth of the trials; none is the paper's choice." default:"none" enum:"none,trials" placeholder:"KIND"`
	Epochs      int      `help:"Passes over the training bins, for fits with the paper's settings." default:"1000" placeholder:"N"`
}

type reachCell struct {
	Method                            string
	Latents                           int
	Groups                            string
	Recipe, Split, Observation, Scale string
}

// reachReported is the paper's R2 of the hand by method, latents and observation.
var reachReported = map[string]float64{
	"lrrnn 2 gaussian": 0.49, "lint 2 gaussian": 0.51, "facrnn 2 gaussian": 0.66, "facrnn-mlp 2 gaussian": 0.65,
	"lrrnn 4 gaussian": 0.66, "lint 4 gaussian": 0.57, "facrnn 4 gaussian": 0.79,
	"lrrnn 2 poisson": 0.52, "facrnn 2 poisson": 0.76,
}

// authorsBins is the number of training bins that the authors' code has for their recording of authorsTrue training
// bins. It sets the bandwidth of the posterior and the weights of the estimator. The paper's settings have it for a
// recording of as many training bins.
const authorsBins, authorsTrue = 512, 2352

const (
	reachNote = "hand_r2: share of the hand's position that the summed latents explain, each group one axis. _joint: " +
		"all latents explain both axes. _45: the axes are turned by 45 degrees, so that a group of one axis loses. " +
		"These are of trained trials, as in the paper. _heldout is of held-out trials, with the groups and maps of " +
		"the trained trials. bits_per_spike is of held-out trials, if there are any. No fit uses the hand."
	rotatedColumns = "hand_r2_7.5 hand_r2_15 hand_r2_22.5 hand_r2_30 hand_r2_37.5 hand_r2_45 hand_r2_52.5 hand_r2_60 " +
		"hand_r2_67.5 hand_r2_75 hand_r2_82.5 hand_r2_90"
)

func (e *reach) experiment(ctx context.Context, s session) (runnable, error) {
	if err := e.checkFlags(); err != nil {
		return nil, err
	}
	log, err := cli.Logger(s.stderr, "info", "text")
	if err != nil {
		return nil, err
	}
	rec, err := e.open(ctx, cli.Reading(s.stderr, log, s.now, false))
	if err != nil {
		return nil, err
	}
	var cells []reachCell
	for _, k := range e.Latents {
		for _, m := range e.Methods {
			groups := layers.Partition{k / 2, k / 2}.String()
			cells = append(cells, reachCell{m, k, groups, recipeOf(m, e.Recipe), e.Split, e.Observation, e.scale(rec)})
		}
	}
	m := e.model(s)
	return experiment[reachCell]{
		title: "Reaching: the hand's two axes in two groups",
		intro: []string{"The paper's experiment on reaching monkeys (section 5.2). Two groups of latents are fitted " +
			"to activity in motor cortex. Each should hold one axis of the hand, which no fit has seen."},
		note:     reachNote,
		settings: map[string]string{"data": fingerprint(rec), "behavior": e.Behavior, "epochs": fmt.Sprint(e.Epochs)},
		columns: "method latents groups seed loss partial_correlation hand_r2 hand_r2_joint hand_r2_heldout seconds " +
			"recipe split observation scale hand_r2_filtered bits_per_spike " + rotatedColumns,
		shown: "hand_r2 hand_r2_joint hand_r2_45 hand_r2_heldout hand_r2_filtered partial_correlation bits_per_spike " +
			"seconds",
		cells: cells,
		reported: func(c reachCell) map[string]float64 {
			v, ok := reachReported[fmt.Sprint(c.Method, " ", c.Latents, " ", c.Observation)]
			if !ok || c.Split != "none" {
				return nil
			}
			return map[string]float64{"hand_r2": v}
		},
		otherData: rec.Bins() != authorsTrue || rec.Activity.Cols != 154,
		check:     m.check, measure: m.measure, figures: e.pictures,
	}, nil
}

func (e *reach) checkFlags() error {
	if err := checkMethods(e.Methods, "lrrnn", "lint", "facrnn", "facrnn-mlp"); err != nil {
		return err
	}
	if e.Observation == "poisson" && slices.Contains(e.Methods, "facrnn-mlp") {
		return errors.New("facrnn-mlp has no rates of counts: leave it out of --methods with --observation poisson")
	}
	for _, k := range e.Latents {
		if k < 2 || k%2 != 0 {
			return fmt.Errorf("--latents %d: give even numbers, for two groups", k)
		}
	}
	return nil
}

// The hand is in the recording: there is no further ground truth.
type noTruth struct{}

func (e *reach) model(s session) model[reachCell, noTruth] {
	return model[reachCell, noTruth]{
		now: s.now,
		simulate: func(ctx context.Context, _ reachCell, _ uint64) (*data.Recording, noTruth, error) {
			rec, err := e.open(ctx, nil)
			return rec, noTruth{}, err
		},
		settings: func(s *method.Text, c reachCell, _ uint64, _ noTruth) {
			s.Groups, s.Method, s.Recipe = c.Groups, c.Method, c.Recipe
			s.Split, s.Observation, s.Scale = c.Split, c.Observation, c.Scale
			if s.Method == "facrnn-mlp" {
				s.Method, s.Decoder = "facrnn", "mlp"
			}
			if s.Recipe == "paper" {
				s.Epochs, s.Restarts = &e.Epochs, new(1)
			}
			if s.Scale == string(data.ScaleSqrt) && s.Decoder == "" {
				s.Decoder = "identity" // for roots of rates, as train has it; the paper's is ReLU
			}
		},
		plan: func(plan *method.Plan) {
			if plan.Spec.Recipe.Name == "paper" && plan.Config.Bins == authorsTrue {
				plan.Config.Bins = authorsBins
			}
		},
		specs: []spec[noTruth]{{measures: []measure[noTruth]{
			{"loss", func(f *fit, _ noTruth) ([]float64, error) { return f.loss(), nil }},
			{"partial_correlation", func(f *fit, _ noTruth) ([]float64, error) {
				return []float64{f.partialCorrelation(f.plan.Groups, f.plan.Split.Train)}, nil
			}},
			{"hand_r2 hand_r2_joint " + rotatedColumns, handR2},
			{"hand_r2_filtered", handR2Filtered},
			{"hand_r2_heldout", handR2HeldOut},
			{"bits_per_spike", reachSpikes},
		}}},
	}
}

// handR2 compares latents with the hand on the trained trials, by group, by all latents, and with the axes turned. It
// keeps for the figures the hand as the groups explain it.
func handR2(f *fit, _ noTruth) ([]float64, error) {
	bins, groups := f.plan.Split.Train, f.groups()
	trial := evaluate.TrialsOf(f.plan.Recording.Trial, bins)
	velocity, mu := at(f.plan.Recording.Behavior, bins), at(f.mu, bins)
	turned, err := evaluate.HandR2(mu, velocity, trial, groups)
	if err != nil {
		return nil, err
	}
	position, summed := evaluate.Cumulative(velocity, trial), evaluate.Cumulative(mu, trial)
	joint, err := evaluate.LatentR2(position, summed, evaluate.Groups{{0, 1}},
		evaluate.Groups{slices.Concat(groups...)})
	if err != nil {
		return nil, err
	}
	hand, err := turned[0].Align(position, summed, summed, evaluate.SingletonGroups(2), groups)
	if err != nil {
		return nil, err
	}
	f.artifact = &traced{hand, bins}
	values := []float64{turned[0].R2, joint.R2}
	for _, t := range turned[1:] {
		values = append(values, t.R2)
	}
	return values, nil
}

func handR2Filtered(f *fit, _ noTruth) ([]float64, error) {
	bins, rec := f.plan.Split.Train, f.plan.Recording
	trial := evaluate.TrialsOf(rec.Trial, bins)
	turned, err := evaluate.HandR2(at(f.Filtered, bins), at(rec.Behavior, bins), trial, f.groups())
	if err != nil {
		return nil, err
	}
	return []float64{turned[0].R2}, nil
}

func handR2HeldOut(f *fit, _ noTruth) ([]float64, error) {
	rec, split := f.plan.Recording, f.plan.Split
	if len(split.Test) == 0 {
		return nil, nil
	}
	mu, velocity := evaluate.Dense(f.mu), evaluate.Dense(rec.Behavior)
	held, err := evaluate.HeldOutHandR2(mu, velocity, rec.Trial, split.Train, split.Test, f.groups())
	if err != nil {
		return nil, fmt.Errorf("held-out trials: %w", err)
	}
	return []float64{held.R2}, nil
}

func reachSpikes(f *fit, _ noTruth) ([]float64, error) {
	if f.plan.Spec.Observation != losses.Observation(losses.Poisson{}) {
		return nil, nil
	}
	scored := f.plan.Split.Test
	if len(scored) == 0 {
		scored = f.plan.Split.Train
	}
	p, err := f.predict(scored)
	return []float64{p.BitsPerSpike}, err
}

// traced holds the arrays that the figures of a fit need.
type traced struct {
	hand *mat.Dense // (n,2), the hand's position as the group of each axis explains it, by the maps of hand_r2
	rows []int      // n, the bins of the recording
}

func (h *traced) fields() []field { return []field{{"hand", &h.hand}, {"rows", &h.rows}} }

func (h *traced) consistent() bool {
	n, axes := h.hand.Dims()
	return n == len(h.rows) && axes == 2 && slices.Min(h.rows) >= 0
}

// open reads the recording, or simulates it.
func (e *reach) open(ctx context.Context, progress data.Progress) (*data.Recording, error) {
	behavior, named := e.Behavior, recordings.Flags{Data: e.Data}
	if e.Data != "" && behavior == "" {
		c, err := recordings.List(ctx, named, progress)
		if err != nil {
			return nil, err
		}
		behavior = handSeries(c)
	}
	if behavior != "" {
		named.Behavior = []string{behavior}
	}
	rec, err := recordings.Open(ctx, named, progress)
	if err != nil {
		return nil, err
	}
	if rec.Behavior.Cols != 2 {
		return nil, fmt.Errorf("%s: the behaviour has %d columns, not the two of a hand's velocity; name it with "+
			"--behavior",
			rec.Source.Path, rec.Behavior.Cols)
	}
	if slices.ContainsFunc(rec.Behavior.Data, func(v float32) bool { return v != v }) {
		return nil, fmt.Errorf("%s: %s is missing (NaN) in some bins, and a hand's position cannot be summed up "+
			"across them: give a recording without gaps", rec.Source.Path, rec.BehaviorName)
	}
	if isPosition(behavior) {
		rec.Behavior = evaluate.Velocity(rec.Behavior, rec.Trial)
	}
	return rec, nil
}

// handSeries returns the path of the hand's velocity, or else of its position: a behaviour of two columns with that
// name.
func handSeries(c *data.Contents) (path string) {
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

// isPosition reports whether a series is called a position, or lies in a container of positions and is not called a
// velocity.
func isPosition(path string) bool {
	path = strings.ToLower(path)
	return strings.Contains(path, "position") && !strings.Contains(path[strings.LastIndex(path, "/")+1:], "velocity")
}

// scale returns one for all methods, so that they are compared on the same activity.
func (e *reach) scale(rec *data.Recording) string {
	switch {
	case e.Observation == "poisson":
		return string(data.ScaleNone)
	case e.Recipe == "best" && rec.Min() >= 0:
		return string(data.ScaleSqrt)
	}
	return string(data.SuggestScale(rec))
}
