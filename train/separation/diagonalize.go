package separation

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// diagonalize returns the rotation V (K,K) that makes V'MV as diagonal as possible for all symmetric matrices ms
// (K,K) at once. It uses Jacobi rotations of two columns at a time, each with the best angle for all matrices
// (Cardoso and Souloumiac 1996). It overwrites the matrices.
func diagonalize(ms []*mat.Dense) *mat.Dense {
	const sweeps, smallest = 100, 1e-8 // smallest sine of a rotation
	k, _ := ms[0].Dims()
	v := mat.NewDense(k, k, nil)
	for i := range k {
		v.Set(i, i, 1)
	}
	for range sweeps {
		rotated := false
		for p := range k {
			for q := p + 1; q < k; q++ {
				sin, cos := math.Sincos(jacobiAngle(ms, p, q))
				if math.Abs(sin) <= smallest {
					continue
				}
				rotated = true
				for _, m := range ms {
					rotateColumns(m, p, q, cos, sin)
					rotateRows(m, p, q, cos, sin)
				}
				rotateColumns(v, p, q, cos, sin)
			}
		}
		if !rotated {
			break
		}
	}
	return v
}

// jacobiAngle returns the rotation of columns p and q that minimizes the entries between them over all matrices.
func jacobiAngle(ms []*mat.Dense, p, q int) float64 {
	var on, cross, off float64
	for _, m := range ms {
		d, o := m.At(p, p)-m.At(q, q), m.At(p, q)+m.At(q, p)
		on += d * d
		cross += d * o
		off += o * o
	}
	return 0.5 * math.Atan2(2*cross, on-off+math.Hypot(on-off, 2*cross))
}

func rotateColumns(m *mat.Dense, p, q int, cos, sin float64) {
	rows, _ := m.Dims()
	for i := range rows {
		r := m.RawRowView(i)
		r[p], r[q] = cos*r[p]+sin*r[q], cos*r[q]-sin*r[p]
	}
}

func rotateRows(m *mat.Dense, p, q int, cos, sin float64) {
	a, b := m.RawRowView(p), m.RawRowView(q)
	for j := range a {
		a[j], b[j] = cos*a[j]+sin*b[j], cos*b[j]-sin*a[j]
	}
}
