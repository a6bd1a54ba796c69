package npz

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"facrnn/data"
)

// gap is the step, in bin widths, above which time has a gap.
const gap = 1.5

// trials numbers the trials of the bins: by the first axis of activity in three dimensions, else by the array trial.
func (b *builder) trials(sel data.Selection) error {
	b.rec.Trial = make([]int, b.rec.Bins())
	if len(b.shape) == 3 {
		return b.trialsByAxis(sel.Trials)
	}
	name := sel.Trials
	switch {
	case name == data.None:
		return nil
	case name == "" && b.has(trialName):
		name = trialName
	case name == "":
		b.rec.Note("There is no array trial: the bins are one continuous segment.")
		return nil
	}
	labels, err := b.labels(name)
	if err != nil {
		return err
	}
	number := map[int]int{} // a trial's label in the file -> its number here
	for t, label := range labels {
		k, seen := number[label]
		if !seen {
			k = len(number)
			number[label] = k
		} else if k != b.rec.Trial[t-1] {
			return b.errorf("array %s: the bins of trial %d are not contiguous (trial continues at row %d): sort "+
				"the rows by trial, or give --trials none", name, label, t)
		}
		b.rec.Trial[t] = k
	}
	b.rec.Trials = len(number)
	return nil
}

func (b *builder) trialsByAxis(asked string) error {
	switch asked {
	case data.None:
		b.rec.Note("The trials of %s are read as one continuous segment.", b.rec.Source.Series)
		return nil
	case "", b.rec.Source.Series:
	default:
		return b.errorf("the trials of array %s %s are its first axis, not the array %s: leave --trials out, or "+
			"give --trials none", b.rec.Source.Series, shapeText(b.shape), asked)
	}
	if b.has(trialName) {
		b.rec.Note("The array trial is not read: the trials are the first axis of %s.", b.rec.Source.Series)
	}
	if b.rec.Bins() == 0 {
		return nil
	}
	b.rec.Trials = b.shape[0]
	for t := range b.rec.Trial {
		b.rec.Trial[t] = t / b.shape[1]
	}
	return nil
}

func (b *builder) labels(name string) ([]int, error) {
	a, cols, err := b.perBin(name, "trials")
	if err != nil {
		return nil, err
	}
	if cols != 1 {
		return nil, b.mismatch(name, "trials", a.Shape, "one trial number for each of its bins")
	}
	labels, err := a.Ints()
	if err != nil {
		return nil, b.wrap(name, err)
	}
	return labels, nil
}

// time fills Time, BinWidth and SegmentStarts; it runs after trials.
func (b *builder) time(sel data.Selection) error {
	times, err := b.times(sel.Rate)
	if err != nil {
		return err
	}
	steps, err := b.steps(times)
	if err != nil {
		return err
	}
	b.rec.Time = times
	median, gaps := medianOf(steps), 0
	for t := range times {
		first := b.startsTrial(t)
		late := !first && times[t]-times[t-1] > gap*median
		if first || late {
			b.rec.SegmentStarts = append(b.rec.SegmentStarts, t)
		}
		if late {
			gaps++
		}
	}
	if gaps > 0 {
		b.rec.Note("Time has %d gap(s) inside a trial or segment; history does not reach across them.", gaps)
	}
	switch {
	case b.has(timeName):
	case sel.Rate > 0:
		b.rec.BinWidth = 1 / sel.Rate
		return nil
	default:
		b.rec.Note("There is no array time: the bin width is unknown and time counts the bins. --rate sets the " +
			"bins per second.")
		return nil
	}
	b.rec.BinWidth = rounded(median)
	if b.restarts() {
		b.rec.Note("The times of the trials do not ascend from trial to trial: the trials keep the file's order.")
	}
	return nil
}

// times reads the array time. If it is missing, it counts the bins with rate bins per second (rate 0 stands for 1).
func (b *builder) times(rate float64) ([]float64, error) {
	if !b.has(timeName) {
		times := make([]float64, b.rec.Bins())
		for t := range times {
			times[t] = float64(t) / cmp.Or(rate, 1)
		}
		return times, nil
	}
	a, cols, err := b.perBin(timeName, timeName)
	if err != nil {
		return nil, err
	}
	if cols != 1 {
		return nil, b.mismatch(timeName, timeName, a.Shape, "one time for each of its bins")
	}
	times, err := a.Float64s()
	if err != nil {
		return nil, b.wrap(timeName, err)
	}
	return times, nil
}

// steps returns the time steps from each bin to the next bin of the same trial.
func (b *builder) steps(times []float64) ([]float64, error) {
	var steps []float64
	for t, now := range times {
		if math.IsNaN(now) || math.IsInf(now, 0) {
			return nil, b.errorf("array time is %v at row %d: every bin needs its time", now, t)
		}
		if b.startsTrial(t) {
			continue
		}
		step := now - times[t-1]
		if step <= 0 {
			return nil, b.errorf("array time does not ascend: row %d is at %g s, row %d at %g s: sort the rows by "+
				"time, or give the trial of each bin in an array trial", t-1, times[t-1], t, now)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func (b *builder) startsTrial(t int) bool { return t == 0 || b.rec.Trial[t] != b.rec.Trial[t-1] }

// restarts reports whether a trial starts no later than the trial before it.
func (b *builder) restarts() bool {
	last := math.Inf(-1)
	for t, now := range b.rec.Time {
		if !b.startsTrial(t) {
			continue
		}
		if now <= last {
			return true
		}
		last = now
	}
	return false
}

// clock decides whether the times of overlapping trials count from a common start. They do if the trials ascend, as
// windows of one session do, or if rows of the same time hold the same activity. Otherwise they count within each
// trial, like times around an event.
func (b *builder) clock(data.Selection) error {
	b.rec.WarnLongBins()
	o := b.rec.Overlap()
	if o.Shared == 0 {
		return nil
	}
	if !b.restarts() || b.rec.Repeats() {
		b.rec.WarnOverlap()
		return nil
	}
	b.rec.OwnTime = true
	b.rec.Note("The times of the trials overlap, but their activity differs: times are assumed to count within " +
		"each trial.")
	return nil
}

// medianOf returns the median of x, the lower one of two, or 0 if x is empty.
func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return x[(len(x)-1)/2]
}

// rounded keeps nine digits, because differences of decimal times have errors in the last digits.
func rounded(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 9, 64), 64)
	if err != nil {
		return x
	}
	return y
}
