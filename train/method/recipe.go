package method

import (
	"fmt"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// Recipe is a set of settings that go together. It fills in the fields that a [Spec] leaves open.
type Recipe struct {
	Name       string
	Init       Init
	Refit      int // steps of expectation-maximisation
	Estimator  losses.Estimator
	LatentStd  layers.LatentStd
	Beta       float64 // weight of the partial correlation
	LinearBeta float64 // the same, with the identity decoder
	Warmup     float64 // the weight at the beginning, in units of beta
	Steps      int     // minibatches to train for; 0: Training.Epochs counts
	Training   train.Options
}

// Best is our own recipe: training starts from separated components, and the model is refitted afterwards. It applies
// to the identity decoder and to counts, and to groups that share no latents.
var Best = Recipe{
	Name: "best", Init: InitComponents, Refit: 5, Estimator: losses.LeaveOneOut{}, LatentStd: layers.Std(0.2),
	Beta: 10, LinearBeta: 10, Warmup: 5, Steps: 2000,
	Training: train.Options{Batch: 256, Rate: 5e-3, Schedule: train.Cosine},
}

// Paper is the recipe of the authors of the method.
var Paper = Recipe{
	Name: "paper", Init: InitRandom, Estimator: losses.ImportanceWeighted{}, LatentStd: layers.Bandwidth{},
	Beta: 2, LinearBeta: 20, Warmup: 1,
	Training: train.Options{Epochs: 1000, Batch: 128, Rate: 1e-3, Schedule: train.Constant},
}

// parseRecipe returns the recipe of a name; nil for "".
func parseRecipe(name string) (*Recipe, error) {
	switch name {
	case "":
		return nil, nil
	case Best.Name:
		return &Best, nil
	case Paper.Name:
		return &Paper, nil
	}
	return nil, fmt.Errorf("there is no recipe %q: choose best or paper", name)
}

// forCounts returns the recipe for counts. Between start and refit, the paper's training does better there than ours,
// whose penalty removes what weak data say.
func (r Recipe) forCounts() Recipe {
	out := Paper
	out.Name, out.Init, out.Refit = r.Name, r.Init, r.Refit
	return out
}

// recipe fills in the open settings of the objective and the training.
func (p *Plan) recipe() error {
	s := &p.Spec
	p.open = *s
	p.chooseRecipe()
	r := *s.Recipe
	ours := r.Name != Paper.Name
	if ours {
		p.chose("recipe %s (--recipe)", r.Name)
	}
	if r.Init == InitComponents && !p.linearGaussian() {
		r = r.forCounts()
	}
	if s.Init == "" {
		s.Init = r.Init
	}
	if s.Refit == nil {
		s.Refit = pointer(r.Refit)
	}
	if s.Estimator == nil {
		s.Estimator = r.Estimator
	}
	if s.LatentStd == nil {
		s.LatentStd = r.LatentStd
	}
	p.schedule(r)
	if s.Beta == nil {
		s.Beta = pointer(r.Beta)
		if isIdentity(s.Decoder) {
			*s.Beta = r.LinearBeta
		}
		if r.Beta != r.LinearBeta {
			p.chose("beta %g, the paper's for such a decoder (--beta)", *s.Beta)
		}
	}
	if s.BetaStart == nil {
		s.BetaStart = pointer(r.Warmup * *s.Beta)
	}
	return nil
}

// chooseRecipe falls back to the paper's recipe if components cannot be separated.
func (p *Plan) chooseRecipe() {
	s := &p.Spec
	if s.Recipe.Init != InitComponents {
		return
	}
	disjoint := layers.Disjoint(p.Config.Structure)
	switch {
	case !disjoint || !p.separable():
		s.Recipe = &Paper
		counts := ""
		if disjoint && p.Recording.Unit == "counts" {
			counts = "; --observation poisson takes these spikes for counts"
		}
		p.chose("recipe paper: best is for the identity decoder or spike counts, and for groups that share nothing "+
			"(--recipe)%s", counts)
	case p.Config.Bins < minBins:
		s.Recipe = &Paper
		p.chose("recipe paper: best needs %d training bins to separate components (--recipe)", minBins)
	}
}

// schedule fills in the options of the loop.
func (p *Plan) schedule(r Recipe) {
	s, o := &p.Spec, &p.Spec.Training
	fill := func(v *int, of int) {
		if *v == 0 {
			*v = of
		}
	}
	restarts := 8
	if s.Init != InitRandom {
		restarts = 1
	}
	fill(&o.Restarts, restarts)
	if o.Schedule == "" {
		o.Schedule = r.Training.Schedule
	}
	if o.Optimizer == "" {
		o.Optimizer = train.PlainAdam
		if isIdentity(s.Decoder) {
			o.Optimizer = train.AdamW
		}
	}
	if r.Steps > 0 {
		fill(&o.Batch, min(r.Training.Batch, p.Config.Bins))
		perEpoch := (p.Config.Bins + o.Batch - 1) / o.Batch
		fill(&o.Epochs, (r.Steps+perEpoch-1)/perEpoch)
	}
	fill(&o.Batch, r.Training.Batch)
	fill(&o.Epochs, r.Training.Epochs)
	if o.Rate == 0 {
		o.Rate = r.Training.Rate
	}
	if o.Decay == 0 {
		o.Decay = 0.01
	}
}

// minBins is the least number of training bins in which components can be separated at all. Separating them well may
// need more.
const minBins = 200

// linearGaussian reports whether the model is x = A z + b + noise.
func (p *Plan) linearGaussian() bool {
	return isIdentity(p.Spec.Decoder) && p.Spec.Observation == losses.Observation(losses.Gaussian{})
}

// separable reports whether components can be separated from the activity. For other models, a model without groups is
// trained first.
func (p *Plan) separable() bool { return p.linearGaussian() || p.Spec.Observation.Counts() }

// objective sets the terms of the loss.
func (p *Plan) objective() error {
	s, c := &p.Spec, &p.Config
	p.refit = *s.Refit
	if err := s.Method.Check(p); err != nil {
		return err
	}
	for _, w := range []struct {
		name  string
		value float64
	}{{"beta", *s.Beta}, {"beta-start", *s.BetaStart}, {"alpha", s.Alpha}} {
		if !(w.value >= 0 && w.value < 1e9) {
			return fmt.Errorf("--%s is %g: give 0 or more", w.name, w.value)
		}
	}
	c.Terms = append(graph.Objective(*s.Beta, s.Alpha), s.Terms...)
	independence := c.Independence()
	independence.Term, independence.From = losses.PartialCorrelation{Estimator: s.Estimator}, s.BetaStart
	c.Observe(s.Observation)
	c.LatentStd = s.LatentStd
	return nil
}
