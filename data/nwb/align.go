package nwb

import (
	"fmt"
	"sort"

	"facrnn/data"
)

// aligned brings a series to the bins that begin at the given times: row by row where it has a sample at each of them; else the
// mean of the samples within each bin, missing ones left out, and a line between the nearest two where a bin has none. Before its first and
// after its last sample a series is taken to stand still; the counts are of the bins where that was needed, and of those with a line. It is read block by block.
func (f *file) aligned(s *series, bins []float64, width float64) (m data.Matrix, outside, between int, err error) {
	if s.odd != "" {
		return m, 0, 0, fmt.Errorf("%s: %s", s.path, s.odd)
	}
	times, err := f.clockTimes(s)
	if err != nil {
		return m, 0, 0, err
	}
	if same := sampleAt(times, bins, width); same != nil {
		m, err := f.values(s, same)
		return m, 0, 0, err
	}
	c, lines := &cut{ends: []int{}}, &lines{place: map[int]int{}}
	for row, t := range bins {
		if err := f.tick(row); err != nil {
			return m, 0, 0, err
		}
		first := sort.SearchFloat64s(times, t-tolerance*width)
		last := sort.SearchFloat64s(times, t+width*(1-tolerance))
		switch {
		case first < last:
		case first == 0 || first == len(times):
			outside++
			first = min(first, len(times)-1)
			last = first + 1
		default:
			lines.add(row, first, t)
			last = first + 1 // until the line is drawn
		}
		c.samples, c.ends = append(c.samples, first), append(c.ends, last)
	}
	c.sort()
	m, err = f.side([]*series{s}, c)
	if err == nil && len(lines.rows) > 0 {
		err = f.draw(lines, s, m, times)
	}
	return m, outside, len(lines.rows), err
}

// lines are the bins that have no sample, and the samples around them.
type lines struct {
	rows, next []int // of bins, and the sample that comes next
	at         []float64
	samples    []int       // one after the other
	place      map[int]int // of a sample among them
}

// add takes up a bin at time t.
func (l *lines) add(row, next int, t float64) {
	l.rows, l.next, l.at = append(l.rows, row), append(l.next, next), append(l.at, t)
	for _, s := range []int{next - 1, next} {
		if _, known := l.place[s]; !known {
			l.place[s] = len(l.samples)
			l.samples = append(l.samples, s)
		}
	}
}

// draw writes the rows of m that lie on lines between samples.
func (f *file) draw(l *lines, s *series, m data.Matrix, times []float64) error {
	x, err := f.values(s, l.samples)
	if err != nil {
		return err
	}
	for i, row := range l.rows {
		next := l.next[i]
		before, after := x.Row(l.place[next-1]), x.Row(l.place[next])
		share := float32((l.at[i] - times[next-1]) / (times[next] - times[next-1]))
		out := m.Row(row)
		for n := range out {
			out[n] = before[n] + share*(after[n]-before[n])
		}
	}
	return nil
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
