package losses_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// logNB returns the log-probability of the negative binomial distribution of mean y and variance y + a y^2, by
// its definition.
func logNB(x, y, a float64) float64 {
	up, _ := math.Lgamma(x + 1/a)
	down, _ := math.Lgamma(1 / a)
	factorial, _ := math.Lgamma(x + 1)
	return up - down - factorial + x*math.Log(a*y/(1+a*y)) - math.Log1p(a*y)/a
}

// TestNegativeBinomial compares the term with minus the log-probability of counts, without the constant x!: a
// sum over channels that are not silent, and a mean over bins. Missing values must add nothing.
func TestNegativeBinomial(t *testing.T) {
	eachPrecision(t, testNegativeBinomial[float32], testNegativeBinomial[float64])
}

func testNegativeBinomial[T op.Float](t *testing.T) {
	for _, silent := range [][]bool{nil, {true, false, false, true, false}} {
		for _, M := range []int{1, 2, 9} {
			e := newExample[T](M, 100, layers.Partition{2, 1})
			e.v.Silent, e.v.Missing = silent, true
			r := e.b.Data("log_dispersion", e.N)
			logs := []float64{-3, -1, 0, 1, 2}
			e.b.Fill(r, logs)
			e.b.Param = func(string, layers.Initializer, ...int) *G.Node { return r }
			for i := range e.x {
				e.x[i], e.xhat[i] = math.Floor(math.Abs(9*e.x[i])), math.Exp(e.xhat[i])
			}
			e.x[len(e.x)-1] = math.NaN()
			e.b.Fill(e.v.X, e.x)
			e.b.Fill(e.v.Prediction, e.xhat)
			want := 0.0
			for i, x := range e.x {
				if n := i % e.N; x == x && (silent == nil || !silent[n]) {
					factorial, _ := math.Lgamma(x + 1)
					want -= (logNB(x, e.xhat[i], math.Exp(logs[n])) + factorial) / float64(M)
				}
			}
			got := value[T](t, e.b, losses.NegativeBinomial{}.Node(e.b, e.v))
			near[T](t, fmt.Sprintf("negative binomial of %d rows, silent %v", M, silent), got, want)
		}
	}
}

// values returns activity, predictions and noises to test an observation model with.
func values(o losses.Observation) (xs, ys, noises []float64) {
	if !o.Counts() {
		return []float64{-2, 0, 0.3, 5}, []float64{-1, 0, 0.7, 4}, []float64{0.1, 1, 9}
	}
	return []float64{0, 1, 2.5, 7, 40, 90, 5000}, []float64{0.01, 0.7, 3, 60}, []float64{1e-5, 0.02, 0.5, 4}
}

// TestObservations checks the density methods of every observation model.
func TestObservations(t *testing.T) {
	for _, e := range losses.Observations() {
		name := e.Name
		o, err := losses.ParseObservation(name)
		if err != nil || o.Name() != "reconstruction" {
			t.Fatalf("%s: %v, %v", name, o, err)
		}
		xs, ys, noises := values(o)
		for _, x := range xs {
			for _, y := range ys {
				for _, a := range noises {
					// the slope by central differences; rounding of densities up to 1e5 leaves an error of 1e-5
					step := 1e-5 * max(math.Abs(y), 0.1)
					want := (o.LogDensity(x, y+step, a) - o.LogDensity(x, y-step, a)) / (2 * step)
					r, v := o.Residual(x, y, a)
					if !(math.Abs(r/v-want) <= 1e-4*(1+math.Abs(want))) {
						t.Errorf("%s: d ln p(%g | %g, noise %g) / dy is %g, difference quotient %g",
							name, x, y, a, r/v, want)
					}
				}
			}
		}
	}
	_, err := losses.ParseObservation("gamma")
	if err == nil || !strings.Contains(err.Error(), "gaussian, negative-binomial, poisson") {
		t.Errorf("unknown model: error %v, want the names of the known models", err)
	}
}

// TestTallies checks that a tally is the mean log-probability, by the definition of the distribution.
func TestTallies(t *testing.T) {
	for _, c := range []struct {
		o     losses.Observation
		param float64
		log   func(x, y float64) float64
	}{
		{losses.Gaussian{}, -0.7, func(x, y float64) float64 {
			s := math.Exp(-0.7)
			return -(x-y)*(x-y)/(2*s*s) - math.Log(s*math.Sqrt(2*math.Pi))
		}},
		{losses.Poisson{}, 0, func(x, y float64) float64 {
			f, _ := math.Lgamma(x + 1)
			return x*math.Log(y) - y - f
		}},
		{losses.NegativeBinomial{}, -0.7, func(x, y float64) float64 { return logNB(x, y, math.Exp(-0.7)) }},
	} {
		tally, want := c.o.NewTally(c.param), 0.0
		for _, x := range []float64{0, 1, 3, 31, 32, 33, 200} {
			tally.Add(x, 2.5)
			want += c.log(x, 2.5) / 7
		}
		// the error of the Euler-Maclaurin formula
		if got := tally.Mean(); !(math.Abs(got-want) <= 1e-9*math.Abs(want)) {
			t.Errorf("%s: the mean log-likelihood is %.12g, want %.12g", c.o, got, want)
		}
	}
}

// TestEstimates checks that the estimated noise equals the noise that the moments were made with.
func TestEstimates(t *testing.T) {
	for _, c := range []struct {
		o    losses.Observation
		m    losses.Moments
		want float64
	}{
		{losses.Gaussian{}, losses.Moments{Bins: 4, Squares: 2, Variance: 3}, 0.5},
		{losses.Gaussian{}, losses.Moments{Bins: 4, Squares: 0, Variance: 3}, 3e-6},
		{losses.Gaussian{}, losses.Moments{Bins: 4, Squares: 2}, 7}, // a neuron that never changes keeps its noise
		{losses.Poisson{}, losses.Moments{Bins: 4, Squares: 2, Rates: 2, Rates2: 1}, 0},
		{losses.NegativeBinomial{}, losses.Moments{Bins: 2, Squares: 3 + 4 + 0.5*(9+16), Rates: 7, Rates2: 25}, 0.5},
		{losses.NegativeBinomial{}, losses.Moments{Bins: 2, Squares: 5, Rates: 7, Rates2: 25}, 1e-6},
	} {
		if got := c.o.Estimate(c.m, 7); !(math.Abs(got-c.want) <= 1e-15) {
			t.Errorf("%s, %+v: %g, want %g", c.o, c.m, got, c.want)
		}
	}
}

// TestObservationNames checks the names, because --observation and the files of old runs use them.
func TestObservationNames(t *testing.T) {
	var got []string
	for _, e := range losses.Observations() {
		got = append(got, e.Name)
	}
	if want := []string{"gaussian", "negative-binomial", "poisson"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
