package evaluate

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// fifty is the band around 50 Hz, in windows of 50 frames at 200 frames/s.
var fifty = Band{Low: 48, High: 52, BinWidth: .005}

// wave returns amplitude * sin(2 pi f t + phase) in rows [from, to) of n at 200 frames/s, and 0 elsewhere.
func wave(n, from, to int, amplitude, frequency, phase float64) []float64 {
	x := make([]float64, n)
	for t := from; t < to; t++ {
		x[t] = amplitude * math.Sin(2*math.Pi*frequency*float64(t)/200+phase)
	}
	return x
}

func byColumn(cols ...[]float64) *mat.Dense {
	z := mat.NewDense(len(cols[0]), len(cols), nil)
	for j, c := range cols {
		z.SetCol(j, c)
	}
	return z
}

// identity returns a decoder with one channel per latent, so that power is the power of the latents.
func identity(k int) *mat.Dense {
	a := mat.NewDense(k, k, nil)
	for i := range k {
		a.Set(i, i, 1)
	}
	return a
}

func TestPowerOfAWaveAtItsFrequency(t *testing.T) {
	b := fifty
	b.Low, b.High = 50, 50
	z := byColumn(wave(100, 0, 100, 3, 50, .4))
	p, err := b.Decoded(z, identity(1), Sizes(1), []int{50})
	if err != nil {
		t.Fatal(err)
	}
	// half the amplitude times the sum of the window's weights, (50-1)/2; the image at -50 Hz leaks a ten-thousandth
	want := math.Pow(3./2*49/2, 2)
	near(t, "power before", p.Before[0], want, 1e-3)
	near(t, "power after", p.After[0], want, 1e-3)
}

func TestPowerFollowsTheDefinitionOfTheTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	z := normal(r, 60, 1)
	b := Band{Low: 20, High: 31, BinWidth: .01, Window: 12, Padded: 30}
	p, err := b.Decoded(z, identity(1), Sizes(1), []int{12, 40})
	if err != nil {
		t.Fatal(err)
	}
	mean := floats.Sum(mat.Col(nil, 0, z)) / 60
	want := 0.0
	for _, first := range []int{12, 40} {
		for k := 6; k <= 9; k++ { // of 100/30 Hz each: 20, 23.3, 26.7, 30
			c := 0i
			for i := range 12 {
				hann := .5 - .5*math.Cos(2*math.Pi*float64(i)/11)
				c += complex(hann*(z.At(first+i, 0)-mean), 0) * cmplx.Exp(complex(0, -2*math.Pi*float64(k*i)/30))
			}
			want += real(c * cmplx.Conj(c))
		}
	}
	near(t, "power", p.After[0], want, 1e-10)
}

// TestSharesDistinguishAnEvokedOscillationFromAConstantOne has two trials with an event, at rows 50 and 200. The
// first group responds at 50 Hz. The second oscillates at 50 Hz all the time, and the third at 10 Hz with ten times
// the amplitude.
func TestSharesDistinguishAnEvokedOscillationFromAConstantOne(t *testing.T) {
	const n = 300
	answer, quadrature := wave(n, 50, 100, 1, 50, 0), wave(n, 50, 100, 1, 50, math.Pi/2)
	floats.Add(answer, wave(n, 200, 250, 1, 50, 0))
	floats.Add(quadrature, wave(n, 200, 250, 1, 50, math.Pi/2))
	z := byColumn(answer, quadrature, wave(n, 0, n, 1, 50, 0), wave(n, 0, n, 1, 50, 1), wave(n, 0, n, 10, 10, 0),
		wave(n, 0, n, 10, 10, 1))
	p, err := fifty.Decoded(z, identity(6), Sizes(2, 2, 2), []int{50, 200})
	if err != nil {
		t.Fatal(err)
	}
	for g, want := range []float64{.5, .5, 0} { // the Hann window passes a millionth of 10 Hz
		near(t, "share", Shares(p.After)[g], want, 1e-3)
	}
	for g, want := range []float64{1, 0, 0} {
		near(t, "evoked share", p.EvokedShare()[g], want, 1e-3)
	}
	white, err := fifty.Whitened(z, Sizes(2, 2, 2), []int{50, 200})
	if err != nil {
		t.Fatal(err)
	}
	// With two of six windows of 50 frames at 50 Hz, whitening makes the first group's bursts three times as strong
	// as the second group's wave.
	near(t, "whitened share", Shares(white.After)[0], .75, 1e-2)
	near(t, "whitened evoked share", white.EvokedShare()[0], 1, 1e-3)
}

