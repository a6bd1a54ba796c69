package graph

import (
	"errors"
	"fmt"

	"facrnn/layers"
	"facrnn/losses"
)

// Config names the parts of a model. What can be read from a recording is not in it twice: Neurons, Bins, Input and
// Drive come from there.
type Config struct {
	Neurons int // N
	// n, the bins that are trained on: sets the bandwidth and the weights of the partial correlation
	Bins  int
	Input bool // a known external input is added to the prediction
	Drive int  // P, the columns of measured input whose matrix D (N,P) is learned; 0 for none
	// (P,N) E', what of the drive the history leaves out: it is that of x - E u (separation.RemoveInput says when and
	// why); nil for none
	LeftOut   []float32
	Structure layers.Structure
	// (N) channels that never change in those bins, which the reconstruction leaves out; nil for none
	Silent  []bool
	Missing *Missing // what to do where values are missing; nil for a recording that has all, and runs without a mask

	History   layers.History
	Encoder   layers.Encoder   // nil: linear
	Decoder   layers.Decoder   // nil: linear, identity
	LatentStd layers.LatentStd // nil: the bandwidth
	Terms     []Weighted       // nil: the paper's, see Objective

	// HistoryPerStep keeps the history in the graph even where a fixed kernel would let it be evaluated once per
	// recording.
	HistoryPerStep bool
}

// Weighted is a loss term and its weight. Model.Weights holds the weight of the step at hand; training moves it from
// From to Weight.
type Weighted struct {
	Term   losses.Term
	Weight float64
	// the weight as training begins, from which it goes to Weight in a straight line over the first half; nil for
	// Weight
	From *float64
}

// At returns the weight when a share done, 0 to 1, of the training is over.
func (w Weighted) At(done float64) float64 {
	if w.From == nil {
		return w.Weight
	}
	return w.Weight + (*w.From-w.Weight)*max(0, 1-2*done)
}

// Objective returns the paper's: reconstruction + KL + beta * partial correlation + alpha * block-diagonal. A term of
// weight 0 is still computed and reported, but the block-diagonal one only where it is asked for: it is a penalty of
// the baseline bdRNN.
func Objective(beta, alpha float64) []Weighted {
	terms := []Weighted{{Term: losses.Gaussian{}, Weight: 1}, {Term: losses.KL{}, Weight: 1},
		{Term: losses.PartialCorrelation{}, Weight: beta}}
	if alpha != 0 {
		terms = append(terms, Weighted{Term: losses.BlockDiagonal{}, Weight: alpha})
	}
	return terms
}

// Observation returns the observation model, the first term that is one; Gaussian if the configuration leaves its terms
// open. It is nil for an objective that does not reconstruct the activity.
func (c Config) Observation() losses.Observation {
	for _, t := range c.withDefaults().Terms {
		if o, ok := t.Term.(losses.Observation); ok {
			return o
		}
	}
	return nil
}

// Observe makes o the observation model, in place of the one before.
func (c *Config) Observe(o losses.Observation) {
	for i, t := range c.Terms {
		if _, ok := t.Term.(losses.Observation); ok {
			c.Terms[i].Term = o
		}
	}
}

// Independence returns the term of the partial correlation, to be changed in place; nil if Terms has none.
func (c Config) Independence() *Weighted {
	for i, t := range c.Terms {
		if _, ok := t.Term.(losses.PartialCorrelation); ok {
			return &c.Terms[i]
		}
	}
	return nil
}

// Bound returns the terms of the evidence lower bound alone: the observation model and the KL divergence.
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

// Check reports the first setting that cannot be.
func (c Config) Check() error {
	switch {
	case c.Neurons < 1:
		return errors.New("the model has no neurons")
	case c.Bins < 2:
		return fmt.Errorf("the model is trained on %d bin(s): it takes at least 2", c.Bins)
	case c.Drive < 0:
		return fmt.Errorf("the drive has %d columns", c.Drive)
	case c.LeftOut != nil && len(c.LeftOut) != c.Drive*c.Neurons:
		return fmt.Errorf("what the history leaves out of the drive has %d entries, where %d x %d are to be",
			len(c.LeftOut), c.Drive, c.Neurons)
	case c.Silent != nil && len(c.Silent) != c.Neurons:
		return fmt.Errorf("%d channels are said to be silent or not, of %d", len(c.Silent), c.Neurons)
	case c.Missing != nil && len(c.Missing.Fill) != c.Neurons:
		return fmt.Errorf("there are means of %d channels for missing values, of %d", len(c.Missing.Fill), c.Neurons)
	case c.Structure == nil:
		return errors.New("the model has no structure of latents")
	}
	if err := layers.CheckStructure(c.Structure); err != nil {
		return err
	}
	return c.withDefaults().History.Check()
}

// inGraph reports whether the history is computed in every step.
func (c Config) inGraph() bool { return c.HistoryPerStep || c.History.Learned() }
