package evaluate

import (
	"fmt"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/dsp/window"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Band is a band of frequencies, and how power in it is measured: in a stretch of bins under a Hann window, filled up with zeros. The
// power of a stretch is |DFT|^2 summed over the frequencies of the band, in the square of the latents' or the activity's unit. The
// paper's voltage imaging asks which group's latents hold the power at 50 Hz that an air puff evokes.
type Band struct {
	Low, High float64 // Hz, both within the band
	BinWidth  float64 // seconds
	Window    int     // bins of a stretch; 50 where 0
	Padded    int     // bins with the zeros, which sets the frequencies' distance; four times Window where 0
}

func (b Band) withDefaults() (Band, error) {
	if b.Window == 0 {
		b.Window = 50
	}
	if b.Padded == 0 {
		b.Padded = 4 * b.Window
	}
	if b.Window < 3 || b.Padded < b.Window || !(b.BinWidth > 0) {
		return b, fmt.Errorf("power in a band: windows of %d bins of %g s, filled up to %d: give at least 3 bins, and how wide they are", b.Window, b.BinWidth, b.Padded)
	}
	if len(b.frequencies()) == 0 {
		return b, fmt.Errorf("power in a band: no frequency of %d bins of %g s is within %g to %g Hz", b.Padded, b.BinWidth, b.Low, b.High)
	}
	return b, nil
}

// frequencies are the coefficients of a real transform that are within the band.
func (b Band) frequencies() []int {
	const rounding = 1e-9 // so that a frequency at the band's edge is in it
	var in []int
	for i := range b.Padded/2 + 1 {
		if f := float64(i) / (float64(b.Padded) * b.BinWidth); f >= b.Low-rounding && f <= b.High+rounding {
			in = append(in, i)
		}
	}
	return in
}

// BandPower is the power of every group in the windows that end before events and in those that begin at them, summed over events.
type BandPower struct {
	Before, After []float64 // G
}

// Share is each group's part of the power after the events; the parts add up to 1.
func (p BandPower) Share() []float64 { return share(p.After) }

// EvokedShare is each group's part of the power that the events add, after less before; a group that loses power has no part in it.
// The largest is the index of how far one group holds an evoked oscillation: 1 where it alone does.
func (p BandPower) EvokedShare() []float64 {
	return share(floats.SubTo(make([]float64, len(p.After)), p.After, p.Before))
}

// share divides by the sum, negative values counting as 0. Where there is nothing to share, all get 0.
func share(power []float64) []float64 {
	out := make([]float64, len(power))
	for g, v := range power {
		out[g] = max(0, v)
	}
	if total := floats.Sum(out); total > 0 {
		floats.Scale(1/total, out)
	}
	return out
}

// Whitened is the power of each group's latents after they are whitened within the group, over all rows of z (n,K), so that neither
// scale nor basis of a group's latents matters. Events are rows of z: give the held-out trials only, in z too. The windows before and
// after an event are to lie within its trial, which is not checked. It fails where a window leaves z, no frequency lies within the
// band, or a group's latents depend linearly on one another.
func (b Band) Whitened(z *mat.Dense, groups Groups, events []int) (BandPower, error) {
	return b.power(z, groups, events, func(g []int) (mat.Symmetric, error) {
		x := centred(columns(z, g))
		n, _ := x.Dims()
		var covariance, inverse mat.SymDense
		covariance.SymOuterK(1/float64(n), x.T())
		var chol mat.Cholesky
		if !chol.Factorize(&covariance) {
			return nil, fmt.Errorf("power in a band: latents %v are linearly dependent and cannot be whitened", g)
		}
		return &inverse, chol.InverseTo(&inverse)
	})
}

// Decoded is the power of A_g z_g summed over channels, for latents z (n,K) and a linear decoder A (N,K): what each group adds to the
// activity. Events are those of [Band.Whitened]. It fails where a window leaves z or no frequency lies within the band.
func (b Band) Decoded(z, a *mat.Dense, groups Groups, events []int) (BandPower, error) {
	return b.power(z, groups, events, func(g []int) (mat.Symmetric, error) {
		var gram mat.SymDense
		gram.SymOuterK(1, columns(a, g).T())
		return &gram, nil
	})
}

// power sums f' M f over frequencies in the band and windows, where f are the latents' Fourier coefficients, f' their conjugate and
// M the group's metric: the inverse covariance whitens, and A'A adds up |A f|^2 over channels without making them.
func (b Band) power(z *mat.Dense, groups Groups, events []int, metric func([]int) (mat.Symmetric, error)) (BandPower, error) {
	p := BandPower{Before: make([]float64, len(groups)), After: make([]float64, len(groups))}
	b, err := b.withDefaults()
	if err != nil {
		return p, err
	}
	n, _ := z.Dims()
	for _, e := range events {
		if e < b.Window || e+b.Window > n {
			return p, fmt.Errorf("power in a band: windows of %d bins around the event at row %d leave the %d rows", b.Window, e, n)
		}
	}
	for g, ks := range groups {
		m, err := metric(ks)
		if err != nil {
			return p, err
		}
		x := centred(columns(z, ks))
		for _, e := range events {
			p.Before[g] += b.stretch(x, e-b.Window, m)
			p.After[g] += b.stretch(x, e, m)
		}
	}
	return p, nil
}

// stretch is the power under the metric in the window of x (n,k) that begins at row first.
func (b Band) stretch(x *mat.Dense, first int, metric mat.Symmetric) float64 {
	_, k := x.Dims()
	transform := fourier.NewFFT(b.Padded)
	coefficients := make([][]complex128, k)
	for j := range k {
		signal := make([]float64, b.Padded)
		for i := range b.Window {
			signal[i] = x.At(first+i, j)
		}
		window.Hann(signal[:b.Window])
		coefficients[j] = transform.Coefficients(nil, signal)
	}
	sum := 0.0
	for _, f := range b.frequencies() {
		for i := range k {
			for j := range k { // the real part of conj(c_i) c_j: the imaginary parts of (i,j) and (j,i) cancel
				ci, cj := coefficients[i][f], coefficients[j][f]
				sum += metric.At(i, j) * (real(ci)*real(cj) + imag(ci)*imag(cj))
			}
		}
	}
	return sum
}

// centred takes its mean from every column, in place, so that an offset leaks nothing into the band.
func centred(x *mat.Dense) *mat.Dense {
	n, k := x.Dims()
	for j := range k {
		column := mat.Col(nil, j, x)
		floats.AddConst(-floats.Sum(column)/float64(n), column)
		x.SetCol(j, column)
	}
	return x
}
