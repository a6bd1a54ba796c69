package layers

import G "gorgonia.org/gorgonia"

func init() { RegisterLatentStd("per-dimension", "learned, one for each latent", PerDimension{}) }

// PerDimension learns one ln s for every latent: the parameter log_std_z (K), which starts at the bandwidth.
type PerDimension struct{}

// LogStd builds ln s.
func (PerDimension) LogStd(b *Builder, _ *G.Node, latents, bins int) *G.Node {
	return b.Param("log_std_z", Constant(logBandwidth(latents, bins)), latents)
}
