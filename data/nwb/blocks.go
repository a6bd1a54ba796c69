package nwb

import (
	"fmt"
	"math"

	"facrnn/data"
)

// blockElements is the number of values that are read at once, 32 MB as float64. So a large series needs little more
// memory than the values that are kept. If a single chunk is larger, the whole chunk is read.
const blockElements = 1 << 22

// tiling is the size of the blocks in which a series is read. Blocks begin at multiples of it. For a stack of images,
// the channels of a block are whole rows of pixels.
type tiling struct {
	samples, channels int
	grain             int // samples of a chunk, which can only be read together
}

// tiling chooses blocks of whole chunks with at most most values. A block has all channels, unless the chunks are too
// long.
func (s *series) tiling(most int) tiling {
	grain, group := 1, 1
	if len(s.data.chunk) > 0 {
		grain = min(s.data.chunk[s.timeAxis()], s.bins) // a chunk may be larger than the series
		if len(s.data.chunk) > 1 {
			group = min(s.data.chunk[1-s.timeAxis()], s.channels)
		}
	}
	if width := s.frame[1]; width > 0 { // whole rows of images
		group *= width
	}
	run := grain
	if s.byChannel && s.data.chunk == nil {
		run = min(s.bins, 1<<14) // long enough to read contiguous parts of the disk
	}
	t := tiling{grain: grain, channels: s.channels}
	if run*s.channels > most {
		t.channels = min(s.channels, max(1, most/run/group)*group)
	}
	t.samples = max(1, most/t.channels/grain) * grain
	return t
}

// timeAxis returns the dimension of the data that is time.
func (s *series) timeAxis() int {
	if s.byChannel {
		return 1
	}
	return 0
}

// block holds some samples of some channels, which are read at once.
type block struct {
	first, last     int // samples
	from, to        int // channels
	values          []float64
	sample, channel int // distance in values between two samples, and between two channels
}

// block reads some samples of some channels.
func (s *series) block(first, last, from, to int) (block, error) {
	b := block{first: first, last: last, from: from, to: to, sample: to - from, channel: 1}
	lo, hi := []int{first, from}, []int{last, to}
	switch {
	case s.byChannel:
		lo, hi = []int{from, first}, []int{to, last}
		b.sample, b.channel = 1, last-first
	case s.frame != [2]int{}: // whole rows, of one colour
		width := s.frame[1]
		lo, hi = []int{first, from / width, 0, 0}[:len(s.data.shape)], []int{last, to / width, width,
			1}[:len(s.data.shape)]
	case len(s.data.shape) == 1:
		lo, hi = lo[:1], hi[:1]
	}
	var err error
	if b.values, err = s.data.box(lo, hi); err != nil {
		return b, fmt.Errorf("%s/data: %w", s.path, err)
	}
	return b, nil
}

// sum is the sum of some samples of each channel, and the number of samples that are not missing.
type sum struct {
	total []float64
	count []int
}

func newSum(channels int) sum { return sum{make([]float64, channels), make([]int, channels)} }

// add adds the samples first to last (excluded) of a block, in their order in memory.
func (a sum) add(b block, first, last int) {
	channels, samples := len(a.total), last-first
	begin := (first - b.first) * b.sample
	if b.channel == 1 {
		for i := range samples {
			for n, v := range b.values[begin+i*b.sample:][:channels] {
				if v == v {
					a.total[n] += v
					a.count[n]++
				}
			}
		}
		return
	}
	for n := range channels {
		total, count := a.total[n], a.count[n]
		for _, v := range b.values[begin+n*b.channel:][:samples] {
			if v == v {
				total += v
				count++
			}
		}
		a.total[n], a.count[n] = total, count
	}
}

// mean returns the mean of a channel; NaN if all samples are missing. Infinite values of both signs have no mean, but
// must not count as missing: their mean is infinite.
func (a sum) mean(n int) float64 {
	m := a.total[n] / float64(a.count[n])
	if m != m && a.count[n] > 0 {
		return math.Inf(1)
	}
	return m
}

// transfer copies a series into columns of a matrix.
type transfer struct {
	cut    *cut
	to     data.Matrix
	column int
	factor []float64 // of each channel
	offset float64
	open   map[int]sum // of rows that began in an earlier block
	spare  sum         // of a row that lies in one block
}

// copyInto writes the rows of a cut of a series into m, in the unit of the series, beginning at a column. It reads
// block by block, and skips blocks without a sample of any row. Besides m, it needs memory for one block and for the
// sums of rows that reach beyond it.
func (s *series) copyInto(c *cut, m data.Matrix, column int) error {
	s.file.at = s.path + "/data"
	k := transfer{cut: c, to: m, column: column}
	var err error
	if k.factor, k.offset, err = s.scale(); err != nil {
		return err
	}
	t := s.tiling(s.file.blockValues)
	runs := c.sampleRuns(t.grain, s.bins)
	done, total := int64(0), int64(0) // bytes
	for _, p := range runs {
		total += int64(p[1]-p[0]) * int64(s.channels) * int64(s.data.size)
	}
	for from := 0; from < s.channels; from += t.channels {
		to := min(s.channels, from+t.channels)
		k.open, k.spare = map[int]sum{}, newSum(to-from)
		for _, p := range runs {
			for first := p[0]; first < p[1]; {
				last := min(p[1], (first/t.samples+1)*t.samples)
				b, err := s.block(first, last, from, to)
				if err != nil {
					return err
				}
				k.block(b)
				done += int64(len(b.values)) * int64(s.data.size)
				if err := s.file.progress("reading "+s.path, done, total); err != nil {
					return err
				}
				first = last
			}
		}
	}
	return nil
}

// block writes the rows that end in a block, and adds the samples of the others to their sums.
func (k *transfer) block(b block) {
	c := k.cut
	c.visit(b.first, b.last, func(row int) {
		out, factor := k.to.Row(row)[k.column+b.from:k.column+b.to], k.factor[b.from:b.to]
		if c.ends == nil {
			at := (c.samples[row] - b.first) * b.sample
			for n := range out {
				out[n] = float32(b.values[at+n*b.channel]*factor[n] + k.offset)
			}
			return
		}
		end := c.end(row)
		a, ok := k.open[row]
		switch {
		case ok:
		case end > b.last:
			a = newSum(len(out))
			k.open[row] = a
		default:
			a = k.spare
			clear(a.total)
			clear(a.count)
		}
		a.add(b, max(b.first, c.samples[row]), min(b.last, end))
		if end > b.last {
			return
		}
		delete(k.open, row)
		for n := range out {
			out[n] = float32(a.mean(n)*factor[n] + k.offset)
		}
	})
}
