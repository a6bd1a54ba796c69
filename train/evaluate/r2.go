package evaluate

import "gonum.org/v1/gonum/mat"

// R2 returns the mean over columns of 1 - SS_res / SS_tot, for the true values (n,q) and their estimate (n,q). It
// leaves out missing true values (NaN), and columns whose true values are constant, because they have no variance to
// explain. It is NaN if all columns are constant.
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

// deviation holds the running sums of a column. It uses Welford's method, so that a large mean costs no precision and
// a constant column has a variance of exactly 0.
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

// deviations returns the sums of each column.
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
