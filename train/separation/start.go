package separation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// Start holds the parameters of a FacRNN with a linear decoder whose latents are the components: z(t) = B h(t) + c
// and x(t) = A z(t) + b + noise of standard deviation exp(r).
type Start struct {
	A      *mat.Dense // (N,K)
	Bias   []float64  // b (N)
	B      *mat.Dense // (K,N)
	C      []float64  // c (K)
	LogStd []float64  // r (N)
}

// StartOptions says how B is found. The zero value uses all bins and a penalty that suits tens of neurons and
// thousands of bins.
type StartOptions struct {
	Rows    []int   // the training bins; nil means all bins
	Penalty float64 // of the ridge regression; 0 means 3
}

// Start returns a FacRNN made from the components and the history h (T,N) of the same bins. A, b and r come from the
// factor analysis, after unmixing. B is the ridge regression of the components on h, both centred: argmin |s - B h|^2
// + penalty |B|^2.
func (d *Discovery) Start(h *mat.Dense, o StartOptions) (*Start, error) {
	if o.Penalty == 0 {
		o.Penalty = 3
	}
	s := d.Components
	bins, n := h.Dims()
	if t, _ := s.Dims(); t != bins || n != len(d.Factors.Mean) {
		return nil, fmt.Errorf("start from components: the history is %d x %d, but the activity was %d x %d",
			bins, n, t, len(d.Factors.Mean))
	}
	if o.Rows != nil {
		s, h = evaluate.Rows(s, o.Rows), evaluate.Rows(h, o.Rows)
	}
	encoder, err := regress.RidgeB(s, h, o.Penalty)
	if err != nil {
		return nil, fmt.Errorf("start from components: %w", err)
	}
	// b does not change: the latents' mean over the fitted bins is 0, so unmixing shifts nothing
	out := &Start{A: mat.DenseCopyOf(d.A), Bias: slices.Clone(d.Factors.Mean), B: encoder.B, C: encoder.C,
		LogStd: make([]float64, n)}
	for i, psi := range d.Factors.Psi {
		out.LogStd[i] = math.Log(psi) / 2
	}
	return out, nil
}
