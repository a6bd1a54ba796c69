package infer

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train/internal/regress"
)

// Laplace is a decoder with its observation noise, and the prior covariance of the latents. Channels of infinite R
// and NaN values are ignored. Its methods take the contribution of measured inputs inside the decoder's link as input
// (n,N), D u; nil means no input.
type Laplace struct {
	Decoder     layers.Expectation
	Observation losses.Observation // nil: Gaussian
	R           []float64          // (N) observation noise, such as variances; nil if the observation model has none
	Q           *mat.SymDense      // (K,K) covariance of the latents about the prior mean; nil means no prior
}

// Latents returns the modes z (n,K) of p(z | x) for n bins of activity x (n,N), minus the offset. The search starts
// at the prior means mu (n,K). If covariances is not nil, it is called with Laplace's covariance (K,K) at each mode,
// the inverse of the Fisher information. Calls for different bins can be concurrent.
//
// Each search takes Newton steps with the Fisher information,
//
//	z <- z + (F + Q^-1)^-1 (g - Q^-1 (z - mu)),   g = J'(x - y) / v,   F = J' diag(1/v) J
//
// Here y is the expected activity, J its derivative, and v its variance under the observation model. A step that
// gains less than half of the gain that the slope predicts is halved. If the mode lies on a ReLU kink, the result is
// approximate.
func (m *Laplace) Latents(x, mu, input *mat.Dense, covariances func(bin int, v *mat.SymDense)) (*mat.Dense, error) {
	z := mat.DenseCopyOf(mu)
	return z, m.findModes(z, x, mu, input, m.stages(), covariances)
}

