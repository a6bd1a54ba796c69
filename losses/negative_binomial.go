package losses

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

func init() { RegisterObservation("for counts that vary more than Poisson", NegativeBinomial{}) }

// NegativeBinomial is the negative log-likelihood of overdispersed counts, summed over neurons (the form NB2 of
// Hilbe, Negative Binomial Regression, 2011). The decoder predicts the rate y, in spikes per bin. Every neuron
// n has a learned dispersion a_n = exp(r_n): the variance is y + a y^2, and a = 0 is [Poisson].
//
//	mean_i sum_n [ (x + 1/a) ln(1 + a y) - x ln y - sum_{j<x} ln(1 + a j) ]
//
// The constant ln x! is left out, as in Poisson. Rates below RateFloor count as RateFloor. Channels that are
// constant in the training bins, and missing values, are left out, as in Gaussian. Its noise is a.
type NegativeBinomial struct{}

// Name returns "reconstruction".
func (NegativeBinomial) Name() string { return "reconstruction" }

// String returns "negative-binomial".
func (NegativeBinomial) String() string { return "negative-binomial" }

// Counts returns true.
func (NegativeBinomial) Counts() bool { return true }

// Param returns "log_dispersion", the name of r.
func (NegativeBinomial) Param() string { return logDispersion }

const logDispersion = "log_dispersion"

// Noise returns the dispersion exp(r).
func (NegativeBinomial) Noise(r float64) float64 { return math.Exp(r) }

// LogDensity returns x ln y - (x + 1/a) ln(1 + a y).
func (NegativeBinomial) LogDensity(x, y, a float64) float64 {
	y = max(y, RateFloor)
	return x*math.Log(y) - (x+1/a)*math.Log1p(a*y)
}

// Residual returns x - y and the variance y + a y^2.
func (NegativeBinomial) Residual(x, y, a float64) (residual, variance float64) {
	rate := max(y, RateFloor)
	return x - y, rate * (1 + a*rate)
}

// Estimate returns the dispersion that explains the excess of the squares over Poisson noise. It is at least
// 1e-6, which is almost Poisson.
func (NegativeBinomial) Estimate(s Moments, _ float64) float64 {
	const least = 1e-6
	if !(s.Rates2 > 0) {
		return least
	}
	return max((s.Squares-s.Rates)/s.Rates2, least)
}

// NewTally returns a tally that sums the log-density bin by bin.
func (NegativeBinomial) NewTally(r float64) Tally { return &negativeBinomialTally{a: math.Exp(r)} }

type negativeBinomialTally struct{ a, bins, sum float64 }

func (t *negativeBinomialTally) Add(x, y float64) {
	factorial, _ := math.Lgamma(x + 1)
	rising, _ := logRising(x, t.a)
	t.bins++
	t.sum += NegativeBinomial{}.LogDensity(x, y, t.a) + rising - factorial
}

func (t *negativeBinomialTally) Mean() float64 { return t.sum / t.bins }

// logRising returns sum_{j<x} ln(1 + a j) and its derivative by a, for counts x. It interpolates linearly
// between counts, so that activity between whole numbers has a density, too.
//
// From the 32nd summand, the Euler-Maclaurin formula replaces the sum by an integral. Its error there is below
// 1e-9 for any a.
func logRising(x, a float64) (sum, slope float64) {
	const exact = 32
	whole := math.Floor(x)
	for j := 1.0; j < min(whole, exact); j++ {
		sum += math.Log1p(a * j)
		slope += j / (1 + a*j)
	}
	if whole > exact {
		up, upSlope := risingPrimitive(whole, a)
		down, downSlope := risingPrimitive(exact, a)
		sum, slope = sum+up-down, slope+upSlope-downSlope
	}
	if part := x - whole; part > 0 {
		sum += part * math.Log1p(a*whole)
		slope += part * whole / (1 + a*whole)
	}
	return sum, slope
}

// risingPrimitive returns a function of x and its derivative by a. The difference of its values at two counts
// is the sum of ln(1 + a j) from the first to the second.
func risingPrimitive(x, a float64) (value, slope float64) {
	u, log := 1+a*x, math.Log1p(a*x)
	value = (u*log-a*x)/a - log/2 + a/u/12
	slope = (a*x-log)/(a*a) - x/u/2 + 1/(u*u)/12
	return value, slope
}

// Node builds the term.
func (NegativeBinomial) Node(b *layers.Builder, v Variables) *G.Node {
	r := b.Param(logDispersion, layers.Constant(-2), v.X.Shape()[1])
	if b.Double {
		return negativeBinomial[float64](b, v, r)
	}
	return negativeBinomial[float32](b, v, r)
}

func negativeBinomial[T op.Float](b *layers.Builder, v Variables, r *G.Node) *G.Node {
	M, N := v.X.Shape()[0], v.X.Shape()[1]
	return op.Apply(op.Def[T]{
		Name: "negative binomial", Wrt: b.Differentiable(v.Prediction, r, v.X),
		Forward: func(out []T, in, grad [][]T) {
			sum := 0.0
			for n, l := range in[1] {
				if v.Silent != nil && v.Silent[n] {
					continue
				}
				a, slope := math.Exp(float64(l)), 0.0
				for i := n; i < M*N; i += N {
					x, y := float64(in[2][i]), float64(in[0][i])
					if x != x {
						if grad != nil {
							grad[0][i] = 0
						}
						continue
					}
					value, byRate, byA := dispersed(x, y, a)
					sum += value
					slope += byA
					if grad != nil {
						grad[0][i] = T(byRate / float64(M))
					}
				}
				if grad != nil {
					grad[1][n] = T(slope * a / float64(M))
				}
			}
			out[0] = T(sum / float64(M))
		},
		Backward: op.Scale[T],
	}, v.Prediction, r, v.X)
}

// dispersed returns the negative log-likelihood of a count x at rate y and dispersion a, and its derivatives by
// y and a.
func dispersed(x, y, a float64) (value, byRate, byA float64) {
	rate := max(y, RateFloor)
	rising, slope := logRising(x, a)
	log := math.Log1p(a * rate)
	value = (x+1/a)*log - x*math.Log(rate) - rising
	if y >= RateFloor {
		byRate = (rate - x) / (rate * (1 + a*rate))
	}
	return value, byRate, (x+1/a)*rate/(1+a*rate) - log/(a*a) - slope
}
