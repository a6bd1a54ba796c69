package data_test

import (
	"math"
	"slices"
	"testing"

	"facrnn/data"
)

// TestMeanOverTrials checks three trials of 1, 3 and 2 bins; the last trial begins one bin late. Two trials have bins
// 0 to 2, more than half of three trials but not of four. The order of rows is irrelevant. Missing values are left
// out, and bins of one trial have no deviation.
func TestMeanOverTrials(t *testing.T) {
	nan := math.NaN()
	x := [][]float64{{1, 10}, {3, 20}, {5, 30}, {7, nan}, {9, nan}, {11, 50}}
	row := func(t int) []float64 { return x[t] }
	same := func(a, b float64) bool { return a == b || a != a && b != b }
	for _, c := range []struct {
		of              int
		bins, trials    []int
		mean, deviation [][]float64
	}{
		{3, []int{0, 1, 2}, []int{2, 2, 2}, [][]float64{{2, 15}, {7, 30}, {9, 50}},
			[][]float64{{math.Sqrt2, math.Sqrt(50)}, {2 * math.Sqrt2, nan}, {2 * math.Sqrt2, nan}}},
		{4, nil, nil, nil, nil},
	} {
		m := data.MeanOverTrials([]int{5, 0, 1, 2, 3, 4}, []int{2, 0, 0, 1, 2, 1}, c.of, row)
		if !slices.Equal(m.Bins, c.bins) || !slices.Equal(m.Trials, c.trials) || len(m.Mean) != len(c.bins) ||
			len(m.Deviation) != len(c.bins) {
			t.Fatalf("of %d: %+v", c.of, m)
		}
		for i := range m.Bins {
			if !slices.EqualFunc(m.Mean[i], c.mean[i], same) ||
				!slices.EqualFunc(m.Deviation[i], c.deviation[i],
					func(a, b float64) bool { return same(a, b) || math.Abs(a-b) <= 1e-12 }) {
				t.Errorf("of %d, bin %d: mean %v, deviation %v; want %v, %v", c.of, m.Bins[i], m.Mean[i],
					m.Deviation[i], c.mean[i], c.deviation[i])
			}
		}
	}
}
