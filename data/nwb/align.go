package nwb

import (
	"math"
	"sort"

	"facrnn/data"
)

// alignment is a series brought to the bins of a recording.
type alignment struct {
	m            data.Matrix // (T,D)
	absent       []int       // bins without a value; m holds the last one before them there, or the first one
	interpolated int         // bins whose values lie on a line between two samples
	samples      int         // of the series
	span         interval    // from its first to its last sample
}

// A step between two samples is a gap if it is longer than 1.5 bins and than 4 median steps. A line across a shorter
// step stands for less than 2 bins, or for 3 lost samples, which jitter and dropped frames explain; a line across a
// longer one is invented.
const gapBins, gapSteps = 1.5, 4

// sampled reads the times of a series. It is done, with the values row by row, if the series has one sample at each of
// the bins.
func (s *series) sampled(bins []float64, width float64) (a alignment, times []float64, done bool, err error) {
	if times, err = s.clockTimes(); err != nil {
		return a, nil, false, err
	}
	a.samples, a.span = len(times), interval{times[0], times[len(times)-1]}
	same := sampleAt(times, bins, width)
	if same == nil {
		return a, times, false, nil
	}
	a.m, err = s.values(same)
	return a, times, true, err
}

// aligned brings a series to the bins that begin at the given times: row by row where it has a sample at each of
// them; else the mean of the samples within each bin, missing ones left out, and a line between the nearest two where
// a bin has none. In a gap, before its first and after its last sample, the series is absent, but within a median
// step of a sample. It is read block by block.
func (s *series) aligned(bins []float64, width float64) (alignment, error) {
	a, times, done, err := s.sampled(bins, width)
	if err != nil || done {
		return a, err
	}
	step, err := s.step()
	if err != nil {
		return a, err
	}
	longest := max(gapBins*width, gapSteps*step)
	c, lines := &cut{ends: []int{}}, &lines{place: map[int]int{}}
	for row, t := range bins {
		if err := s.file.tick(row); err != nil {
			return a, err
		}
		first := sort.SearchFloat64s(times, t-tolerance*width)
		last := sort.SearchFloat64s(times, t+width*(1-tolerance))
		switch {
		case first < last:
		case first > 0 && first < len(times) && times[first]-times[first-1] <= longest:
			lines.add(row, first, t)
			last = first + 1 // until the line is drawn
		default:
			near := false
			if first, near = nearest(times, first, t, width, step); !near {
				a.absent = append(a.absent, row)
			}
			last = first + 1
		}
		c.samples, c.ends = append(c.samples, first), append(c.ends, last)
	}
	c.sort()
	a.interpolated = len(lines.rows)
	a.m, err = planes{s}.concat(c)
	if err == nil && a.interpolated > 0 {
		err = lines.draw(s, a.m, times)
	}
	return a, err
}

// nearest returns the sample before t, the beginning of a bin, or the one after it, given the number of the latter. It
// reports whether the bin shares time with the step that follows the former, or else with the step that precedes the
// latter, in which a sample still holds. At the ends of a series a bin that is just a step away counts too: its
// sample is missed by rounding or by the recording's last bin.
func nearest(times []float64, next int, t, width, step float64) (sample int, near bool) {
	slack := tolerance * width
	if next > 0 && next < len(times) {
		slack = -slack
	}
	switch {
	case next > 0 && t < times[next-1]+step+slack:
		return next - 1, true
	case next < len(times) && t+width > times[next]-step-slack:
		return next, true
	}
	return max(0, next-1), false
}

// held brings a series of codes to the bins, in which each code holds until the next: the last one sampled before a
// bin's end. Of zeros and ones the mean within a bin is kept, the share of its samples that are 1. Before its first
// sample a series is absent, and so is one that is sampled by a rate, once it has ended.
func (s *series) holdCodes(binary bool, bins []float64, width float64) (alignment, error) {
	a, times, done, err := s.sampled(bins, width)
	if err != nil || done {
		return a, err
	}
	end := math.Inf(1)
	if s.times == 0 {
		end = a.span.stop + 1/s.rate
	}
	last := lastBefore(times, bins, width)
	c := &cut{ends: []int{}}
	for row, i := range last {
		if i < 0 || bins[row] > end {
			a.absent = append(a.absent, row)
		}
		i = max(0, i)
		first := i
		if binary {
			first = min(i, sort.SearchFloat64s(times, bins[row]-tolerance*width))
		}
		c.samples, c.ends = append(c.samples, first), append(c.ends, i+1)
	}
	c.sort()
	a.m, err = planes{s}.concat(c)
	return a, err
}

// lastBefore returns the number of the last time before the end of each bin; -1 where there is none.
func lastBefore(times, bins []float64, width float64) []int {
	rows := make([]int, len(bins))
	for i, t := range bins {
		rows[i] = sort.SearchFloat64s(times, max(math.Nextafter(t, math.Inf(1)), t+width*(1-tolerance))) - 1
	}
	return rows
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
func (l *lines) draw(s *series, m data.Matrix, times []float64) error {
	x, err := s.values(l.samples)
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

// sampleAt returns the sample at the beginning of each bin, up to a thousandth of a bin; nil where a bin has none.
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
