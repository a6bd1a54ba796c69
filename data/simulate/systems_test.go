package simulate

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func TestSystemsAreStandardisedAndRepeat(t *testing.T) {
	for name, s := range map[string]struct {
		System
		latents int
	}{
		"Lorenz": {Lorenz(.05), 3}, "HyperLorenz": {HyperLorenz(.05), 4}, "Thomas": {Thomas(.5, .208186), 3},
		"Roessler":  {Roessler(.25), 3},
		"VanDerPol": {VanDerPol(.2, 1.5), 2}, "Oscillator": {Oscillator(.98, .35), 2}, "AR1": {AR1(.9), 1},
		"LaplaceAR1": {LaplaceAR1(.9), 1}, "Cosine": {Cosine(.3, .1), 1}, "Lorenz96": {Lorenz96(.05), 6},
	} {
		z := s.System(500, source(1))
		if bins, k := z.Dims(); bins != 500 || k != s.latents {
			t.Errorf("%s: %d x %d", name, bins, k)
		}
		for j := range s.latents {
			if mean, std := stat.PopMeanStdDev(mat.Col(nil, j, z), nil); !(math.Abs(mean) <= 1e-10) ||
				!(math.Abs(std-1) <= 1e-10) {
				t.Errorf("%s: latent %d has mean %g and standard deviation %g", name, j, mean, std)
			}
		}
		if !mat.Equal(z, s.System(500, source(1))) {
			t.Errorf("%s: one source gave two results", name)
		}
		if mat.Equal(z, s.System(500, source(2))) {
			t.Errorf("%s: two sources gave one result", name)
		}
	}
}

// TestRates checks each rate against the equations, worked out by hand.
func TestRates(t *testing.T) {
	for name, c := range map[string]struct {
		rate    func(d, x []float64)
		x, want []float64
	}{
		"Lorenz":       {lorenz, []float64{1, 2, 3}, []float64{10, 23, -6}},
		"hyper-Lorenz": {hyperLorenz, []float64{1, 2, 3, 4}, []float64{14, 23, -6, -10}},
		"Thomas":       {thomas(.5), []float64{1, 0, math.Pi / 2}, []float64{-.5, 1, math.Sin(1) - math.Pi/4}},
		"Roessler":     {roessler, []float64{1, 2, 3}, []float64{-5, 1.4, .2 - 3*4.7}},
		"Lorenz 96":    {lorenz96, []float64{1, 2, 3, 4, 5, 6}, []float64{-11, 3, 11, 13, 15, -13}},
		"van der Pol":  {vanDerPol(2), []float64{2, 1}, []float64{1, -8}},
	} {
		d := make([]float64, len(c.x))
		c.rate(d, c.x)
		for i := range d {
			if !(math.Abs(d[i]-c.want[i]) <= 1e-12) {
				t.Errorf("%s: %v, want %v", name, d, c.want)
			}
		}
	}
}

// TestSolutionIsOfFourthOrder checks a harmonic oscillator, cos and -sin. The method is of fourth order, so half the
// step gives a sixteenth of the error.
func TestSolutionIsOfFourthOrder(t *testing.T) {
	off := func(substeps int) float64 {
		f := flow{rate: func(d, x []float64) { d[0], d[1] = x[1], -x[0] }, step: 0.5, substeps: substeps}
		z := f.solve([]float64{1, 0}, 4, 10)
		return math.Hypot(z.At(0, 0)-math.Cos(2.5), z.At(0, 1)+math.Sin(2.5)) // the fifth bin
	}
	if coarse, fine := off(1), off(2); coarse > 1e-2 || coarse/fine < 12 || coarse/fine > 20 {
		t.Errorf("off by %g and %g", coarse, fine)
	}
}

