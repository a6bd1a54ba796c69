package layers

import G "gorgonia.org/gorgonia"

func init() {
	const doc = "learned as a linear function of the history, so that every bin has its own"
	RegisterLatentStd("amortized", doc, Amortized{})
}

// Amortized makes ln s (M,K) a linear function of the history, so every bin has its own: ln s = log_std_z_w h +
// log_std_z_b. The parameter log_std_z_w (K,N) starts at 0, and log_std_z_b (K) at the bandwidth. So training
// begins with one s for all bins.
type Amortized struct{}

// LogStd builds ln s.
func (Amortized) LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node {
	w := b.Param("log_std_z_w", Constant(0), latents, h.Shape()[1])
	return dense(b, Identity, h, w, b.Param("log_std_z_b", Constant(logBandwidth(latents, bins)), latents))
}
