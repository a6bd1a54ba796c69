package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// robustness repeats the synthetic experiment when its assumptions fail: other groups than the true ones, more noise,
// fewer bins, neurons and inputs that are not recorded, longer histories, and a ground truth without groups. It also
// notes what a fit says of itself.
type robustness struct {
	shared `set:"seeds=10"`
	groundTruth
	Conditions []string `help:"Conditions to run; see the list below. Default: all." placeholder:"NAMES"`
	Recipe     string   `help:"Settings of all fits: best or paper." default:"best" enum:"best,paper" placeholder:"NAME"`
	Epochs     int      `help:"Passes over the training bins, for fits with the paper's settings." default:"5000" placeholder:"N"`
}

// Help lists the conditions.
func (*robustness) Help() string {
	var b strings.Builder
	b.WriteString("Conditions:")
	for _, c := range conditions {
		fmt.Fprintf(&b, "\n- %s: %s", c.name, c.is)
	}
	return b.String()
}

// condition changes the recording, the settings of the fit, or both.
type condition struct {
	name, is string
	change   func(rec *data.Recording, truth *simulate.Truth, r *rand.Rand) error
	set      func(s *method.Text)
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
	{name: "half-unseen", is: "of the neurons that see more of the last group than of the first, every second " +
		"is left out", change: unseen},
	{name: "input-known", is: "a known input of one slow time course, as strong as a latent, on " +
		"every neuron", change: driven(true)},
	{name: "input-unknown", is: "the same input, of which the fit does not know", change: driven(false)},
	{name: "lags-1", is: "a learned history kernel (softmax) of one bin", set: lags(1)},
	{name: "lags-3", is: "the same of three bins", set: lags(3)},
	{name: "lags-5", is: "the same of five bins", set: lags(5)},
	{name: "coupled", is: "no groups: one system of six coupled latents (Lorenz 1996), fitted in two groups of three"},
}

type robustnessCell struct{ Condition, Recipe string }

const robustnessNote = "latents_r2: R2 of the true latents from all fitted ones, without groups. loglik_unrefitted " +
	"and loglik_one_group: before the refit, with these groups and with one group. partial_correlation_null: mean of " +
	"the circular-shift control. link: how well components of one group, and of different groups, predict each " +
	"other. warned: share of the fits that call their groups not independent. Only R2 and correlations use the " +
	"ground truth."

func (e *robustness) experiment(_ context.Context, s session) (runnable, error) {
	if len(e.Conditions) == 0 {
		for _, c := range conditions {
			e.Conditions = append(e.Conditions, c.name)
		}
	}
	var cells []robustnessCell
	for _, name := range e.Conditions {
		if find(name) == nil {
			return nil, fmt.Errorf("there is no condition %q: --help lists them", name)
		}
		cells = append(cells, robustnessCell{name, e.Recipe})
	}
	rec, truth, err := e.recording(0)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(truth.Groups, []int{3, 3}) {
		return nil, fmt.Errorf("%s: the conditions are for two true groups of three latents, not for "+
			"groups of %v", e.Data, truth.Groups)
	}
	m := e.model(s)
	return experiment[robustnessCell]{
		title:    "Violated assumptions",
		note:     robustnessNote,
		settings: e.settings(rec, e.Epochs),
		columns: "condition seed recipe loss loglik loglik_unrefitted loglik_one_group reconstruction_r2 " +
			"partial_correlation partial_correlation_null partial_correlation_null_highest link_within link_between " +
			"warned group_r2 group_r2_filtered latents_r2 connectivity_corr subconnectivity_corr seconds",
		shown: "group_r2 group_r2_filtered latents_r2 subconnectivity_corr loglik loglik_unrefitted loglik_one_group " +
			"partial_correlation partial_correlation_null link_within link_between warned",
		cells: cells,
		check: m.check, measure: m.measure,
		figures: func(_ context.Context, t *table[robustnessCell]) ([]picture, error) {
			return []picture{t.boxes("Violated assumptions",
				"A box for each condition, a dot for each seed. Group R2 falls if sizes are wrong, noise is strong "+
					"or bins are few. R2 by all latents is the most that it can reach.",
				panels[robustnessCell]("group_r2 latents_r2 partial_correlation link_between")...)}, nil
		},
	}, nil
}

// model has three fits of a row. The first two are scored as they are trained, in the groups and in one group of all
// latents: a refit knows no groups, and would make them alike.
func (e *robustness) model(s session) model[robustnessCell, *simulate.Truth] {
	unrefitted := func(s *method.Text) { s.Refit = new(0) }
	oneGroup := func(s *method.Text) {
		unrefitted(s)
		if structure, err := layers.ParseStructure(s.Groups); err == nil { // else the fit in groups has failed
			s.Groups = fmt.Sprint(structure.Latents())
		}
	}
	return model[robustnessCell, *simulate.Truth]{
		now: s.now,
		simulate: func(_ context.Context, c robustnessCell, seed uint64) (*data.Recording, *simulate.Truth, error) {
			return e.open(find(c.Condition), seed)
		},
		settings: func(s *method.Text, c robustnessCell, seed uint64, _ *simulate.Truth) {
			s.Groups, s.Recipe, s.Split = "3,3", c.Recipe, "interleaved"
			s.Scale, s.Padding = string(data.ScaleNone), string(layers.PadZero)
			s.Seed = seed * 1000 // restarts take the seeds that follow
			if c.Recipe == "paper" {
				s.Epochs, s.Restarts = &e.Epochs, new(3)
			}
			if set := find(c.Condition).set; set != nil {
				set(s)
			}
		},
		specs: []spec[*simulate.Truth]{
			{unrefitted, []measure[*simulate.Truth]{{"loglik_unrefitted", logLikelihood}}},
			{oneGroup, []measure[*simulate.Truth]{{"loglik_one_group", logLikelihood}}},
			{nil, []measure[*simulate.Truth]{
				{"loss", func(f *fit, _ *simulate.Truth) ([]float64, error) { return f.loss(), nil }},
				{"loglik reconstruction_r2", predictedActivity},
				{"partial_correlation warned", warned},
				{"partial_correlation_null partial_correlation_null_highest", shiftedDependence},
				{"link_within link_between", links},
				{"latents_r2", jointR2},
				{"connectivity_corr", connectivityRecovered},
				{recoveredByGroup, groupsRecovered},
			}},
		},
	}
}