// TestNoisySystemsHaveTheirSpectra checks autocorrelations. With 40,000 bins the error of an autocorrelation is about
// sqrt(correlation time / T), at most .04 here.
func TestNoisySystemsHaveTheirSpectra(t *testing.T) {
	const bins = 40_000
	x := mat.Col(nil, 0, AR1(.9)(bins, source(1)))
	if r := stat.Correlation(x[3:], x[:bins-3], nil); !(math.Abs(r-.729) <= .06) {
		t.Errorf("AR1 correlates by %.3f over 3 bins, want .9^3", r)
	}
	z := Oscillator(.98, .35)(bins, source(2))
	x, y := mat.Col(nil, 0, z), mat.Col(nil, 1, z)
	same, other := stat.Correlation(x[4:], x[:bins-4], nil), stat.Correlation(y[4:], x[:bins-4], nil)
	if decay := math.Pow(.98, 4); !(math.Abs(same-decay*math.Cos(1.4)) <= .06) ||
		!(math.Abs(other-decay*math.Sin(1.4)) <= .06) {
		t.Errorf("the oscillator correlates by %.3f and %.3f over 4 bins, want %.3f and %.3f", same, other,
			decay*math.Cos(1.4), decay*math.Sin(1.4))
	}
}

// TestLatentsThatAreNotGaussian checks kurtosis. The noise of an AR(1) is z(t) - memory z(t-1), with excess kurtosis 3
// if it is Laplace and 0 if it is normal. A cosine with a noisy phase has the correlation cos(turn) exp(-jitter^2/2)
// over one bin, and excess kurtosis -1.5.
func TestLatentsThatAreNotGaussian(t *testing.T) {
	const bins = 40_000
	for name, c := range map[string]struct {
		System
		memory, kurtosis float64
	}{"AR1": {AR1(.6), .6, 0}, "LaplaceAR1": {LaplaceAR1(.6), .6, 3}} {
		z := mat.Col(nil, 0, c.System(bins, source(3)))
		noise := make([]float64, bins-1)
		for i := range noise {
			noise[i] = z[i+1] - c.memory*z[i]
		}
		if k := stat.ExKurtosis(noise, nil); !(math.Abs(k-c.kurtosis) <= .3) { // of Laplace noise it is off by about .1
			t.Errorf("%s: the noise's kurtosis is %.2f, want %g", name, k, c.kurtosis)
		}
		if r := stat.Correlation(z[1:], z[:bins-1], nil); !(math.Abs(r-c.memory) <= .02) {
			t.Errorf("%s correlates by %.3f over a bin, want %g", name, r, c.memory)
		}
	}
	z := mat.Col(nil, 0, Cosine(.4, .2)(bins, source(4)))
	if r, want := stat.Correlation(z[1:], z[:bins-1], nil), math.Cos(.4)*math.Exp(-.02); !(math.Abs(r-want) <= .01) {
		t.Errorf("the cosine correlates by %.3f over a bin, want %.3f", r, want)
	}
	if k := stat.ExKurtosis(z, nil); !(math.Abs(k+1.5) <= .05) {
		t.Errorf("the cosine's kurtosis is %.2f, want -1.5", k)
	}
}

