package method

import "facrnn/layers"

func init() {
	Register(FacRNN{})
	Register(Full{})
}

// FacRNN is the factorized low-rank RNN: an ELBO, and a penalty on the partial correlation between the groups.
type FacRNN struct{ fitted }

// Name returns "facrnn".
func (FacRNN) Name() string { return "facrnn" }

// About describes the method.
func (FacRNN) About() string { return "groups by the partial correlation" }

// Full is FacRNN with each latent as a group of its own.
type Full struct{ fitted }

// Name returns "facrnn-full".
func (Full) Name() string { return "facrnn-full" }

// About describes the method.
func (Full) About() string { return "every latent a group" }

// Shape makes each latent a group, in the fit and in its results.
func (Full) Shape(p *Plan) error {
	ones := make(layers.Partition, p.Spec.Latents)
	for k := range ones {
		ones[k] = 1
	}
	p.Config.Structure, p.Groups = ones, ones
	return nil
}
