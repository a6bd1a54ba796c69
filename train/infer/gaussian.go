package infer

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Gaussian is a linear Gaussian model of N neurons and K latents.
type Gaussian struct {
	A *mat.Dense    // (N,K)
	B *mat.Dense    // (K,N)
	D *mat.Dense    // (N,P) weights of measured inputs; nil without inputs
	Q *mat.SymDense // (K,K) process noise covariance, of the latents about B h + c
	// Bias (N) and C (K) are the constants of the activity and the latents. R (N) holds the variances of the
	// observation noise.
	Bias, C, R []float64
}

// Data holds the bins that a model is fitted to: activity x minus the offset, history h, and measured input u. Only
// Rows are used.
type Data struct {
	X, H []float32 // (T,N)
	U    []float32 // (T,P); nil if the model has no D
	N, P int
	Rows []int
}

// rows is the number of bins that are converted to float64 at a time.
const rows = 256

// minVariance is the smallest noise variance, as a share of the activity's variance.
const minVariance = 1e-6

// thinned returns evenly spaced bins of a large recording, enough to estimate the noise.
func (d Data) thinned() Data {
	const entries, minBins = 1 << 22, 2000
	every := len(d.Rows) / max(minBins, entries/d.N)
	if every < 2 {
		return d
	}
	var some []int
	for i := 0; i < len(d.Rows); i += every {
		some = append(some, d.Rows[i])
	}
	d.Rows = some
	return d
}

// block holds some bins: x and h (m,N), and u (m,P) or nil.
type block struct{ x, h, u *mat.Dense }

// blocks calls f with the bins, some at a time.
func (d Data) blocks(f func(block)) {
	for lo := 0; lo < len(d.Rows); lo += rows {
		some := d.Rows[lo:min(lo+rows, len(d.Rows))]
		f(block{regress.Rows(d.X, d.N, some), regress.Rows(d.H, d.N, some), regress.Rows(d.U, d.P, some)})
	}
}

// gain returns G (K,N) = V A' R^-1 and the posterior covariance V = (Q^-1 + A' R^-1 A)^-1. With it, E[z | h, x] = mu
// + G (x - A mu - b).
func (m *Gaussian) gain() (g *mat.Dense, v *mat.SymDense, err error) {
	N, K := m.A.Dims()
	g = mat.DenseCopyOf(m.A.T())
	for k := range K {
		row := g.RawRowView(k)
		for n := range N {
			row[n] /= m.R[n]
		}
	}
	precision := mat.NewSymDense(K, nil)
	var inverse mat.SymDense
	var chol mat.Cholesky
	if !chol.Factorize(m.Q) {
		return nil, nil, errors.New("the latents' covariance is not positive definite; two latents may be equal," +
			" so fit fewer")
	}
	if err := chol.InverseTo(&inverse); err != nil {
		return nil, nil, fmt.Errorf("invert the latents' covariance: %w", err)
	}
	var ara mat.Dense
	ara.Mul(g, m.A)
	regress.Symmetric(precision, &ara)
	precision.AddSym(&inverse, precision)
	if !chol.Factorize(precision) {
		return nil, nil, errors.New("the latents' precision is not positive definite")
	}
	v = mat.NewSymDense(K, nil)
	if err := chol.InverseTo(v); err != nil {
		return nil, nil, fmt.Errorf("invert the latents' precision: %w", err)
	}
	var out mat.Dense
	out.Mul(v, g)
	return &out, v, nil
}

// Each calls f with the prior mean mu = B h + c and the filtered mean E[z | h, x], both (m,K), for blocks of m rows
// in order.
func (m *Gaussian) Each(d Data, f func(mu, z *mat.Dense)) error {
	g, _, err := m.gain()
	if err != nil {
		return err
	}
	d.blocks(func(b block) {
		mu, z, _ := m.filter(g, b)
		f(mu, z)
	})
	return nil
}

// filter returns mu and z of some bins, and e = x - A mu - D u - b.
func (m *Gaussian) filter(g *mat.Dense, b block) (mu, z, e *mat.Dense) {
	mu, z, e = new(mat.Dense), new(mat.Dense), new(mat.Dense)
	mu.Mul(b.h, m.B.T())
	regress.AddRow(mu, 1, m.C)
	e.Mul(mu, m.A.T())
	e.Sub(b.x, e)
	if m.D != nil {
		var input mat.Dense
		input.Mul(b.u, m.D.T())
		e.Sub(e, &input)
	}
	regress.AddRow(e, -1, m.Bias)
	z.Mul(e, g.T())
	z.Add(z, mu)
	return mu, z, e
}

// LogLikelihood returns the mean over bins of ln p(x | h, u) in nats, with x ~ N( A mu + D u + b, A Q A' + diag R ).
func (m *Gaussian) LogLikelihood(d Data) (float64, error) {
	g, v, err := m.gain()
	if err != nil {
		return 0, err
	}
	// |A Q A' + R| = |R| |Q| / |V|, and (A Q A' + R)^-1 = R^-1 - R^-1 A V A' R^-1 = R^-1 (I - A G)
	var cq, cv mat.Cholesky
	if !cq.Factorize(m.Q) || !cv.Factorize(v) {
		return 0, errors.New("the latents' covariance is not positive definite")
	}
	logDet := cq.LogDet() - cv.LogDet()
	for _, r := range m.R {
		logDet += math.Log(r)
	}
	sum := 0.0
	d.blocks(func(b block) {
		mu, z, e := m.filter(g, b)
		z.Sub(z, mu)
		var explained mat.Dense
		explained.Mul(z, m.A.T())
		rows, _ := e.Dims()
		for i := range rows {
			fi := explained.RawRowView(i)
			for n, d := range e.RawRowView(i) {
				sum += d * (d - fi[n]) / m.R[n]
			}
		}
	})
	return -0.5 * (sum/float64(len(d.Rows)) + logDet + float64(d.N)*math.Log(2*math.Pi)), nil
}
