package losses

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// RateFloor is the lowest rate, in spikes per bin, in the Poisson density. Without it, a count at a rate near 0
// would have an unlimited weight.
const RateFloor = kernel.RateFloor

// Poisson is the negative log-likelihood of spike counts, summed over neurons. The decoder predicts the rate r,
// in spikes per bin:
//
//	mean_i sum_n [ r_in - x_in ln r_in ]
//
// The constant ln x_in! is left out, because it does not depend on the parameters and would double the cost.
// Rates below RateFloor count as RateFloor. Channels that are constant in the training bins, and missing
// values, are left out, as in Gaussian.
type Poisson struct{}

func init() { RegisterObservation("for spike counts", Poisson{}) }

// Name returns "reconstruction".
func (Poisson) Name() string { return "reconstruction" }

// String returns "poisson".
func (Poisson) String() string { return "poisson" }

// Counts returns true.
func (Poisson) Counts() bool { return true }

// Param returns "", because the variance is the rate.
func (Poisson) Param() string { return "" }

// Noise returns 0.
func (Poisson) Noise(float64) float64 { return 0 }

// LogDensity returns x ln y - y.
func (Poisson) LogDensity(x, y, _ float64) float64 {
	y = max(y, RateFloor)
	return x*math.Log(y) - y
}

// Residual returns x - y and the variance y.
func (Poisson) Residual(x, y, _ float64) (residual, variance float64) {
	return x - y, max(y, RateFloor)
}

// Estimate returns 0.
func (Poisson) Estimate(Moments, float64) float64 { return 0 }

// NewTally returns a tally that sums rates, and the logarithms of rates and factorials.
func (Poisson) NewTally(float64) Tally { return &poissonTally{} }

type poissonTally struct{ bins, rate, xLogRate, logFactorial float64 }

func (t *poissonTally) Add(x, y float64) {
	y = max(y, RateFloor)
	t.bins++
	t.rate += y
	if x > 0 {
		t.xLogRate += x * math.Log(y)
		l, _ := math.Lgamma(x + 1)
		t.logFactorial += l
	}
}

func (t *poissonTally) Mean() float64 { return (t.xLogRate - t.rate - t.logFactorial) / t.bins }

// Node builds the term.
func (Poisson) Node(b *layers.Builder, v Variables) *G.Node {
	if b.Double {
		return poisson[float64](b, v)
	}
	return poisson[float32](b, v)
}

func poisson[T op.Float](b *layers.Builder, v Variables) *G.Node {
	M, N := v.X.Shape()[0], v.X.Shape()[1]
	weight, sum, scratch := make([]T, N), make([]T, N), make([]T, N)
	for n := range weight {
		if v.Silent == nil || !v.Silent[n] {
			weight[n] = 1 / T(M)
		}
	}
	var room observed[T]
	return op.Apply(op.Def[T]{
		Name: "poisson", Wrt: b.Differentiable(v.Prediction, v.X),
		Forward: func(out []T, in, grad [][]T) {
			rate, x := in[0], in[1]
			total := 0.0
			if v.Missing { // a missing value becomes count 0 at rate 0; it adds RateFloor, which is subtracted here
				room.take(x, N)
				room.copyTo(&room.x, x, nil)
				room.copyTo(&room.rate, rate, nil)
				rate, x = room.rate, room.x
				for n, bins := range room.bins {
					total -= RateFloor * float64(M-bins) * float64(weight[n])
				}
			}
			clear(sum)
			if grad == nil {
				kernel.Poisson(b.Pool, sum, scratch, x, rate, weight, M, N, false)
			} else {
				kernel.Poisson(b.Pool, sum, grad[0], x, rate, weight, M, N, true)
				for _, i := range room.missing {
					grad[0][i] = 0
				}
			}
			for _, s := range sum {
				total += float64(s)
			}
			out[0] = T(total)
		},
		Backward: op.Scale[T],
	}, v.Prediction, v.X)
}
