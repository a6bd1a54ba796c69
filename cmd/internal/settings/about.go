package settings

import "runtime/debug"

// Version is the program's: the module's, or the commit that it was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}

// About is what model.npz says of the model in words: what a reader needs to compute with its arrays.
func (p *Plan) About() map[string]string {
	s := p.Settings
	return map[string]string{
		"structure": s.Groups, "decoder": s.Decoder, "activation": s.Activation, "padding": s.Padding, "kernel_kind": s.Kernel,
		"latent_std": s.LatentStd, "scale": s.Scale, "series": p.Recording.Source.Series, "unit": p.Recording.Unit,
	}
}
