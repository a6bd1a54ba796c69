package evaluate

import (
	"fmt"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/dsp/window"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Band is a frequency band, with the window in which its power is measured: a Hann window, padded with zeros. The
// power is |DFT|^2 summed over the frequencies of the band, in the squared unit of the latents or the activity. The
// paper's voltage imaging asks which group's latents hold the power at 50 Hz that an air puff evokes.
type Band struct {
	Low, High float64 // Hz, both ends included
	BinWidth  float64 // seconds
	Window    int     // bins; 0 means 50
	Padded    int     // bins with the padding, which sets the frequency resolution; 0 means four times Window
}

func (b Band) withDefaults() (Band, error) {
	if b.Window == 0 {
		b.Window = 50
	}
	if b.Padded == 0 {
		b.Padded = 4 * b.Window
	}
	if b.Window < 3 || b.Padded < b.Window || !(b.BinWidth > 0) {
		return b, fmt.Errorf("power in a band: a window of %d bins of %g s, padded to %d bins, is invalid;"+
			" give at least 3 bins and their width", b.Window, b.BinWidth, b.Padded)
	}
	if len(indicesIn(b.windows().frequencies(), b.Low, b.High)) == 0 {
		return b, fmt.Errorf("power in a band: no frequency of %d bins of %g s is within %g to %g Hz;"+
			" give a longer window or a wider band", b.Padded, b.BinWidth, b.Low, b.High)
	}
	return b, nil
}

func (b Band) windows() Windows {
	return Windows{BinWidth: b.BinWidth, Window: b.Window, Padded: b.Padded}
}

// BandPower is the power of every group in the windows that end at events and in the windows that start at them,
// summed over events.
type BandPower struct {
	Before, After []float64 // G
}

// EvokedShare returns each group's share of the power that the events add, After - Before. A group that loses power
// has the share 0. The largest share measures how well one group isolates an evoked oscillation: it is 1 if no other
// group gains power.
func (p BandPower) EvokedShare() []float64 {
	return Shares(floats.SubTo(make([]float64, len(p.After)), p.After, p.Before))
}

// Shares divides values by their sum, with negative values set to 0. If no value is positive, all shares are 0.
func Shares(power []float64) []float64 {
	out := make([]float64, len(power))
	for g, v := range power {
		out[g] = max(0, v)
	}
	if total := floats.Sum(out); total > 0 {
		floats.Scale(1/total, out)
	}
	return out
}

// Whitened returns the power of each group's latents, whitened within the group over all rows of z (n,K). So neither
// the scale nor the basis of a group's latents matters. Events are rows of z: give only held-out trials, in z too.
//
// The windows before and after an event must lie within its trial, which is not checked. It returns an error if a
// window leaves z, no frequency lies within the band, or a group's latents are linearly dependent.
func (b Band) Whitened(z *mat.Dense, groups Groups, events []int) (BandPower, error) {
	return b.power(events, func(w Windows, firsts []int) (Spectrum, error) { return w.Whitened(z, groups, firsts) })
}

// Decoded returns the power of A_g z_g summed over channels, for latents z (n,K) and a linear decoder A (N,K): each
// group's contribution to the activity. Events are defined as in [Band.Whitened]. It returns an error if a window
// leaves z or no frequency lies within the band.
func (b Band) Decoded(z, a *mat.Dense, groups Groups, events []int) (BandPower, error) {
	return b.power(events, func(w Windows, firsts []int) (Spectrum, error) { return w.Decoded(z, a, groups, firsts) })
}

// power sums a spectrum over the frequencies in the band, for the windows before events and the windows after them.
func (b Band) power(events []int, spectrum func(Windows, []int) (Spectrum, error)) (p BandPower, err error) {
	b, err = b.withDefaults()
	if err != nil {
		return p, err
	}
	before := make([]int, len(events))
	for i, e := range events {
		before[i] = e - b.Window
	}
	for _, side := range []struct {
		firsts []int
		sums   *[]float64
	}{{before, &p.Before}, {events, &p.After}} {
		s, err := spectrum(b.windows(), side.firsts)
		if err != nil {
			return p, err
		}
		*side.sums = s.In(b.Low, b.High)
	}
	return p, nil
}

// Windows says how power over frequency is measured (Welch 1967): in stretches of bins under a Hann window, each
// padded with zeros, and summed.
type Windows struct {
	BinWidth float64 // seconds
	Window   int     // bins of a stretch, at least 3
	Padded   int     // bins with the padding, at least Window
}

// Spectrum is the power of every group at every frequency from 0 to the Nyquist frequency.
type Spectrum struct {
	Frequency []float64 // Hz
	// (G) at Frequency: |DFT|^2 summed over windows, in the squared unit of the latents or the activity
	Power [][]float64
}

// In returns every group's power from low to high, in Hz, both included.
func (s Spectrum) In(low, high float64) []float64 {
	out := make([]float64, len(s.Power))
	for g, power := range s.Power {
		for _, f := range indicesIn(s.Frequency, low, high) {
			out[g] += power[f]
		}
	}
	return out
}

// indicesIn returns the indices of the frequencies from low to high.
func indicesIn(frequencies []float64, low, high float64) (in []int) {
	const rounding = 1e-9 // so that a frequency at the band's edge is included
	for i, f := range frequencies {
		if f >= low-rounding && f <= high+rounding {
			in = append(in, i)
		}
	}
	return in
}

// frequencies returns the frequencies of a real Fourier transform of a padded window, in Hz.
func (w Windows) frequencies() (f []float64) {
	for i := range w.Padded/2 + 1 {
		f = append(f, float64(i)/(float64(w.Padded)*w.BinWidth))
	}
	return f
}

// Density returns the factor that turns the power of one window into a one-sided density per Hz, whose integral over
// frequency is the variance. It is 2 bin widths over the sum of the squared Hann window (Welch 1967).
func (w Windows) Density() float64 {
	hann := make([]float64, w.Window)
	for i := range hann {
		hann[i] = 1
	}
	window.Hann(hann)
	return 2 * w.BinWidth / floats.Dot(hann, hann)
}

// Whitened returns the spectrum of each group's latents, whitened within the group as in [Band.Whitened]. The windows
// of z (n,K) start at the rows firsts.
func (w Windows) Whitened(z *mat.Dense, groups Groups, firsts []int) (Spectrum, error) {
	return w.spectrum(z, groups, firsts, func(g []int) (mat.Symmetric, error) {
		x := centred(Columns(z, g))
		n, _ := x.Dims()
		var covariance, inverse mat.SymDense
		covariance.SymOuterK(1/float64(n), x.T())
		var chol mat.Cholesky
		if !chol.Factorize(&covariance) {
			return nil, fmt.Errorf("power in a band: latents %v are linearly dependent, so they cannot be whitened", g)
		}
		return &inverse, chol.InverseTo(&inverse)
	})
}

// Decoded returns the spectrum of A_g z_g summed over channels, as in [Band.Decoded].
func (w Windows) Decoded(z, a *mat.Dense, groups Groups, firsts []int) (Spectrum, error) {
	return w.spectrum(z, groups, firsts, func(g []int) (mat.Symmetric, error) {
		var gram mat.SymDense
		gram.SymOuterK(1, Columns(a, g).T())
		return &gram, nil
	})
}

// spectrum sums f' M f over windows. f holds the latents' Fourier coefficients, f' is its conjugate transpose, and M
// is the group's metric. The inverse covariance whitens; A'A sums |A f|^2 over channels without computing A f.
func (w Windows) spectrum(z *mat.Dense, groups Groups, firsts []int,
	metric func([]int) (mat.Symmetric, error)) (s Spectrum, err error) {
	n, _ := z.Dims()
	for _, first := range firsts {
		if first < 0 || first+w.Window > n {
			return s, fmt.Errorf("power in a band: the window of %d bins from row %d does not fit into the %d rows",
				w.Window, first, n)
		}
	}
	transform := fourier.NewFFT(w.Padded)
	s.Frequency = w.frequencies()
	for _, ks := range groups {
		m, err := metric(ks)
		if err != nil {
			return s, err
		}
		x, power := centred(Columns(z, ks)), make([]float64, len(s.Frequency))
		for _, first := range firsts {
			w.add(power, transform, x, first, m)
		}
		s.Power = append(s.Power, power)
	}
	return s, nil
}

// add adds the power under the metric in the window of x (n,k) that starts at row first.
func (w Windows) add(power []float64, transform *fourier.FFT, x *mat.Dense, first int, metric mat.Symmetric) {
	_, k := x.Dims()
	coefficients := make([][]complex128, k)
	for j := range k {
		signal := make([]float64, w.Padded)
		for i := range w.Window {
			signal[i] = x.At(first+i, j)
		}
		window.Hann(signal[:w.Window])
		coefficients[j] = transform.Coefficients(nil, signal)
	}
	for f := range power {
		for i := range k {
			for j := range k { // the real part of conj(c_i) c_j, because the imaginary parts of (i,j) and (j,i) cancel
				ci, cj := coefficients[i][f], coefficients[j][f]
				power[f] += metric.At(i, j) * (real(ci)*real(cj) + imag(ci)*imag(cj))
			}
		}
	}
}

// centred subtracts its mean from every column, in place, so that an offset does not leak into the band.
func centred(x *mat.Dense) *mat.Dense {
	n, k := x.Dims()
	for j := range k {
		column := mat.Col(nil, j, x)
		floats.AddConst(-floats.Sum(column)/float64(n), column)
		x.SetCol(j, column)
	}
	return x
}
