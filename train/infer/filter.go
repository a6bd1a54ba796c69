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

// Filter infers latents from the activity of their own bin as well as from its past: filtered latents. Gaussian returns
// E[z | h, x] if the decoder is linear and the noise Gaussian. Laplace returns the mode of p(z | h, x) for all other
// decoders, for counts, and if values are missing. Both take the external inputs into account.
type Filter interface {
	// Infer returns the filtered latents (T,K) of all bins. If ctx ends first, it returns ctx.Err().
	Infer(ctx context.Context, r *train.Result) (data.Matrix, error)
	// Noise returns the covariance Q (K,K) of the latents about the encoded ones, and the observation's noise R (N):
	// variances of Gaussian noise, or dispersions; nil for an observation without noise parameters.
	Noise() (q *mat.SymDense, r []float64)
}

// MaxEntries is how much of a large recording is looked at: stretches of it, evenly spaced.
const MaxEntries = 1 << 22

// MaxRead is how many bins, evenly spaced, noise is told from where every one takes a search.
const MaxRead = 2000

// Refit gives a trained model the noise that its latents are filtered with, and takes steps of expectation-maximisation
// on the training bins. They are written back to the model; the decoder keeps what the groups mean.
//
// Where the decoder is linear and the noise Gaussian, a step renews A, B, b, c, D and the noise, and log_std_x becomes
// that of the activity about what is decoded from mu, of variance A Q A' + R. Else, and where values of the activity
// are missing, it renews B and c, where the encoder is linear, by the ridge regression of the filtered latents on the
// history, and the noise: bin by bin, from what was observed of each.
//
// Where the context ends, so does Refit, with its error; what it has written to the model by then, the caller may want
// to take back.
func Refit(ctx context.Context, r *train.Result, split data.Split, steps int) (Filter, error) {
	if r.Model.Config.Gaussian() && r.Model.Config.Missing == nil {
		m, err := refitClosed(ctx, r, split, steps)
		if err != nil {
			return nil, err
		}
		// by the model as it is, which is in single precision: read back from a file, it gives the same latents
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

// NewFilter returns the filter of a model whose noise is known: Q (K,K) and, unless its observation has none, R (N).
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
		if !math.IsInf(v, 1) { // what counts for nothing
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

// Observed is the activity that the latents of a trained model are inferred from.
type Observed struct {
	*train.Result
	X, H []float32 // (T,N) the activity less the known input, and its history
}

// NewObserved reads the activity and its history from the samples of a result.
func NewObserved(r *train.Result) (*Observed, error) {
	x, h, err := r.Samples.RegressionData(r.Model)
	return &Observed{r, x, h}, err
}

// Bins returns the activity (n,N) of some bins, NaN for missing values and for channels that never change in training,
// the latents (n,K) that are encoded from their past, and what measured inputs add to them.
func (f *Observed) Bins(rows []int) (x, mu, added *mat.Dense, err error) {
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

// noise estimates the noise of a model; from that of a former step, where there was one.
func (f *Observed) noise(ctx context.Context, m *Laplace, split data.Split) (*Laplace, error) {
	x, mu, driven, err := f.Bins(regress.Subsample(split.Train, MaxRead))
	if err != nil {
		return nil, err
	}
	steps := 3
	if m.Q == nil { // as wide as what is encoded
		m.Q, steps = regress.Variances(mu), 15
	}
	return train.Await(ctx, func() (*Laplace, error) { return m.EstimateNoise(x, mu, driven, steps) })
}

// encoder makes B and c those that tell the filtered latents best.
func (f *Observed) encoder(ctx context.Context, m *Laplace, split data.Split) error {
	N := f.Model.Config.Neurons
	rows := regress.Subsample(split.Train, max(MaxRead, MaxEntries/N))
	x, mu, driven, err := f.Bins(rows)
	if err != nil {
		return err
	}
	b, err := train.Await(ctx, func() (evaluate.Ridge, error) {
		z, err := m.Latents(x, mu, driven, nil)
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
		x, mu, driven, err := f.Bins(rows)
		if err != nil {
			return out, err
		}
		z, err := m.Latents(x, mu, driven, nil)
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
