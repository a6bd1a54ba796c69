package evaluate

import "gonum.org/v1/gonum/mat"

// R2 returns the uniform mean over columns of 1 - SS_res / SS_tot, for a truth and its estimate (n,q). Columns of the
// truth that never change hold nothing to explain and are left out, and so are values of the truth that are missing
// (NaN); where none changes, it is NaN.
func R2(truth, estimate *mat.Dense) float64 { return explained(deviations(truth, estimate)) }

// explained returns the R2 of some columns.
func explained(columns []deviation) float64 {
	sum, n := 0.0, 0.0
	for _, c := range columns {
		if c.total != 0 {
			sum += 1 - c.residual/c.total
			n++
		}
	}
	return sum / n
}

// deviation keeps a column's running sums (Welford's, so that a large mean costs no digits and what never changes has
// exactly no variance).
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
			if x == x {
				sums[j].add(x, y[j])
			}
		}
	}
	return sums
}
