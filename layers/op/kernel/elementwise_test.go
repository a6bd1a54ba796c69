package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/layers/op/kernel"
)

// points returns float32s of all sizes and signs, including the extremes, zeros, NaN and the infinities. Their
// number is not a multiple of a vector's length.
func points() []float32 {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := []float32{0, float32(math.Copysign(0, -1)), 1, -1, nan, inf, -inf, math.MaxFloat32, -math.MaxFloat32,
		0x1p-126, -0x1p-126, 88.72, 88.73, -87.33, -87.34, -104, 104}
	r := rand.New(rand.NewPCG(5, 6))
	for len(x) < 1003 {
		x = append(x, float32(r.NormFloat64()*math.Exp(8*r.NormFloat64())))
	}
	for v := float32(-110); v < 110; v += 0.173 {
		x = append(x, v)
	}
	return x
}

// alike reports whether got equals want to a relative tolerance. NaN equals NaN, an infinity equals itself, and
// subnormals count as 0.
func alike(got float32, want, tolerance float64) bool {
	switch {
	case want != want:
		return got != got
	case math.Abs(want) > math.MaxFloat32:
		return math.IsInf(float64(got), int(math.Copysign(1, want)))
	case math.Abs(want) < smallestNormal:
		return math.Abs(float64(got)) < smallestNormal
	}
	return math.Abs(float64(got)-want) <= tolerance*math.Abs(want)
}

// TestElementwise compares every function with its definition in float64, for all lengths up to several vectors
// and for unusual values. Functions that round once are exact to 6e-8; e^x and the softplus to a few roundings.
func TestElementwise(t *testing.T) {
	x := points()
	up := make([]float32, len(x))
	r := rand.New(rand.NewPCG(7, 8))
	for i := range up {
		up[i] = float32(r.NormFloat64())
	}
	kernel.EachLevel(t, func(t *testing.T) {
		check := func(name string, tolerance float64, run func(d, x, up []float32), want func(x, up float64) float64) {
			t.Helper()
			for _, n := range []int{0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 48, len(x)} {
				d := newRoom[float32](n)
				run(d.data(), x[len(x)-n:], up[len(x)-n:])
				for i, v := range d.all {
					switch at := i - margin; {
					case at < 0 || at >= n:
						if v == v {
							t.Fatalf("%s of %d entries writes entry %d", name, n, at)
						}
					default:
						a, b := x[len(x)-n+at], up[len(x)-n+at]
						if w := want(float64(a), float64(b)); !alike(v, w, tolerance) {
							t.Errorf("%s(%.9g, %.9g) is %.9g, want %.9g", name, a, b, v, w)
						}
					}
				}
			}
		}
		other := make([]float32, len(x))
		check("ReLU", 0, func(d, x, _ []float32) { kernel.ReLU(d, x) }, func(x, _ float64) float64 { return max(x, 0) })
		check("Gate", 0, func(d, x, up []float32) { kernel.Gate(d, up, x) }, func(x, up float64) float64 {
			if x > 0 {
				return up
			}
			return 0
		})
		check("Times", 6e-8, kernel.Times, func(x, y float64) float64 { return x * y })
		check("Plus", 6e-8, kernel.Plus, func(x, y float64) float64 { return x + y })
		check("Exps", expTolerance, func(d, x, _ []float32) { kernel.Exps(d, x) },
			func(x, _ float64) float64 { return math.Exp(x) })
		check("Softplus", 4e-7, func(d, x, _ []float32) { kernel.Softplus(d, other[:len(x)], x) },
			func(x, _ float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) })
		check("Softplus'", 4e-7, func(d, x, _ []float32) { kernel.Softplus(other[:len(x)], d, x) },
			func(x, _ float64) float64 {
				if x < 0 {
					return math.Exp(x) / (1 + math.Exp(x))
				}
				return 1 / (1 + math.Exp(-x))
			})
	})
}

