package nwb

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"facrnn/data"
)

// tolerance is the rounding error in bins up to which a time counts as exactly on the edge of a bin.
const tolerance = 1e-6

// cut says which samples form the rows of a recording. Each row is one sample, or the mean of the samples from
// samples to ends (excluded).
type cut struct {
	samples []int // T
	ends    []int // T; nil where a row is one sample
	time    []float64
	trial   []int // T
	starts  []int
	trials  int
	spans   []data.Span // trials

	order   []int // the rows in the order of their samples; nil if they are already in that order
	longest int   // largest number of samples of a row
}

// cutSamples takes the samples inside trials, trial by trial, or all samples if there are no trials. A new segment
// starts with every trial, and after a step of more than one and a half bins.
func cutSamples(times *timeline, trials []interval) *cut {
	const gap = 1.5
	c := &cut{}
	c.each(trials, interval{math.Inf(-1), math.Inf(1)}, func(t interval) {
		first, last := t.samples(times)
		before := math.NaN()
		for i := first; i < last; i++ {
			at := times.at(i)
			if i == first || times.step > 0 && at-before > gap*times.step {
				c.starts = append(c.starts, len(c.samples))
			}
			c.add(i, at)
			before = at
		}
	})
	c.sort()
	return c
}

// cutBins takes the samples inside trials in bins. Bins begin at the start of each trial, or at the first sample if
// there are no trials. The rest of a trial after its last whole bin is dropped, as with spikes. Bins without a sample
// are left out. A new segment starts after them, and with every trial.
func cutBins(times *timeline, width float64, trials []interval) *cut {
	const most = 1 << 52 // bins that float64 can count exactly
	c := &cut{ends: []int{}}
	c.each(trials, times.whole(), func(t interval) {
		bins, gap := t.bins(width), true
		first := times.search(t.start - tolerance*width)
		for i := 0.0; i < min(bins, most) && first < times.samples; i++ {
			last := times.search(t.start + (i+1-tolerance)*width)
			if first == last { // on to the bin of the next sample
				gap = true
				i = max(i, math.Floor((times.at(first)-t.start)/width+tolerance)-1)
				continue
			}
			if gap {
				c.starts = append(c.starts, len(c.samples))
			}
			c.add(first, t.start+i*width)
			c.ends = append(c.ends, last)
			first, gap = last, false
		}
	})
	c.sort()
	return c
}

// each calls rows for every trial, or once for the whole if trials is nil. It counts the trials that have a row.
func (c *cut) each(trials []interval, whole interval, rows func(t interval)) {
	if trials == nil {
		rows(whole)
		return
	}
	for _, t := range trials {
		before := len(c.samples)
		if rows(t); len(c.samples) > before {
			c.trials++
			c.spans = append(c.spans, data.Span{Start: t.start, Stop: t.stop})
		}
	}
}

func (c *cut) add(sample int, time float64) {
	c.samples, c.time, c.trial = append(c.samples, sample), append(c.time, time), append(c.trial, c.trials)
}

// samples returns the samples in a trial, from first to last (excluded).
func (t interval) samples(times *timeline) (first, last int) {
	slack := tolerance * times.step
	return times.search(t.start - slack), times.search(t.stop - slack)
}

// bins returns the number of whole bins in a trial.
func (t interval) bins(width float64) float64 { return math.Floor((t.stop-t.start)/width + tolerance) }

// countRows returns the largest possible number of rows of a cut, and of samples in them. A width of 0 makes a row of
// each sample.
func countRows(times *timeline, width float64, trials []interval) (rows, taken float64) {
	if trials == nil {
		trials = []interval{times.whole()}
	}
	for _, t := range trials {
		first, last := t.samples(times)
		n := float64(max(0, last-first))
		bins := n
		if width > 0 {
			bins = t.bins(width)
		}
		if bins > 0 {
			rows, taken = rows+min(n, bins), taken+n
		}
	}
	return rows, taken
}

// fill writes the times and trials of a cut into a recording.
func (c *cut) fill(r *data.Recording) {
	r.Time, r.Trial, r.SegmentStarts, r.Trials, r.Spans = c.time, c.trial, c.starts, c.trials, c.spans
}

// sort finds the order of the rows by their samples.
func (c *cut) sort() {
	for row, s := range c.samples {
		c.longest = max(c.longest, c.end(row)-s)
	}
	if slices.IsSorted(c.samples) {
		return
	}
	c.order = make([]int, len(c.samples))
	for i := range c.order {
		c.order[i] = i
	}
	sort.SliceStable(c.order, func(i, j int) bool { return c.samples[c.order[i]] < c.samples[c.order[j]] })
}

// row returns the row at position i of that order.
func (c *cut) row(i int) int {
	if c.order == nil {
		return i
	}
	return c.order[i]
}

// end returns the sample after the last one of a row.
func (c *cut) end(row int) int {
	if c.ends == nil {
		return c.samples[row] + 1
	}
	return c.ends[row]
}

// values returns the number of values in all rows, given the number of channels.
func (c *cut) values(channels int) (n int) {
	for row, s := range c.samples {
		n += (c.end(row) - s) * channels
	}
	return n
}

// visit calls visit for the rows that have any of the samples first to last (excluded).
func (c *cut) visit(first, last int, visit func(row int)) {
	begin := sort.Search(len(c.samples), func(i int) bool { return c.samples[c.row(i)] > first-c.longest })
	for i := begin; i < len(c.samples) && c.samples[c.row(i)] < last; i++ {
		if row := c.row(i); c.end(row) > first {
			visit(row)
		}
	}
}

// sampleRuns returns the runs of samples that the rows need: the first and last (excluded) of each, in multiples of
// grain.
func (c *cut) sampleRuns(grain, samples int) [][2]int {
	var all [][2]int
	for i := range c.samples {
		row := c.row(i)
		first, last := c.samples[row]/grain*grain, min(samples, (c.end(row)+grain-1)/grain*grain)
		if n := len(all) - 1; n >= 0 && first <= all[n][1] {
			all[n][1] = max(all[n][1], last)
			continue
		}
		all = append(all, [2]int{first, last})
	}
	return all
}

// binned returns the width of the bins in which samples are averaged; 0 if samples are not averaged. It fails if
// width is less than the step between samples.
func (t *timeline) binned(path string, width float64) (float64, error) {
	const same = 1e-3 // of a step
	switch {
	case width == 0:
		return 0, nil
	case width < t.step*(1-same):
		return 0, fmt.Errorf("%s: --bin-width of %g s is less than the %g s between its samples: give more, or "+
			"leave it out for one bin per sample", path, width, t.step)
	case width <= t.step*(1+same):
		return 0, nil
	}
	return width, nil
}
