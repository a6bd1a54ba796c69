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

// Laplace is a decoder with its noise, and the spread of the latents about what the history says of them. Channels of
// infinite R, and values that are NaN, count for nothing. What is known of bins goes with them: driven (n,N) is what
// measured inputs add to each inside the decoder's link, D u, or nil for none.
type Laplace struct {
	Decoder     layers.Expectation
	Observation losses.Observation // nil: Gaussian
	R           []float64          // (N) the observation's noise, such as variances; nil for an observation without
	Q           *mat.SymDense      // (K,K) covariance of the latents about the prior mean; nil: nothing is known before
}

// Latents returns the modes z (n,K) of p(z | x) for n bins of activity x (n,N), less the known input, and prior means
// mu (n,K), at which the search begins; covariances, unless it is nil, is called with the inverse (K,K) of the Fisher
// information at each mode, Laplace's covariance; calls for different bins come side by side.
//
// Each takes Newton steps by the Fisher information,
//
//	z <- z + (F + Q^-1)^-1 (g - Q^-1 (z - mu)),   g = J'(x - y) / v,   F = J' diag(1/v) J
//
// with y the expected activity, J its derivative and v its variance by the observation. Steps that gain less than half
// of what the slope promises are halved; a mode on the bend of a ReLU is only come near to.
func (m *Laplace) Latents(x, mu, driven *mat.Dense, covariances func(bin int, v *mat.SymDense)) (*mat.Dense, error) {
	z := mat.DenseCopyOf(mu)
	return z, m.seek(z, x, mu, driven, m.stages(), covariances)
}

// seek takes every row of z to a mode, by the decoders in turn; bins stand alone, and are shared among the processors.
// Of several bins that fail, the error is of the first.
func (m *Laplace) seek(
	z, x, mu, driven *mat.Dense, stages []layers.Expectation, covariances func(bin int, v *mat.SymDense),
) error {
	bins, K := mu.Dims()
	if o := newSearch(m, K).observation; o.Param() != "" && len(m.R) != m.Decoder.Neurons() {
		return fmt.Errorf("the %s observation needs a noise for each of %d neurons, but there are %d", o,
			m.Decoder.Neurons(), len(m.R))
	}
	var precision *mat.SymDense
	if m.Q != nil {
		var chol mat.Cholesky
		if !chol.Factorize(m.Q) {
			return errors.New("the latents' covariance is not positive definite: two latents may be the same")
		}
		precision = mat.NewSymDense(K, nil)
		if err := chol.InverseTo(precision); err != nil {
			return fmt.Errorf("inverting the latents' covariance: %w", err)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), bins)
	wrong := make([]error, workers)
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			s := newSearch(m, K)
			s.precision = precision
			for t := i * bins / workers; t < (i+1)*bins/workers && wrong[i] == nil; t++ {
				if err := s.bin(z.RawRowView(t), x.RawRowView(t), mu.RawRowView(t), rowOf(driven, t),
					stages); err != nil {
					wrong[i] = fmt.Errorf("bin %d of %d: %w", t, bins, err)
				} else if covariances != nil {
					wrong[i] = s.covariance(t, bins, covariances)
				}
			}
		})
	}
	all.Wait()
	for _, err := range wrong {
		if err != nil {
			return err
		}
	}
	return nil
}

// bin takes z to the mode of a bin, by the decoders in turn.
func (s *search) bin(z, x, mu, driven []float64, stages []layers.Expectation) error {
	s.driven = driven
	for i, d := range stages {
		s.decoder = d
		least := 1e-2 // of nats: a decoder that is rounded off need only lead near
		if i == len(stages)-1 {
			least = 1e-12
		}
		if err := s.climb(z, x, mu, least); err != nil {
			return err
		}
	}
	return nil
}

// covariance hands out that of the bin where the search has come to.
func (s *search) covariance(t, bins int, to func(bin int, v *mat.SymDense)) error {
	var v mat.SymDense
	if err := s.chol.InverseTo(&v); err != nil {
		return fmt.Errorf("bin %d of %d: inverting the information: %w", t, bins, err)
	}
	to(t, &v)
	return nil
}

// stages returns the decoders that a mode is sought with, one from where the other led: rounded off less and less, so
// that the bends of ReLUs do not end the search where they are first met.
func (m *Laplace) stages() (ds []layers.Expectation) {
	for _, width := range []float64{0.5, 0.1, 0.02} {
		if d, bends := m.Decoder.Rounded(width); bends {
			ds = append(ds, d)
		}
	}
	return append(ds, m.Decoder)
}

