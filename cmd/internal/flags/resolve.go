package flags

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
	"facrnn/train/separation"
)

// Plan is a fit, ready to run.
type Plan struct {
	Settings  Settings // as resolved: nothing left to choose
	Recording *data.Recording
	Scaling   data.Scaling
	Driven    data.Scaling // of the drive (P)
	Split     data.Split
	Config    graph.Config
	Options   train.Options
	Groups    layers.Structure      // of the latents as they are reported: the fit's own, but of methods that form groups afterwards
	Start     *train.SeparatedStart // what training starts from; nil for random starts and those from a model that is trained before
	Chosen    []string              // what was chosen from the recording, a sentence each, for the log
	Warnings  []string

	open        Settings // as they were before a recipe filled them in
	leaky       bool     // split trials that share time as runs of older versions did
	observation losses.Observation
	stored      layers.Structure // of the run, if that is fitted already; nil for none
}

// ofRecording is an error of the recording, not of a setting.
type ofRecording struct{ error }

// Unwrap returns the error.
func (e ofRecording) Unwrap() error { return e.error }

// Resolve fills in what the settings leave open, from the recording, which it scales in place. Its errors are the user's to mend: those of
// the recording begin with the path of its file, those of settings do not.
func (s Settings) Resolve(rec *data.Recording) (*Plan, error) {
	p, err := s.resolve(rec)
	if errors.As(err, &ofRecording{}) {
		err = fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	return p, err
}

func (s Settings) resolve(rec *data.Recording) (*Plan, error) {
	if rec.AbsentUnits != "" {
		s.Absent = rec.AbsentUnits // evaluation reads the recording in the same way
	}
	p, err := s.plan(rec)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{p.activity, p.split, p.scale, p.observed, p.drive, p.counts, p.groups, p.method, p.model, p.recipe, p.objective, p.training, p.leftOut, p.separate} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if p.Settings.Decoder == "mlp" {
		p.Warnings = append(p.Warnings, "an mlp has no connectivity matrix: connectivity.npz and its figure are left out")
	}
	return p, p.Config.Check()
}

// plan begins a plan, in which nothing is resolved yet.
func (s Settings) plan(rec *data.Recording) (*Plan, error) {
	if err := rec.Check(); err != nil {
		return nil, ofRecording{err}
	}
	observation, err := losses.ParseObservation(s.Observation)
	if err != nil {
		return nil, fmt.Errorf("--observation: %w", err)
	}
	return &Plan{Settings: s, Recording: rec, Warnings: slices.Clone(rec.Warnings), observation: observation}, nil
}

// Notes returns what was chosen and left out, a sentence each: of the recording by its reader, and of the settings from the recording.
func (p *Plan) Notes() []string { return slices.Concat(p.Recording.Notes, p.Chosen) }

func (p *Plan) chose(format string, args ...any) {
	p.Chosen = append(p.Chosen, fmt.Sprintf(format, args...))
}

// choseCompleted says what became of missing values where components were looked for; once, for groups and start.
func (p *Plan) choseCompleted(c train.Completed) {
	if s := c.String(); s != "" && !slices.Contains(p.Chosen, s) {
		p.chose("%s", s)
	}
}

// activity chooses decoder and scale by what the activity is. Methods do not matter here, so that fits by several can be compared.
func (p *Plan) activity() error {
	s, rec := &p.Settings, p.Recording
	ours, signed := s.Recipe == "best", rec.Min() < 0
	switch {
	case s.Scale != "":
	case p.observation.Counts():
		s.Scale = string(data.ScaleNone)
	case ours && !signed && rec.Raised() && !rec.Counted():
		s.Scale = string(data.ScaleZScore)
		p.chose("the activity is scaled by zscore, as it varies little about a level far above zero (--scale)")
	case ours && !signed && rec.Input.Empty():
		s.Scale = string(data.ScaleSqrt)
		p.chose("the square root of the activity is fitted, as it is never negative: a root's noise is as large at high rates as at low ones (--scale)")
	default:
		s.Scale = string(data.SuggestScale(rec))
		if s.Scale == string(data.ScaleNone) {
			p.chose("the activity is not scaled: its size is about 1 (--scale)")
		} else {
			p.chose("the activity is scaled by %s, as its size is far from 1 (--scale)", s.Scale)
		}
	}
	switch {
	case s.Decoder != "" || p.observation.Counts():
	case signed:
		s.Decoder = "identity"
		p.chose("decoder identity, as the activity is of both signs (--decoder)")
	case s.Scale == string(data.ScaleZScore):
		s.Decoder = "identity"
		p.chose("decoder identity, as the activity is of both signs when scaled (--decoder)")
	case ours && rec.Counted():
		s.Decoder = "identity"
		p.chose("decoder identity, as the activity is counts or their rates, which noise spreads about a mean above zero (--decoder)")
	default:
		s.Decoder = "relu"
		p.chose("decoder relu, as the activity is never negative (--decoder)")
	}
	return nil
}

// scale scales the activity by numbers that it takes from the training bins, so that held-out bins have no part in them; from all bins if
// the settings are of a version that did so.
func (p *Plan) scale() (err error) {
	rows := p.Split.Train
	if p.Settings.Format == 1 {
		rows = nil
	}
	if p.Scaling, err = p.Recording.Scale(data.ScaleKind(p.Settings.Scale), rows); err != nil {
		return fmt.Errorf("--scale %s: %w", p.Settings.Scale, err)
	}
	return nil
}

func (p *Plan) groups() error {
	s := &p.Settings
	tooMany := func(latents int) error {
		return fmt.Errorf("%d latents are more than the recording's %d channels: ask for fewer by --groups or --latents",
			latents, p.Recording.Activity.Cols)
	}
	switch {
	case s.Latents < 0:
		return fmt.Errorf("--latents is %d: give 1 or more", s.Latents)
	case s.Latents > p.Recording.Activity.Cols:
		return tooMany(s.Latents)
	}
	if s.Structure != "" {
		if s.Groups != "" {
			return fmt.Errorf("both --groups %s and --structure %s are given: leave one out", s.Groups, s.Structure)
		}
		structure, err := readStructure(s.Structure)
		if err != nil {
			return err
		}
		s.Groups, s.Structure = structure.String(), "" // config.toml then holds all of it
		p.chose("groups %s, by the file of --structure", s.Groups)
	}
	switch {
	case s.Groups == "auto":
		if err := p.discover(); err != nil {
			return err
		}
	case s.Groups != "":
	case s.Latents == 1:
		s.Groups = "1"
	case s.Latents > 1:
		s.Groups = fmt.Sprintf("%d,%d", s.Latents-s.Latents/2, s.Latents/2)
		p.chose("groups default to %s, half of the latents each (--groups)", s.Groups)
	default:
		s.Groups = "2,2"
		p.chose("groups default to 2,2: two groups of two latents; --groups auto reads them off the recording")
	}
	structure := p.stored
	if structure == nil || structure.String() != s.Groups {
		var err error
		if structure, err = layers.ParseStructure(s.Groups); err != nil {
			return fmt.Errorf("--groups %s: %w", s.Groups, err)
		}
	}
	K := structure.Latents()
	if s.Latents != 0 && s.Latents != K {
		return fmt.Errorf("--groups %s adds up to %d latents, but --latents is %d: make them agree, or leave one out", s.Groups, K, s.Latents)
	}
	if K > p.Recording.Activity.Cols {
		return tooMany(K)
	}
	s.Latents = K
	p.Config.Structure = structure
	return nil
}

// discover finds the number and sizes of the groups.
func (p *Plan) discover() error {
	found, completed, err := train.Discover(p.Recording, p.Split, p.Settings.Latents, p.observation.Counts())
	if err != nil {
		return fmt.Errorf("--groups auto: %w: give their sizes, such as --groups 2,2", err)
	}
	var sizes []string
	for _, n := range found.Sizes {
		sizes = append(sizes, fmt.Sprint(n))
	}
	p.Settings.Groups = strings.Join(sizes, ",")
	p.choseCompleted(completed)
	p.chose("groups %s, found in the recording: the weakest link within a group is %.2f, the strongest between groups %.2f (--groups)", p.Settings.Groups, found.Within, found.Between)
	if found.Status != separation.OK {
		p.Warnings = append(p.Warnings, fmt.Sprintf("the groups found, %s, are to be taken as %s: %s", p.Settings.Groups, found.Status, strings.Join(found.Reasons, "; ")))
	}
	return nil
}

// drive brings measured inputs, in whatever units, to one size.
func (p *Plan) drive() error {
	rec := p.Recording
	if p.Config.Drive = rec.Drive.Cols; p.Config.Drive == 0 {
		return nil
	}
	var constant []string
	p.Driven, constant = rec.ScaleDrive(p.Split.Train)
	p.chose("the effect of %d measured inputs on every channel is learned: %s (--drive)", len(rec.DriveNames), data.Few(rec.DriveNames))
	if len(constant) > 0 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%d of %d measured inputs never change in the training bins, and nothing is learned of them: %s", len(constant), len(rec.DriveNames), data.Few(constant)))
	}
	return nil
}