func TestMixedIsItsDefinition(t *testing.T) {
	r, truth, err := Mixed([]System{Lorenz(.05), AR1(.9)}, MixedOptions{Neurons: 10, Bins: 800, Scale: 2, Noise: .05},
		source(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(truth.Groups, []int{3, 1}) || r.Bins() != 800 || r.Activity.Cols != 10 || !r.Input.Empty() {
		t.Errorf("groups %v, %d bins of %d neurons", truth.Groups, r.Bins(), r.Activity.Cols)
	}
	a := dense(truth.A)
	var gram, signal, noise mat.Dense
	gram.Mul(a.T(), a)
	for i := range 4 {
		for j := range 4 {
			want := 0.0
			if i == j {
				want = 4
			}
			if !(math.Abs(gram.At(i, j)-want) <= 1e-5) { // float32
				t.Errorf("A'A at %d, %d is %g, want %g", i, j, gram.At(i, j), want)
			}
		}
	}
	signal.Mul(dense(truth.Z), a.T())
	noise.Sub(dense(r.Activity), &signal)
	// 8000 values: 1/sqrt(16000) of it is .0004
	if std := stat.PopStdDev(noise.RawMatrix().Data, nil); !(math.Abs(std-.05) <= .002) {
		t.Errorf("the noise's standard deviation is %g", std)
	}
}

// TestMixedTruthIsTheBestEncoder checks that the ridge regression's gradient vanishes at the ground-truth B: h'(z - B
// h - c) = 3 B, and the residuals of all bins sum to 0.
func TestMixedTruthIsTheBestEncoder(t *testing.T) {
	r, truth, err := Mixed([]System{Lorenz(.05), Oscillator(.98, .35)}, MixedOptions{}, source(2))
	if err != nil {
		t.Fatal(err)
	}
	h := history(r)
	var residual, products mat.Dense
	residual.Mul(h, dense(truth.B).T())
	residual.Apply(func(t, k int, v float64) float64 { return float64(truth.Z.Row(t)[k]) - v - float64(truth.C[k]) },
		&residual)
	products.Mul(residual.T(), h)
	for k := range truth.Z.Cols {
		if sum := mat.Sum(residual.ColView(k)); !(math.Abs(sum) <= 0.02) { // 2000 bins in float32
			t.Errorf("latent %d: residuals sum to %g", k, sum)
		}
		for n, b := range truth.B.Row(k) {
			if d := products.At(k, n) - 3*float64(b); !(math.Abs(d) <= 0.02) {
				t.Errorf("B at %d, %d: the gradient is %g", k, n, d)
			}
		}
	}
}

func TestLorenzThomasIsThePapersRecording(t *testing.T) {
	r, truth, err := LorenzThomas(source(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	if r.Bins() != 2000 || r.Activity.Cols != 20 || !reflect.DeepEqual(truth.Owner(), []int{0, 0, 0, 1, 1, 1}) {
		t.Errorf("%d bins of %d neurons, owners %v", r.Bins(), r.Activity.Cols, truth.Owner())
	}
	var noise mat.Dense
	noise.Mul(dense(truth.Z), dense(truth.A).T())
	noise.Apply(func(t, n int, v float64) float64 { return float64(r.Activity.Row(t)[n]) - v - float64(truth.Bias[n]) },
		&noise)
	if std := stat.PopStdDev(noise.RawMatrix().Data, nil); !(math.Abs(std-.1) <= .002) {
		t.Errorf("the noise's standard deviation is %g", std)
	}
	for i, v := range noise.RawMatrix().Data {
		if d := float64(r.Input.Data[i]) - v/20; !(math.Abs(d) <= 1e-6) { // float32 of values of a few
			t.Fatalf("the input at %d is not a twentieth of the noise: off by %g", i, d)
		}
	}
	// h says the authors' latents by an R2 of .92 to .99
	_, r2 := leastSquares(t, history(r), dense(truth.Z))
	for k, v := range r2 {
		if !(v >= 0.85) {
			t.Errorf("latent %d can be encoded by an R2 of %.3f only", k, v)
		}
	}
	other, truthToo, err := LorenzThomas(source(2))
	if err != nil || !reflect.DeepEqual(truth.Z, truthToo.Z) || reflect.DeepEqual(r.Activity, other.Activity) {
		t.Errorf("another source is to change the neurons, not the latents; %v", err)
	}
}

func TestMixedRefuses(t *testing.T) {
	lorenz := []System{Lorenz(.05)}
	for _, o := range []MixedOptions{{Neurons: 2}, {Bins: 1}, {Bins: -5}, {Noise: -1}} {
		if _, _, err := Mixed(lorenz, o, source(1)); err == nil {
			t.Errorf("simulated %+v", o)
		}
	}
	if _, _, err := Mixed(nil, MixedOptions{}, source(1)); err == nil {
		t.Error("simulated no system")
	}
}
