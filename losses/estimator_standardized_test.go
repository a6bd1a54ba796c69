package losses_test

import (
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// TestStandardized compares the estimate with its formula in plain loops.
func TestStandardized(t *testing.T) {
	eachPrecision(t, testStandardized[float32], testStandardized[float64])
}

func testStandardized[T op.Float](t *testing.T) {
	for _, s := range []layers.Structure{layers.Partition{2, 1}, layers.Partition{1, 3, 2}, overlapping{}} {
		for _, M := range []int{2, 9, 40} {
			e := newExample[T](M, 100, s)
			want := 0.0
			for _, f := range s.Factorizations() {
				want += f.Weight * e.leaveOneOut(f.Parts)
			}
			got := value[T](t, e.b, losses.PartialCorrelation{Estimator: losses.LeaveOneOut{}}.Node(e.b, e.v))
			if !(math.Abs(got-want) <= tolerance[T]()*(1+math.Abs(want))) {
				t.Errorf("%#v, %d bins: %.15g, want %.15g", s, M, got, want)
			}
		}
	}
}

// standardized returns mu (M,K) with every column scaled to mean 0 and variance 1.
func (e *example) standardized() []float64 {
	y := slices.Clone(e.mu)
	for k := range e.K {
		mean, square := 0.0, 0.0
		for i := range e.M {
			mean += y[i*e.K+k] / float64(e.M)
		}
		for i := range e.M {
			d := y[i*e.K+k] - mean
			square += d * d / float64(e.M)
		}
		for i := range e.M {
			y[i*e.K+k] = (y[i*e.K+k] - mean) / math.Sqrt(square)
		}
	}
	return y
}

// leaveOneOut evaluates the formula in the doc comment of LeaveOneOut.
func (e *example) leaveOneOut(parts [][]int) float64 {
	y, joint := e.standardized(), slices.Concat(parts...)
	K, M := float64(len(joint)), float64(e.M)
	w := math.Pow(4/(K+2), 1/(K+4)) * math.Pow(M, -1/(K+4))
	logSum := func(i int, latents []int) float64 {
		sum := 0.0
		for j := range e.M {
			if j == i {
				continue
			}
			d := 0.0
			for _, k := range latents {
				d += math.Pow(y[i*e.K+k]-y[j*e.K+k], 2) / (2 * w * w)
			}
			sum += math.Exp(-d)
		}
		return math.Log(sum)
	}
	total := 0.0
	for i := range e.M {
		total += logSum(i, joint) / M
		for _, p := range parts {
			total -= logSum(i, p) / M
		}
	}
	return total + float64(len(parts)-1)*math.Log(M-1)
}

// TestStandardizedScale checks that the scale and shift of a latent do not change the estimate. The gradient
// then neither shifts nor scales a latent.
func TestStandardizedScale(t *testing.T) {
	run := func(change func(e *example)) (float64, []float64, *example) {
		e := newExample[float64](30, 100, layers.Partition{2, 2})
		change(e)
		v, gradient := derived[float64](t, e, [][]int{{0, 1}, {2, 3}}, e.mu)
		return v, gradient, e
	}
	want, gradient, e := run(func(*example) {})
	y := e.standardized()
	for k := range e.K {
		sum, along := 0.0, 0.0
		for i := range e.M {
			sum += gradient[i*e.K+k]
			along += gradient[i*e.K+k] * y[i*e.K+k]
		}
		if !(math.Abs(sum) <= 1e-12) || !(math.Abs(along) <= 1e-12) {
			t.Errorf("the gradient by latent %d shifts it by %g and scales it by %g", k, sum, along)
		}
	}
	for k := range 4 {
		got, _, _ := run(func(e *example) {
			for i := range e.M {
				e.mu[i*e.K+k] = 1000*e.mu[i*e.K+k] - 77
			}
		})
		if !(math.Abs(got-want) <= 1e-9*(1+math.Abs(want))) {
			t.Errorf("latent %d times 1000 minus 77 changes the estimate from %.12g to %.12g", k, want, got)
		}
	}
}

// derived returns the estimate for mu (M,K) and its gradient by mu.
func derived[T op.Float](t *testing.T, e *example, parts [][]int, mu []float64) (float64, []T) {
	t.Helper()
	parameter := G.NodeFromAny(e.b.Graph, op.NewDense[T](e.M, e.K), G.WithName("a parameter"))
	for i, v := range mu {
		op.Values[T](parameter)[i] = T(v)
	}
	e.v.Mu = parameter
	n := losses.LeaveOneOut{}.Divergence(e.b, e.v, parts)
	grads, err := G.Grad(n, parameter)
	if err != nil {
		t.Fatal(err)
	}
	return value[T](t, e.b, n), op.Values[T](grads[0])
}

// TestStandardizedInSinglePrecision repeats the check of scale and shift in float32, to 1e-5.
func TestStandardizedInSinglePrecision(t *testing.T) {
	for k := range 4 {
		for _, by := range []struct{ scale, shift float64 }{{1000, 0}, {0.001, 0}, {-1, 0}, {1, 5}, {20, -77}} {
			e := newExample[float32](30, 100, layers.Partition{2, 2})
			parts := [][]int{{0, 1}, {2, 3}}
			want, _ := derived[float32](t, e, parts, e.mu)
			e = newExample[float32](30, 100, layers.Partition{2, 2})
			for i := range e.M {
				e.mu[i*e.K+k] = by.scale*e.mu[i*e.K+k] + by.shift
			}
			if got, _ := derived[float32](t, e, parts, e.mu); !(math.Abs(got-want) <= 1e-5*(1+math.Abs(want))) {
				t.Errorf("latent %d times %g plus %g changes the estimate from %.7g to %.7g",
					k, by.scale, by.shift, want, got)
			}
		}
	}
}

// TestStandardizedConstant checks that a constant latent has no effect, and that no result is NaN.
func TestStandardizedConstant(t *testing.T) {
	e := newExample[float32](9, 100, layers.Partition{2, 1})
	for i := range e.M {
		e.mu[i*e.K+1] = 3
	}
	e.b.Fill(e.v.Mu, e.mu)
	if got := value[float32](t, e.b, losses.PartialCorrelation{Estimator: losses.LeaveOneOut{}}.Node(e.b,
		e.v)); math.IsNaN(got) || math.IsInf(got, 0) {
		t.Errorf("the estimate is %g", got)
	}
}

// TestStandardizedOneGroup checks that the estimate and its gradient are exactly 0 for one group.
func TestStandardizedOneGroup(t *testing.T) {
	eachPrecision(t, testStandardizedOneGroup[float32], testStandardizedOneGroup[float64])
}

func testStandardizedOneGroup[T op.Float](t *testing.T) {
	for _, M := range []int{1, 2, 40} {
		e := newExample[T](M, 100, layers.Partition{3})
		got, gradient := derived[T](t, e, [][]int{{0, 1, 2}}, e.mu)
		if got != 0 {
			t.Errorf("%d bins: the estimate of one group is %g, want 0", M, got)
		}
		for i, g := range gradient {
			if g != 0 {
				t.Fatalf("%d bins: the gradient at %d is %g", M, i, g)
			}
		}
	}
}

// TestStandardizedGradient compares the gradient by mu with differences over 1e-5, whose error is about 1e-10.
func TestStandardizedGradient(t *testing.T) {
	const step = 1e-5
	for _, parts := range [][][]int{{{0, 1}, {2}}, {{2, 0}, {1}, {3, 4}}} {
		s := layers.Partition{5}
		mu := newExample[float64](7, 100, s).mu
		at := func(mu []float64) (float64, []float64) {
			return derived[float64](t, newExample[float64](7, 100, s), parts, mu)
		}
		_, gradient := at(mu)
		for i := range mu {
			up, down := slices.Clone(mu), slices.Clone(mu)
			up[i] += step
			down[i] -= step
			above, _ := at(up)
			below, _ := at(down)
			if want := (above - below) / (2 * step); !(math.Abs(gradient[i]-want) <= 1e-8) {
				t.Errorf("parts %v: the gradient at %d is %.10g, difference quotient %.10g",
					parts, i, gradient[i], want)
			}
		}
	}
}