// leftOut finds what of the drive the history leaves out.
func (p *Plan) leftOut() (err error) {
	p.Config, err = train.LeaveOut(p.Config, p.Recording, p.Split)
	if err != nil {
		return ofRecording{err}
	}
	if p.Config.LeftOut != nil {
		p.chose("the history leaves out what measured inputs add to the activity, as the bins that follow hardly depend on it (--drive)")
	}
	return nil
}

// counts checks what an observation model of counts asks of the activity and the decoder.
func (p *Plan) counts() error {
	s, rec := &p.Settings, p.Recording
	switch {
	case !p.observation.Counts():
		return nil
	case s.Smooth != 0:
		return fmt.Errorf("--observation %s is for counts, of which --smooth makes rates: leave one of them out", s.Observation)
	case rec.Min() < 0:
		return fmt.Errorf("--observation %s is for counts, but the activity is below 0 somewhere: choose gaussian", s.Observation)
	case s.Scale != string(data.ScaleNone):
		return fmt.Errorf("--observation %s is for counts, which --scale %s would change: give --scale none", s.Observation, s.Scale)
	case !rec.Input.Empty():
		return fmt.Errorf("--observation %s takes no known input, which could make a rate negative: give --input none, or by --drive what acts on rates", s.Observation)
	case s.Decoder == "":
		s.Decoder = "softplus"
		p.chose("decoder softplus, for rates of counts (--decoder)")
	case s.Decoder != "softplus" && s.Decoder != "exp":
		return fmt.Errorf("--observation %s needs rates above 0: choose --decoder softplus or exp, not %s", s.Observation, s.Decoder)
	}
	for _, v := range rec.Activity.Data {
		if v == v && v != float32(math.Trunc(float64(v))) {
			p.Warnings = append(p.Warnings, fmt.Sprintf("the activity is not of whole numbers, though --observation %s takes it for counts: likelihoods and bits per spike mean little", s.Observation))
			break
		}
	}
	return nil
}

