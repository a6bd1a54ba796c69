package graph

import (
	"errors"
	"fmt"

	"facrnn/layers"
	"facrnn/losses"
)

// Config names the parts of a model. Neurons, Bins, Input and Drive must agree with the recording.
type Config struct {
	Neurons int  // N
	Bins    int  // n, the number of training bins, for the bandwidth and the partial correlation
	Input   bool // whether a known offset eta is added to the prediction
	Drive   int  // P, the number of measured inputs u, whose matrix D (N,P) is learned; 0 for none
	// LeftOut (P,N) is E': the history is computed from x - E u. It is nil if the history keeps the contribution of the
	// inputs. separation.RemoveInput decides this and gives the reasons.
	LeftOut   []float32
	Structure layers.Structure
	Silent    []bool   // (N) channels that are constant in the training bins and not reconstructed; nil for none
	Missing   *Missing // the means that replace missing values; nil for a recording without missing values

	History   layers.History
	Encoder   layers.Encoder   // nil: linear
	Decoder   layers.Decoder   // nil: linear, identity
	LatentStd layers.LatentStd // nil: the bandwidth
	Terms     []Weighted       // nil: Objective(0, 0)

	// HistoryPerStep computes the history in every step, even if a fixed kernel allows one evaluation per recording.
	HistoryPerStep bool
}

// Weighted is a loss term and its weight. During training the weight moves from From to Weight; Model.Weights
// holds the weight of the current step.
type Weighted struct {
	Term   losses.Term
	Weight float64
	From   *float64 // the weight at the first step; it moves linearly to Weight over the first half; nil for Weight
}

// At returns the weight after a share done of the training, from 0 to 1.
func (w Weighted) At(done float64) float64 {
	if w.From == nil {
		return w.Weight
	}
	return w.Weight + (*w.From-w.Weight)*max(0, 1-2*done)
}

// Objective returns the paper's training objective: reconstruction + KL + beta * partial correlation + alpha *
// block-diagonal. A partial correlation of weight 0 is still computed and reported. The block-diagonal term, a
// penalty of the baseline bdRNN, is included only if alpha is not 0.
func Objective(beta, alpha float64) []Weighted {
	terms := []Weighted{
		{Term: losses.Gaussian{}, Weight: 1},
		{Term: losses.KL{}, Weight: 1},
		{Term: losses.PartialCorrelation{}, Weight: beta},
	}
	if alpha != 0 {
		terms = append(terms, Weighted{Term: losses.BlockDiagonal{}, Weight: alpha})
	}
	return terms
}

// Observation returns the observation model: the first term that is one, or Gaussian if Terms is nil. It
// returns nil for an objective that does not reconstruct the activity.
func (c Config) Observation() losses.Observation {
	for _, t := range c.withDefaults().Terms {
		if o, ok := t.Term.(losses.Observation); ok {
			return o
		}
	}
	return nil
}

// Observe replaces the observation model in Terms by o. Its weight stays.
func (c *Config) Observe(o losses.Observation) {
	for i, t := range c.Terms {
		if _, ok := t.Term.(losses.Observation); ok {
			c.Terms[i].Term = o
		}
	}
}

// Independence returns the partial correlation in Terms, so that the caller can change it in place; nil if
// Terms has none.
func (c Config) Independence() *Weighted {
	for i, t := range c.Terms {
		if _, ok := t.Term.(losses.PartialCorrelation); ok {
			return &c.Terms[i]
		}
	}
	return nil
}

// Bound returns only the terms of the evidence lower bound: the observation model and the KL divergence.
func (c Config) Bound() (terms []Weighted) {
	for _, t := range c.withDefaults().Terms {
		_, observes := t.Term.(losses.Observation)
		if _, kl := t.Term.(losses.KL); observes || kl {
			terms = append(terms, t)
		}
	}
	return terms
}

func (c Config) withDefaults() Config {
	c.History = c.History.WithDefaults()
	if c.Encoder == nil {
		c.Encoder = layers.LinearEncoder{}
	}
	if c.Decoder == nil {
		c.Decoder = layers.LinearDecoder{}
	}
	if c.LatentStd == nil {
		c.LatentStd = layers.Bandwidth{}
	}
	if c.Terms == nil {
		c.Terms = Objective(0, 0)
	}
	return c
}

// Check returns an error for the first setting that is invalid.
func (c Config) Check() error {
	switch {
	case c.Neurons < 1:
		return errors.New("the model has no neurons")
	case c.Bins < 2:
		return fmt.Errorf("the model has %d training bins; it needs at least 2", c.Bins)
	case c.Drive < 0:
		return fmt.Errorf("the drive has %d columns", c.Drive)
	case c.LeftOut != nil && len(c.LeftOut) != c.Drive*c.Neurons:
		return fmt.Errorf("graph.Config.LeftOut has %d entries; it needs %d x %d (inputs x neurons)",
			len(c.LeftOut), c.Drive, c.Neurons)
	case c.Silent != nil && len(c.Silent) != c.Neurons:
		return fmt.Errorf("graph.Config.Silent has %d entries; it needs one for each of %d neurons", len(c.Silent),
			c.Neurons)
	case c.Missing != nil && len(c.Missing.Fill) != c.Neurons:
		return fmt.Errorf("graph.Config.Missing.Fill has %d entries; it needs one for each of %d neurons",
			len(c.Missing.Fill), c.Neurons)
	case c.Structure == nil:
		return errors.New("the model has no structure of latents; set graph.Config.Structure")
	}
	if err := layers.CheckStructure(c.Structure); err != nil {
		return err
	}
	return c.withDefaults().History.Check()
}

// inGraph reports whether the history is computed in every step.
func (c Config) inGraph() bool { return c.HistoryPerStep || c.History.Learned() }
