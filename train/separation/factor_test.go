package separation_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/separation"
)

// factorModel draws loadings and noise, and bins of x = A z + 2 + noise.
func factorModel(bins, n, k int, random *rand.Rand) (x, a *mat.Dense, psi []float64) {
	a = normal(n, k, random)
	x = normal(bins, n, random)
	for range n {
		psi = append(psi, 0.1+random.Float64())
	}
	var signal mat.Dense
	signal.Mul(normal(bins, k, random), a.T())
	x.Apply(func(t, i int, e float64) float64 { return signal.At(t, i) + 2 + math.Sqrt(psi[i])*e }, x)
	return x, a, psi
}

func normal(rows, cols int, random *rand.Rand) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(int, int, float64) float64 { return random.NormFloat64() }, m)
	return m
}

func TestFactorAnalysisFindsTheCovariance(t *testing.T) {
	const n = 8
	x, a, psi := factorModel(20_000, n, 2, rand.New(rand.NewPCG(1, 1)))
	f, err := separation.FactorAnalysis(x, 2, separation.FactorOptions{Tolerance: 1e-10})
	if err != nil {
		t.Fatal(err)
	}
	var want, got mat.Dense
	want.Mul(a, a.T())
	got.Mul(f.A, f.A.T())
	for i := range n {
		// A covariance from T bins has an error of about sqrt(2/T) = .01 of the variances, which are up to 6 here.
		// The noise has the same relative error.
		if !(math.Abs(f.Psi[i]-psi[i]) <= 0.08) || !(math.Abs(f.Mean[i]-2) <= 0.08) {
			t.Errorf("channel %d: noise %.3f for %.3f, mean %.3f for 2", i, f.Psi[i], psi[i], f.Mean[i])
		}
		for j := range n {
			if d := got.At(i, j) - want.At(i, j); !(math.Abs(d) <= 0.2) {
				t.Errorf("AA' at %d, %d is off by %.3f", i, j, d)
			}
		}
	}
}

func TestLogLikelihoodNeverFalls(t *testing.T) {
	x, _, _ := factorModel(200, 6, 3, rand.New(rand.NewPCG(2, 2)))
	last := math.Inf(-1)
	for its := range 40 {
		f, err := separation.FactorAnalysis(x, 2, separation.FactorOptions{Iterations: its + 1, Tolerance: 1e-300})
		if err != nil {
			t.Fatal(err)
		}
		if f.LogLikelihood < last-1e-12 { // rounding
			t.Errorf("iteration %d: %.15g after %.15g", its+1, f.LogLikelihood, last)
		}
		last = f.LogLikelihood
	}
}

// TestFactorsAreTheGaussianOfTheirDefinition compares the K x K formulas with the N x N Gaussian.
func TestFactorsAreTheGaussianOfTheirDefinition(t *testing.T) {
	const bins, n, k = 50, 5, 2
	x, _, _ := factorModel(bins, n, k, rand.New(rand.NewPCG(3, 3)))
	f, err := separation.FactorAnalysis(x, k, separation.FactorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var outer mat.Dense
	outer.Mul(f.A, f.A.T())
	sigma := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sigma.SetSym(i, j, outer.At(i, j))
		}
		sigma.SetSym(i, i, sigma.At(i, i)+f.Psi[i])
	}
	z, err := f.Latents(x)
	if err != nil {
		t.Fatal(err)
	}
	centred := mat.NewDense(bins, n, nil)
	centred.Apply(func(b, i int, _ float64) float64 { return x.At(b, i) - f.Mean[i] }, centred)
	var inverse, gain, want mat.Dense
	if err := inverse.Inverse(sigma); err != nil {
		t.Fatal(err)
	}
	ll := -n/2.*math.Log(2*math.Pi) - math.Log(mat.Det(sigma))/2
	for b := range bins {
		ll -= mat.Inner(centred.RowView(b), &inverse, centred.RowView(b)) / 2 / bins
	}
	if !(math.Abs(ll-f.LogLikelihood) <= 1e-10) { // both formulas are exact
		t.Errorf("log-likelihood %.12f, the Gaussian's %.12f", f.LogLikelihood, ll)
	}
	gain.Mul(&inverse, f.A) // E[z|x] = A' Sigma^-1 (x - b)
	want.Mul(centred, &gain)
	if !mat.EqualApprox(z, &want, 1e-10) {
		t.Error("the latents are not E[z|x]")
	}
}

func TestAConstantChannelHasNoLoadings(t *testing.T) {
	x, _, _ := factorModel(300, 6, 2, rand.New(rand.NewPCG(4, 4)))
	x.SetCol(3, slices.Repeat([]float64{7}, 300))
	f, err := separation.FactorAnalysis(x, 2, separation.FactorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if f.A.At(3, 0) != 0 || f.A.At(3, 1) != 0 || f.Psi[3] != 1 || f.Mean[3] != 7 || math.IsNaN(f.LogLikelihood) {
		t.Errorf("the loadings are %v with noise %g, mean %g; log-likelihood %g", f.A.RawRowView(3), f.Psi[3],
			f.Mean[3], f.LogLikelihood)
	}
}

func TestFactorAnalysisRefuses(t *testing.T) {
	x, _, _ := factorModel(50, 4, 2, rand.New(rand.NewPCG(5, 5)))
	for _, k := range []int{0, 4} {
		if _, err := separation.FactorAnalysis(x, k, separation.FactorOptions{}); err == nil ||
			!strings.Contains(err.Error(), "4 channels") {
			t.Errorf("%d latents: error %v", k, err)
		}
	}
	x.Set(3, 1, math.NaN())
	if _, err := separation.FactorAnalysis(x, 2, separation.FactorOptions{}); err == nil ||
		!strings.Contains(err.Error(), "NaN") {
		t.Errorf("NaN: error %v", err)
	}
}

func TestHeldOutBinsDetermineTheNumberOfLatents(t *testing.T) {
	for _, k := range []int{1, 3} {
		x, _, _ := factorModel(1000, 12, k, rand.New(rand.NewPCG(uint64(k), 6)))
		d, err := separation.LatentDimension(x, separation.DimensionOptions{})
		if err != nil || d.K != k {
			t.Errorf("%d latents of %d, %v", d.K, k, err)
		}
	}
	x, _, _ := factorModel(1000, 60, 3, rand.New(rand.NewPCG(7, 7)))
	d, err := separation.LatentDimension(x, separation.DimensionOptions{Channels: 20, Max: 6})
	if r, c := d.HeldOut.Dims(); err != nil || d.K != 3 || r != 6 || c != 10 {
		t.Errorf("%d latents from a third of the channels, want 3; %d x %d scores, %v", d.K, r, c, err)
	}
	x.SetCol(5, make([]float64, 1000)) // a channel with one spike, in a held-out block
	x.Set(500, 5, 1)
	if d, err := separation.LatentDimension(x, separation.DimensionOptions{}); err != nil || d.K != 3 {
		t.Errorf("%d latents with a channel of one spike, want 3; %v", d.K, err)
	}
	if _, err := separation.LatentDimension(mat.NewDense(30, 8, nil), separation.DimensionOptions{}); err == nil {
		t.Error("30 bins were accepted, want an error")
	}
}
