package regress

import (
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Affine is a map from x to y = Y + Map' (x - X).
type Affine struct {
	X, Y []float64  // (p), (q) means of the fitted rows
	Map  *mat.Dense // (p,q)
}

// LeastSquares returns the affine map of x (n,p) that is closest to y (n,q). If columns of x are dependent, several
// maps are equally close, and it returns the smallest of them.
func LeastSquares(x, y *mat.Dense) (Affine, error) {
	n, p := x.Dims()
	out := Affine{X: Means(x), Y: Means(y)}
	var svd mat.SVD
	if !svd.Factorize(Shifted(x, -1, out.X), mat.SVDThin) || floats.HasNaN(svd.Values(nil)) {
		return out, errors.New("least squares: the latents are not finite")
	}
	out.Map = mat.NewDense(p, len(out.Y), nil)
	rank := svd.Rank(float64(max(n, p)) * 0x1p-52) // the usual limit; smaller singular values are rounding
	if rank == 0 {
		return out, nil
	}
	var u, v, w mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	w.Mul(u.Slice(0, n, 0, rank).T(), Shifted(y, -1, out.Y))
	for i, s := range svd.Values(nil)[:rank] {
		floats.Scale(1/s, w.RawRowView(i))
	}
	out.Map.Mul(v.Slice(0, p, 0, rank), &w)
	return out, nil
}

// Apply maps every row of x (n,p).
func (a Affine) Apply(x *mat.Dense) *mat.Dense {
	var y mat.Dense
	y.Mul(Shifted(x, -1, a.X), a.Map)
	return Shifted(&y, 1, a.Y)
}

// Linear returns w x + c for every row of x (n,p), with w (q,p).
func Linear(x, w *mat.Dense, c []float64) *mat.Dense {
	var y mat.Dense
	y.Mul(x, w.T())
	return Shifted(&y, 1, c)
}
