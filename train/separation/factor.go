package separation

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Factors is factor analysis of N channels with K latents, for each bin separately:
//
//	x(t) = A z(t) + Mean + noise,  z ~ N(0, I),  noise ~ N(0, diag(Psi))
type Factors struct {
	A             *mat.Dense // (N,K)
	Mean          []float64  // b (N)
	Psi           []float64  // N, variances of the noise; 1 for a constant channel
	LogLikelihood float64    // of the fitted bins, in nats per bin
	Iterations    int        // of EM
}

// FactorOptions limits the fit. The zero value suits most recordings.
type FactorOptions struct {
	Iterations int      // largest number of iterations of EM; 0 means 300
	Tolerance  float64  // EM ends if the log-likelihood rises by less than this share of itself; 0 means 1e-7
	Start      *Factors // start of EM with the same N and K; nil means probabilistic PCA
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

// fitFactors fits k latents by EM (Rubin and Thayer 1982) to the moments m of activity (T,N). It starts from
// probabilistic PCA (Tipping and Bishop 1999). An iteration multiplies the covariance by an (N,K) matrix and inverts
// K x K matrices. It returns an error if k is not in 1..N-1 or the activity is not finite.
func fitFactors(m *regress.Moments, k int, o FactorOptions) (*Factors, error) {
	n := m.Gram.SymmetricDim()
	if k < 1 || k >= n {
		return nil, fmt.Errorf("factor analysis: %d latents of %d channels are not possible; "+
			"choose at least 1, and fewer than channels", k, n)
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

// expectationMaximization increases the likelihood of the covariance s (N,N), starting from o.Start.
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
			return nil, fmt.Errorf("factor analysis: %d latents are too many for these bins; choose fewer: %w", k, err)
		}
		f.A.Copy(next.T())
		for i := range n {
			v := s.At(i, i)
			f.Psi[i] = noise(v-floats.Dot(f.A.RawRowView(i), c.RawRowView(i)), 1e-6, v)
		}
	}
}

// noise returns psi, but at least a share of the channel's variance. For a constant channel it returns 1, so that
// division by it is possible.
func noise(psi, share, variance float64) float64 {
	if variance <= 0 {
		return 1
	}
	return max(psi, share*variance)
}

// posterior is the distribution of z given x: E[z|x] = gain' (x - Mean).
type posterior struct {
	factors    *Factors
	gain       *mat.Dense    // (N,K), P covariance with P = Psi^-1 A
	covariance *mat.SymDense // (K,K), covariance of z given x: (I + A'P)^-1
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
		return nil, fmt.Errorf("factor analysis: the loadings are not finite; check the activity for NaN or very " +
			"large values")
	}
	p.logDet += chol.LogDet()
	if err := chol.InverseTo(p.covariance); err != nil {
		if _, bad := err.(mat.Condition); !bad { // latents of very different strengths are allowed
			return nil, fmt.Errorf("factor analysis: %w", err)
		}
	}
	p.gain.Mul(scaled, p.covariance)
	return p, nil
}

// logDensity returns the mean of ln N(x; Mean, A A' + Psi) over bins whose mean of (x-Mean)(x-Mean)' is s. moment is
// gain' s gain. The inverse covariance is Psi^-1 - gain precision gain'.
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

// score returns the log-likelihood of any bins, in nats per bin.
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
