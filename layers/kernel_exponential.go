package layers

import (
	"math"

	G "gorgonia.org/gorgonia"
)

func init() {
	RegisterKernel("exponential", "fixed, e times smaller with every bin", ExponentialKernel{})
}

// ExponentialKernel is a fixed kernel: e^0, ..., e^(L-1) from the oldest bin to the newest, divided by their sum.
type ExponentialKernel struct{}

// Fixed returns psi.
func (ExponentialKernel) Fixed(lags int) []float64 {
	psi, sum := make([]float64, lags), 0.0
	for l := range psi {
		psi[l] = math.Exp(-float64(l))
		sum += psi[l]
	}
	for l := range psi {
		psi[l] /= sum
	}
	return psi
}

// Weights builds psi.
func (k ExponentialKernel) Weights(b *Builder, lags int) *G.Node {
	return fixedWeights(b, k.Fixed(lags))
}
