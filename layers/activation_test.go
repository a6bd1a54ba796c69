package layers

import (
	"math"
	"testing"

	"facrnn/layers/op"
)

var activations = []Activation{"", Identity, Tanh, ReLU, Softplus, Exp}

// exact returns f and f' in float64, in forms that large |x| does not harm.
func exact(a Activation, x float64) (f, slope float64) {
	switch a {
	case Tanh:
		c := math.Cosh(x)
		return math.Tanh(x), 1 / (c * c)
	case ReLU:
		if x > 0 {
			return x, 1
		}
		return 0, 0
	case Softplus:
		if x > 0 {
			return x + math.Log1p(math.Exp(-x)), 1 / (1 + math.Exp(-x))
		}
		return math.Log1p(math.Exp(x)), math.Exp(x) / (1 + math.Exp(x))
	case Exp:
		return math.Exp(x), math.Exp(x)
	}
	return x, 1
}

// at runs one activation at one point. It returns f and up times f'.
func at[T op.Float](a Activation, x, up T) (f, slope T) {
	y, d, gradient := []T{0}, []T{T(math.NaN())}, []T{T(math.NaN())}
	activate(a, y, d, []T{x})
	return y[0], chain(a, gradient, []T{up}, y, d)[0]
}

// TestActivations compares values and derivatives with the formulas, from the linear range to where e^x is
// 10^34, and e^-x too. Tolerances are in units of the precision's rounding. The derivative of tanh is 1 - y^2;
// its error is a rounding of 1, not of the derivative itself.
func TestActivations(t *testing.T) {
	points := []float64{-80, -50, -20, -5, -1, -0.125, -1e-3, 0, 1e-3, 0.125, 1, 5, 20, 50, 80}
	t.Run("float32", func(t *testing.T) { activation[float32](t, points, 0x1p-22) })
	t.Run("float64", func(t *testing.T) { activation[float64](t, append(points, -700, 700), 0x1p-50) })
}

func activation[T op.Float](t *testing.T, points []float64, tolerance float64) {
	const up = -3
	for _, a := range activations {
		for _, x := range points {
			f, slope := at[T](a, T(x), up)
			want, wantSlope := exact(a, float64(T(x)))
			if !(math.Abs(float64(f)-want) <= tolerance*math.Abs(want)) {
				t.Errorf("%q(%g) is %.12g, want %.12g", a, x, f, want)
			}
			scale := math.Abs(wantSlope)
			if a == Tanh {
				scale = 1
			}
			if !(math.Abs(float64(slope)/up-wantSlope) <= tolerance*scale) {
				t.Errorf("derivative of %q at %g is %.12g, want %.12g", a, x, slope/up, wantSlope)
			}
		}
	}
}

// TestChain compares chain with central differences of activate. A step of 1e-5 truncates at 1e-10 of the third
// derivative and rounds at 1e-11 of the value.
func TestChain(t *testing.T) {
	const step, tolerance = 1e-5, 1e-9
	for _, a := range activations {
		for _, x := range []float64{-50, -6, -2, -0.7, 0.3, 1.4, 4, 50} {
			_, slope := at(a, x, 1)
			above, _ := at(a, x+step, 1)
			below, _ := at(a, x-step, 1)
			want := (above - below) / (2 * step)
			if !(math.Abs(slope-want) <= tolerance*(1+math.Abs(want)+math.Abs(above))) {
				t.Errorf("%q at %g: derivative %.12g, difference %.12g", a, x, slope, want)
			}
		}
	}
}

// TestSoftplusEnds checks softplus at -50 and 50, where a plain ln(1 + e^x) would give 0 or lose all digits of
// the derivative. It also checks 1000, where e^x would overflow.
func TestSoftplusEnds(t *testing.T) {
	tiny := float32(math.Exp(-50))
	for _, c := range []struct{ x, f, slope float32 }{
		{-1000, 0, 0}, {-50, tiny, tiny}, {50, 50, 1}, {1000, 1000, 1},
	} {
		// two roundings
		near := func(got, want float32) bool { return math.Abs(float64(got-want)) <= 3e-7*float64(want) }
		if f, slope := at(Softplus, c.x, 1); !near(f, c.f) || !near(slope, c.slope) {
			t.Errorf("softplus at %g is %g with the slope %g, want %g and %g", c.x, f, slope, c.f, c.slope)
		}
	}
}

// TestReLUKink checks that the derivative at 0 is 0.
func TestReLUKink(t *testing.T) {
	if f, slope := at[float64](ReLU, 0, 1); f != 0 || slope != 0 {
		t.Errorf("relu at 0 is %g with the slope %g, want 0 and 0", f, slope)
	}
}

// TestActivateInPlace checks that y may be x.
func TestActivateInPlace(t *testing.T) {
	for _, a := range activations {
		x := []float64{-2, 0, 3}
		want := make([]float64, len(x))
		activate(a, want, make([]float64, len(x)), x)
		activate(a, x, make([]float64, len(x)), x)
		for i := range x {
			if x[i] != want[i] {
				t.Errorf("%q in place gives %v, want %v", a, x, want)
			}
		}
	}
}

func TestActivationCheck(t *testing.T) {
	for _, a := range activations {
		if err := a.Check(); err != nil {
			t.Errorf("%q: %v", a, err)
		}
	}
	for _, a := range []Activation{"sine", "ReLU", " relu"} {
		if a.Check() == nil {
			t.Errorf("Check accepts the unknown activation %q", a)
		}
	}
}
