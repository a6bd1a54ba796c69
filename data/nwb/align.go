package nwb

import (
	"fmt"
	"sort"

	"facrnn/data"
)

// aligned brings a series to the bins that begin at the given times: row by row where it has a sample at each of them; else the
// mean of the samples within each bin, and a line between the nearest two where a bin has none. Before its first and after its
// last sample a series is taken to stand still; the second result counts the bins where that was needed.
func (f *file) aligned(s *series, bins []float64, width float64) (data.Matrix, int, error) {
	if s.odd != "" {
		return data.Matrix{}, 0, fmt.Errorf("%s: %s", s.path, s.odd)
	}
	times, err := f.clockTimes(s)
	if err != nil {
		return data.Matrix{}, 0, err
	}
	if same := sampleAt(times, bins, width); same != nil {
		m, err := f.values(s, same)
		return m, 0, err
	}
	all := make([]int, len(times))
	for i := range all {
		all[i] = i
	}
	x, err := f.values(s, all)
	if err != nil {
		return data.Matrix{}, 0, err
	}
	m, outside := data.NewMatrix(len(bins), s.channels), 0
	for row, t := range bins {
		first := sort.SearchFloat64s(times, t-tolerance*width)
		last := sort.SearchFloat64s(times, t+width*(1-tolerance))
		if first < last {
			mean(m.Row(row), x, first, last)
			continue
		}
		between(m.Row(row), x, times, first, t)
		if first == 0 || first == len(times) {
			outside++
		}
	}
	return m, outside, nil
}

// sampleAt is the sample at the beginning of each bin, up to a thousandth of a bin; nil where a bin has none.
func sampleAt(times, bins []float64, width float64) []int {
	slack := width / 1000
	at := make([]int, len(bins))
	for row, t := range bins {
		i := sort.SearchFloat64s(times, t-slack)
		if i == len(times) || times[i] > t+slack {
			return nil
		}
		// Two samples a bin or more are to be averaged; a jitter of a quarter bin is no second sample.
		if i+1 < len(times) && times[i+1] < t+0.75*width {
			return nil
		}
		at[row] = i
	}
	return at
}

// mean writes the mean of the rows first to last (excluded) of x.
func mean(out []float32, x data.Matrix, first, last int) {
	for n := range out {
		sum := 0.0
		for i := first; i < last; i++ {
			sum += float64(x.Row(i)[n])
		}
		out[n] = float32(sum / float64(last-first))
	}
}

// between writes x at time t, on a line from the sample before next to the sample next.
func between(out []float32, x data.Matrix, times []float64, next int, t float64) {
	if next == 0 || next == len(times) {
		copy(out, x.Row(min(next, len(times)-1)))
		return
	}
	before, after := x.Row(next-1), x.Row(next)
	share := float32((t - times[next-1]) / (times[next] - times[next-1]))
	for n := range out {
		out[n] = before[n] + share*(after[n]-before[n])
	}
}
