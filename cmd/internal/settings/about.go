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

// Method is the name of what is fitted, among the paper's methods.
func (p *Plan) Method() string {
	switch {
	case len(p.Config.Structure.Factorizations()) == 0 || *p.Settings.Beta == 0:
		if p.Settings.Alpha > 0 {
			return "bdrnn"
		}
		return "lrrnn"
	case len(p.Config.Structure.Groups()) == p.Settings.Latents:
		return "facrnn-full"
	}
	return "facrnn"
}

// About is what model.npz says of the model in words: what a reader needs to compute with its arrays.
func (p *Plan) About() map[string]string {
	s := p.Settings
	return map[string]string{
		"structure": s.Groups, "decoder": s.Decoder, "activation": s.Activation, "padding": s.Padding, "kernel_kind": s.Kernel,
		"latent_std": s.LatentStd, "scale": s.Scale, "series": p.Recording.Source.Series, "unit": p.Recording.Unit,
	}
}
