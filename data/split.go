package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SplitKind says how the bins that are held out are chosen.
type SplitKind string

// The ways to split. Only whole trials and blocks test a model on activity that it has not seen the neighbours of.
const (
	SplitTrials      SplitKind = "trials"      // whole trials, drawn at random
	SplitBlocks      SplitKind = "blocks"      // the last stretch of the recording, in one block
	SplitInterleaved SplitKind = "interleaved" // bins at even distances; half of them: every second, as in the paper
	SplitNone        SplitKind = "none"        // all bins train
)

// Split is the bins that train and the bins that are held out, both ascending.
type Split struct {
	Train, Test []int
}

// SplitOptions chooses a split. Its zero value holds out a fifth of the trials where there are five or more, and otherwise the last
// quarter of the recording.
type SplitOptions struct {
	Kind     SplitKind
	Fraction float64 // of the trials or bins that are held out; 0: 0.2 of the trials, 0.25 in a block, 0.5 interleaved
}

// WithDefaults fills in what is not set, from what the recording has.
func (o SplitOptions) WithDefaults(rec *Recording) SplitOptions {
	if o.Kind == "" {
		o.Kind = SplitBlocks
		if rec.Trials >= 5 {
			o.Kind = SplitTrials
		}
	}
	if o.Fraction == 0 {
		o.Fraction = map[SplitKind]float64{SplitTrials: 0.2, SplitBlocks: 0.25, SplitInterleaved: 0.5}[o.Kind]
	}
	return o
}

// NewSplit splits a recording's bins. It fails where fewer than two bins would train, or none would be held out though some should.
func NewSplit(rec *Recording, o SplitOptions, random *rand.Rand) (Split, error) {
	o = o.WithDefaults(rec)
	if !slices.Contains([]SplitKind{SplitTrials, SplitBlocks, SplitInterleaved, SplitNone}, o.Kind) {
		return Split{}, fmt.Errorf("there is no split %q: choose trials, blocks, interleaved or none", string(o.Kind))
	}
	if o.Kind != SplitNone && !(o.Fraction > 0 && o.Fraction < 1) {
		return Split{}, fmt.Errorf("the fraction to hold out is %g: give one between 0 and 1", o.Fraction)
	}
	test := func(int) bool { return false }
	T := rec.Bins()
	switch o.Kind {
	case SplitBlocks:
		first := T - int(math.Round(float64(T)*o.Fraction))
		test = func(t int) bool { return t >= first }
	case SplitInterleaved:
		// the epsilon keeps 3 * (1/3) from being less than 1
		due := func(t int) int { return int(math.Floor(float64(t)*o.Fraction + 1e-9)) }
		test = func(t int) bool { return due(t+1) > due(t) }
	case SplitTrials:
		if rec.Trials < 2 {
			return Split{}, fmt.Errorf("the recording has %d trial(s), too few to hold some out: split by blocks or interleaved", rec.Trials)
		}
		n := min(max(1, int(math.Round(float64(rec.Trials)*o.Fraction))), rec.Trials-1)
		held := make([]bool, rec.Trials)
		for _, k := range random.Perm(rec.Trials)[:n] {
			held[k] = true
		}
		test = func(t int) bool { return held[rec.Trial[t]] }
	}
	var s Split
	for t := range T {
		if test(t) {
			s.Test = append(s.Test, t)
		} else {
			s.Train = append(s.Train, t)
		}
	}
	if len(s.Train) < 2 || o.Kind != SplitNone && len(s.Test) == 0 {
		return Split{}, fmt.Errorf("holding out %g of %d bins leaves %d to train on and %d to test: choose another fraction", o.Fraction, T, len(s.Train), len(s.Test))
	}
	return s, nil
}

// Batches deals rows out in minibatches.
type Batches struct {
	rows []int
	size int
}

// NewBatches deals out rows, size at a time; the last minibatch is as short as it comes out. The rows are copied.
func NewBatches(rows []int, size int) *Batches {
	return &Batches{rows: slices.Clone(rows), size: min(size, len(rows))}
}

// Shuffle puts the rows in a new order.
func (b *Batches) Shuffle(random *rand.Rand) {
	random.Shuffle(len(b.rows), func(i, j int) { b.rows[i], b.rows[j] = b.rows[j], b.rows[i] })
}

// Rows are the rows in their present order; the caller does not change them.
func (b *Batches) Rows() []int { return b.rows }

// Count is the number of minibatches.
func (b *Batches) Count() int {
	if b.size == 0 {
		return 0
	}
	return (len(b.rows) + b.size - 1) / b.size
}

// Batch is the i-th minibatch; the caller does not change it.
func (b *Batches) Batch(i int) []int {
	return b.rows[i*b.size : min((i+1)*b.size, len(b.rows))]
}
