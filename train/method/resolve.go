package method

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
	"facrnn/train/separation"
)

// Plan is a fit with every choice made. [Resolve] makes it.
type Plan struct {
	Spec      Spec // nothing is left open
	Recording *data.Recording
	Scaling   data.Scaling
	Driven    data.Scaling // of the drive (P)
	Split     data.Split
	Config    graph.Config
	Options   train.Options
	// groups of the latents in the results; the fit's own, unless the method forms groups afterwards
	Groups   layers.Structure
	Start    *separation.Init // parameters that training starts from; nil for a random start and for InitICA
	Chosen   []string         // choices that were made from the recording, one sentence each, for the log
	Warnings []string

	open     Spec // as it was before the recipe filled it in
	leaky    bool // split trials that share time as runs of older versions did
	refit    int  // steps of expectation-maximisation
	prepared bool
	now      train.Clock
}

// ofRecording is an error of the recording, not of a setting.
type ofRecording struct{ error }

// Unwrap returns the error.
func (e ofRecording) Unwrap() error { return e.error }

// Resolve chooses what a spec leaves open, from the recording, which it scales in place. It fits nothing. With
// FindGroups, the groups and all that depends on them are left to [Plan.Prepare]. Errors of the recording begin with
// the path of its file, errors of the spec name the flag.
func Resolve(rec *data.Recording, s Spec) (*Plan, error) {
	p, err := begin(rec, s)
	if err == nil {
		err = p.steps(p.activity, p.split, p.scale, p.observed, p.drive, p.counts, p.latents)
	}
	if err == nil && !p.Spec.FindGroups {
		err = p.shape()
	}
	return p, named(rec, err)
}

// shape decides all that depends on the groups.
func (p *Plan) shape() error {
	if err := p.steps(p.groups, p.method, p.model, p.recipe, p.objective, p.training); err != nil {
		return err
	}
	if isMLP(p.Spec.Decoder) {
		p.Warnings = append(p.Warnings,
			"an mlp has no connectivity matrix: connectivity.npz and its figure are left out")
	}
	return p.Config.Check()
}

