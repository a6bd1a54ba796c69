package infer

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// Filter infers latents from past and present: from the activity of their own bin and of the bins before. Gaussian
// returns E[z | h, x] if the decoder is linear and the noise Gaussian. Laplace returns the mode of p(z | h, x) for
// all other decoders, for counts, and if values are missing. Both account for the measured inputs and the offset.
type Filter interface {
	// Infer returns the filtered latents (T,K) of all bins. If ctx ends first, it returns ctx.Err().
	Infer(ctx context.Context, r *train.Result) (data.Matrix, error)
	// Noise returns the process noise covariance Q (K,K), of the latents about the encoded latents, and the
	// observation noise R (N). R holds variances of Gaussian noise, or dispersions. It is nil for an observation
	// model without noise parameters.
	Noise() (q *mat.SymDense, r []float64)
}

// MaxEntries is the largest number of entries (bins x neurons) of a recording that is used; of a larger recording, an
// evenly spaced part is used.
const MaxEntries = 1 << 22

// MaxRead is the largest number of bins, evenly spaced, for estimating the noise if each bin needs a search.
const MaxRead = 2000

// Refit estimates the noise that a trained model's latents are filtered with, and takes steps of
// expectation-maximization on the training bins. It writes the result to the model. The decoder keeps the meaning of
// the groups.
//
// If the decoder is linear, the noise is Gaussian and no value is missing, a step updates A, B, b, c, D and the
// noise. log_std_x then holds the variance A Q A' + R of the activity about its prediction from mu. Otherwise a step
// updates the noise from the observed values. If the encoder is linear, it also updates B and c, by ridge regression
// of the filtered latents on the history.
//
// If ctx ends first, Refit returns ctx.Err(). The model may then hold a part of the result, which the caller can
// undo.
func Refit(ctx context.Context, r *train.Result, split data.Split, steps int) (Filter, error) {
	if r.Model.Config.Gaussian() && r.Model.Config.Missing == nil {
		m, err := refitClosed(ctx, r, split, steps)
		if err != nil {
			return nil, err
		}
		// The model has single precision. A filter made from it gives the same latents after the model is read from a
		// file.
		return NewFilter(r.Model, m.Q, m.R)
	}
	m, err := NewLaplace(r.Model)
	if err != nil {
		return nil, err
	}
	f, err := NewObserved(r)
	if err != nil {
		return nil, err
	}
	if m, err = f.noise(ctx, m, split); err != nil {
		return nil, err
	}
	for range steps {
		if r.Model.Matrices().B == nil {
			break
		}
		if err := f.encoder(ctx, m, split); err != nil {
			return nil, err
		}
		if m, err = f.noise(ctx, m, split); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// NewFilter returns the filter of a model whose noise is known: Q (K,K) and R (N). R is nil if the observation model
// has no noise.
func NewFilter(m *graph.Model[float32], q *mat.SymDense, r []float64) (Filter, error) {
	if m.Config.Gaussian() && m.Config.Missing == nil {
		closed := NewGaussian(m)
		closed.Q, closed.R = q, r
		return closed, nil
	}
	search, err := NewLaplace(m)
	if err != nil {
		return nil, err
	}
	search.Q = q
	for n, v := range search.R {
		if !math.IsInf(v, 1) { // a channel with infinite noise is ignored
			search.R[n] = r[n]
		}
	}
	return search, nil
}

// NewLaplace returns the filter of a model's decoder and observation noise. Its Q is not set.
func NewLaplace(m *graph.Model[float32]) (*Laplace, error) {
	o := m.Config.Observation()
	if o == nil {
		return nil, errors.New("the model has no observation model, so its latents cannot be filtered")
	}
	decoder, err := m.Expectation()
	if err != nil {
		return nil, err
	}
	out := &Laplace{Observation: o, Decoder: decoder}
	for n, l := range m.Matrices().Noise {
		v := o.Noise(l)
		if m.Config.Silent != nil && m.Config.Silent[n] {
			v = math.Inf(1)
		}
		out.R = append(out.R, v)
	}
	return out, nil
}

// Observed holds the activity that the latents of a trained model are inferred from.
type Observed struct {
	*train.Result
	X, H []float32 // (T,N) the activity minus the offset, and its history
}

// NewObserved reads the activity and its history from the samples of a result.
func NewObserved(r *train.Result) (*Observed, error) {
	x, h, err := r.Samples.RegressionData(r.Model)
	return &Observed{r, x, h}, err
}

// Bins returns the activity x (n,N) of some bins, the latents mu (n,K) that are encoded from their past, and the
// contribution D u of measured inputs (n,N). x is NaN for missing values and for channels that are constant in
// training.
func (f *Observed) Bins(rows []int) (x, mu, input *mat.Dense, err error) {
	encoded, _, err := evaluate.EncodeRows(f.Model, f.Samples, rows)
	if err != nil {
		return nil, nil, nil, err
	}
	x = regress.Rows(f.X, f.Model.Config.Neurons, rows)
	for n, silent := range f.Model.Config.Silent {
		for t := 0; silent && t < len(rows); t++ {
			x.Set(t, n, math.NaN())
		}
	}
	return x, evaluate.Dense(encoded), inputContribution(f.Result, rows), nil
}

// noise estimates the noise of a model, starting from the noise of the step before if there was one.
func (f *Observed) noise(ctx context.Context, m *Laplace, split data.Split) (*Laplace, error) {
	x, mu, input, err := f.Bins(regress.Subsample(split.Train, MaxRead))
	if err != nil {
		return nil, err
	}
	steps := 3
	if m.Q == nil { // start as wide as the encoded latents
		m.Q, steps = regress.Variances(mu), 15
	}
	return train.Await(ctx, func() (*Laplace, error) { return m.EstimateNoise(x, mu, input, steps) })
}

// encoder sets B and c to the values that predict the filtered latents best from the history.
func (f *Observed) encoder(ctx context.Context, m *Laplace, split data.Split) error {
	N := f.Model.Config.Neurons
	rows := regress.Subsample(split.Train, max(MaxRead, MaxEntries/N))
	x, mu, input, err := f.Bins(rows)
	if err != nil {
		return err
	}
	b, err := train.Await(ctx, func() (evaluate.Ridge, error) {
		z, err := m.Latents(x, mu, input, nil)
		if err != nil {
			return evaluate.Ridge{}, err
		}
		return regress.RidgeB(z, regress.Rows(f.H, N, rows), RidgePenalty)
	})
	if err != nil {
		return err
	}
	return f.Model.Set(f.Model.Config.Arrays(graph.Matrices{B: b.B, C: b.C}))
}

// Noise returns Q and R.
func (m *Laplace) Noise() (*mat.SymDense, []float64) { return m.Q, m.R }

// Infer returns the filtered latents (T,K) of all bins.
func (m *Laplace) Infer(ctx context.Context, r *train.Result) (data.Matrix, error) {
	out := data.NewMatrix(r.Samples.Bins, m.Q.SymmetricDim())
	f, err := NewObserved(r)
	if err != nil {
		return out, err
	}
	const block = 1000
	for first := 0; first < out.Rows; first += block {
		var rows []int
		for t := first; t < min(first+block, out.Rows); t++ {
			rows = append(rows, t)
		}
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		x, mu, input, err := f.Bins(rows)
		if err != nil {
			return out, err
		}
		z, err := m.Latents(x, mu, input, nil)
		if err != nil {
			return out, err
		}
		for i, t := range rows {
			for k, v := range z.RawRowView(i) {
				out.Row(t)[k] = float32(v)
			}
		}
	}
	return out, nil
}
