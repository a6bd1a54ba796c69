package evaluate

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
)

// LinearGaussian is what a linear decoder with Gaussian noise says of the activity: x = A z + b + eta + noise, eta the known input. The
// latents are read from it in closed form, bin by bin, so that a long recording may be read in pieces.
type LinearGaussian struct {
	A       *mat.Dense // (N,K)
	Bias    []float64  // b (N)
	LogStdX []float64  // r (N): the noise has standard deviations exp(r); a channel of +Inf counts for nothing
}

// LinearDecoder is the decoder of a fitted model; channels that never changed in training (graph.Config.Silent) count for nothing. It is an
// error where the decoder is not linear, with the identity for its link.
func LinearDecoder[T op.Float](m *graph.Model[T]) (LinearGaussian, error) {
	if d, ok := m.Config.Decoder.(layers.LinearDecoder); m.Config.Decoder != nil && (!ok || d.Link != "" && d.Link != layers.Identity) {
		return LinearGaussian{}, errors.New("latents can be read from the activity in closed form only where the decoder is linear, with no link")
	}
	at := m.Param("At")
	g := LinearGaussian{
		A:       mat.DenseCopyOf(mat.NewDense(at.Shape[0], at.Shape[1], float64s(at.Data)).T()),
		Bias:    float64s(m.Param("b").Data),
		LogStdX: float64s(m.Param("log_std_x").Data),
	}
	for n, silent := range m.Config.Silent {
		if silent {
			g.LogStdX[n] = math.Inf(1)
		}
	}
	return g, nil
}

// Decoded latents (T,K) are the likeliest ones given the activity alone, z = (A' R^-1 A)^-1 A' R^-1 (x - b - eta), where
// R = diag(exp(2 r)). The activity x and the input eta are (T,N); eta may be nil.
func (g LinearGaussian) Decoded(x, eta *mat.Dense) (*mat.Dense, error) {
	information, evidence := g.likelihood(x, eta)
	z, err := solve(information, evidence)
	if err != nil {
		return nil, fmt.Errorf("decoded latents: the columns of A are not independent: %w", err)
	}
	return z, nil
}

// Filtered latents (T,K) are the posterior's means given the history and the activity. The history alone gives N(mu, S), mu (T,K) and S
// (K,K), for a model's own posterior diag(s^2): z = (A' R^-1 A + S^-1)^-1 (A' R^-1 (x - b - eta) + S^-1 mu).
func (g LinearGaussian) Filtered(x, eta, mu *mat.Dense, S mat.Symmetric) (*mat.Dense, error) {
	var chol mat.Cholesky
	if !chol.Factorize(S) {
		return nil, errors.New("filtered latents: S is not positive definite")
	}
	var precision mat.SymDense
	if err := chol.InverseTo(&precision); err != nil {
		return nil, fmt.Errorf("filtered latents: S cannot be inverted: %w", err)
	}
	information, evidence := g.likelihood(x, eta)
	information.AddSym(information, &precision)
	var prior mat.Dense
	prior.Mul(mu, &precision)
	evidence.Add(evidence, &prior)
	z, err := solve(information, evidence)
	if err != nil {
		return nil, fmt.Errorf("filtered latents: %w", err)
	}
	return z, nil
}

// likelihood of z is, up to a constant, N( information^-1 evidence, information^-1 ): A' R^-1 A (K,K) and R^-1 A applied to
// x - b - eta (T,K). What is as large as x is only read.
func (g LinearGaussian) likelihood(x, eta *mat.Dense) (*mat.SymDense, *mat.Dense) {
	weighted := mat.DenseCopyOf(g.A)
	scale := func() {
		for n, r := range g.LogStdX {
			floats.Scale(math.Exp(-r), weighted.RawRowView(n))
		}
	}
	scale()
	var information mat.SymDense
	information.SymOuterK(1, weighted.T())
	scale()
	var evidence, known mat.Dense
	evidence.Mul(x, weighted)
	if eta != nil {
		known.Mul(eta, weighted)
		evidence.Sub(&evidence, &known)
	}
	var bias mat.VecDense
	bias.MulVec(weighted.T(), mat.NewVecDense(len(g.Bias), g.Bias))
	return &information, shifted(&evidence, -1, bias.RawVector().Data)
}

// solve applies the inverse of a (K,K), positive definite, to every row of b (T,K).
func solve(a mat.Symmetric, b *mat.Dense) (*mat.Dense, error) {
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return nil, errors.New("the matrix is not positive definite")
	}
	var y mat.Dense
	if err := chol.SolveTo(&y, b.T()); err != nil {
		return nil, err
	}
	return mat.DenseCopyOf(y.T()), nil
}
