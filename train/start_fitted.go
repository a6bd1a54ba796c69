package train

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
	"facrnn/train/posterior"
	"facrnn/train/separation"
)

// FittedOptions says how [SeparateFitted] goes about it.
type FittedOptions struct {
	ICA     bool // unmix by FastICA instead of JADE and SOBI
	Seed    uint64
	Threads int // 0: 1
}

// SeparateFitted finds a start for any model with one matrix A: a low-rank RNN without groups is trained (400 epochs), its filtered latents are unmixed and
// grouped, and the model is written in the components.
//
// [Separate] reads latents from the activity of their own bin alone, so that the noise in them is white in time. Here they are filtered, for JADE and SOBI too:
// a bin's spike counts say so little of the latents that its past is needed (six simulations of counts: group R2 of the fits .63 against .57). With Gaussian
// noise the starts are equally good.
func SeparateFitted(ctx context.Context, c graph.Config, rec *data.Recording, split data.Split, o FittedOptions, now Clock) (*SeparatedStart, error) {
	if !layers.Disjoint(c.Structure) || !c.LinearDecoder() {
		return nil, errors.New("components fall into groups that share nothing, of a model with one matrix A: start at random")
	}
	r, err := fitWhole(ctx, c, c.Structure.Latents(), rec, split, o, now)
	if err != nil {
		return nil, err
	}
	std, err := posteriorStd(c)
	if err != nil {
		return nil, err
	}
	f, err := newFiltering(r)
	if err != nil {
		return nil, err
	}
	rows, interleaved := lookedAt(rec, split)
	l, err := f.read(rows, within(rows, split.Train))
	if err != nil {
		return nil, err
	}
	var u *separation.Unmixing
	if o.ICA {
		var unsettled string
		if u, unsettled, err = settled(evaluate.Rows(l.z, l.places), o.Seed); err != nil {
			return nil, err
		}
		if unsettled != "" {
			r.Warnings = append(r.Warnings, unsettled)
		}
	}
	found, err := separation.FromLatents(l.factors, l.z, u, grouped(c.Structure, stretchesOf(rec, rows)))
	if err != nil {
		return nil, err
	}
	h := regress.Rows(f.h, c.Neurons, rows)
	s, err := found.Start(h, separation.StartOptions{Rows: l.places})
	if err != nil {
		return nil, err
	}
	place(s, c.Structure)
	l.noise.Decoder = layers.LinearExpectation{A: s.A, Bias: s.Bias, Link: l.link}
	sample := evaluate.Spaced(l.places, mostRead)
	z := mat.NewDense(len(sample), found.K, nil)
	for from, to := range columnsOf(c.Structure) {
		z.SetCol(to, mat.Col(nil, from, evaluate.Rows(found.Components, sample)))
	}
	scale(s, l.noise.Information(z, picked(l.driven, sample)), h, std)
	start := startOf(c, s, r.Model.Matrices().D, found) // D is the same whatever basis the latents are in
	start.Interleaved, start.Warnings = interleaved, r.Warnings
	return start, nil
}

// fitWhole trains the model without groups that SeparateFitted reads latents from.
func fitWhole(ctx context.Context, c graph.Config, latents int, rec *data.Recording, split data.Split, o FittedOptions, now Clock) (*Result[float32], error) {
	c.Structure, c.LatentStd, c.Terms = layers.Partition{latents}, layers.Bandwidth{}, c.Bound()
	r, err := Fit[float32](ctx, c, rec, split, Options{Epochs: 400, Rate: 1e-2, Schedule: Cosine, Optimizer: AdamW, Seed: o.Seed, Threads: o.Threads}, now)
	if err != nil {
		return nil, err
	}
	if r.Interrupted {
		return nil, ctx.Err()
	}
	return r, nil
}

// settled is an unmixing by FastICA. Of some starts the first that settles is taken; where none does, some directions are nearly Gaussian, one is as good as another, and there is a
// warning.
func settled(z *mat.Dense, seed uint64) (u *separation.Unmixing, warning string, err error) {
	random := newRandom(seed, streamICA)
	for range 5 {
		if u, err = separation.FastICA(z, random, separation.FastICAOptions{}); !errors.Is(err, separation.ErrUnsettled) {
			return u, "", err
		}
	}
	return u, "FastICA did not settle on components: some of the latents are nearly Gaussian, and turned at will", nil
}

// latents are those of a trained model in some bins.
type latents struct {
	z       *mat.Dense // (n,K), of mean 0
	driven  *mat.Dense // (n,N) what measured inputs add in the bins, inside the link; nil for none
	places  []int      // those of the bins that train
	factors *separation.Factors
	noise   *posterior.Model
	link    layers.Activation
}

// read filters the latents of some bins, of which those in places train.
func (f *filtering[T]) read(rows, places []int) (*latents, error) {
	m, err := searchFor(f.Model)
	if err != nil {
		return nil, err
	}
	x, mu, driven, err := f.bins(rows)
	if err != nil {
		return nil, err
	}
	m.Q = variances(mu)
	bins, _ := mu.Dims()
	sample := evaluate.Spaced(places, mostRead)
	if m, err = m.Noise(evaluate.Rows(x, sample), evaluate.Rows(mu, sample), picked(driven, sample), 10); err != nil {
		return nil, err
	}
	z, err := m.Latents(x, mu, driven, nil)
	if err != nil {
		return nil, err
	}
	w := f.Model.Matrices()
	mean, bias := evaluate.Means(z), w.Bias
	for t := range bins {
		floats.Sub(z.RawRowView(t), mean)
	}
	for n := range bias {
		bias[n] += floats.Dot(w.A.RawRowView(n), mean)
	}
	factors := &separation.Factors{A: w.A, Mean: bias}
	if o := f.Model.Config.Observation(); !o.Counts() {
		for _, l := range w.Noise {
			factors.Psi = append(factors.Psi, o.Noise(l))
		}
	}
	return &latents{z: z, driven: driven, places: places, factors: factors, noise: m, link: layers.LinkOf(f.Model.Config.Decoder)}, nil
}

// variances is the diagonal matrix (K,K) of the variances of x (n,K).
func variances(x *mat.Dense) *mat.SymDense {
	_, K := x.Dims()
	q := mat.NewSymDense(K, nil)
	for k := range K {
		q.SetSym(k, k, stat.Variance(mat.Col(nil, k, x), nil)+1e-6)
	}
	return q
}
