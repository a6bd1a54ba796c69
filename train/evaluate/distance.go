package evaluate

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// DistanceCorrelations returns the dependence between every two columns of z (n,K), of any form: the square root of
// the bias-corrected distance correlation (Szekely and Rizzo 2013). It computes the sums of Huo and Szekely 2016,
// equation 2.7. Independent columns can give small negative estimates, which count as 0.
//
// The value is 1 for a straight line, as on the diagonal, and about 0 for independent columns. Every other dependence
// lies between, also curves that Pearson's correlation misses. A constant column has 0 with every other column, and
// so do all pairs if there are fewer than four rows. Time grows as n^2.
func DistanceCorrelations(z *mat.Dense) *mat.SymDense {
	n, K := z.Dims()
	out, columns := mat.NewSymDense(K, nil), make([]distances, K)
	for k := range K {
		columns[k] = newDistances(mat.Col(nil, k, z))
		out.SetSym(k, k, 1)
		for j := range k {
			if n >= 4 {
				out.SetSym(j, k, distanceCorrelation(columns[j], columns[k]))
			}
		}
	}
	return out
}

// distances holds a column x, the sum of the distances of each value to all others, their total, and the distance
// variance.
type distances struct {
	x, sums  []float64
	all      float64
	variance float64
}

func newDistances(x []float64) distances {
	d := distances{x: x, sums: make([]float64, len(x))}
	for i, v := range x {
		for _, w := range x {
			d.sums[i] += math.Abs(v - w)
		}
	}
	d.all = floats.Sum(d.sums)
	d.variance = distanceCovariance(d, d)
	return d
}

func distanceCorrelation(x, y distances) float64 {
	if !(x.variance > 0 && y.variance > 0) {
		return 0
	}
	return math.Sqrt(min(1, max(0, distanceCovariance(x, y)/math.Sqrt(x.variance*y.variance))))
}

// distanceCovariance returns the mean product of U-centred distances.
func distanceCovariance(x, y distances) float64 {
	n, products := float64(len(x.x)), 0.0
	for i, v := range x.x {
		w := y.x[i]
		for j := range i {
			products += 2 * math.Abs(v-x.x[j]) * math.Abs(w-y.x[j])
		}
	}
	return (products - 2/(n-2)*floats.Dot(x.sums, y.sums) + x.all*y.all/((n-1)*(n-2))) / (n * (n - 3))
}