// TestPoisson compares the likelihood of counts and its gradient by the rate with their definitions. Rates have
// all sizes, including 0, negative rates and NaN. A logarithm is accurate to some roundings of itself or of 1,
// and a sum of 7 rows to some roundings of its summands.
func TestPoisson(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		const M = 7
		r := rand.New(rand.NewPCG(1, 2))
		for _, N := range []int{1, 5, 16, 33, 64, 100} {
			for _, keep := range []bool{true, false} {
				x, y, w := newRoom[float32](M*N), newRoom[float32](M*N), newRoom[float32](N)
				x.fill(func() float64 { return float64(max(0, r.IntN(40)-20)) })
				y.fill(func() float64 { return math.Exp(6 * r.NormFloat64()) })
				w.fill(func() float64 { return float64(r.IntN(3)) })
				y.data()[0], y.data()[M*N/2] = 0, -3
				nan := 3 % N
				if N > 1 {
					y.data()[N+nan] = float32(math.NaN())
				}
				sum, g := newRoom[float32](N), newRoom[float32](M*N)
				if !keep {
					g = newRoom[float32](N)
				}
				sum.fill(func() float64 { return 2 })
				kernel.Poisson(nil, sum.data(), g.data(), x.data(), y.data(), w.data(), M, N, keep)
				g.unharmed(t, "Poisson's g")
				sum.unharmed(t, "Poisson's sum")
				for n := range N {
					want, size := 2.0, 2.0
					for i := range M {
						c, rate, weight := float64(x.data()[i*N+n]), float64(y.data()[i*N+n]), float64(w.data()[n])
						if rate < kernel.RateFloor {
							rate = kernel.RateFloor
						}
						want += weight * (rate - c*math.Log(rate))
						size += weight * (rate + c*(1+math.Abs(math.Log(rate))))
						slope := weight * (1 - c/rate)
						if got := float64(g.data()[min(i*N+n, len(g.data())-1)]); keep &&
							!(math.Abs(got-slope) <= 3e-7*weight*(1+c/rate)) && !(got != got && slope != slope) {
							t.Errorf("gradient of count %g at rate %g is %g, want %g", c, rate, got, slope)
						}
					}
					if got := float64(sum.data()[n]); !(math.Abs(got-want) <= 5e-7*size) &&
						!(got != got && want != want) {
						t.Errorf("N=%d: sum %d is %.9g, want %.9g", N, n, got, want)
					}
				}
			}
		}
	})
}

// TestAdam compares three steps with float64. The square root of the running square loses half of its rounding:
// 1e-6 of the step, 1e-7 of the parameter.
func TestAdam(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		for _, n := range []int{1, 7, 8, 16, 17, 100} {
			r := rand.New(rand.NewPCG(1, 2))
			var single [4][]float32
			var double [4][]float64
			for i := range single {
				for range n {
					v := r.NormFloat64()
					if i == 3 {
						v *= v
					}
					single[i] = append(single[i], float32(v))
					double[i] = append(double[i], float64(float32(v)))
				}
			}
			const rate, decay = 1e-2, 0.1
			for step := 1.0; step <= 3; step++ {
				a := kernel.AdamStep{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8,
					Rate: rate / (1 - math.Pow(0.9, step)), Scale: 1 / (1 - math.Pow(0.999,
						step)), Keep: 1 - rate*decay}
				kernel.Adam(a, single[0], single[1], single[2], single[3])
				kernel.Adam(a, double[0], double[1], double[2], double[3])
			}
			for i, want := range double[0] {
				if d := math.Abs(float64(single[0][i]) - want); !(d <= 1e-6*rate*10+2e-7*math.Abs(want)) {
					t.Errorf("%d parameters: entry %d is %.9g, want %.9g", n, i, single[0][i], want)
				}
			}
		}
	})
}

func BenchmarkElementwise(b *testing.B) {
	x := points()[:1000]
	y, d := make([]float32, len(x)), make([]float32, len(x))
	for name, f := range map[string]func(){
		"ReLU":     func() { kernel.ReLU(y, x) },
		"Gate":     func() { kernel.Gate(y, x, x) },
		"Exps":     func() { kernel.Exps(y, x) },
		"Softplus": func() { kernel.Softplus(y, d, x) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
