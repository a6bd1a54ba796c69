package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SplitKind says how the held-out bins are chosen.
type SplitKind string

// The ways to split. Only whole trials and blocks test a model on activity whose neighbours were not trained on.
const (
	SplitTrials      SplitKind = "trials"      // whole trials, drawn at random
	SplitBlocks      SplitKind = "blocks"      // the end of the recording, as one block
	SplitInterleaved SplitKind = "interleaved" // evenly spaced bins; for one half, every second bin, as in the paper
	SplitNone        SplitKind = "none"        // all bins train
)

// Split holds the training bins and the held-out bins, both ascending. A bin that shares time with a held-out bin, as
// in overlapping trials, may be in neither.
type Split struct {
	Train, Test []int
}

// The labels of bins in files.
const (
	Trained int8 = 0
	HeldOut int8 = 1
	Neither int8 = 2 // it shares time with a held-out bin
)

// Marks returns the label of each of T bins: Trained, HeldOut or Neither.
func (s Split) Marks(T int) []int8 {
	marks := make([]int8, T)
	for t := range marks {
		marks[t] = Neither
	}
	for _, t := range s.Train {
		marks[t] = Trained
	}
	for _, t := range s.Test {
		marks[t] = HeldOut
	}
	return marks
}

// SplitOptions chooses a split. The zero value holds out a fifth of the trials if there are at least five, and
// otherwise the last quarter of the recording.
type SplitOptions struct {
	Kind     SplitKind
	Fraction float64 // fraction of trials or bins to hold out; 0: 0.2 of trials, 0.25 in a block, 0.5 interleaved
	Leaky    bool    // ignore that trials share time, like runs of older versions
}

// WithDefaults returns o with its unset fields chosen for the recording.
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

// NewSplit splits a recording's bins. No moment is in both parts, unless o.Leaky is set: trials that share time are
// held out together. With blocks or interleaved bins, training bins that share time with a held-out bin are left out.
// It fails if fewer than two bins would train, if none would be held out (except with SplitNone), or if all trials
// share time.
func NewSplit(rec *Recording, o SplitOptions, random *rand.Rand) (Split, error) {
	o = o.WithDefaults(rec)
	if !slices.Contains([]SplitKind{SplitTrials, SplitBlocks, SplitInterleaved, SplitNone}, o.Kind) {
		return Split{}, fmt.Errorf("unknown split %q: choose trials, blocks, interleaved or none", string(o.Kind))
	}
	if o.Kind != SplitNone && !(o.Fraction > 0 && o.Fraction < 1) {
		return Split{}, fmt.Errorf("the fraction to hold out is %g: give one between 0 and 1", o.Fraction)
	}
	var overlap Overlap
	if o.Kind != SplitNone && !o.Leaky {
		overlap = rec.Overlap()
	}
	T := rec.Bins()
	test := make([]bool, T)
	switch o.Kind {
	case SplitBlocks:
		for t := T - int(math.Round(float64(T)*o.Fraction)); t < T; t++ {
			test[t] = true
		}
	case SplitInterleaved:
		// the epsilon keeps 3 * (1/3) from being less than 1
		due := func(t int) int { return int(math.Floor(float64(t)*o.Fraction + 1e-9)) }
		for t := range test {
			test[t] = due(t+1) > due(t)
		}
	case SplitTrials:
		held, err := holdOut(rec, overlap, o.Fraction, random)
		if err != nil {
			return Split{}, err
		}
		for t, k := range rec.Trial {
			test[t] = held[k]
		}
	}
	shared := make([]bool, T) // with a held-out bin
	if overlap.Shared > 0 && o.Kind != SplitTrials {
		shared = rec.besides(test)
	}
	var s Split
	for t := range T {
		switch {
		case test[t]:
			s.Test = append(s.Test, t)
		case !shared[t]:
			s.Train = append(s.Train, t)
		}
	}
	if len(s.Train) >= 2 && (o.Kind == SplitNone || len(s.Test) > 0) {
		return s, nil
	}
	if n := T - len(s.Train) - len(s.Test); n > 0 {
		return Split{}, fmt.Errorf("holding out %g of %d bins leaves %d to train on, as %d share time with a "+
			"held-out bin: %s", o.Fraction, T, len(s.Train), n, unshare)
	}
	return Split{}, fmt.Errorf("holding out %g of %d bins leaves %d to train on and %d to test: choose another "+
		"fraction", o.Fraction, T, len(s.Train), len(s.Test))
}

// unshare is the advice about trials that share time.
const unshare = "cut shorter windows (--before, --after), fewer trials (--where), or none (--trials none)"

// holdOut draws the held-out trials. Trials that share time form a group, which is held out as a whole or not at all.
// Groups are taken in random order, if they bring the number of trials nearer to the fraction.
func holdOut(rec *Recording, overlap Overlap, fraction float64, random *rand.Rand) ([]bool, error) {
	if rec.Trials < 2 {
		return nil, fmt.Errorf("the recording has %d trial(s), too few to hold some out: split by blocks or "+
			"interleaved", rec.Trials)
	}
	held := make([]bool, rec.Trials)
	if overlap.Shared == 0 {
		n := min(max(1, int(math.Round(float64(rec.Trials)*fraction))), rec.Trials-1)
		for _, k := range random.Perm(rec.Trials)[:n] {
			held[k] = true
		}
		return held, nil
	}
	if overlap.Groups < 2 {
		if first, same := rec.sameStart(); same {
			return nil, fmt.Errorf("all %d trials begin at %.6g s, so they hold the same seconds and none can be "+
				"held out: write times that count from the session's start, or choose --trials none", rec.Trials, first)
		}
		return nil, fmt.Errorf("all %d trials share time, directly or by way of others, so none can be held out: "+
			"%s, or split by --split blocks", rec.Trials, unshare)
	}
	sizes := make([]int, overlap.Groups)
	for _, g := range overlap.Group {
		sizes[g]++
	}
	out, n, least := make([]bool, overlap.Groups), 0, -1
	wanted := float64(rec.Trials) * fraction
	for _, g := range random.Perm(overlap.Groups) {
		if least < 0 || sizes[g] < sizes[least] {
			least = g
		}
		if more := n + sizes[g]; more < rec.Trials && math.Abs(float64(more)-wanted) < math.Abs(float64(n)-wanted) {
			out[g], n = true, more
		}
	}
	if n == 0 {
		out[least] = true
	}
	for k, g := range overlap.Group {
		held[k] = out[g]
	}
	return held, nil
}

// Batches divides rows into minibatches.
type Batches struct {
	rows []int
	size int
}

// NewBatches divides rows into minibatches of size rows; the last minibatch may be shorter. The rows are copied.
func NewBatches(rows []int, size int) *Batches {
	return &Batches{rows: slices.Clone(rows), size: min(size, len(rows))}
}

// Shuffle puts the rows in a new order.
func (b *Batches) Shuffle(random *rand.Rand) {
	random.Shuffle(len(b.rows), func(i, j int) { b.rows[i], b.rows[j] = b.rows[j], b.rows[i] })
}

// Rows returns the rows in their present order; the caller must not change them.
func (b *Batches) Rows() []int { return b.rows }

// Count returns the number of minibatches.
func (b *Batches) Count() int {
	if b.size == 0 {
		return 0
	}
	return (len(b.rows) + b.size - 1) / b.size
}

// Batch returns minibatch i; the caller must not change it.
func (b *Batches) Batch(i int) []int {
	return b.rows[i*b.size : min((i+1)*b.size, len(b.rows))]
}
