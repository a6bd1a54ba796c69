package train

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train/evaluate"
	"facrnn/train/refit"
)

// LINT turns the latents of a fitted linear model into orthogonal ones (Valente, Pillow and Ostojic 2022): with the singular value decomposition W = U S V', A becomes U S and
// B becomes V', the strongest latent first. W, the prediction and the likelihood stay as they are.
func LINT[T op.Float](r *Result[T]) error {
	m, err := decoder(r)
	if err != nil {
		return err
	}
	// W = A B through the K x K core of A = Qa Ra and B' = Qb Rb, so that W itself is never formed
	var qa, qb mat.QR
	qa.Factorize(m.A)
	qb.Factorize(m.B.T())
	_, K := m.A.Dims()
	var ra, rb mat.Dense
	qa.RTo(&ra)
	qb.RTo(&rb)
	top := func(x *mat.Dense) mat.Matrix { return x.Slice(0, K, 0, K) }
	var core mat.Dense
	core.Mul(top(&ra), top(&rb).T())
	var svd mat.SVD
	if !svd.Factorize(&core, mat.SVDThin) {
		return errors.New("W has no singular value decomposition: the model is not finite")
	}
	var v, mix mat.Dense
	svd.VTo(&v)
	if err := mix.Solve(top(&rb), &v); err != nil { // B = Rb' Qb' is to become V' Qb' = M B, M = V' Rb'^-1
		return fmt.Errorf("B is not of full rank: %w", err)
	}
	return mixed(r, m, mix.T(), make([]float64, K))
}

// ICA turns the latents of a fitted linear model, as they are encoded, into independent components (FastICA, symmetric; Hyvarinen 1999), of unit variance on the training bins.
func ICA[T op.Float](r *Result[T], split data.Split, seed uint64) error {
	mu, _, err := evaluate.EncodeRows(r.Model, r.Samples, split.Train)
	if err != nil {
		return err
	}
	u, unsettled, err := settled(evaluate.Dense(mu), seed)
	if err != nil {
		return err
	}
	if unsettled != "" {
		r.Warnings = append(r.Warnings, unsettled)
	}
	m, err := decoder(r)
	if err != nil {
		return err
	}
	return mixed(r, m, u.W.T(), u.Mean)
}

func decoder[T op.Float](r *Result[T]) (*refit.Model, error) {
	if at, _ := r.Model.Recurrence(); at == nil {
		return nil, errors.New("only a linear model has latents that can be turned")
	}
	return linear(r.Model), nil
}

// mixed writes the model with latents M (z - shift) in place of z.
func mixed[T op.Float](r *Result[T], m *refit.Model, M mat.Matrix, shift []float64) error {
	N, K := m.A.Dims()
	var at, b mat.Dense
	if err := at.Solve(M.T(), m.A.T()); err != nil { // A' = A M^-1
		return fmt.Errorf("the latents cannot be turned: %w", err)
	}
	b.Mul(M, m.B)
	c, bias := make([]float64, K), append([]float64(nil), m.Bias...)
	for i := range K {
		for j := range K {
			c[i] += M.At(i, j) * (m.C[j] - shift[j])
		}
	}
	for n := range N {
		for k, s := range shift {
			bias[n] += m.A.At(n, k) * s
		}
	}
	return r.Model.Set(r.Model.Config.Arrays(graph.Matrices{A: mat.DenseCopyOf(at.T()), B: &b, Bias: bias, C: c}))
}

// Untrained is a model with the given parameters and no training, such as that of separated components alone.
func Untrained[T op.Float](c graph.Config, rec *data.Recording, o Options) (*Result[T], error) {
	if err := c.CheckRecording(rec); err != nil {
		return nil, err
	}
	m, err := graph.New[T](c, newRandom(o.Seed, streamStart))
	if err != nil {
		return nil, err
	}
	return &Result[T]{Model: m, Samples: graph.NewSamples[T](c, rec), Losses: []float64{}}, m.Set(o.Start)
}