// Prepare finds what a fit starts from: the groups with FindGroups, the effect of measured inputs that the history
// leaves out, and the separated components. [Plan.Fit] calls it unless it was called before.
func (p *Plan) Prepare(ctx context.Context) error {
	if p.prepared {
		return nil
	}
	_, err := train.Await(ctx, func() (struct{}, error) {
		if p.Spec.FindGroups {
			if err := p.steps(p.discover, p.shape); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, p.steps(p.leftOut, p.separate)
	})
	if err == nil {
		p.prepared = true
		err = p.Config.Check()
	}
	return named(p.Recording, err)
}

// named puts the path of the recording before an error of the recording.
func named(rec *data.Recording, err error) error {
	if errors.As(err, &ofRecording{}) {
		return fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	return err
}

// steps takes steps until one fails.
func (p *Plan) steps(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// begin begins a plan, in which nothing is resolved but the fields with a fixed default.
func begin(rec *data.Recording, s Spec) (*Plan, error) {
	if err := rec.Check(); err != nil {
		return nil, ofRecording{err}
	}
	if s.Method == nil {
		s.Method = FacRNN{}
	}
	if s.Recipe == nil {
		s.Recipe = &Best
	}
	if s.Observation == nil {
		s.Observation = losses.Gaussian{}
	}
	if s.Kernel == nil {
		s.Kernel = layers.ExponentialKernel{}
	}
	if s.Activation == "" {
		s.Activation = layers.Tanh
	}
	if s.Lags == 0 {
		s.Lags = 1
	}
	if s.Clock == nil {
		s.Clock = time.Now
	}
	p := &Plan{Spec: s, Recording: rec, Warnings: slices.Clone(rec.Warnings), now: s.Clock}
	p.Chosen = append(p.Chosen, s.notes...)
	return p, nil
}

// Notes returns the choices, one sentence each: the choices of the recording's reader, and then the choices of Resolve.
func (p *Plan) Notes() []string { return slices.Concat(p.Recording.Notes, p.Chosen) }

func (p *Plan) chose(format string, args ...any) {
	p.Chosen = append(p.Chosen, fmt.Sprintf(format, args...))
}

// choseCompleted says how missing values were filled where components were looked for; once, for groups and start.
func (p *Plan) choseCompleted(c separation.Imputation) {
	if s := c.String(); s != "" && !slices.Contains(p.Chosen, s) {
		p.chose("%s", s)
	}
}

// activity chooses the decoder and the scale from the activity. The method has no influence, so that fits of several
// methods can be compared.
func (p *Plan) activity() error {
	s, rec := &p.Spec, p.Recording
	ours, signed := s.Recipe.Name != Paper.Name, rec.Min() < 0
	switch {
	case s.Scale != "":
	case p.Spec.Observation.Counts():
		s.Scale = data.ScaleNone
	case ours && !signed && rec.HasBaseline() && !rec.IsCounts():
		s.Scale = data.ScaleZScore
		p.chose("the activity is scaled by zscore, as it varies little about a level far above zero (--scale)")
	case ours && !signed && rec.Input.Empty():
		s.Scale = data.ScaleSqrt
		p.chose("the square root of the activity is fitted, as it is never negative: a root's noise is as large at " +
			"high rates as at low ones (--scale)")
	default:
		s.Scale = data.SuggestScale(rec)
		if s.Scale == data.ScaleNone {
			p.chose("the activity is not scaled: its size is about 1 (--scale)")
		} else {
			p.chose("the activity is scaled by %s, as its size is far from 1 (--scale)", s.Scale)
		}
	}
	switch {
	case s.Decoder != nil || p.Spec.Observation.Counts():
	case signed:
		s.Decoder = layers.LinearDecoder{Link: layers.Identity}
		p.chose("decoder identity, as the activity is of both signs (--decoder)")
	case s.Scale == data.ScaleZScore:
		s.Decoder = layers.LinearDecoder{Link: layers.Identity}
		p.chose("decoder identity, as the activity is of both signs when scaled (--decoder)")
	case ours && rec.IsCounts():
		s.Decoder = layers.LinearDecoder{Link: layers.Identity}
		p.chose("decoder identity, as the activity is counts or their rates, which noise spreads about a mean above " +
			"zero (--decoder)")
	default:
		s.Decoder = layers.LinearDecoder{Link: layers.ReLU}
		p.chose("decoder relu, as the activity is never negative (--decoder)")
	}
	return nil
}

// scale scales the activity by numbers from the training bins, so that held-out bins do not influence them. Settings of
// an older version use all bins.
func (p *Plan) scale() (err error) {
	rows := p.Split.Train
	if p.Spec.ScaleByAllBins {
		rows = nil
	}
	if p.Scaling, err = p.Recording.Scale(p.Spec.Scale, rows); err != nil {
		return fmt.Errorf("--scale %s: %w", p.Spec.Scale, err)
	}
	return nil
}

// latents checks the number of latents.
func (p *Plan) latents() error {
	switch {
	case p.Spec.Latents < 0:
		return fmt.Errorf("--latents is %d: give 1 or more", p.Spec.Latents)
	case p.Spec.Latents > p.Recording.Activity.Cols:
		return p.tooMany(p.Spec.Latents)
	}
	return nil
}

func (p *Plan) tooMany(latents int) error {
	return fmt.Errorf("%d latents are more than the recording's %d channels: ask for fewer by --groups or --latents",
		latents, p.Recording.Activity.Cols)
}

// groups chooses the structure, and checks it.
func (p *Plan) groups() error {
	s := &p.Spec
	switch {
	case s.Structure != nil:
	case s.Latents == 1:
		s.Structure = layers.Partition{1}
	case s.Latents > 1:
		s.Structure = layers.Partition{s.Latents - s.Latents/2, s.Latents / 2}
		p.chose("groups default to %s, half of the latents each (--groups)", s.Structure)
	default:
		s.Structure = layers.Partition{2, 2}
		p.chose("groups default to 2,2: two groups of two latents; --groups auto reads them off the recording")
	}
	K := s.Structure.Latents()
	if s.Latents != 0 && s.Latents != K {
		return fmt.Errorf("--groups %s adds up to %d latents, but --latents is %d: make them agree, or leave one out",
			s.Structure, K, s.Latents)
	}
	if K > p.Recording.Activity.Cols {
		return p.tooMany(K)
	}
	s.Latents = K
	p.Config.Structure = s.Structure
	return nil
}

// method gives the plan the structure and the objective of its method.
func (p *Plan) method() error {
	p.Groups = p.Config.Structure
	return p.Spec.Method.Shape(p)
}

// discover finds the number and sizes of the groups.
func (p *Plan) discover() error {
	s := &p.Spec
	found, completed, err := separation.DiscoverRecording(p.Recording, p.Split, s.Latents, s.Observation.Counts())
	if err != nil {
		return fmt.Errorf("--groups auto: %w: give their sizes, such as --groups 2,2", err)
	}
	s.Structure, s.FindGroups = layers.Partition(found.Sizes), false
	p.choseCompleted(completed)
	p.chose("groups %s, found in the recording: the weakest link within a group is %.2f, the strongest between "+
		"groups %.2f (--groups)", s.Structure, found.Within, found.Between)
	if found.Status != separation.OK {
		p.Warnings = append(p.Warnings, fmt.Sprintf("the groups that were found, %s, are %s: %s", s.Structure,
			found.Status, strings.Join(found.Reasons, "; ")))
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
	p.chose("the effect of %d measured inputs on every channel is learned: %s (--drive)", len(rec.DriveNames),
		data.JoinFew(rec.DriveNames))
	if len(constant) > 0 {
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("%d of %d measured inputs never change in the training bins, and nothing is learned of them: "+
				"%s", len(constant), len(rec.DriveNames), data.JoinFew(constant)))
	}
	return nil
}

// leftOut finds what of the drive the history leaves out.
func (p *Plan) leftOut() (err error) {
	p.Config, err = separation.RemoveInput(p.Config, p.Recording, p.Split)
	if err != nil {
		return ofRecording{err}
	}
	if p.Config.LeftOut != nil {
		p.chose("the history leaves out what measured inputs add to the activity, as the bins that follow hardly " +
			"depend on it (--drive)")
	}
	return nil
}

// counts checks what an observation model of counts asks of the activity and the decoder.
func (p *Plan) counts() error {
	s, rec := &p.Spec, p.Recording
	switch {
	case !p.Spec.Observation.Counts():
		return nil
	case rec.Smoothed.SD != 0:
		return fmt.Errorf("--observation %s is for counts, of which --smooth makes rates: leave one of them out",
			s.Observation)
	case rec.Min() < 0:
		return fmt.Errorf("--observation %s is for counts, but the activity is below 0 somewhere: choose gaussian",
			s.Observation)
	case s.Scale != data.ScaleNone:
		return fmt.Errorf("--observation %s is for counts, which --scale %s would change: give --scale none",
			s.Observation, s.Scale)
	case !rec.Input.Empty():
		return fmt.Errorf("--observation %s takes no known input, which could make a rate negative: give --input "+
			"none, or by --drive what acts on rates", s.Observation)
	case s.Decoder == nil:
		s.Decoder = layers.LinearDecoder{Link: layers.Softplus}
		p.chose("decoder softplus, for rates of counts (--decoder)")
	case !givesRates(s.Decoder):
		return fmt.Errorf("--observation %s needs rates above 0: choose --decoder softplus or exp, not %s",
			s.Observation, s.Text().Decoder)
	}
	for _, v := range rec.Activity.Data {
		if v == v && v != float32(math.Trunc(float64(v))) {
			p.Warnings = append(p.Warnings,
				fmt.Sprintf("the activity is not of whole numbers, though --observation %s takes it for counts: "+
					"likelihoods and bits per spike mean little", s.Observation))
			break
		}
	}
	return nil
}

// maxHidden is the greatest number of hidden units. No recording determines the weights of more, and they fit in
// memory.
const maxHidden = 10000

// givesRates reports whether a decoder predicts rates above 0.
func givesRates(d layers.Decoder) bool {
	link, ok := linkOf(d)
	return ok && (link == layers.Softplus || link == layers.Exp)
}

// model makes the configuration of the model.
func (p *Plan) model() error {
	s, rec := &p.Spec, p.Recording
	if s.Lags < 1 || s.Lags > rec.Bins() {
		return fmt.Errorf("--lags is %d: give 1 to %d, as many as there are bins", s.Lags, rec.Bins())
	}
	if s.Padding == "" {
		s.Padding = layers.PadZero
		if rec.Trials > 0 {
			s.Padding = layers.PadFirst
		}
		p.chose("history before a start: %s (--padding)", map[layers.Padding]string{layers.PadZero: "zeros",
			layers.PadFirst: "the trial's first bin, repeated"}[s.Padding])
	}
	if d, ok := s.Decoder.(layers.MLPDecoder); ok && d.Link == "" {
		d.Link = layers.Identity
		if rec.Min() >= 0 {
			d.Link = layers.ReLU
		}
		p.chose("the mlp ends in %s", d.Link)
		s.Decoder = d
	}
	if s.Encoder == nil {
		s.Encoder = layers.LinearEncoder{}
		if d, ok := s.Decoder.(layers.MLPDecoder); ok {
			s.Encoder = layers.MLPEncoder{Hidden: d.Hidden}
		}
	}
	c := &p.Config
	c.Input = !rec.Input.Empty()
	c.History = layers.History{Lags: s.Lags, Kernel: s.Kernel, Activation: s.Activation, Padding: s.Padding}
	c.Missing = graph.NewMissing(*c, rec, p.Split.Train)
	c.Encoder, c.Decoder = s.Encoder, s.Decoder
	return nil
}

// silent finds the channels that never change in the training bins, or are missing in all of them.
func (p *Plan) silent() error {
	p.Config.Silent = p.Recording.Constant(p.Split.Train)
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
			p.Warnings = append(p.Warnings, fmt.Sprintf("%d of %d channels %s: %s", len(w.names), p.Config.Neurons,
				w.what, first(w.names)))
		}
	}
	return nil
}

// first returns the first few names of a list.
func first(names []string) string { return strings.Join(names[:min(5, len(names))], ", ") }

// missing warns of missing values.
func (p *Plan) missing() {
	rec := p.Recording
	g := rec.Gaps()
	if g.Values == 0 {
		return
	}
	warning := fmt.Sprintf("%d values of the activity are missing (NaN), %.2g %% of all, in %d of %d channels and "+
		"%d of %d bins; they are masked, and count neither in the fit nor in its numbers",
		g.Values, 100*float64(g.Values)/float64(len(rec.Activity.Data)), g.Channels, rec.Activity.Cols, g.Bins,
		rec.Bins())
	if g.Empty > 0 {
		warning += fmt.Sprintf("; %d bins have no values at all, so their latents come only from the past",
			g.Empty)
	}
	p.Warnings = append(p.Warnings, warning)
}

// training sets the options of the loop.
func (p *Plan) training() error {
	s := &p.Spec
	o := &s.Training
	switch {
	case s.Patience < 0:
		return fmt.Errorf("--patience is %d: give 0 or more", s.Patience)
	case s.Patience > 0 && len(p.Split.Test) == 0:
		return errors.New("--patience needs held-out bins: choose another --split")
	case o.Threads < 0 || o.Threads > train.MaxThreads:
		return fmt.Errorf("--threads is %d: give 0 to %d", o.Threads, train.MaxThreads)
	case o.Seed > math.MaxInt64:
		return fmt.Errorf("--seed is %d: give at most %d, the largest that a TOML file holds", o.Seed,
			int64(math.MaxInt64))
	case *s.Refit < 0 || *s.Refit > maxRefit:
		return fmt.Errorf("--refit is %d: give 0 to %d steps, each of which passes over all training bins; 5 are usual",
			*s.Refit, maxRefit)
	case *s.Refit > 0 && isMLP(s.Decoder):
		return errors.New("--refit is for decoders with one matrix A: leave it out")
	case s.Init != InitRandom && isMLP(s.Decoder):
		return fmt.Errorf("--start %s is for decoders with one matrix A: choose --start random", s.Init)
	case o.Threads == 0:
		o.Threads = max(1, min(runtime.NumCPU(), o.Restarts))
	}
	p.Options = *o
	p.Options.TestEvery, p.Options.InitialParams, p.Options.Resume = max(1, o.Epochs/100), nil, nil
	if o.Decay < 0 {
		// AdamW without decay, which no value of Options.Decay stands for
		p.Options.Optimizer, p.Options.Decay = train.PlainAdam, 0
	}
	if s.Patience > 0 {
		p.Warnings = append(p.Warnings,
			"--patience chooses the epoch by the held-out bins, so the held-out figures are somewhat too good; "+
				"evaluate --data on another recording gives figures of bins that nothing has seen")
		p.Options.TestEvery = max(1, min(p.Options.TestEvery, s.Patience/10))
	}
	if err := p.Options.Check(); err != nil {
		return err
	}
	return p.affordable()
}

// separate finds the components from which training starts. If they cannot be found and the user did not ask for them,
// it chooses the recipe paper.
func (p *Plan) separate() error {
	s := &p.Spec
	if s.Init != InitRandom {
		if !layers.Disjoint(p.Config.Structure) {
			return fmt.Errorf("--start %s is for groups that share nothing: choose --start random", s.Init)
		}
	}
	switch {
	case s.Init == InitRandom:
		return nil
	case s.Init == InitICA || !p.separable():
		p.chose("starting from the separated components of a model without groups, which is trained before (--start)")
		return nil
	}
	start, err := separation.InitFromActivity(p.Config, p.Recording, p.Split)
	switch {
	case err == nil:
	case p.open.Init == InitComponents || s.Method.Name() == Components{}.Name():
		return ofRecording{fmt.Errorf("%w; --start random does without", err)}
	default:
		p.Spec = p.open
		p.Spec.Recipe = &Paper
		p.chose("recipe paper, as there is nothing to start from: %v", err)
		return p.steps(p.recipe, p.objective, p.training)
	}
	p.Start, p.Options.InitialParams = start, start.Arrays
	p.choseCompleted(start.Completed)
	d := start.Discovery
	p.chose("starting from %d separated components; the weakest link within a group is %.2f, the strongest between "+
		"groups %.2f (--start)", d.K, d.Within, d.Between)
	switch {
	case d.Linked() && start.Completed.Filled > 0:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("components of different groups may belong together, but this is uncertain: %d missing "+
				"values were filled with means, which makes components similar where "+
				"values are missing", start.Completed.Filled))
	case d.Linked():
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("components of different groups help to predict each other (held-out R2 %.2f), so they may "+
				"belong together; try --groups auto", d.Between))
	}
	if start.Interleaved {
		p.Warnings = append(p.Warnings,
			"the components that training starts from have seen the activity of the held-out bins too, which lie one "+
				"by one among the training bins: the held-out figures are somewhat too good; --split blocks or "+
				"trials holds out bins that nothing has seen")
	}
	return nil
}