// mostHidden is more hidden units than a recording can tell the weights of, and few enough for memory.
const mostHidden = 10000

func (p *Plan) model() error {
	s, rec := &p.Settings, p.Recording
	if s.Lags < 1 || s.Lags > rec.Bins() {
		return fmt.Errorf("--lags is %d: give 1 to %d, as many as there are bins", s.Lags, rec.Bins())
	}
	if s.Padding == "" {
		s.Padding = string(layers.PadZero)
		if rec.Trials > 0 {
			s.Padding = string(layers.PadFirst)
		}
		p.chose("history before a start: %s (--padding)", map[string]string{"zero": "zeros", "first": "the trial's first bin, repeated"}[s.Padding])
	}
	c := &p.Config
	c.Input = !rec.Input.Empty()
	kernel, err := layers.ParseKernel(s.Kernel)
	if err != nil {
		return fmt.Errorf("--kernel: %w", err)
	}
	c.History = layers.History{Lags: s.Lags, Kernel: kernel}
	c.History.Activation, c.History.Padding = layers.Activation(s.Activation), layers.Padding(s.Padding)
	c.Missing = graph.NewMissing(*c, rec, p.Split.Train)
	switch s.Decoder {
	case "identity", "relu", "softplus", "exp":
		c.Encoder, c.Decoder = layers.LinearEncoder{}, layers.LinearDecoder{Link: layers.Activation(s.Decoder)}
	case "mlp":
		if s.Hidden < 1 || s.Hidden > mostHidden {
			return fmt.Errorf("--hidden is %d: give 1 to %d", s.Hidden, mostHidden)
		}
		link := layers.Identity
		if rec.Min() >= 0 {
			link = layers.ReLU
		}
		p.chose("the mlp ends in %s", link)
		c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: s.Hidden}, layers.MLPDecoder{Hidden: s.Hidden, Link: link}
	default:
		return fmt.Errorf("there is no decoder %q: choose identity, relu, softplus, exp or mlp", s.Decoder)
	}
	return nil
}

