package simulate

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"facrnn/data"
)

// CountsOptions describes spiking neurons that encode latents.
type CountsOptions struct {
	Neurons int     // N, at least as many as latents; 0: 50
	Rate    float64 // mean count of a neuron in a bin; 0: 1
	Depth   float64 // standard deviation of a latent's contribution to the log-rates; 0: 0.35
	// Dispersion a makes counts more variable than Poisson: at a rate y, their variance is y + a y^2. 0: Poisson
	Dispersion float64
}

// Counts simulates spike counts of neurons that encode latents z (T,K) in groups of the given sizes. Each latent is
// standardised, and the loadings are orthogonal:
//
//	x_n(t) ~ Poisson( exp( A_n z(t) + Bias_n ) ),  Bias_n = ln Rate - |A_n|^2 / 2
//
// With a Dispersion a, every rate is multiplied by its own random gain, Gamma(1/a, a) of mean 1, and the counts are
// negative binomial.
//
// The ground truth's B and C predict z from a history of one bin, as in [Mixed].
func Counts(z data.Matrix, sizes []int, o CountsOptions, random *rand.Rand) (*data.Recording, *Truth, error) {
	if o.Neurons == 0 {
		o.Neurons = 50
	}
	if o.Rate == 0 {
		o.Rate = 1
	}
	if o.Depth == 0 {
		o.Depth = 0.35
	}
	K := 0
	for _, n := range sizes {
		K += n
	}
	if z.Rows < 2 || z.Cols != K || !(o.Rate > 0 && o.Rate < 1e6) || !(o.Depth > 0 && o.Depth < 10) ||
		!(o.Dispersion >= 0 && o.Dispersion < 100) {
		return nil, nil, fmt.Errorf("simulating counts of %d x %d latents in groups of %d: %+v: give latents for "+
			"these groups, and rates and depths above 0", z.Rows, z.Cols, sizes, o)
	}
	latents := mat.NewDense(z.Rows, K, nil)
	for i, v := range z.Data {
		latents.Set(i/K, i%K, float64(v))
	}
	if standardized(latents); floats.HasNaN(latents.RawMatrix().Data) {
		return nil, nil, errors.New("simulating counts: a latent is constant, NaN or infinite")
	}
	length := o.Depth * math.Sqrt(float64(o.Neurons))
	m, err := newMixture([]*mat.Dense{latents}, o.Neurons, func(int) float64 { return length }, random)
	if err != nil {
		return nil, nil, err
	}
	m.sizes = sizes
	for n := range m.bias {
		a := m.a.RowView(n)
		m.bias[n] = math.Log(o.Rate) - 0.5*mat.Dot(a, a)
	}
	x := m.drive()
	x.Apply(func(_, _ int, v float64) float64 {
		rate := math.Exp(v)
		if a := o.Dispersion; a > 0 {
			rate *= distuv.Gamma{Alpha: 1 / a, Beta: 1 / a, Src: random}.Rand()
		}
		return distuv.Poisson{Lambda: rate, Src: random}.Rand()
	}, x)
	r, truth, err := m.recording(x, data.Matrix{})
	if err == nil {
		r.Unit = "counts"
	}
	return r, truth, err
}
