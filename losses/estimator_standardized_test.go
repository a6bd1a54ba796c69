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

// TestStandardized holds the estimate to its formula in plain loops.
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
			got := value[T](t, e.b, losses.PartialCorrelation{Estimator: losses.Standardized{}}.Node(e.b, e.v))
			if !(math.Abs(got-want) <= tolerance[T]()*(1+math.Abs(want))) {
				t.Errorf("%#v, %d bins: %.15g, want %.15g", s, M, got, want)
			}
		}
	}
}

// standardized is mu (M,K), every column of mean 0 and variance 1.
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

// leaveOneOut is the doc comment of Standardized.
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

// TestStandardizedScale: no scaling or shift of a latent changes the estimate, and so its gradient neither shifts nor scales one.
func TestStandardizedScale(t *testing.T) {
	run := func(change func(e *example)) (float64, []float64, *example) {
		e := newExample[float64](30, 100, layers.Partition{2, 2})
		change(e)
		e.b.Fill(e.v.Mu, e.mu)
		mu := G.NodeFromAny(e.b.Graph, op.NewDense[float64](e.M, e.K), G.WithName("a parameter"))
		copy(op.Values[float64](mu), e.mu)
		e.v.Mu = mu
		n := losses.PartialCorrelation{Estimator: losses.Standardized{}}.Node(e.b, e.v)
		grads, err := G.Grad(n, mu)
		if err != nil {
			t.Fatal(err)
		}
		v := value[float64](t, e.b, n)
		return v, op.Values[float64](grads[0]), e
	}
	want, gradient, e := run(func(*example) {})
	y := e.standardized()
	for k := range e.K {
		sum, along := 0.0, 0.0
		for i := range e.M {
			sum += gradient[i*e.K+k]
			along += gradient[i*e.K+k] * y[i*e.K+k]
		}
		if math.Abs(sum) > 1e-12 || math.Abs(along) > 1e-12 {
			t.Errorf("the gradient by latent %d shifts it by %g and scales it by %g", k, sum, along)
		}
	}
	for k := range 4 {
		got, _, _ := run(func(e *example) {
			for i := range e.M {
				e.mu[i*e.K+k] = 1000*e.mu[i*e.K+k] - 77
			}
		})
		if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
			t.Errorf("latent %d times 1000 less 77 changes the estimate from %.12g to %.12g", k, want, got)
		}
	}
}

// TestStandardizedConstant: a latent that does not vary counts for nothing, and nothing is not a number.
func TestStandardizedConstant(t *testing.T) {
	e := newExample[float32](9, 100, layers.Partition{2, 1})
	for i := range e.M {
		e.mu[i*e.K+1] = 3
	}
	e.b.Fill(e.v.Mu, e.mu)
	if got := value[float32](t, e.b, losses.PartialCorrelation{Estimator: losses.Standardized{}}.Node(e.b, e.v)); math.IsNaN(got) || math.IsInf(got, 0) {
		t.Errorf("the estimate is %g", got)
	}
}