func find(name string) *condition {
	for i, c := range conditions {
		if c.name == name {
			return &conditions[i]
		}
	}
	return nil
}

// open returns the recording of a condition. The recording of a file is the same for all seeds, except for the random
// numbers of the condition.
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

func logLikelihood(f *fit, _ *simulate.Truth) ([]float64, error) {
	p, err := f.predict(f.plan.Split.Test)
	return []float64{p.LogLikelihood}, err
}

// shiftedDependence returns the mean and the highest value of the circular-shift control.
func shiftedDependence(f *fit, _ *simulate.Truth) ([]float64, error) {
	if shifted := f.shifted(); shifted != nil {
		return []float64{stat.Mean(shifted, nil), slices.Max(shifted)}, nil
	}
	return nil, nil
}

// warned returns the partial correlation, and 1 if the fit says that its groups are not independent.
func warned(f *fit, _ *simulate.Truth) ([]float64, error) {
	pc := f.partialCorrelation(f.plan.Groups, f.plan.Split.Test)
	shifted := f.shifted()
	if shifted != nil && evaluate.ExceedsNull(pc, shifted) || f.plan.Start != nil && f.plan.Start.Discovery.Linked() {
		return []float64{pc, 1}, nil
	}
	return []float64{pc, 0}, nil
}

func links(f *fit, _ *simulate.Truth) ([]float64, error) {
	if f.plan.Start == nil {
		return nil, nil
	}
	return []float64{f.plan.Start.Discovery.Within, f.plan.Start.Discovery.Between}, nil
}

// jointR2 returns the R2 of the true latents by all fitted ones.
func jointR2(f *fit, truth *simulate.Truth) ([]float64, error) {
	one := evaluate.Sizes
	joint, err := evaluate.LatentR2(f.heldOut(truth.Z), f.heldOut(f.mu), one(truth.Z.Cols), one(f.mu.Cols))
	return []float64{joint.R2}, err
}

func connectivityRecovered(f *fit, truth *simulate.Truth) ([]float64, error) {
	r, err := f.recover(truth, f.groups())
	if err != nil && !errors.Is(err, evaluate.ErrFewer) {
		return nil, err
	}
	return figuresOf(r, "connectivity_corr"), nil
}

const recoveredByGroup = "group_r2 group_r2_filtered subconnectivity_corr"

// groupsRecovered compares groups with the true ones. A single group, true or found, says nothing of how groups are
// kept apart.
func groupsRecovered(f *fit, truth *simulate.Truth) ([]float64, error) {
	if len(truth.Groups) < 2 || len(f.groups()) < len(truth.Groups) {
		return nil, nil
	}
	r, err := f.recover(truth, f.groups())
	if err != nil {
		return nil, err
	}
	return figuresOf(r, recoveredByGroup), nil
}

func groups(sizes string) func(*method.Text) {
	return func(s *method.Text) { s.Groups = sizes }
}

func lags(n int) func(*method.Text) {
	return func(s *method.Text) { s.Lags, s.Kernel = n, "softmax" }
}

// noisier adds noise to every neuron, so that the noise about A z and the known input is that many times as large.
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

// first keeps only the first bins.
func first(bins int) func(*data.Recording, *simulate.Truth, *rand.Rand) error {
	return func(rec *data.Recording, truth *simulate.Truth, _ *rand.Rand) error {
		if bins > rec.Bins() {
			return fmt.Errorf("%s: %d bins are fewer than %d: leave the condition out", rec.Source.Path, rec.Bins(),
				bins)
		}
		for _, m := range []*data.Matrix{&rec.Activity, &rec.Input, &rec.Behavior, &truth.Z} {
			if !m.Empty() {
				m.Rows, m.Data = bins, m.Data[:bins*m.Cols]
			}
		}
		rec.Time, rec.Trial = rec.Time[:bins], rec.Trial[:bins]
		rec.SegmentStarts = slices.DeleteFunc(rec.SegmentStarts, func(t int) bool { return t >= bins })
		return nil
	}
}

// unseen leaves out every second one of the neurons that see more of the last group than of the first.
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
	rec.Pick(keep)
	truth.A = matrix(at(truth.A, keep))
	truth.B = matrix(evaluate.Columns(evaluate.Dense(truth.B), keep))
	return nil
}

// driven adds one slow time course, with a weight for every neuron; the recording has it as its input if it is known.
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
