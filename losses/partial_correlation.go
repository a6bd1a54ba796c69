package losses

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
)

// PartialCorrelation is the total correlation between groups of latents, KL( q(z) || prod_g q(z_g) ), estimated from a
// minibatch; the sum over a structure's factorizations, each with its weight.
type PartialCorrelation struct {
	Estimator Estimator // nil: ImportanceWeighted
}

// Estimator estimates a divergence between distributions of latents, of which a model has only samples. A new estimator
// is one file: the type, and an init function that calls [RegisterEstimator].
type Estimator interface {
	// Divergence builds the node of KL( q(z_joint) || prod_p q(z_part p) ), a scalar, for parts that split a joint set
	// of latents.
	Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node
}

var estimators = layers.NewTable[Estimator]("estimator of the partial correlation")

// RegisterEstimator adds an estimator for --estimator; doc describes it in a few words. Call it from an init function
// only.
func RegisterEstimator(name, doc string, e Estimator) { estimators.Register(name, doc, e) }

// Estimators returns the registered estimators, ordered by name.
func Estimators() []layers.Entry[Estimator] { return estimators.Entries() }

// ParseEstimator returns the estimator of a name.
func ParseEstimator(name string) (Estimator, error) { return estimators.Parse(name) }

// EstimatorName returns the registered name of an estimator; "" if it has none.
func EstimatorName(e Estimator) string { return estimators.Name(e) }

// Name is "partial_correlation".
func (PartialCorrelation) Name() string { return "partial_correlation" }

// Node builds the term; nil where the structure asks for no independence.
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
