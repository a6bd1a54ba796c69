package separation

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/infer"
)

// LINT makes the latents of a fitted linear model orthogonal (Valente, Pillow and Ostojic 2022). With the singular
// value decomposition W = U S V', A becomes U S and B becomes V', the strongest latent first. W, the prediction and
// the likelihood do not change.
func LINT(r *train.Result) error {
	m, err := decoder(r)
	if err != nil {
		return err
	}
	// The K x K core of A = Qa Ra and B' = Qb Rb gives the decomposition of W = A B without forming W.
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
		return errors.New("W has no singular value decomposition, because the model is not finite")
	}
	var v, mix mat.Dense
	svd.VTo(&v)
	if err := mix.Solve(top(&rb), &v); err != nil { // B = Rb' Qb' becomes V' Qb' = M B, with M = V' Rb'^-1
		return fmt.Errorf("B does not have full rank: %w", err)
	}
	return changeBasis(r, m, mix.T(), make([]float64, K))
}

func decoder(r *train.Result) (*infer.Gaussian, error) {
	if at, _ := r.Model.Recurrence(); at == nil {
		return nil, errors.New("the basis of latents can change only in a linear model")
	}
	return infer.NewGaussian(r.Model), nil
}

// changeBasis writes the model with latents M (z - shift) instead of z.
func changeBasis(r *train.Result, m *infer.Gaussian, M mat.Matrix, shift []float64) error {
	N, K := m.A.Dims()
	var at, b mat.Dense
	if err := at.Solve(M.T(), m.A.T()); err != nil { // A' = A M^-1
		return fmt.Errorf("change the basis of the latents: %w", err)
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
