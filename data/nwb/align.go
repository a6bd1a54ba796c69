package nwb

import (
	"math"
	"sort"

	"facrnn/data"
)

// alignment is a series at the bins of a recording.
type alignment struct {
	m            data.Matrix // (T,D)
	absent       []int       // bins without a value; there m holds the last value before them, or the first one
	interpolated int         // bins whose values lie on a line between two samples
	samples      int         // of the series
	span         interval    // from its first to its last sample
}

// A step between two samples is a gap if it is longer than 1.5 bins and 4 median steps. Shorter steps are
// interpolated: they last less than 2 bins, or lose 3 samples, which jitter and dropped frames explain. Interpolation
// across a longer step would invent values.
const gapBins, gapSteps = 1.5, 4

// sampled reads the times of a series. If the series has one sample at each bin, it also reads these samples, and
// done is true.
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

// aligned brings a series to the bins that begin at the given times. If the series has a sample at each bin, these
// are its values. Else the value of a bin is the mean of the samples within it, without missing ones. A bin without a
// sample is interpolated between the nearest two.
//
// The series is absent in gaps, before its first sample and after its last sample, except within a median step of a
// sample. It is read block by block.
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

// nearest returns the sample before t, the beginning of a bin, or the sample after it, which has the number next.
// near reports whether the sample still holds in the bin: whether the bin overlaps the step after the former, or else
// the step before the latter. At the ends of a series, a bin exactly one step away is near too: rounding or the last
// bin of the recording may miss its sample.
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

// holdCodes brings a series of codes to the bins. Each code holds until the next, so a bin has the last code sampled
// before its end. If the codes are only 0 and 1 (binary), a bin has their mean, which is the share of samples that
// are 1. The series is absent before its first sample. A series with a rate is also absent after its end.
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

// lastBefore returns the number of the last time before the end of each bin; -1 if there is none.
func lastBefore(times, bins []float64, width float64) []int {
	rows := make([]int, len(bins))
	for i, t := range bins {
		rows[i] = sort.SearchFloat64s(times, max(math.Nextafter(t, math.Inf(1)), t+width*(1-tolerance))) - 1
	}
	return rows
}

// lines holds the bins without a sample, and the samples around them.
type lines struct {
	rows, next []int // of bins, and the sample that comes next
	at         []float64
	samples    []int       // one after the other
	place      map[int]int // of a sample among them
}

// add adds a bin at time t, whose next sample is given.
func (l *lines) add(row, next int, t float64) {
	l.rows, l.next, l.at = append(l.rows, row), append(l.next, next), append(l.at, t)
	for _, s := range []int{next - 1, next} {
		if _, known := l.place[s]; !known {
			l.place[s] = len(l.samples)
			l.samples = append(l.samples, s)
		}
	}
}

// draw writes the rows of m that are interpolated between samples.
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

// sampleAt returns the sample at the beginning of each bin, up to a thousandth of a bin; nil if a bin has none.
func sampleAt(times, bins []float64, width float64) []int {
	slack := width / 1000
	at := make([]int, len(bins))
	for row, t := range bins {
		i := sort.SearchFloat64s(times, t-slack)
		if i == len(times) || times[i] > t+slack {
			return nil
		}
		// Two or more samples in a bin must be averaged. A jitter of a quarter bin is no second sample.
		if i+1 < len(times) && times[i+1] < t+0.75*width {
			return nil
		}
		at[row] = i
	}
	return at
}
