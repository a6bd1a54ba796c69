package nwb

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// timeline holds the times of the samples of a series, in seconds, ascending: a start and a rate, or timestamps. Of
// timestamps, it keeps one page in memory, and the first timestamp of every page. So a long recording needs little
// memory.
type timeline struct {
	samples     int
	start, rate float64 // Hz; 0 with timestamps
	step        float64 // between two samples; 0 if unknown

	page   int       // number of timestamps in a page
	begins []float64 // the first of every page
	loaded int       // the page in memory
	times  []float64 // of that page
	read   func(page int) ([]float64, error)
	err    error // the first in reading a page again; times are NaN from then on
}

// pageTimes is the smallest number of timestamps in memory, 2 MB. Larger chunks are read whole.
const pageTimes = 1 << 18

// timeline returns the times of a series. It reads all timestamps once, to check that they are finite and ascend.
func (s *series) timeline() (*timeline, error) {
	c := &timeline{samples: s.bins, start: s.start, rate: s.rate}
	switch finite := func(x float64) bool { return x-x == 0 }; {
	case s.times == 0 && s.rate > 0 && finite(s.rate) && finite(s.start):
		c.step = 1 / s.rate
		return c, nil
	case s.times == 0 && s.brokenLinks["timestamps"] != nil:
		return nil, s.brokenLinks["timestamps"]
	case s.times == 0 && s.rate > 0 && finite(s.rate):
		return nil, fmt.Errorf("%s/starting_time: it is %v: write a finite time", s.path, s.start)
	case s.times == 0:
		return nil, fmt.Errorf("%s: it has neither timestamps nor a rate above zero: add one of them", s.path)
	case s.times != s.bins:
		return nil, fmt.Errorf("%s: %d timestamps for data of shape %s: one of the two is cut short",
			s.path, s.times, shapeText(s.data.shape))
	}
	d, err := s.stamps()
	if err != nil {
		return nil, err
	}
	if c.step, err = s.step(); err != nil {
		return nil, err
	}
	c.page = pageTimes
	if len(d.chunk) > 0 {
		chunk := d.chunk[d.axis()]
		c.page = min(maxValues, (c.page+chunk-1)/chunk*chunk)
	}
	c.read = func(page int) ([]float64, error) {
		t, err := d.entries(page*c.page, min(s.times, (page+1)*c.page))
		if err != nil {
			return nil, fmt.Errorf("%s/timestamps: %w", s.path, err)
		}
		return t, nil
	}
	return c, c.readAll(s)
}

// readAll reads the timestamps of a series page by page, and checks them.
func (c *timeline) readAll(s *series) (err error) {
	path, last := s.path+"/timestamps", math.Inf(-1)
	for first := 0; first < s.times; first += c.page {
		c.loaded = first / c.page
		if c.times, err = c.read(c.loaded); err != nil {
			return err
		}
		if i := slices.IndexFunc(c.times, func(x float64) bool { return x-x != 0 }); i >= 0 {
			return fmt.Errorf("%s: number %d is %v: write a finite time", path, first+i, c.times[i])
		}
		for i, x := range c.times {
			if x < last {
				return fmt.Errorf("%s: time runs backwards at number %d (%.6g s after %.6g s): sort the samples "+
					"by time",
					path, first+i, x, last)
			}
			last = x
		}
		c.begins = append(c.begins, c.times[0])
		if err := s.file.progress("reading "+path, int64(first+len(c.times))*8, int64(s.times)*8); err != nil {
			return err
		}
	}
	if c.step == 0 && s.times > 1 {
		return fmt.Errorf("%s: most times are equal to the time before (%.9g s first, %.9g s last): "+
			"write each sample's own time, in double precision if it counts from long ago", path, c.begins[0], last)
	}
	return nil
}

// load reads a page into memory.
func (c *timeline) load(page int) {
	if page == c.loaded || c.err != nil {
		return
	}
	t, err := c.read(page)
	if err != nil {
		c.err, t = err, slices.Repeat([]float64{math.NaN()}, c.page)
	}
	c.loaded, c.times = page, t
}

// at returns the time of a sample.
func (c *timeline) at(sample int) float64 {
	if c.read == nil {
		return c.start + float64(sample)/c.rate
	}
	c.load(sample / c.page)
	return c.times[sample%c.page]
}

// search returns the first sample at time t or later; the number of samples if there is none.
func (c *timeline) search(t float64) int {
	if c.read == nil {
		return sort.Search(c.samples, func(i int) bool { return c.at(i) >= t })
	}
	page := max(0, sort.SearchFloat64s(c.begins, t)-1) // the last that begins before t
	c.load(page)
	return min(c.samples, page*c.page+sort.SearchFloat64s(c.times, t))
}

// stamps returns the timestamps of a series, one for each sample.
func (s *series) stamps() (*dataset, error) {
	d, err := s.dataset("timestamps")
	if err == nil && !d.isList() {
		err = fmt.Errorf("%s/timestamps: its shape is %q, not a list: write a time for each sample", s.path,
			shapeText(d.shape))
	}
	return d, err
}

// whole returns the time of all samples, including the step after the last one.
func (c *timeline) whole() interval { return interval{c.at(0), c.at(c.samples-1) + c.step} }

// alike reports whether two series were sampled at the same times, up to a thousandth of a step.
func (c *timeline) alike(other *timeline) bool {
	const slack = 1e-3
	same := func(i int) bool { return math.Abs(c.at(i)-other.at(i)) <= slack*c.step }
	if c.samples != other.samples || !same(0) || !same(c.samples-1) {
		return false
	}
	if c.read == nil && other.read == nil {
		return true
	}
	for i := range c.samples {
		if !same(i) {
			return false
		}
	}
	return true
}

// step returns the time between two samples of a series, in seconds; 0 if unknown. It is 1/rate, or the median step
// of the timestamps. If there are very many timestamps, it uses some parts, spread evenly.
func (s *series) step() (float64, error) {
	if s.times == 0 {
		if !(s.rate > 0) {
			return 0, nil
		}
		return 1 / s.rate, nil
	}
	d, err := s.stamps()
	if err != nil {
		return 0, err
	}
	const stretches, length = 64, 1 << 14
	apart := max(length, s.times/stretches)
	var steps []float64
	for first := 0; first < s.times-1; first += apart {
		t, err := d.entries(first, min(s.times, first+length+1))
		if err != nil {
			return 0, fmt.Errorf("%s/timestamps: %w", s.path, err)
		}
		for i := range len(t) - 1 {
			steps = append(steps, t[i+1]-t[i])
		}
	}
	if len(steps) == 0 {
		return 0, nil
	}
	slices.Sort(steps)
	return steps[len(steps)/2], nil
}
