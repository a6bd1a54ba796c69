package simulate

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// System is a source of latents. It returns the bins x K values of one group, each column with mean 0 and standard
// deviation 1. A system without noise draws its initial state.
type System func(bins int, random *rand.Rand) *mat.Dense

// Lorenz returns the Lorenz (1963) system, 3 latents, with parameters 10, 28 and 8/3. The duration of a bin is step in
// the system's own time; 0.05 is usual.
func Lorenz(step float64) System {
	return flow{rate: lorenz, step: step, substeps: 10, start: []float64{1, 1, 20}, spread: 1}.run
}

// HyperLorenz returns a Lorenz system with a fourth latent that makes it hyperchaotic; 0.05 is the usual step.
func HyperLorenz(step float64) System {
	return flow{rate: hyperLorenz, step: step, substeps: 20, start: []float64{1, 1, 20, 0}, spread: 1}.run
}

// Thomas returns the cyclically symmetric system of Thomas (1999), 3 latents, x' = sin y - damping x and cyclically.
// It is chaotic at a damping of 0.208186, with a usual step of 0.5; without damping it wanders like a random walk.
func Thomas(step, damping float64) System {
	return flow{rate: thomas(damping), step: step, substeps: 10, start: []float64{1, 0, 0}, spread: 0.6}.run
}

// Roessler returns the system of Roessler (1976), 3 latents, with parameters 0.2, 0.2 and 5.7; 0.25 is the usual step.
func Roessler(step float64) System {
	return flow{rate: roessler, step: step, substeps: 10, start: []float64{1, 1, 0}, spread: 0.1}.run
}

// VanDerPol returns the relaxation oscillator of van der Pol (1926), 2 latents: position and velocity; a step of 0.2
// and a damping of 1.5 are usual.
func VanDerPol(step, damping float64) System {
	return flow{rate: vanDerPol(damping), step: step, substeps: 10, start: []float64{2, 0}, spread: 1}.run
}

// Lorenz96 returns the cyclic system of Lorenz (1996), 6 latents with a forcing of 8. Each latent is driven by three
// of its neighbours, so no part is independent. A step of 0.05 is usual.
func Lorenz96(step float64) System {
	return flow{rate: lorenz96, step: step, substeps: 10, start: []float64{8, 8, 8, 8, 8, 8}, spread: 1}.run
}

func lorenz96(d, x []float64) {
	n := len(x)
	for i := range d {
		d[i] = (x[(i+1)%n]-x[(i+n-2)%n])*x[(i+n-1)%n] - x[i] + 8
	}
}

func lorenz(d, x []float64) {
	d[0], d[1], d[2] = 10*(x[1]-x[0]), x[0]*(28-x[2])-x[1], x[0]*x[1]-8./3*x[2]
}

func hyperLorenz(d, x []float64) {
	lorenz(d, x)
	d[0] += x[3]
	d[3] = -x[1]*x[2] - x[3]
}

func roessler(d, x []float64) {
	d[0], d[1], d[2] = -x[1]-x[2], x[0]+0.2*x[1], 0.2+x[2]*(x[0]-5.7)
}

func thomas(damping float64) func(d, x []float64) {
	return func(d, x []float64) {
		for i := range d {
			d[i] = math.Sin(x[(i+1)%3]) - damping*x[i]
		}
	}
}

func vanDerPol(damping float64) func(d, x []float64) {
	return func(d, x []float64) {
		d[0], d[1] = x[1], damping*(1-x[0]*x[0])*x[1]-x[0]
	}
}

// Oscillator returns a noisy rotation, 2 Gaussian latents: z(t) = decay R(turn) z(t-1) + noise, with turn in radians
// per bin.
func Oscillator(decay, turn float64) System {
	sin, cos := math.Sincos(turn)
	return func(bins int, random *rand.Rand) *mat.Dense {
		return driven(bins, 2, random, func(z []float64) {
			z[0], z[1] = decay*(cos*z[0]-sin*z[1]),
				decay*(sin*z[0]+cos*z[1])
		})
	}
}

