package method

import "facrnn/layers"

func init() { Register(LowRank{}) }

// LowRank is the low-rank RNN without groups: FacRNN with beta 0 and one group.
type LowRank struct{ fitted }

// Name returns "lrrnn".
func (LowRank) Name() string { return "lrrnn" }

// About describes the method.
func (LowRank) About() string { return "no groups" }

// Shape makes one group of all latents.
func (m LowRank) Shape(p *Plan) error { return lowRank(p, m.Name()) }

// lowRank makes one group of all latents for the training; the groups that are reported stay.
func lowRank(p *Plan, name string) error {
	p.Config.Structure = layers.Partition{p.Spec.Latents}
	return withoutCorrelation(p, name)
}
