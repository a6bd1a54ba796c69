package nwb

import (
	"math"
	"slices"
	"sort"

	"facrnn/data"
)

// clock holds the times of the results in the file. In NWB, times must not decrease.
type clock struct {
	times  []float64 // T, seconds, ascending
	order  []int     // T, the row of the recording at each time; nil for the recording's own order
	rate   float64   // Hz, if one rate gives all times; else 0
	trials []data.Span
	notes  []string // differences from the source, one sentence each
}

// sessionClock returns the times of a recording's bins. Times from an NWB file count from the session's start, so
// only overlapping trials must be sorted. In other files, decreasing times mean that the time restarts with every
// trial. Then the trials follow one another in the file's order.
func sessionClock(r *data.Recording) clock {
	c := clock{times: r.Time}
	width := r.BinWidth
	if width == 0 {
		width = 1
		c.notes = append(c.notes, "The source does not say how long a bin is; here it lasts a second.")
	}
	if !slices.IsSorted(r.Time) {
		if r.Source.Format == "nwb" {
			c.sort()
		} else {
			c.chain(r, width)
		}
	}
	c.rate = rate(c.times)
	c.trials = r.Spans
	if len(r.Spans) != r.Trials {
		c.trials = spans(r, c.times, width)
	}
	return c
}

// sort puts the rows in order of time.
func (c *clock) sort() {
	c.order = make([]int, len(c.times))
	for t := range c.order {
		c.order[t] = t
	}
	sort.SliceStable(c.order, func(i, j int) bool { return c.times[c.order[i]] < c.times[c.order[j]] })
	times := make([]float64, len(c.times))
	for t, row := range c.order {
		times[t] = c.times[row]
	}
	c.times = times
	c.notes = append(c.notes, "Trials overlap: rows are in order of time, not trial by trial as in latents.npz.")
}

// chain lets every trial begin at the end of the one before.
func (c *clock) chain(r *data.Recording, width float64) {
	times := slices.Clone(r.Time)
	shift := 0.0
	for t := range times {
		if t > 0 && r.Trial[t] != r.Trial[t-1] {
			shift = times[t-1] + width - r.Time[t]
		}
		times[t] += shift
	}
	c.times = times
	c.notes = append(c.notes,
		"The source's times restart with every trial; here, trials follow one another without a pause, in the "+
			"source's order.")
}

// rate returns the rate in Hz if the times are its multiples, up to a ten-millionth of a bin; else 0.
func rate(times []float64) float64 {
	n := len(times)
	if n < 2 || !(times[n-1] > times[0]) {
		return 0
	}
	const slack = 1e-7
	step := (times[n-1] - times[0]) / float64(n-1)
	for t, x := range times {
		if math.Abs(x-times[0]-float64(t)*step) > slack*step {
			return 0
		}
	}
	// 1/step has rounding errors in its last digits. A decimal rate must come out exactly.
	if r := math.Round(1e6/step) / 1e6; r > 0 && math.Abs(r*step-1)*float64(n) < slack {
		return r
	}
	return 1 / step
}

// spans returns the trials by their bins: from the beginning of the first bin to the end of the last.
func spans(r *data.Recording, times []float64, width float64) []data.Span {
	all := make([]data.Span, r.Trials)
	if r.Trials == 0 {
		return nil
	}
	for t, trial := range r.Trial {
		if t == 0 || trial != r.Trial[t-1] {
			all[trial].Start = times[t]
		}
		all[trial].Stop = times[t] + width
	}
	return all
}
