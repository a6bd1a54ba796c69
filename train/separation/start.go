package separation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// Start is the parameters of a FacRNN with a linear decoder whose latents are the components found, for
// z(t) = B h(t) + c and x(t) = A z(t) + b + noise of standard deviation exp(r).
type Start struct {
	A      *mat.Dense // (N,K)
	Bias   []float64  // b (N)
	B      *mat.Dense // (K,N)
	C      []float64  // c (K)
	LogStd []float64  // r (N)
}

// StartOptions says how B is found. Its zero value uses all bins and a penalty that does well where neurons are tens
// and bins thousands.
type StartOptions struct {
	Rows    []int   // the bins that train; nil: all
	Penalty float64 // of the ridge regression; 0: 3
}

// Start makes a FacRNN of the components and the history h (T,N) of the same bins: A, b and r are those of the factor
// analysis, unmixed, and B is the ridge regression of the components on h, both centred: argmin |s - B h|^2 + penalty
// |B|^2.
func (d *Discovery) Start(h *mat.Dense, o StartOptions) (*Start, error) {
	if o.Penalty == 0 {
		o.Penalty = 3
	}
	s := d.Components
	bins, n := h.Dims()
	if t, _ := s.Dims(); t != bins || n != len(d.Factors.Mean) {
		return nil, fmt.Errorf("starting from components: the history is %d x %d, the activity was %d x %d", bins, n, t,
			len(d.Factors.Mean))
	}
	if o.Rows != nil {
		s, h = evaluate.Rows(s, o.Rows), evaluate.Rows(h, o.Rows)
	}
	encoder, err := regress.RidgeB(s, h, o.Penalty)
	if err != nil {
		return nil, fmt.Errorf("starting from components: %w", err)
	}
	// b stays as it is: over the fitted bins the latents' mean is 0, so unmixing moves nothing
	out := &Start{A: mat.DenseCopyOf(d.A), Bias: slices.Clone(d.Factors.Mean), B: encoder.B, C: encoder.C,
		LogStd: make([]float64, n)}
	for i, psi := range d.Factors.Psi {
		out.LogStd[i] = math.Log(psi) / 2
	}
	return out, nil
}
