package data

import (
	"slices"

	"gonum.org/v1/gonum/stat"
)

// TrialMean is the mean over trials of D quantities, for some bins of a trial.
type TrialMean struct {
	Bins   []int // ascending
	Trials []int // len(Bins), number of trials with each bin
	// (len(Bins), D); NaN are left out. The mean of no values and the deviation of fewer than two are NaN
	Mean, Deviation [][]float64
}

// MeanOverTrials averages rows of a recording over the given number of trials: rows[i] is in bin bins[i] of its trial,
// and row returns its D values. The mean ends when half of the trials or fewer have data. A mean over
// the few longest trials would jump where others end.
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
		var values [][]float64 // the values of each quantity over trials
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
