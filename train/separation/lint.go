package separation

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/infer"
)

// LINT turns the latents of a fitted linear model into orthogonal ones (Valente, Pillow and Ostojic 2022): with the
// singular value decomposition W = U S V', A becomes U S and B becomes V', the strongest latent first. W, the
// prediction and the likelihood stay as they are.
func LINT(r *train.Result) error {
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
	return changeBasis(r, m, mix.T(), make([]float64, K))
}

func decoder(r *train.Result) (*infer.Gaussian, error) {
	if at, _ := r.Model.Recurrence(); at == nil {
		return nil, errors.New("only a linear model has latents that can be turned")
	}
	return infer.NewGaussian(r.Model), nil
}

// changeBasis writes the model with latents M (z - shift) in place of z.
func changeBasis(r *train.Result, m *infer.Gaussian, M mat.Matrix, shift []float64) error {
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