// silent finds the channels that never change in the training bins, or are missing in all of them.
func (p *Plan) silent() error {
	p.Config.Silent = p.Recording.Silent(p.Split.Train)
	unobserved := p.Recording.Unobserved(p.Split.Train)
	var constant, missing []string
	for n, s := range p.Config.Silent {
		switch name := p.Recording.Channels[n].Name; {
		case unobserved[n]:
			missing = append(missing, name)
		case s:
			constant = append(constant, name)
		}
	}
	if len(constant)+len(missing) == p.Config.Neurons {
		return ofRecording{errors.New("no channel ever changes in the training bins: there is nothing to fit")}
	}
	for _, w := range []struct {
		names []string
		what  string
	}{
		{constant, "never change in the training bins, which leave them out of the reconstruction"},
		{missing, "are missing in all training bins, and left out of the model"},
	} {
		if len(w.names) > 0 {
			p.Warnings = append(p.Warnings, fmt.Sprintf("%d of %d channels %s: %s", len(w.names), p.Config.Neurons, w.what, first(w.names)))
		}
	}
	return nil
}

// first are the first few names of a list.
func first(names []string) string { return strings.Join(names[:min(5, len(names))], ", ") }

// missing warns of missing values.
func (p *Plan) missing() {
	rec := p.Recording
	g := rec.Gaps()
	if g.Values == 0 {
		return
	}
	warning := fmt.Sprintf("%d values of the activity are missing (NaN), %.2g %% of all, in %d of %d channels and %d of %d bins: they are masked, and count for nothing in the fit and its figures",
		g.Values, 100*float64(g.Values)/float64(len(rec.Activity.Data)), g.Channels, rec.Activity.Cols, g.Bins, rec.Bins())
	if g.Empty > 0 {
		warning += fmt.Sprintf("; of %d bins everything is missing, and their latents are told from the past alone", g.Empty)
	}
	p.Warnings = append(p.Warnings, warning)
}

