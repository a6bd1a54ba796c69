package method

import (
	"context"
	"fmt"

	"facrnn/train"
	"facrnn/train/separation"
)

func init() { Register(LINT{}) }

// LINT is the low-rank RNN with its latents turned to the singular vectors of W afterwards (Valente, Pillow and Ostojic
// 2022).
type LINT struct{ fitted }

// Name returns "lint".
func (LINT) Name() string { return "lint" }

// About describes the method.
func (LINT) About() string {
	return "lrrnn, its latents turned to the singular vectors of W afterwards"
}

// Shape makes one group of all latents for the training.
func (m LINT) Shape(p *Plan) error { return lowRank(p, m.Name()) }

// Check asks for one matrix A.
func (m LINT) Check(p *Plan) error { return oneMatrix(p, m.Name()) }

// Fit trains, and turns the latents.
func (LINT) Fit(ctx context.Context, p *Plan, hooks ...train.Hook) (*train.Result, error) {
	return p.turned(ctx, func(r *train.Result) error { return separation.LINT(r) }, hooks...)
}

// oneMatrix returns an error if the decoder has no matrix A to turn.
func oneMatrix(p *Plan, name string) error {
	if isMLP(p.Spec.Decoder) {
		return fmt.Errorf("--method %s is for decoders with one matrix A", name)
	}
	return nil
}