// AR1 returns one Gaussian latent, z(t) = memory z(t-1) + noise.
func AR1(memory float64) System {
	return func(bins int, random *rand.Rand) *mat.Dense {
		return driven(bins, 1, random, func(z []float64) { z[0] *= memory })
	}
}

// LaplaceAR1 returns [AR1] with Laplace noise, so the latent is not Gaussian. With a longer memory it is closer to
// Gaussian.
func LaplaceAR1(memory float64) System {
	return func(bins int, random *rand.Rand) *mat.Dense {
		return drivenBy(func() float64 { return random.ExpFloat64() - random.ExpFloat64() }, bins, 1,
			func(z []float64) { z[0] *= memory })
	}
}

// Cosine returns one latent, the cosine of a phase with a random start. In each bin the phase advances by turn plus
// normal noise of standard deviation jitter, both in radians.
func Cosine(turn, jitter float64) System {
	return func(bins int, random *rand.Rand) *mat.Dense {
		out, phase := mat.NewDense(bins, 1, nil), 2*math.Pi*random.Float64()
		for t := range bins {
			out.Set(t, 0, math.Cos(phase))
			phase += turn + jitter*random.NormFloat64()
		}
		return standardized(out)
	}
}

// driven iterates next with added normal noise of variance 1, starting from rest.
func driven(bins, k int, random *rand.Rand, next func(z []float64)) *mat.Dense {
	return drivenBy(random.NormFloat64, bins, k, next)
}

// drivenBy iterates like driven, with other noise.
func drivenBy(noise func() float64, bins, k int, next func(z []float64)) *mat.Dense {
	const dropped = 500 // transient from rest
	out, z := mat.NewDense(bins, k, nil), make([]float64, k)
	for t := -dropped; t < bins; t++ {
		next(z)
		for i := range z {
			z[i] += noise()
		}
		if t >= 0 {
			out.SetRow(t, z)
		}
	}
	return standardized(out)
}

// flow is a differential equation x' = rate(x), solved by the classical Runge-Kutta method (1901).
type flow struct {
	rate     func(d, x []float64) // writes d
	step     float64              // time in a bin
	substeps int                  // per bin
	start    []float64
	spread   float64 // of the initial state around start
}

// run drops the transient from the initial state to the attractor.
func (f flow) run(bins int, random *rand.Rand) *mat.Dense {
	const dropped = 400
	x := make([]float64, len(f.start))
	for i := range x {
		x[i] = f.start[i] + f.spread*random.NormFloat64()
	}
	return standardized(f.solve(x, dropped, bins))
}

// solve advances x, and returns bins states after dropping the first states.
func (f flow) solve(x []float64, dropped, bins int) *mat.Dense {
	k := len(x)
	out := mat.NewDense(bins, k, nil)
	h := f.step / float64(f.substeps)
	var rates [4][]float64
	for i := range rates {
		rates[i] = make([]float64, k)
	}
	at := make([]float64, k)
	for t := -dropped; t < bins; t++ {
		for range f.substeps {
			f.rate(rates[0], x)
			for s, part := range []float64{h / 2, h / 2, h} {
				for i := range at {
					at[i] = x[i] + part*rates[s][i]
				}
				f.rate(rates[s+1], at)
			}
			for i := range x {
				x[i] += h / 6 * (rates[0][i] + 2*rates[1][i] + 2*rates[2][i] + rates[3][i])
			}
		}
		if t >= 0 {
			out.SetRow(t, x)
		}
	}
	return out
}

// standardized scales every column to mean 0 and variance 1 over the bins, in place.
func standardized(z *mat.Dense) *mat.Dense {
	_, k := z.Dims()
	for j := range k {
		column := mat.Col(nil, j, z)
		mean, std := stat.PopMeanStdDev(column, nil)
		for t := range column {
			column[t] = (column[t] - mean) / std
		}
		z.SetCol(j, column)
	}
	return z
}
