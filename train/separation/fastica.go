package separation

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// FastICAOptions bounds the iteration. The zero value is right for most.
type FastICAOptions struct {
	Iterations int     // at most; 0: 1000
	Tolerance  float64 // of every direction's turn in one iteration, 1 - |cos|; 0: 1e-6
}

// FastICA separates latents z (T,K) into components that are as far from Gaussian as can be: the symmetric fixed-point
// iteration for the contrast logcosh (Hyvarinen 1999), from a random rotation. It looks at every bin by itself, so it
// cannot tell apart components that are nearly Gaussian, which [Unmix] can where their spectra differ; it is here for
// comparison.
//
// It fails where latents are linearly dependent. Where the iteration does not settle, the error is ErrUnsettled and the
// components are those that it was at: directions in which the latents are nearly Gaussian may turn for ever.
func FastICA(z *mat.Dense, random *rand.Rand, o FastICAOptions) (*Unmixing, error) {
	if o.Iterations == 0 {
		o.Iterations = 1000
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-6
	}
	u, err := whitening(z)
	if err != nil {
		return nil, fmt.Errorf("FastICA: %w", err)
	}
	white := u.Apply(z)
	_, k := white.Dims()
	v := mat.NewDense(k, k, nil) // a column a direction
	v.Apply(func(int, int, float64) float64 { return random.NormFloat64() }, v)
	if v, err = nearestRotation(v); err != nil {
		return nil, err
	}
	for range o.Iterations {
		next, err := nearestRotation(fixedPoint(white, v))
		if err != nil {
			return nil, err
		}
		var cos mat.Dense
		cos.Mul(next.T(), v)
		turn := 0.0
		for i := range k {
			turn = max(turn, math.Abs(math.Abs(cos.At(i, i))-1))
		}
		if v = next; turn < o.Tolerance {
			u.W.Mul(mat.DenseCopyOf(u.W), v)
			return u, nil
		}
	}
	u.W.Mul(mat.DenseCopyOf(u.W), v)
	return u, fmt.Errorf("after %d iterations, %w: allow more, or use Unmix", o.Iterations, ErrUnsettled)
}

// ErrUnsettled is of an iteration that has been stopped.
var ErrUnsettled = errors.New("FastICA has not settled")

// fixedPoint is E[z tanh(v'z)] - v E[1 - tanh(v'z)^2] for every column v.
func fixedPoint(white, v *mat.Dense) *mat.Dense {
	bins, k := white.Dims()
	var y, next mat.Dense
	y.Mul(white, v)
	slope := make([]float64, k)
	for t := range bins {
		for j, s := range y.RawRowView(t) {
			g := math.Tanh(s)
			y.Set(t, j, g)
			slope[j] += 1 - g*g
		}
	}
	next.Mul(white.T(), &y)
	next.Apply(func(i, j int, g float64) float64 { return (g - slope[j]*v.At(i, j)) / float64(bins) }, &next)
	return &next
}

// nearestRotation is U V' of the singular value decomposition of m.
func nearestRotation(m *mat.Dense) (*mat.Dense, error) {
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDFull) {
		return nil, errors.New("FastICA: the directions are not finite: are the latents?")
	}
	var u, v, r mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	r.Mul(&u, v.T())
	return &r, nil
}
