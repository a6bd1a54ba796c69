package layers

import (
	"math/rand/v2"

	G "gorgonia.org/gorgonia"
)

func init() { RegisterKernel("free", "learned", FreeKernel{}) }

// FreeKernel learns psi itself: the parameter psi (L), which starts at the exponential kernel.
type FreeKernel struct{}

// Fixed returns nil.
func (FreeKernel) Fixed(int) []float64 { return nil }

// Weights builds psi.
func (FreeKernel) Weights(b *Builder, lags int) *G.Node {
	return b.Param("psi", func(_ *rand.Rand, dst []float64) { copy(dst, ExponentialKernel{}.Fixed(lags)) }, lags)
}
