package layers

import (
	"math"

	G "gorgonia.org/gorgonia"
)

func init() { RegisterLatentStd("bandwidth", "fixed, from the number of training bins", Bandwidth{}) }

// Bandwidth is the paper's ln s = -ln(n) / (K + 4) for n training bins, the same for every latent and not trained.
type Bandwidth struct{}

// LogStd builds ln s.
func (Bandwidth) LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node {
	logs := make([]float64, latents)
	for k := range logs {
		logs[k] = logBandwidth(latents, bins)
	}
	return FixedStd(logs).LogStd(b, h, latents, bins)
}

func logBandwidth(latents, bins int) float64 {
	return -math.Log(float64(bins)) / float64(latents+4)
}
