package flags

import (
	"errors"
	"fmt"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// method shapes the model and its objective as the paper's methods do. The baselines have the paper's settings, where none are given.
func (p *Plan) method() error {
	s := &p.Settings
	p.Groups = p.Config.Structure
	zero := 0.0
	switch s.Method {
	case "facrnn-full":
		ones := make(layers.Partition, s.Latents)
		for k := range ones {
			ones[k] = 1
		}
		p.Config.Structure, p.Groups = ones, ones
	case "lrrnn", "lrrnn-ica", "lint":
		p.Config.Structure = layers.Partition{s.Latents}
	case "bdrnn":
		if s.Alpha == 0 {
			s.Alpha = 1
		}
	}
	switch s.Method {
	case "lrrnn", "lrrnn-ica", "lint", "bdrnn":
		if s.Beta != nil && *s.Beta != 0 {
			return fmt.Errorf("--method %s has no partial correlation: leave --beta %g out", s.Method, *s.Beta)
		}
		s.Recipe, s.Beta = "paper", &zero
	case "components":
		if s.Recipe == "paper" || s.Start == "random" {
			return errors.New("--method components is the start of --recipe best: leave --recipe and --start out")
		}
	}
	return nil
}

// recipe fills in what the settings leave open about the objective and the training.
func (p *Plan) recipe() error {
	s := &p.Settings
	p.open = *s
	disjoint := layers.Disjoint(p.Config.Structure)
	switch {
	case s.Recipe == "paper":
	case !disjoint || !p.separable():
		s.Recipe = "paper"
		counts := ""
		if disjoint && p.Recording.Unit == "counts" {
			counts = "; --observation poisson takes these spikes for counts"
		}
		p.chose("recipe paper: best is for the identity decoder or spike counts, and for groups that share nothing (--recipe)%s", counts)
	case p.Config.Bins < enough:
		s.Recipe = "paper"
		p.chose("recipe paper: best takes %d training bins, to tell components apart (--recipe)", enough)
	}
	if s.Recipe == "best" {
		p.chose("recipe best (--recipe)")
	}
	choose(&s.Start, s.Recipe == "best", "components", "random")
	pick(&s.Refit, s.Recipe == "best", 5, 0)
	pick(&s.Restarts, s.Start != "random", 1, 8)
	// for counts, the paper's training between start and refit does better than ours, whose penalty does away with what weak data have to say
	best := s.Recipe == "best" && p.linearGaussian()
	choose(&s.Estimator, best, "standardized", "importance")
	choose(&s.LatentStd, best, "0.2", "bandwidth")
	choose(&s.Schedule, best, string(train.Cosine), string(train.Constant))
	choose(&s.Optimizer, best || s.Decoder == "identity", string(train.AdamW), string(train.PlainAdam))
	pick(&s.Batch, best, min(256, p.Config.Bins), 128)
	pick(&s.LR, best, 5e-3, 1e-3)
	if best && *s.Batch > 0 {
		steps := (p.Config.Bins + *s.Batch - 1) / *s.Batch
		pick(&s.Epochs, true, (2000+steps-1)/steps, 0)
	}
	pick(&s.Epochs, true, 1000, 0)
	if s.Beta == nil && !best {
		pick(&s.Beta, s.Decoder == "identity", 20, 2)
		p.chose("beta %g, the paper's for such a decoder (--beta)", *s.Beta)
	}
	pick(&s.Beta, true, 10, 0)
	pick(&s.BetaStart, best, 5**s.Beta, *s.Beta)
	return nil
}

// enough is how many training bins tell components apart at all; whether they do so well is another question.
const enough = 200

// choose sets what is not set, pick what is not pointed at.
func choose(v *string, first bool, one, other string) {
	switch {
	case *v != "":
	case first:
		*v = one
	default:
		*v = other
	}
}

func pick[T int | float64](v **T, first bool, one, other T) {
	if *v != nil {
		return
	}
	if !first {
		one = other
	}
	*v = &one
}

// linearGaussian reports whether the model is x = A z + b + noise.
func (p *Plan) linearGaussian() bool {
	return p.Settings.Decoder == "identity" && p.observation == losses.Observation(losses.Gaussian{})
}

// separable reports whether components can be told from the activity alone; of other models, one without groups is trained before.
func (p *Plan) separable() bool { return p.linearGaussian() || p.observation.Counts() }

func (p *Plan) objective() error {
	s, c := &p.Settings, &p.Config
	if s.Method == "components" && s.Start != "components" {
		return errors.New("--method components needs the identity decoder or spike counts, groups that share nothing and 200 training bins")
	}
	if (s.Method == "lrrnn-ica" || s.Method == "lint") && s.Decoder == "mlp" {
		return fmt.Errorf("--method %s is for decoders with one matrix A", s.Method)
	}
	for _, w := range []struct {
		name  string
		value float64
	}{{"beta", *s.Beta}, {"beta-start", *s.BetaStart}, {"alpha", s.Alpha}} {
		if !(w.value >= 0 && w.value < 1e9) {
			return fmt.Errorf("--%s is %g: give 0 or more", w.name, w.value)
		}
	}
	c.Terms = graph.Objective(*s.Beta, s.Alpha)
	estimator, err := losses.ParseEstimator(s.Estimator)
	if err != nil {
		return fmt.Errorf("--estimator: %w", err)
	}
	independence := c.Independence()
	independence.Term, independence.From = losses.PartialCorrelation{Estimator: estimator}, s.BetaStart
	c.Observe(p.observation)
	if c.LatentStd, err = layers.ParseLatentStd(s.LatentStd); err != nil {
		return fmt.Errorf("--latent-std: %w", err)
	}
	return nil
}
