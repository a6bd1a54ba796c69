package losses

import "facrnn/layers"

// Observation is a model of the activity x of one neuron in one bin, given the decoder's prediction y. It is
// the reconstruction term, and it computes the density that fits, filters and metrics need. A new observation
// model is one file: the type, and an init function that calls [RegisterObservation].
//
// Some models have a trained noise parameter, one number per neuron (Param). Their methods take the noise in
// its natural scale (Noise): a variance or a dispersion. The methods of the other models ignore it.
type Observation interface {
	// Term builds the negative log-likelihood: a sum over neurons and a mean over bins. Its name is "reconstruction".
	Term
	// String returns the name for --observation.
	String() string
	// Counts reports whether the activity is counts, so that the decoder must predict rates above 0.
	Counts() bool
	// Param returns the name of the noise parameter (N); "" for none.
	Param() string
	// Noise returns the natural scale of a value of that parameter.
	Noise(param float64) float64
	// LogDensity returns ln p(x | y), in nats, up to terms that do not depend on y.
	LogDensity(x, y, noise float64) float64
	// Residual returns r and v such that d ln p / d y = r / v, where 1 / v is the Fisher information about y.
	// For the exponential families, they are x - y and the variance.
	Residual(x, y, noise float64) (r, v float64)
	// Estimate returns the noise of a neuron, given the moments of its activity and its current noise, before.
	Estimate(s Moments, before float64) float64
	// NewTally returns an empty tally for a neuron whose noise parameter has that value.
	NewTally(param float64) Tally
}

// Moments are sums over the bins in which one neuron was observed.
type Moments struct {
	Bins     float64 // number of bins
	Squares  float64 // of E[(x - y)^2], where the expectation is over the uncertainty of y
	Rates    float64 // of y
	Rates2   float64 // of y^2
	Variance float64 // of x, not a sum
}

// Tally sums the log-likelihood of one neuron over bins.
type Tally interface {
	// Add adds a bin with activity x and prediction y.
	Add(x, y float64)
	// Mean returns the mean log-likelihood of the bins, in nats, with all constants.
	Mean() float64
}

var observations = layers.NewTable[Observation]("observation model")

// RegisterObservation adds an observation model for --observation; doc describes it in a few words. Call it
// only from an init function.
func RegisterObservation(doc string, o Observation) { observations.Register(o.String(), doc, o) }

// Observations returns the registered observation models, ordered by name.
func Observations() []layers.Entry[Observation] { return observations.Entries() }

// ParseObservation returns the observation model with that name.
func ParseObservation(name string) (Observation, error) { return observations.Parse(name) }