func (p *Plan) training() error {
	s := &p.Settings
	switch {
	case s.Patience < 0:
		return fmt.Errorf("--patience is %d: give 0 or more", s.Patience)
	case s.Patience > 0 && len(p.Split.Test) == 0:
		return errors.New("--patience needs held-out bins: choose another --split")
	case s.Threads < 0 || s.Threads > train.MostThreads:
		return fmt.Errorf("--threads is %d: give 0 to %d", s.Threads, train.MostThreads)
	case s.Seed > math.MaxInt64:
		return fmt.Errorf("--seed is %d: give at most %d, the largest that a TOML file holds", s.Seed, int64(math.MaxInt64))
	case *s.Refit < 0 || *s.Refit > mostRefit:
		return fmt.Errorf("--refit is %d: give 0 to %d steps, each of which passes over all training bins; 5 are usual", *s.Refit, mostRefit)
	case *s.Refit > 0 && s.Decoder == "mlp":
		return errors.New("--refit is for decoders with one matrix A: leave it out")
	case s.Start != "random" && s.Start != "ica" && s.Start != "components":
		return fmt.Errorf("there is no start %q: choose components, ica or random", s.Start)
	case s.Start != "random" && s.Decoder == "mlp":
		return fmt.Errorf("--start %s is for decoders with one matrix A: choose --start random", s.Start)
	case s.Threads == 0:
		s.Threads = max(1, min(runtime.NumCPU(), *s.Restarts))
	}
	p.Options = train.Options{
		Epochs: *s.Epochs, Batch: *s.Batch, Rate: *s.LR, Schedule: train.Schedule(s.Schedule), Optimizer: train.Optimizer(s.Optimizer),
		Decay: s.WeightDecay, Restarts: *s.Restarts, Threads: s.Threads, Seed: s.Seed, TestEvery: max(1, *s.Epochs/100),
	}
	if s.WeightDecay == 0 {
		p.Options.Optimizer = train.PlainAdam // AdamW without decay, which the zero value of Options.Decay does not stand for
	}
	if s.Patience > 0 {
		p.Warnings = append(p.Warnings, "--patience chooses the epoch by the held-out bins, so the held-out figures are somewhat too good; evaluate --data on another recording gives figures of bins that nothing has seen")
		p.Options.TestEvery = max(1, min(p.Options.TestEvery, s.Patience/10))
	}
	if err := p.Options.Check(); err != nil {
		return err
	}
	return p.affordable()
}

// separate finds the components that training starts from. Where nobody asked for them and they cannot be found, the recipe is paper's.
func (p *Plan) separate() error {
	s := &p.Settings
	if s.Start != "random" {
		if !layers.Disjoint(p.Config.Structure) {
			return fmt.Errorf("--start %s is for groups that share nothing: choose --start random", s.Start)
		}
	}
	switch {
	case s.Start == "random":
		return nil
	case s.Start == "ica" || !p.separable():
		p.chose("starting from the separated components of a model without groups, which is trained before (--start)")
		return nil
	}
	start, err := train.Separate(p.Config, p.Recording, p.Split)
	switch {
	case err == nil:
	case p.open.Start == "components" || s.Method == "components":
		return ofRecording{fmt.Errorf("%w; --start random does without", err)}
	default:
		p.Settings = p.open
		p.Settings.Recipe = "paper"
		p.chose("recipe paper, as there is nothing to start from: %v", err)
		for _, step := range []func() error{p.recipe, p.objective, p.training} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
	p.Start, p.Options.Start = start, start.Arrays
	p.choseCompleted(start.Completed)
	d := start.Discovery
	p.chose("starting from %d separated components; the weakest link within a group is %.2f, the strongest between groups %.2f (--start)", d.K, d.Within, d.Between)
	switch {
	case d.Linked() && start.Completed.Filled > 0:
		p.Warnings = append(p.Warnings, fmt.Sprintf("whether components of different groups belong together cannot be told: %d missing values are filled by means, and where they are "+
			"missing makes components alike by itself", start.Completed.Filled))
	case d.Linked():
		p.Warnings = append(p.Warnings, fmt.Sprintf("components of different groups help to predict one another (held-out R2 %.2f): they may belong together; --groups auto says what the recording tells of groups", d.Between))
	}
	if start.Interleaved {
		p.Warnings = append(p.Warnings, "the components that training starts from have seen the activity of the held-out bins too, which lie one by one among the "+
			"training bins: the held-out figures are somewhat too good; --split blocks or trials holds out bins that nothing has seen")
	}
	return nil
}
