package data

import (
	"cmp"
	"math"
	"slices"
)

// Overlap says which trials of a recording contain the same seconds, as windows around closely spaced events do.
type Overlap struct {
	// Trials; the group of each trial, counted from 0: trials that share time directly or through other trials
	Group  []int
	Groups int
	Shared int // bins that share time with a bin of another trial
}

// Overlap finds the trials that contain the same seconds. It returns no groups if no bin is shared, or if time counts
// within each trial.
func (r *Recording) Overlap() Overlap {
	if r.Trials < 2 || r.OwnTime || !(r.BinWidth > 0) {
		return Overlap{}
	}
	order, extent := r.byTime(), r.extent()
	parent := make([]int, r.Trials)
	for k := range parent {
		parent[k] = k
	}
	root := func(k int) int {
		for parent[k] != k {
			parent[k] = parent[parent[k]]
			k = parent[k]
		}
		return k
	}
	shared := make([]bool, r.Bins())
	pass := func() { // compares each row with the last row before it that belongs to another trial
		last, other := -1, -1
		for _, t := range order {
			before := last
			if last >= 0 && r.Trial[last] == r.Trial[t] {
				before = other
			} else {
				other = last
			}
			if before >= 0 && math.Abs(r.Time[t]-r.Time[before]) < extent {
				shared[t], shared[before] = true, true
				parent[root(r.Trial[t])] = root(r.Trial[before])
			}
			last = t
		}
	}
	pass()
	slices.Reverse(order)
	pass()
	o := Overlap{Group: make([]int, r.Trials)}
	for _, s := range shared {
		if s {
			o.Shared++
		}
	}
	if o.Shared == 0 {
		return Overlap{}
	}
	number := map[int]int{}
	for k := range o.Group {
		g, known := number[root(k)]
		if !known {
			g = len(number)
			number[root(k)] = g
		}
		o.Group[k] = g
	}
	o.Groups = len(number)
	return o
}

// WarnOverlap adds warnings about trials that share time: how many bins are shared, and whether the times seem to
// count from each trial's own start.
func (r *Recording) WarnOverlap() {
	o := r.Overlap()
	if o.Shared == 0 {
		return
	}
	if first, same := r.sameStart(); same {
		r.Warn("All %d trials begin at %.6g s, so their times seem to count from each trial's own start: "+
			"write times that count from the session's start, or choose --trials none.", r.Trials, first)
	}
	r.Warn("%d of %d bins lie in more than one trial, so their trials are not independent of one another.", o.Shared,
		r.Bins())
}

// sameStart reports whether all trials, two or more, begin at the same time, to within half a bin.
func (r *Recording) sameStart() (first float64, same bool) {
	for t, at := range r.Time {
		if t == 0 {
			first = at
		} else if r.Trial[t] != r.Trial[t-1] && math.Abs(at-first) > r.BinWidth/2 {
			return first, false
		}
	}
	return first, r.Trials > 1
}

// Repeats reports whether rows of different trials with the same time hold the same activity throughout. The recording
// then contains the same moments several times. It returns false if no rows have the same time, or if all rows of the
// recording are equal.
func (r *Recording) Repeats() bool {
	order, varies := r.byTime(), false
	rows := 0
	for i := 1; i < len(order); i++ {
		a, b := order[i-1], order[i]
		varies = varies || !same(r.Activity.Row(a), r.Activity.Row(order[0]))
		if r.Trial[a] == r.Trial[b] || r.Time[b]-r.Time[a] > 1e-3*r.BinWidth {
			continue
		}
		if rows++; !same(r.Activity.Row(a), r.Activity.Row(b)) {
			return false
		}
	}
	return rows > 0 && varies
}

// same reports whether two rows are equal, NaN included.
func same(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return x == y || x != x && y != y })
}

// byTime returns the rows in order of their times.
func (r *Recording) byTime() []int {
	order := make([]int, r.Bins())
	for t := range order {
		order[t] = t
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Time[a], r.Time[b]) })
	return order
}

// extent returns the time difference, in seconds, below which two rows hold the same data. If rows are evenly spaced,
// they are bins as long as their distance; 1 % is left for rounding. Otherwise rows are samples, and only equal times
// are the same sample.
func (r *Recording) extent() float64 {
	const even, bin, sample = 1e-3, 0.99, 1e-3 // fractions of the bin width
	starts := r.SegmentStarts
	for t := 1; t < r.Bins(); t++ {
		for len(starts) > 0 && starts[0] < t {
			starts = starts[1:]
		}
		if len(starts) > 0 && starts[0] == t || r.Trial[t] != r.Trial[t-1] {
			continue
		}
		if math.Abs(r.Time[t]-r.Time[t-1]-r.BinWidth) > even*r.BinWidth {
			return sample * r.BinWidth
		}
	}
	return bin * r.BinWidth
}

// besides marks the rows that share time with one of the rows marked in some.
func (r *Recording) besides(some []bool) []bool {
	order, extent := r.byTime(), r.extent()
	near := make([]bool, r.Bins())
	pass := func() {
		last := -1
		for _, t := range order {
			if some[t] {
				last = t
			}
			if last >= 0 && math.Abs(r.Time[t]-r.Time[last]) < extent {
				near[t] = true
			}
		}
	}
	pass()
	slices.Reverse(order)
	pass()
	return near
}
