package evaluate

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// R2 is the uniform mean over columns of 1 - SS_res / SS_tot, for a truth and its estimate (n,q). Columns of the truth that never change
// hold nothing to explain and are left out; where none changes, it is NaN.
func R2(truth, estimate *mat.Dense) float64 { return meanR2(columnR2(deviations(truth, estimate))) }

// columnR2 is R2 of each column; NaN of one that never changes.
func columnR2(sums []deviation) []float64 {
	out := make([]float64, len(sums))
	for j, s := range sums {
		out[j] = 1 - s.residual/s.total
		if s.total == 0 {
			out[j] = math.NaN()
		}
	}
	return out
}

// meanR2 is the mean of what is not NaN.
func meanR2(columns []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range columns {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

// deviation keeps a column's running sums (Welford's, so that a large mean costs no digits and what never changes has exactly no
// variance).
type deviation struct {
	n, mean, total, residual float64
}

func (d *deviation) add(truth, estimate float64) {
	d.n++
	e := truth - d.mean
	d.mean += e / d.n
	d.total += e * (truth - d.mean)
	d.residual += (truth - estimate) * (truth - estimate)
}

// deviations are those of each column.
func deviations(truth, estimate *mat.Dense) []deviation {
	n, cols := truth.Dims()
	sums := make([]deviation, cols)
	for i := range n {
		y := estimate.RawRowView(i)
		for j, x := range truth.RawRowView(i) {
			sums[j].add(x, y[j])
		}
	}
	return sums
}