// search is the room that one bin after the other is worked out in.
type search struct {
	*Laplace
	observation     losses.Observation
	decoder         layers.Expectation // that of the model, or rounded off
	driven          []float64          // (N) of the bin; nil for none
	precision       *mat.SymDense      // Q^-1 or nil
	y, weight, rest []float64          // (N)
	j, weighted     *mat.Dense         // (N,K) derivative of y, and divided by the variance
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

// rowOf is row t of x; nil where x is.
func rowOf(x *mat.Dense, t int) []float64 {
	if x == nil {
		return nil
	}
	return x.RawRowView(t)
}

// climb takes z to the mode, until a step would gain less than that of the height. It leaves the factors of the
// information there.
func (s *search) climb(z, x, mu []float64, least float64) error {
	const steps, halvings = 200, 15 // most bins take fewer than ten
	height := s.height(z, x, mu)
	for range steps {
		if err := s.expand(z, x, mu); err != nil {
			return err
		}
		rise := mat.Dot(s.gradient, s.step) // what a full step would gain, twice over, were all quadratic
		if !(rise > least*(1+1e-3*math.Abs(height))) {
			return nil
		}
		copy(s.from, z)
		size, next := 1.0, math.Inf(-1)
		for range halvings {
			for k := range z {
				z[k] = s.from[k] + size*s.step.AtVec(k)
			}
			// half of what the slope promises; a bare gain would let steps zigzag
			if next = s.height(z, x, mu); next >= height+0.25*size*rise {
				break
			}
			size /= 2
		}
		if !(next > height) { // as high as rounding lets it get
			if !(next >= height) {
				copy(z, s.from)
			}
			return nil
		}
		height = next
	}
	return nil
}

// height is ln p(x | z) + ln p(z), up to a constant.
func (s *search) height(z, x, mu []float64) float64 {
	s.decoder.Mean(s.y, nil, z, s.driven)
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

// expand works out the gradient, the information's factors and the Newton step at z.
func (s *search) expand(z, x, mu []float64) error {
	s.decoder.Mean(s.y, s.j, z, s.driven)
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
		var pull mat.VecDense
		pull.MulVec(s.precision, mat.NewVecDense(K, s.at))
		s.gradient.AddVec(s.gradient, &pull)
	}
	if !s.chol.Factorize(s.information) {
		return errors.New("the activity does not tell all latents: give them a prior")
	}
	if err := s.chol.SolveVecTo(s.step, s.gradient); err != nil {
		var condition mat.Condition
		if !errors.As(err, &condition) {
			return fmt.Errorf("a Newton step: %w", err)
		}
	}
	return nil
}

// Information is how much a bin's activity says of each latent (K), on average over the latents z (n,K): the diagonal
// of J' diag(1/v) J.
func (m *Laplace) Information(z, driven *mat.Dense) []float64 {
	bins, K := z.Dims()
	sum, s := make([]float64, K), newSearch(m, K)
	for t := range bins {
		m.Decoder.Mean(s.y, s.j, z.RawRowView(t), rowOf(driven, t))
		for n, y := range s.y {
			_, v := s.observation.Residual(y, y, s.noise(n))
			for k, d := range s.j.RawRowView(n) {
				sum[k] += d * d / v / float64(bins)
			}
		}
	}
	return sum
}

// noise is that of channel n; 0 for an observation without.
func (m *Laplace) noise(n int) float64 {
	if m.R == nil {
		return 0
	}
	return m.R[n]
}

// EstimateNoise estimates Q and, unless the observation has no noise, R, by that many steps of expectation-maximisation
// from those of m, with Laplace's covariances; the decoder and the prior means mu (n,K) of activity x (n,N) stay as
// they are.
func (m *Laplace) EstimateNoise(x, mu, driven *mat.Dense, steps int) (*Laplace, error) {
	out := *m
	bins, K := mu.Dims()
	N := m.Decoder.Neurons()
	z, stages := mat.DenseCopyOf(mu), m.stages()
	for range steps {
		q, moments := mat.NewDense(K, K, nil), make([]losses.Moments, N)
		spread := make([]*mat.SymDense, bins)
		if err := out.seek(z, x, mu, driven, stages, func(t int, v *mat.SymDense) {
			spread[t] = v
		}); err != nil {
			return nil, err
		}
		stages = stages[len(stages)-1:] // the next modes are near these
		s := newSearch(&out, K)
		var d mat.Dense
		d.Sub(z, mu)
		q.Mul(d.T(), &d)
		for t := range bins {
			q.Add(q, spread[t])
			if out.R == nil {
				continue
			}
			s.decoder.Mean(s.y, s.j, z.RawRowView(t), rowOf(driven, t))
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

// estimates returns the noises by the moments. The noise of a channel that was not observed, or counts for nothing,
// stays as it was.
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
