package train

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
	"facrnn/train/posterior"
	"facrnn/train/refit"
)

// Reader reads latents from the activity of their own bin as well as from its past: filtered latents, E[z | h, x] where the decoder is linear and the noise Gaussian, else
// the mode of p(z | h, x), in both cases given the external inputs too.
type Reader struct {
	Q *mat.SymDense // (K,K) covariance of the latents about what is encoded
	R []float64     // (N) the observation's noise: variances of Gaussian noise, dispersions; nil for an observation without

	closed *refit.Model     // one of the two
	search *posterior.Model // for all other decoders, for counts, and where values are missing
}

// mostRead is how many bins, evenly spaced, noise is told from where every one takes a search.
const mostRead = 2000

// Refit gives a trained model the noise that its latents are filtered with, and takes steps of expectation-maximisation on the training bins. They are written
// back to the model; the decoder keeps what the groups mean.
//
// Where the decoder is linear and the noise Gaussian, a step renews A, B, b, c, D and the noise, and log_std_x becomes that of the activity about what is decoded from mu, of
// variance A Q A' + R. Else, and where values of the activity are missing, it renews B and c, where the encoder is linear, by the ridge regression of the filtered
// latents on the history, and the noise: bin by bin, from what was observed of each.
//
// Where the context ends, so does Refit, with its error; what it has written to the model by then, the caller may want to take back.
func Refit[T op.Float](ctx context.Context, r *Result[T], split data.Split, steps int) (*Reader, error) {
	if r.Model.Config.Gaussian() && r.Model.Config.Missing == nil {
		m, err := refitClosed(ctx, r, split, steps)
		if err != nil {
			return nil, err
		}
		return NewReader(r.Model, m.Q, m.R) // by the model as it is, which is in single precision: read back from a file, it gives the same latents
	}
	m, err := searchFor(r.Model)
	if err != nil {
		return nil, err
	}
	f, err := newFiltering(r)
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
	return &Reader{Q: m.Q, R: m.R, search: m}, nil
}

// NewReader is the reader of a model whose noise is known: Q (K,K) and, unless its observation has none, R (N).
func NewReader[T op.Float](m *graph.Model[T], q *mat.SymDense, r []float64) (*Reader, error) {
	if m.Config.Gaussian() && m.Config.Missing == nil {
		closed := linear(m)
		closed.Q, closed.R = q, r
		return &Reader{Q: q, R: r, closed: closed}, nil
	}
	search, err := searchFor(m)
	if err != nil {
		return nil, err
	}
	search.Q = q
	for n, v := range search.R {
		if !math.IsInf(v, 1) { // what counts for nothing
			search.R[n] = r[n]
		}
	}
	return &Reader{Q: q, R: search.R, search: search}, nil
}

// searchFor is a model's decoder and noise; its Q is unknown.
func searchFor[T op.Float](m *graph.Model[T]) (*posterior.Model, error) {
	o := m.Config.Observation()
	if o == nil {
		return nil, errors.New("the model has no observation model, so its latents cannot be filtered")
	}
	decoder, err := m.Expectation()
	if err != nil {
		return nil, err
	}
	out := &posterior.Model{Observation: o, Decoder: decoder}
	for n, l := range m.Matrices().Noise {
		v := o.Noise(l)
		if m.Config.Silent != nil && m.Config.Silent[n] {
			v = math.Inf(1)
		}
		out.R = append(out.R, v)
	}
	return out, nil
}

// filtering is what the latents of a model are read from.
type filtering[T op.Float] struct {
	*Result[T]
	x, h []T // (T,N) the activity less the known input, and its history
}

func newFiltering[T op.Float](r *Result[T]) (*filtering[T], error) {
	x, h, err := r.Samples.Linear(r.Model)
	return &filtering[T]{r, x, h}, err
}

// bins are the activity (n,N) of some bins, NaN for missing values and for channels that never change in training, the latents (n,K) that are encoded from their past, and what
// measured inputs add to them.
func (f *filtering[T]) bins(rows []int) (x, mu, added *mat.Dense, err error) {
	encoded, _, err := evaluate.EncodeRows(f.Model, f.Samples, rows)
	if err != nil {
		return nil, nil, nil, err
	}
	x = regress.Rows(f.x, f.Model.Config.Neurons, rows)
	for n, silent := range f.Model.Config.Silent {
		for t := 0; silent && t < len(rows); t++ {
			x.Set(t, n, math.NaN())
		}
	}
	return x, evaluate.Dense(encoded), driven(f.Result, rows), nil
}

// noise estimates the noise of a model; from that of a former step, where there was one.
func (f *filtering[T]) noise(ctx context.Context, m *posterior.Model, split data.Split) (*posterior.Model, error) {
	x, mu, driven, err := f.bins(evaluate.Spaced(split.Train, mostRead))
	if err != nil {
		return nil, err
	}
	steps := 3
	if m.Q == nil { // as wide as what is encoded
		m.Q, steps = variances(mu), 15
	}
	return Await(ctx, func() (*posterior.Model, error) { return m.Noise(x, mu, driven, steps) })
}

// encoder makes B and c those that tell the filtered latents best.
func (f *filtering[T]) encoder(ctx context.Context, m *posterior.Model, split data.Split) error {
	N := f.Model.Config.Neurons
	rows := evaluate.Spaced(split.Train, max(mostRead, mostEntries/N))
	x, mu, driven, err := f.bins(rows)
	if err != nil {
		return err
	}
	b, err := Await(ctx, func() (evaluate.Ridge, error) {
		z, err := m.Latents(x, mu, driven, nil)
		if err != nil {
			return evaluate.Ridge{}, err
		}
		return evaluate.RidgeB(z, regress.Rows(f.h, N, rows), ridgePenalty)
	})
	if err != nil {
		return err
	}
	return f.Model.Set(f.Model.Config.Arrays(graph.Matrices{B: b.B, C: b.C}))
}

// Filtered is the filtered latents (T,K) of all bins. Where the context ends, so does it, with its error.
func Filtered[T op.Float](ctx context.Context, r *Result[T], reader *Reader) (data.Matrix, error) {
	if reader.closed != nil {
		return filteredClosed(ctx, r, reader.closed)
	}
	out := data.NewMatrix(r.Samples.Bins, reader.Q.SymmetricDim())
	f, err := newFiltering(r)
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
		x, mu, driven, err := f.bins(rows)
		if err != nil {
			return out, err
		}
		z, err := reader.search.Latents(x, mu, driven, nil)
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
