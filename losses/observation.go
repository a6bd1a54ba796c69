package losses

import "facrnn/layers"

// Observation is a model of the activity x of one neuron in one bin, given the decoder's prediction y. It is the term
// that reconstructs the activity, and it answers for itself wherever a fit, a filter or a metric needs its density. A
// new observation model is one file: the type, and an init function that calls [RegisterObservation].
//
// Some have a parameter of the noise, one number a neuron, that is trained (Param) and that the methods take in its
// natural scale (Noise): a variance, a dispersion. The methods of the others ignore it.
type Observation interface {
	// Term builds the negative log-likelihood, summed over neurons, the mean over bins. Its name is "reconstruction".
	Term
	// String returns the name for --observation.
	String() string
	// Counts reports whether the activity is counts, so that the decoder must predict rates above 0.
	Counts() bool
	// Param returns the name of the noise's parameter (N); "" for none.
	Param() string
	// Noise returns the natural scale of a value of that parameter.
	Noise(param float64) float64
	// LogDensity returns ln p(x | y), in nats, up to terms that do not depend on y.
	LogDensity(x, y, noise float64) float64
	// Residual returns r and v such that d ln p / d y = r / v, and 1 / v is the Fisher information about y. For the
	// exponential families, they are x - y and the variance.
	Residual(x, y, noise float64) (r, v float64)
	// Estimate returns the noise of a neuron, given the moments of its activity about predictions, and its noise
	// before.
	Estimate(s Moments, before float64) float64
	// NewTally returns an empty sum of the log-likelihood of a neuron whose parameter has that value.
	NewTally(param float64) Tally
}

// Moments are sums over the bins of one neuron in which it was observed.
type Moments struct {
	Bins     float64 // how many
	Squares  float64 // of E[(x - y)^2], over what is not known of y
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

// RegisterObservation adds an observation model for --observation; doc describes it in a few words. Call it from an
// init function only.
func RegisterObservation(doc string, o Observation) { observations.Register(o.String(), doc, o) }

// Observations returns the registered observation models, ordered by name.
func Observations() []layers.Entry[Observation] { return observations.Entries() }

// ParseObservation returns the observation model of a name.
func ParseObservation(name string) (Observation, error) { return observations.Parse(name) }
