package separation

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// FastICAOptions limits the iteration. The zero value suits most latents.
type FastICAOptions struct {
	Iterations int     // largest number; 0 means 1000
	Tolerance  float64 // largest change of a direction in the last iteration, 1 - |cos|; 0 means 1e-6
}

// FastICA separates latents z (T,K) into components that are as non-Gaussian as possible. It is the symmetric
// fixed-point iteration for the contrast logcosh (Hyvarinen 1999), from a random rotation. It uses each bin
// separately, so it cannot separate components that are nearly Gaussian. JADE and SOBI can if their spectra differ.
//
// It returns an error if latents are linearly dependent. If the iteration does not converge, the error is
// ErrUnsettled, with the components of the last iteration. Directions in which the latents are nearly Gaussian may
// never converge.
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
	v := mat.NewDense(k, k, nil) // one direction per column
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
	return u, fmt.Errorf("after %d iterations, %w; allow more iterations", o.Iterations, ErrUnsettled)
}

// ErrUnsettled is the error of an iteration that reached its limit.
var ErrUnsettled = errors.New("FastICA has not converged")

// fixedPoint returns E[z tanh(v'z)] - v E[1 - tanh(v'z)^2] for every column v.
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

// nearestRotation returns U V' of the singular value decomposition of m.
func nearestRotation(m *mat.Dense) (*mat.Dense, error) {
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDFull) {
		return nil, errors.New("FastICA: the directions are not finite; check the latents for NaN or very large values")
	}
	var u, v, r mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	r.Mul(&u, v.T())
	return &r, nil
}
