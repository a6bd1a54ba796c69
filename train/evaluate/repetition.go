package evaluate

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// MeanAndError returns the mean of repeated measurements (n) and its standard error, the standard deviation over the
// square root of n. The standard error of one value is 0, and the mean of no values is NaN.
func MeanAndError(values []float64) (mean, standardError float64) {
	if len(values) < 2 {
		return stat.Mean(values, nil), 0
	}
	mean, std := stat.MeanStdDev(values, nil)
	return mean, std / math.Sqrt(float64(len(values)))
}

// MedianIndex returns the index of the lower median of the finite values, and how many values are finite. Equal
// values keep their order. The index is -1 if no value is finite.
func MedianIndex(values []float64) (index, finite int) {
	var order []int
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return -1, 0
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	return order[(len(order)-1)/2], len(order)
}
