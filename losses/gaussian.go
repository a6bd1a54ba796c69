package losses

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

func init() { RegisterObservation("for continuous activity", Gaussian{}) }

// Gaussian is the negative log-likelihood of activity with Gaussian noise, summed over neurons (paper, section
// 3). Every neuron has a learned standard deviation exp(r). The constant 0.5 ln 2 pi is included. Its noise is
// the variance exp(2 r).
//
//	mean_i sum_n [ 0.5 ((x_in - xhat_in) / exp(r_n))^2 + r_n + 0.5 ln 2 pi ]
//
// The sum leaves out channels that are constant in the training bins. They can be predicted exactly, so r_n
// would fall without limit, and then any activity in held-out bins would outweigh everything else. The inner
// sum also leaves out missing values, with their r_n and constant. The mean is still over all bins of the
// minibatch.
type Gaussian struct{}

// Name returns "reconstruction".
func (Gaussian) Name() string { return "reconstruction" }

// String returns "gaussian".
func (Gaussian) String() string { return "gaussian" }

// Counts returns false.
func (Gaussian) Counts() bool { return false }

// Param returns "log_std_x", the name of r.
func (Gaussian) Param() string { return logStdX }

const logStdX = "log_std_x"

// Noise returns the variance exp(2 r).
func (Gaussian) Noise(r float64) float64 { return math.Exp(2 * r) }

// LogDensity returns -0.5 (x - y)^2 / v.
func (Gaussian) LogDensity(x, y, v float64) float64 { return -0.5 * (x - y) * (x - y) / v }

// Residual returns x - y and the variance v, which does not depend on y.
func (Gaussian) Residual(x, y, v float64) (residual, variance float64) { return x - y, v }

// Estimate returns the mean square, but at least a millionth of the activity's variance. It returns before for a neuron
// that never changes.
func (Gaussian) Estimate(s Moments, before float64) float64 {
	const least = 1e-6
	if floor := least * s.Variance; floor > 0 {
		return max(s.Squares/s.Bins, floor)
	}
	return before
}

// NewTally returns a tally that sums the squares of the residuals.
func (Gaussian) NewTally(r float64) Tally { return &gaussianTally{r: r} }

type gaussianTally struct{ r, bins, squares float64 }

func (t *gaussianTally) Add(x, y float64) {
	t.bins++
	t.squares += (x - y) * (x - y)
}

func (t *gaussianTally) Mean() float64 {
	return -(0.5*t.squares/t.bins*math.Exp(-2*t.r) + t.r + 0.5*math.Log(2*math.Pi))
}

// Node builds the term.
func (Gaussian) Node(b *layers.Builder, v Variables) *G.Node {
	if v.LogStdX == nil {
		v.LogStdX = b.Param(logStdX, layers.Constant(-1), v.X.Shape()[1])
	}
	if b.Double {
		return reconstruction[float64](b, v)
	}
	return reconstruction[float32](b, v)
}

const halfLog2Pi = 0.918938533204672741780329736406 // 0.5 ln 2 pi

func reconstruction[T op.Float](b *layers.Builder, v Variables) *G.Node {
	M, N := v.X.Shape()[0], v.X.Shape()[1]
	// A silent channel's precision and gradients stay 0.
	precision, square, scratch := make([]T, N), make([]T, N), make([]T, N)
	share := slices.Repeat([]T{1}, N) // the share of bins in which each channel is observed
	var room observed[T]
	live := func(n int) bool { return v.Silent == nil || !v.Silent[n] }
	return op.Apply(op.Def[T]{
		Name: "reconstruction", Wrt: b.Differentiable(v.Prediction, v.LogStdX, v.X),
		Forward: func(out []T, in, grad [][]T) {
			xhat, r, x := in[0], in[1], in[2]
			if v.Missing { // a value that equals its prediction adds neither error nor gradient
				room.take(x, N)
				room.copyTo(&room.x, x, xhat)
				x = room.x
				for n, bins := range room.bins {
					share[n] = T(bins) / T(M)
				}
			}
			sum := 0.0
			for n, l := range r {
				if live(n) {
					precision[n] = kernel.Exp(-2*l) / T(M)
					sum += float64(share[n]) * (float64(l) + halfLog2Pi)
				}
			}
			clear(square)
			if grad == nil {
				kernel.Residual(b.Pool, square, scratch, x, xhat, precision, M, N, false)
			} else {
				kernel.Residual(b.Pool, square, grad[0], x, xhat, precision, M, N, true)
			}
			for n, q := range square {
				sum += 0.5 * float64(q)
				if grad != nil && live(n) {
					grad[1][n] = share[n] - q
				}
			}
			out[0] = T(sum)
		},
		Backward: op.Scale[T],
	}, v.Prediction, v.LogStdX, v.X)
}
