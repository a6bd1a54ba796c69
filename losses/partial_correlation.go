package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
)

// PartialCorrelation is the total correlation between groups of latents, KL( q(z) || prod_g q(z_g) ), estimated
// from a minibatch. It is the sum over a structure's factorizations, each with its weight.
type PartialCorrelation struct {
	Estimator Estimator // nil: ImportanceWeighted
}

// Estimator estimates a divergence between distributions of latents from samples of a minibatch. A new
// estimator is one file: the type, and an init function that calls [RegisterEstimator].
type Estimator interface {
	// Divergence builds KL( q(z_joint) || prod_p q(z_part p) ), a scalar node. The parts split a joint set of latents.
	Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node
}

var estimators = layers.NewTable[Estimator]("estimator of the partial correlation")

// RegisterEstimator adds an estimator for --estimator; doc describes it in a few words. Call it only from an
// init function.
func RegisterEstimator(name, doc string, e Estimator) { estimators.Register(name, doc, e) }

// Estimators returns the registered estimators, ordered by name.
func Estimators() []layers.Entry[Estimator] { return estimators.Entries() }

// ParseEstimator returns the estimator with that name.
func ParseEstimator(name string) (Estimator, error) { return estimators.Parse(name) }

// EstimatorName returns the registered name of an estimator; "" if it has none.
func EstimatorName(e Estimator) string { return estimators.Name(e) }

// Name returns "partial_correlation".
func (PartialCorrelation) Name() string { return "partial_correlation" }

// Node builds the term; nil if the structure requires no independence.
func (p PartialCorrelation) Node(b *layers.Builder, v Variables) *G.Node {
	if p.Estimator == nil {
		p.Estimator = ImportanceWeighted{}
	}
	var terms []*G.Node
	var weights []float64
	for _, f := range v.Structure.Factorizations() {
		terms = append(terms, p.Estimator.Divergence(b, v, f.Parts))
		weights = append(weights, f.Weight)
	}
	switch {
	case len(terms) == 0:
		return nil
	case len(terms) == 1 && weights[0] == 1:
		return terms[0]
	}
	w := b.Data("factorizations", len(terms))
	b.Fill(w, weights)
	return Total(b, w, terms...)
}
