package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// between returns the distance correlation of two columns.
func between(x, y []float64) float64 { return DistanceCorrelations(byColumn(x, y)).At(0, 1) }

// TestDistanceCorrelationSeesEveryDependence checks that every dependence gives a value well above 0, also curves for
// which Pearson's correlation is 0. Independent columns must be near 0.
func TestDistanceCorrelationSeesEveryDependence(t *testing.T) {
	const n = 500
	r := rand.New(rand.NewPCG(1, 2))
	x, noise := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], noise[i] = r.NormFloat64(), r.NormFloat64()
	}
	of := func(f func(i int) float64) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = f(i)
		}
		return y
	}
	for _, c := range []struct {
		name      string
		y         []float64
		low, high float64
	}{
		{"a straight line", of(func(i int) float64 { return 3 - 2*x[i] }), 1 - 1e-9, 1},
		{"a parabola", of(func(i int) float64 { return x[i] * x[i] }), 0.4, 0.7}, // Pearson's is .0
		{"the size of its noise", of(func(i int) float64 { return noise[i] * math.Abs(x[i]) }), 0.1, 0.4},
		{"nothing", noise, 0, 0.08}, // 1/sqrt(n) is .045
		{"a constant", make([]float64, n), 0, 0},
	} {
		if got := between(x, c.y); got < c.low || got > c.high {
			t.Errorf("%s: %.3f, want %g to %g (Pearson's %.2f)", c.name, got, c.low, c.high,
				stat.Correlation(x, c.y, nil))
		}
	}
	if got := between(x[:3], noise[:3]); got != 0 {
		t.Errorf("three values have the correlation %g, want 0", got)
	}
	d := DistanceCorrelations(byColumn(x, noise, of(func(i int) float64 { return 3 - 2*x[i] })))
	if d.At(0, 1) != between(x, noise) || !(math.Abs(d.At(1, 2)-d.At(0, 1)) <= 1e-9) || d.At(0, 2) < 1-1e-9 ||
		d.At(1, 1) != 1 {
		t.Errorf("the correlations of all pairs are %v", mat.Formatted(d))
	}
}

// TestDistanceCorrelationByItsDefinition compares the sums with U-centred distances a_kl - a_k./(n-2) - a_.l/(n-2) +
// a_../((n-1)(n-2)), off the diagonal.
func TestDistanceCorrelationByItsDefinition(t *testing.T) {
	x, y := []float64{1, 4, -2, 0.5, 3, 7}, []float64{2, 2, 0, -1, 5, 6}
	centred := func(x []float64) *mat.Dense {
		n := len(x)
		a, sums, all := mat.NewDense(n, n, nil), make([]float64, n), 0.0
		for i := range x {
			for j := range x {
				a.Set(i, j, math.Abs(x[i]-x[j]))
				sums[i] += a.At(i, j)
				all += a.At(i, j)
			}
		}
		a.Apply(func(i, j int, v float64) float64 {
			if i == j {
				return 0
			}
			return v - (sums[i]+sums[j])/float64(n-2) + all/float64((n-1)*(n-2))
		}, a)
		return a
	}
	product := func(a, b *mat.Dense) float64 {
		var p mat.Dense
		p.MulElem(a, b)
		return mat.Sum(&p)
	}
	a, b := centred(x), centred(y)
	near(t, "distance correlation", between(x, y), math.Sqrt(product(a, b)/math.Sqrt(product(a, a)*product(b, b))),
		1e-12)
}
