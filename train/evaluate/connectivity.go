package evaluate

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Agreement compares two connectivities over all their entries.
type Agreement struct {
	Error       float64 // mean |difference|
	RMSE        float64
	Correlation float64 // Pearson's
	R2          float64
}

// Connectivity compares an estimated W (N,N) with the true one.
func Connectivity(truth, estimate *mat.Dense) Agreement {
	return agree(entries(truth), entries(estimate))
}

// SubConnectivity compares the sub-connectivities of groups, W_g = A_g B_g, with the true ones; each true group is first matched to
// the estimated one that makes the sum of mean errors least. All are (N,N).
func SubConnectivity(truth, estimate []*mat.Dense) (Agreement, []int, error) {
	cost := mat.NewDense(len(truth), len(estimate), nil)
	for i, t := range truth {
		for j, e := range estimate {
			cost.Set(i, j, Connectivity(t, e).Error)
		}
	}
	match, err := Assign(cost)
	if err != nil {
		return Agreement{}, nil, err
	}
	var x, y []float64
	for i, t := range truth {
		x = append(x, entries(t)...)
		y = append(y, entries(estimate[match[i]])...)
	}
	return agree(x, y), match, nil
}

// SubConnectivities are W_g = A[:,g] B[g,:] for A (N,K) and B (K,N).
func SubConnectivities(a, b *mat.Dense, groups Groups) []*mat.Dense {
	var ws []*mat.Dense
	for _, g := range groups {
		var w mat.Dense
		w.Mul(columns(a, g), Rows(b, g))
		ws = append(ws, &w)
	}
	return ws
}

func entries(m *mat.Dense) []float64 {
	r, _ := m.Dims()
	var x []float64
	for i := range r {
		x = append(x, m.RawRowView(i)...)
	}
	return x
}

func agree(truth, estimate []float64) Agreement {
	n := float64(len(truth))
	var out Agreement
	var square, total float64
	mean := stat.Mean(truth, nil)
	for i, t := range truth {
		d := estimate[i] - t
		out.Error += math.Abs(d) / n
		square += d * d
		total += (t - mean) * (t - mean)
	}
	out.RMSE = math.Sqrt(square / n)
	out.R2 = 1 - square/total
	out.Correlation = stat.Correlation(truth, estimate, nil)
	return out
}
