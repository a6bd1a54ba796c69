package method

import (
	"context"

	"facrnn/train"
	"facrnn/train/separation"
)

func init() { Register(ICA{}) }

// ICA is the low-rank RNN with its latents turned to independent components afterwards (FastICA; Hyvarinen 1999).
type ICA struct{ fitted }

// Name returns "lrrnn-ica".
func (ICA) Name() string { return "lrrnn-ica" }

// About describes the method.
func (ICA) About() string { return "lrrnn, its latents turned to independent components afterwards" }

// Shape makes one group of all latents for the training.
func (m ICA) Shape(p *Plan) error { return lowRank(p, m.Name()) }

// Check asks for one matrix A.
func (m ICA) Check(p *Plan) error { return oneMatrix(p, m.Name()) }

// Fit trains, and turns the latents.
func (ICA) Fit(ctx context.Context, p *Plan, hooks ...train.Hook) (*train.Result, error) {
	return p.turned(ctx, func(r *train.Result) error { return separation.ICA(r, p.Split, p.Options.Seed) }, hooks...)
}
