package separation

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Factors is factor analysis of N channels by K latents, every bin by itself:
//
//	x(t) = A z(t) + Mean + noise,  z ~ N(0, I),  noise ~ N(0, diag(Psi))
type Factors struct {
	A             *mat.Dense // (N,K)
	Mean          []float64  // b (N)
	Psi           []float64  // N, the noise's variances; 1 for a channel that never changes
	LogLikelihood float64    // of the fitted bins, in nats a bin
	Iterations    int        // of EM
}

// FactorOptions bounds the fit. The zero value is right for most.
type FactorOptions struct {
	Iterations int      // of EM, at most; 0: 300
	Tolerance  float64  // EM ends when the log-likelihood rises by less than this share of itself; 0: 1e-7
	Start      *Factors // where EM starts, with N and K as asked; nil: from probabilistic PCA
}

func (o FactorOptions) withDefaults() FactorOptions {
	if o.Iterations == 0 {
		o.Iterations = 300
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-7
	}
	return o
}

// FactorAnalysis fits k latents to x (T,N) by EM (Rubin and Thayer 1982), from probabilistic PCA (Tipping and Bishop
// 1999). It goes through x once, for its covariance; an iteration multiplies that by an (N,K) matrix and inverts K x K
// ones. It fails where k is not in 1..N-1 or x is not finite.
func FactorAnalysis(x *mat.Dense, k int, o FactorOptions) (*Factors, error) {
	return fitFactors(regress.MomentsOf(x), k, o)
}

func fitFactors(m *regress.Moments, k int, o FactorOptions) (*Factors, error) {
	n := m.Gram.SymmetricDim()
	if k < 1 || k >= n {
		return nil, fmt.Errorf("factor analysis: %d latents of %d channels: it takes at least 1, and fewer than channels", k, n)
	}
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("factor analysis: %w", err)
	}
	mean := m.Mean()
	s := m.Covariance(mean)
	if o.Start == nil {
		p, err := newPrincipal(s, k)
		if err != nil {
			return nil, err
		}
		o.Start = p.factors(s, k)
	}
	return expectationMaximization(s, mean, o)
}

// expectationMaximization climbs the likelihood of the covariance s (N,N) from o.Start.
func expectationMaximization(s *mat.Dense, mean []float64, o FactorOptions) (*Factors, error) {
	o = o.withDefaults()
	f := &Factors{A: mat.DenseCopyOf(o.Start.A), Mean: mean, Psi: append([]float64(nil), o.Start.Psi...)}
	n, k := f.A.Dims()
	old := math.Inf(-1)
	var c, moment, next mat.Dense
	for ; ; f.Iterations++ {
		p, err := f.posterior()
		if err != nil {
			return nil, err
		}
		c.Mul(s, p.gain) // the covariance of x and E[z|x]
		moment.Mul(p.gain.T(), &c)
		f.LogLikelihood = p.logDensity(s, &moment)
		if f.Iterations == o.Iterations || f.LogLikelihood-old < o.Tolerance*math.Abs(f.LogLikelihood) {
			return f, nil
		}
		old = f.LogLikelihood
		moment.Add(&moment, p.covariance)
		if err := next.Solve(&moment, c.T()); err != nil { // A = C moment^-1, and moment is symmetric
			return nil, fmt.Errorf("factor analysis: %d latents are too many for these bins: choose fewer: %w", k, err)
		}
		f.A.Copy(next.T())
		for i := range n {
			v := s.At(i, i)
			f.Psi[i] = noise(v-floats.Dot(f.A.RawRowView(i), c.RawRowView(i)), 1e-6, v)
		}
	}
}

// noise keeps a noise variance above a share of the channel's own; a channel that never changes has 1, which divides by
// nothing.
func noise(psi, share, variance float64) float64 {
	if variance <= 0 {
		return 1
	}
	return max(psi, share*variance)
}

// posterior is what x says of z: E[z|x] = gain' (x - Mean).
type posterior struct {
	factors    *Factors
	gain       *mat.Dense    // (N,K), P covariance with P = Psi^-1 A
	covariance *mat.SymDense // (K,K), of z given x: (I + A'P)^-1
	precision  *mat.SymDense // its inverse
	logDet     float64       // ln det (A A' + Psi)
}

func (f *Factors) posterior() (*posterior, error) {
	n, k := f.A.Dims()
	p := &posterior{factors: f, gain: new(mat.Dense), covariance: new(mat.SymDense), precision: mat.NewSymDense(k, nil)}
	scaled, half := mat.DenseCopyOf(f.A), mat.DenseCopyOf(f.A)
	for i := range n {
		floats.Scale(1/f.Psi[i], scaled.RawRowView(i))
		floats.Scale(1/math.Sqrt(f.Psi[i]), half.RawRowView(i))
		p.logDet += math.Log(f.Psi[i])
	}
	p.precision.SymOuterK(1, half.T())
	for i := range k {
		p.precision.SetSym(i, i, p.precision.At(i, i)+1)
	}
	var chol mat.Cholesky
	if !chol.Factorize(p.precision) {
		return nil, fmt.Errorf("factor analysis: the loadings are not finite: are the activity's values?")
	}
	p.logDet += chol.LogDet()
	if err := chol.InverseTo(p.covariance); err != nil {
		if _, bad := err.(mat.Condition); !bad { // latents that explain much more than others are no error
			return nil, fmt.Errorf("factor analysis: %w", err)
		}
	}
	p.gain.Mul(scaled, p.covariance)
	return p, nil
}

// logDensity returns the mean of ln N(x; Mean, A A' + Psi) over bins whose mean of (x-Mean)(x-Mean)' is s; moment is
// gain' s gain. The quadratic form's inverse is Psi^-1 - gain precision gain'.
func (p *posterior) logDensity(s, moment *mat.Dense) float64 {
	q := float64(len(p.factors.Psi))*math.Log(2*math.Pi) + p.logDet
	for i, psi := range p.factors.Psi {
		q += s.At(i, i) / psi
	}
	_, k := p.gain.Dims()
	for i := range k {
		for j := range k {
			q -= moment.At(i, j) * p.precision.At(i, j)
		}
	}
	return -q / 2
}

// score returns the log-likelihood, in nats a bin, of bins that need not be the fitted ones.
func (f *Factors) score(m *regress.Moments) (float64, error) {
	p, err := f.posterior()
	if err != nil {
		return 0, err
	}
	s := m.Covariance(f.Mean)
	var c, moment mat.Dense
	c.Mul(s, p.gain)
	moment.Mul(p.gain.T(), &c)
	return p.logDensity(s, &moment), nil
}

// Latents returns the posterior means of the latents of x (T,N), bin by bin: z (T,K) = (x - Mean) Psi^-1 A (I + A'
// Psi^-1 A)^-1.
func (f *Factors) Latents(x *mat.Dense) (*mat.Dense, error) {
	p, err := f.posterior()
	if err != nil {
		return nil, err
	}
	var z, at mat.Dense
	z.Mul(x, p.gain)
	at.Mul(mat.NewDense(1, len(f.Mean), f.Mean), p.gain)
	bins, _ := x.Dims()
	for t := range bins {
		floats.Sub(z.RawRowView(t), at.RawRowView(0))
	}
	return &z, nil
}