// findModes moves every row of z to a mode, with each decoder of stages in turn. Bins are independent, and the
// processors share them. If several bins fail, it returns the error of the first.
func (m *Laplace) findModes(z, x, mu, input *mat.Dense, stages []layers.Expectation,
	covariances func(bin int, v *mat.SymDense)) error {
	bins, K := mu.Dims()
	if o := newSearch(m, K).observation; o.Param() != "" && len(m.R) != m.Decoder.Neurons() {
		return fmt.Errorf("the %s observation model needs noise for each of %d neurons, but has %d values",
			o, m.Decoder.Neurons(), len(m.R))
	}
	var precision *mat.SymDense
	if m.Q != nil {
		var chol mat.Cholesky
		if !chol.Factorize(m.Q) {
			return errors.New("the latents' covariance is not positive definite; two latents may be equal, so" +
				" fit fewer")
		}
		precision = mat.NewSymDense(K, nil)
		if err := chol.InverseTo(precision); err != nil {
			return fmt.Errorf("invert the latents' covariance: %w", err)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), bins)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			s := newSearch(m, K)
			s.precision = precision
			for t := i * bins / workers; t < (i+1)*bins/workers && errs[i] == nil; t++ {
				if err := s.bin(z.RawRowView(t), x.RawRowView(t), mu.RawRowView(t),
					rowOf(input, t), stages); err != nil {
					errs[i] = fmt.Errorf("bin %d of %d: %w", t, bins, err)
				} else if covariances != nil {
					errs[i] = s.covariance(t, bins, covariances)
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// bin moves z to the mode of a bin, with each decoder of stages in turn.
func (s *search) bin(z, x, mu, input []float64, stages []layers.Expectation) error {
	s.input = input
	for i, d := range stages {
		s.decoder = d
		minGain := 1e-2 // in nats, because a smoothed decoder needs only an approximate mode
		if i == len(stages)-1 {
			minGain = 1e-12
		}
		if err := s.climb(z, x, mu, minGain); err != nil {
			return err
		}
	}
	return nil
}

// covariance passes the covariance of the bin at the present mode to a function.
func (s *search) covariance(t, bins int, to func(bin int, v *mat.SymDense)) error {
	var v mat.SymDense
	if err := s.chol.InverseTo(&v); err != nil {
		return fmt.Errorf("bin %d of %d: invert the information: %w", t, bins, err)
	}
	to(t, &v)
	return nil
}

// stages returns the decoders of a search, each of which starts from the mode of the one before. Their ReLU kinks are
// smoothed less and less, so that the search does not stop at the first kink.
func (m *Laplace) stages() (ds []layers.Expectation) {
	for _, width := range []float64{0.5, 0.1, 0.02} {
		if d, bends := m.Decoder.Rounded(width); bends {
			ds = append(ds, d)
		}
	}
	return append(ds, m.Decoder)
}

// search holds the buffers for one bin after the other.
type search struct {
	*Laplace
	observation     losses.Observation
	decoder         layers.Expectation // the model's decoder, or a smoothed one
	input           []float64          // (N) D u of the bin; nil means no input
	precision       *mat.SymDense      // Q^-1 or nil
	y, weight, rest []float64          // (N)
	j, weighted     *mat.Dense         // (N,K) derivative of y, and derivative over variance
	information     *mat.SymDense
	gradient, step  *mat.VecDense
	from, at        []float64 // (K)
	chol            mat.Cholesky
}

func newSearch(m *Laplace, K int) *search {
	N := m.Decoder.Neurons()
	observation := m.Observation
	if observation == nil {
		observation = losses.Gaussian{}
	}
	return &search{
		Laplace: m, observation: observation, decoder: m.Decoder, y: make([]float64, N), weight: make([]float64, N),
		rest: make([]float64, N), j: mat.NewDense(N, K, nil), weighted: mat.NewDense(N, K, nil),
		information: mat.NewSymDense(K, nil), gradient: mat.NewVecDense(K, nil), step: mat.NewVecDense(K, nil),
		from: make([]float64, K), at: make([]float64, K),
	}
}

// rowOf returns row t of x, or nil if x is nil.
func rowOf(x *mat.Dense, t int) []float64 {
	if x == nil {
		return nil
	}
	return x.RawRowView(t)
}

// climb moves z to the mode, until a step would gain less than minGain, relative to the height. It leaves the factors
// of the information at the mode.
func (s *search) climb(z, x, mu []float64, minGain float64) error {
	const steps, halvings = 200, 15 // most bins take fewer than ten steps
	height := s.height(z, x, mu)
	for range steps {
		if err := s.expand(z, x, mu); err != nil {
			return err
		}
		rise := mat.Dot(s.gradient, s.step) // twice the gain of a full step if the density were quadratic
		if !(rise > minGain*(1+1e-3*math.Abs(height))) {
			return nil
		}
		copy(s.from, z)
		size, next := 1.0, math.Inf(-1)
		for range halvings {
			for k := range z {
				z[k] = s.from[k] + size*s.step.AtVec(k)
			}
			// Half of the gain that the slope predicts. Accepting any gain would let the steps zigzag.
			if next = s.height(z, x, mu); next >= height+0.25*size*rise {
				break
			}
			size /= 2
		}
		if !(next > height) { // rounding allows no further gain
			if !(next >= height) {
				copy(z, s.from)
			}
			return nil
		}
		height = next
	}
	return nil
}

// height returns ln p(x | z) + ln p(z), up to a constant.
func (s *search) height(z, x, mu []float64) float64 {
	s.decoder.Mean(s.y, nil, z, s.input)
	sum := 0.0
	for n, y := range s.y {
		if v := x[n]; v == v {
			sum += s.observation.LogDensity(v, y, s.noise(n))
		}
	}
	if s.precision == nil {
		return sum
	}
	floats.SubTo(s.at, z, mu)
	d := mat.NewVecDense(len(s.at), s.at)
	return sum - 0.5*mat.Inner(d, s.precision, d)
}

// expand computes the gradient, the factors of the information and the Newton step at z.
func (s *search) expand(z, x, mu []float64) error {
	s.decoder.Mean(s.y, s.j, z, s.input)
	for n, y := range s.y {
		residual, variance := s.observation.Residual(x[n], y, s.noise(n))
		s.weight[n], s.rest[n] = 1/variance, residual
		if x[n] != x[n] {
			s.weight[n], s.rest[n] = 0, 0
		}
		floats.ScaleTo(s.weighted.RawRowView(n), s.weight[n], s.j.RawRowView(n))
	}
	var f mat.Dense
	f.Mul(s.j.T(), s.weighted)
	K := len(z)
	regress.Symmetric(s.information, &f)
	s.gradient.MulVec(s.weighted.T(), mat.NewVecDense(len(s.rest), s.rest))
	if s.precision != nil {
		s.information.AddSym(s.information, s.precision)
		floats.SubTo(s.at, mu, z)
		var prior mat.VecDense
		prior.MulVec(s.precision, mat.NewVecDense(K, s.at))
		s.gradient.AddVec(s.gradient, &prior)
	}
	if !s.chol.Factorize(s.information) {
		return errors.New("the activity does not determine all latents; give them a prior")
	}
	if err := s.chol.SolveVecTo(s.step, s.gradient); err != nil {
		var condition mat.Condition
		if !errors.As(err, &condition) {
			return fmt.Errorf("take a Newton step: %w", err)
		}
	}
	return nil
}

// Information returns the Fisher information of a bin's activity about each latent (K), averaged over the latents z
// (n,K): the diagonal of J' diag(1/v) J.
func (m *Laplace) Information(z, input *mat.Dense) []float64 {
	bins, K := z.Dims()
	sum, s := make([]float64, K), newSearch(m, K)
	for t := range bins {
		m.Decoder.Mean(s.y, s.j, z.RawRowView(t), rowOf(input, t))
		for n, y := range s.y {
			_, v := s.observation.Residual(y, y, s.noise(n))
			for k, d := range s.j.RawRowView(n) {
				sum[k] += d * d / v / float64(bins)
			}
		}
	}
	return sum
}

// noise returns the noise of channel n, or 0 if the observation model has none.
func (m *Laplace) noise(n int) float64 {
	if m.R == nil {
		return 0
	}
	return m.R[n]
}

// EstimateNoise estimates Q and, if the observation model has noise, R. It takes steps of expectation-maximization
// with Laplace's covariances, starting from the noise of m. The decoder and the prior means mu (n,K) of activity x
// (n,N) do not change.
func (m *Laplace) EstimateNoise(x, mu, input *mat.Dense, steps int) (*Laplace, error) {
	out := *m
	bins, K := mu.Dims()
	N := m.Decoder.Neurons()
	z, stages := mat.DenseCopyOf(mu), m.stages()
	for range steps {
		q, moments := mat.NewDense(K, K, nil), make([]losses.Moments, N)
		spread := make([]*mat.SymDense, bins)
		if err := out.findModes(z, x, mu, input, stages, func(t int, v *mat.SymDense) {
			spread[t] = v
		}); err != nil {
			return nil, err
		}
		stages = stages[len(stages)-1:] // the next modes are close to these
		s := newSearch(&out, K)
		var d mat.Dense
		d.Sub(z, mu)
		q.Mul(d.T(), &d)
		for t := range bins {
			q.Add(q, spread[t])
			if out.R == nil {
				continue
			}
			s.decoder.Mean(s.y, s.j, z.RawRowView(t), rowOf(input, t))
			for n, y := range s.y {
				if v := x.At(t, n); v == v {
					j := s.j.RowView(n)
					m := &moments[n]
					m.Squares += (v-y)*(v-y) + mat.Inner(j, spread[t], j)
					m.Bins++
					m.Rates += y
					m.Rates2 += y * y
				}
			}
		}
		out.Q = mat.NewSymDense(K, nil)
		for i := range K {
			for j := i; j < K; j++ {
				out.Q.SetSym(i, j, q.At(i, j)/float64(bins))
			}
		}
		if out.R != nil {
			out.R = estimates(newSearch(&out, K).observation, moments, x, m.R)
		}
	}
	return &out, nil
}

// estimates returns the noise values of the moments. Channels without observed values and channels with infinite
// noise keep their value.
func estimates(o losses.Observation, moments []losses.Moments, x *mat.Dense, before []float64) []float64 {
	out := make([]float64, len(moments))
	for n, v := range before {
		out[n] = v
		if moments[n].Bins == 0 || math.IsInf(v, 1) {
			continue
		}
		var seen []float64
		for _, v := range mat.Col(nil, n, x) {
			if v == v {
				seen = append(seen, v)
			}
		}
		moments[n].Variance = stat.PopVariance(seen, nil)
		out[n] = o.Estimate(moments[n], v)
	}
	return out
}
