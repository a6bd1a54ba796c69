package data

import (
	"slices"

	"gonum.org/v1/gonum/stat"
)

// TrialMean is the mean over trials of D quantities, at some bins of a trial.
type TrialMean struct {
	Bins   []int // ascending
	Trials []int // len(Bins), how many trials have each
	// (len(Bins), D), without NaN: a mean of nothing and a deviation of fewer than two values are NaN
	Mean, Deviation [][]float64
}

// MeanOverTrials averages rows of a recording over trials, so many: rows[i] is in bin bins[i] of its trial, and row
// returns its D values. It goes as far as more than half of the trials do: a mean over the few longest ones would jump
// where others end, and of two trials of different lengths a mean of both and then of one would.
func MeanOverTrials(rows, bins []int, trials int, row func(t int) []float64) TrialMean {
	at := map[int][]int{}
	for i, b := range bins {
		at[b] = append(at[b], rows[i])
	}
	var m TrialMean
	for b, some := range at {
		if 2*len(some) > trials {
			m.Bins = append(m.Bins, b)
		}
	}
	slices.Sort(m.Bins)
	for _, b := range m.Bins {
		var values [][]float64 // of each quantity, those of the trials
		for _, t := range at[b] {
			x := row(t)
			if values == nil {
				values = make([][]float64, len(x))
			}
			for d, v := range x {
				if v == v {
					values[d] = append(values[d], v)
				}
			}
		}
		mean, deviation := make([]float64, len(values)), make([]float64, len(values))
		for d, x := range values {
			mean[d], deviation[d] = stat.MeanStdDev(x, nil)
		}
		m.Trials, m.Mean, m.Deviation = append(m.Trials, len(at[b])), append(m.Mean, mean), append(m.Deviation,
			deviation)
	}
	return m
}