func TestSharesOfNothing(t *testing.T) {
	p := BandPower{Before: []float64{2, 3}, After: []float64{1, 3}}
	for g, want := range []float64{.25, .75} {
		near(t, "share", Shares(p.After)[g], want, 1e-15)
		near(t, "evoked share if power only falls", p.EvokedShare()[g], 0, 0)
	}
}

func TestWhitenedPowerDoesNotDependOnTheBasisOfAGroup(t *testing.T) {
	z := normal(rand.New(rand.NewPCG(2, 0)), 200, 4)
	mix := mat.NewDense(4, 4, []float64{3, -1, 0, 0, .5, .1, 0, 0, 0, 0, 0, 2, 0, 0, 10, 1}) // within the groups
	var mixed mat.Dense
	mixed.Mul(z, mix)
	mixed.Apply(func(_, _ int, v float64) float64 { return v + 100 }, &mixed) // an offset has no frequency
	p, err := fifty.Whitened(z, Sizes(2, 2), []int{60, 150})
	if err != nil {
		t.Fatal(err)
	}
	q, err := fifty.Whitened(&mixed, Sizes(2, 2), []int{60, 150})
	if err != nil {
		t.Fatal(err)
	}
	for g := range 2 {
		near(t, "power before", q.Before[g], p.Before[g], 1e-9)
		near(t, "power after", q.After[g], p.After[g], 1e-9)
	}
}

func TestDecodedPowerIsThePowerOfTheChannels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	z, a := normal(r, 120, 3), normal(r, 7, 3)
	p, err := fifty.Decoded(z, a, Sizes(2, 1), []int{60})
	if err != nil {
		t.Fatal(err)
	}
	for g, group := range Sizes(2, 1) {
		var x mat.Dense
		x.Mul(Columns(z, group), Columns(a, group).T())
		q, err := fifty.Decoded(&x, identity(7), Sizes(7), []int{60})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "power of the channels", p.After[g], q.After[0], 1e-9)
	}
}

func TestBandRefuses(t *testing.T) {
	z := normal(rand.New(rand.NewPCG(4, 0)), 120, 2)
	for name, c := range map[string]struct {
		band  Band
		event int
	}{
		"a window before the first row": {fifty, 49},
		"a window after the last row":   {fifty, 71},
		"no bin width":                  {Band{Low: 48, High: 52}, 60},
		"no frequency in the band":      {Band{Low: 50.1, High: 50.2, BinWidth: .005}, 60},
		"a band above the sampling":     {Band{Low: 101, High: 120, BinWidth: .005}, 60},
		"fewer bins with zeros":         {Band{Low: 48, High: 52, BinWidth: .005, Padded: 49}, 60},
	} {
		if _, err := c.band.Whitened(z, Sizes(2), []int{c.event}); err == nil {
			t.Errorf("%s was accepted, want an error", name)
		}
	}
	if _, err := fifty.Whitened(byColumn(mat.Col(nil, 0, z), make([]float64, 120)), Sizes(2), []int{60}); err == nil {
		t.Error("a constant latent was whitened, want an error")
	}
}

// TestDensityIntegratesToTheVariance checks that noise of variance 4 has a flat one-sided density of 4 over the
// Nyquist frequency, within its random error. Two whitened latents have the variance 2.
func TestDensityIntegratesToTheVariance(t *testing.T) {
	const n, window = 20000, 100
	z := normal(rand.New(rand.NewPCG(9, 0)), n, 2)
	z.Scale(2, z)
	w := Windows{BinWidth: .005, Window: window, Padded: window}
	var firsts []int
	for first := 0; first+window <= n; first += window / 2 {
		firsts = append(firsts, first)
	}
	decoded, err := w.Decoded(z, identity(2), SingletonGroups(2), firsts)
	if err != nil {
		t.Fatal(err)
	}
	white, err := w.Whitened(z, Sizes(2), firsts)
	if err != nil {
		t.Fatal(err)
	}
	spacing, scale := 1/(window*.005), w.Density()/float64(len(firsts))
	near(t, "variance", decoded.In(1, 99)[0]*scale*spacing/(98./100), 4, 0.1)
	near(t, "whitened variance", white.In(1, 99)[0]*scale*spacing/(98./100), 2, 0.1)
}
