package separation

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/regress"
)

// PretrainedOptions says how [InitFromPretrained] goes about it.
type PretrainedOptions struct {
	ICA     bool // unmix by FastICA instead of JADE and SOBI
	Seed    uint64
	Threads int // 0: 1
}

// InitFromPretrained finds a start for any model with one matrix A: a low-rank RNN without groups is trained (400
// epochs), its filtered latents are unmixed and grouped, and the model is written in the components.
//
// [InitFromActivity] reads latents from the activity of their own bin alone, so that the noise in them is white in
// time. Here they are filtered, for JADE and SOBI too: a bin's spike counts say so little of the latents that its past
// is needed (six simulations of counts: group R2 of the fits .63 against .57). With Gaussian noise the starts are
// equally good.
func InitFromPretrained(
	ctx context.Context, c graph.Config, rec *data.Recording, split data.Split, o PretrainedOptions, now train.Clock,
) (*Init, error) {
	if !layers.Disjoint(c.Structure) || !c.LinearDecoder() {
		return nil, errors.New("components fall into groups that share nothing, of a model with one matrix A: start at random")
	}
	r, err := fitWithoutGroups(ctx, c, c.Structure.Latents(), rec, split, o, now)
	if err != nil {
		return nil, err
	}
	std, err := posteriorStd(c)
	if err != nil {
		return nil, err
	}
	f, err := infer.NewObserved(r)
	if err != nil {
		return nil, err
	}
	rows, interleaved := initRows(rec, split)
	l, err := readLatents(f, rows, indicesIn(rows, split.Train))
	if err != nil {
		return nil, err
	}
	var u *Unmixing
	if o.ICA {
		var unsettled string
		if u, unsettled, err = fastICAWithRetry(evaluate.Rows(l.z, l.places), o.Seed); err != nil {
			return nil, err
		}
		if unsettled != "" {
			r.Warnings = append(r.Warnings, unsettled)
		}
	}
	found, err := FromLatents(l.factors, l.z, u, grouped(c.Structure, stretchesOf(rec, rows)))
	if err != nil {
		return nil, err
	}
	h := regress.Rows(f.H, c.Neurons, rows)
	s, err := found.Start(h, StartOptions{Rows: l.places})
	if err != nil {
		return nil, err
	}
	place(s, c.Structure)
	l.noise.Decoder = layers.LinearExpectation{A: s.A, Bias: s.Bias, Link: l.link}
	sample := regress.Subsample(l.places, infer.MaxRead)
	z := mat.NewDense(len(sample), found.K, nil)
	for from, to := range columnsOf(c.Structure) {
		z.SetCol(to, mat.Col(nil, from, evaluate.Rows(found.Components, sample)))
	}
	balanceLatents(s, l.noise.Information(z, rowsOrNil(l.driven, sample)), h, std)
	start := startOf(c, s, r.Model.Matrices().D, found) // D is the same whatever basis the latents are in
	start.Interleaved, start.Warnings = interleaved, r.Warnings
	return start, nil
}

// fitWithoutGroups trains the model without groups that InitFromPretrained reads latents from.
func fitWithoutGroups(
	ctx context.Context, c graph.Config, latents int, rec *data.Recording, split data.Split, o PretrainedOptions,
	now train.Clock,
) (*train.Result, error) {
	c.Structure, c.LatentStd, c.Terms = layers.Partition{latents}, layers.Bandwidth{}, c.Bound()
	r, err := train.Fit(ctx, c, rec, split, train.Options{Epochs: 400, Rate: 1e-2, Schedule: train.Cosine,
		Optimizer: train.AdamW, Seed: o.Seed, Threads: o.Threads}, now)
	if err != nil {
		return nil, err
	}
	if r.Interrupted {
		return nil, ctx.Err()
	}
	return r, nil
}

// latents are those of a trained model in some bins.
type latents struct {
	z       *mat.Dense // (n,K), of mean 0
	driven  *mat.Dense // (n,N) what measured inputs add in the bins, inside the link; nil for none
	places  []int      // those of the bins that train
	factors *Factors
	noise   *infer.Laplace
	link    layers.Activation
}

// readLatents filters the latents of some bins, of which those in places train.
func readLatents(f *infer.Observed, rows, places []int) (*latents, error) {
	m, err := infer.NewLaplace(f.Model)
	if err != nil {
		return nil, err
	}
	x, mu, driven, err := f.Bins(rows)
	if err != nil {
		return nil, err
	}
	m.Q = regress.Variances(mu)
	sample := regress.Subsample(places, infer.MaxRead)
	if m, err = m.EstimateNoise(evaluate.Rows(x, sample), evaluate.Rows(mu, sample), rowsOrNil(driven, sample),
		10); err != nil {
		return nil, err
	}
	z, err := m.Latents(x, mu, driven, nil)
	if err != nil {
		return nil, err
	}
	w := f.Model.Matrices()
	mean, bias := regress.Means(z), w.Bias
	regress.AddRow(z, -1, mean)
	for n := range bias {
		bias[n] += floats.Dot(w.A.RawRowView(n), mean)
	}
	factors := &Factors{A: w.A, Mean: bias}
	if o := f.Model.Config.Observation(); !o.Counts() {
		for _, l := range w.Noise {
			factors.Psi = append(factors.Psi, o.Noise(l))
		}
	}
	return &latents{z: z, driven: driven, places: places, factors: factors, noise: m,
		link: layers.LinkOf(f.Model.Config.Decoder)}, nil
}
