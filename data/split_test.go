package data_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data"
)

// recording is silent activity of trials of the given lengths; of none, it is one stretch of as many bins.
func recording(bins int, trials ...int) *data.Recording {
	r := &data.Recording{Activity: data.NewMatrix(bins, 2), Channels: []data.Channel{{Name: "left"}, {Name: "right"}},
		Trials: len(trials)}
	if len(trials) == 0 {
		r.SegmentStarts = []int{0}
	}
	for k, n := range trials {
		r.SegmentStarts = append(r.SegmentStarts, len(r.Trial))
		r.Trial = append(r.Trial, slices.Repeat([]int{k}, n)...)
	}
	if len(trials) == 0 {
		r.Trial = make([]int, bins)
	}
	r.Activity = data.NewMatrix(len(r.Trial), 2)
	r.Time = make([]float64, len(r.Trial))
	for t := range r.Time {
		r.Time[t] = 0.1 * float64(t)
	}
	return r
}

func pcg(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func TestSplitIs(t *testing.T) {
	equal := []int{2, 2, 2, 2, 2}
	for _, c := range []struct {
		name string
		rec  *data.Recording
		o    data.SplitOptions
		test []int
	}{
		{"none", recording(5), data.SplitOptions{Kind: data.SplitNone}, nil},
		{"the last block", recording(10), data.SplitOptions{Kind: data.SplitBlocks, Fraction: 0.3}, []int{7, 8, 9}},
		{"a quarter by default", recording(8), data.SplitOptions{}, []int{6, 7}},
		{"a quarter with four trials", recording(0, 2, 2, 2, 2), data.SplitOptions{}, []int{6, 7}},
		{"every second, the odd ones", recording(7), data.SplitOptions{Kind: data.SplitInterleaved}, []int{1, 3, 5}},
		{"every third", recording(9), data.SplitOptions{Kind: data.SplitInterleaved, Fraction: 1. / 3}, []int{2, 5, 8}},
		{"four of five", recording(6), data.SplitOptions{Kind: data.SplitInterleaved, Fraction: 0.8},
			[]int{1, 2, 3, 4}},
		{"across trials", recording(0, equal...), data.SplitOptions{Kind: data.SplitInterleaved, Fraction: 0.5},
			[]int{1, 3, 5, 7, 9}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := data.NewSplit(c.rec, c.o, pcg(1))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.test, s.Test); d != "" {
				t.Error(d)
			}
		})
	}
	s, err := data.NewSplit(recording(0, equal...), data.SplitOptions{}, pcg(1))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Test) != 2 || s.Test[0]%2 != 0 || s.Test[1] != s.Test[0]+1 {
		t.Errorf("of five trials of two bins, bins %v are held out; want one trial", s.Test)
	}
}

// TestSplitLaws checks every kind and fraction: every bin is in exactly one part, both parts ascend, and trials are
// held out whole. The held-out number is correct to one bin or trial.
func TestSplitLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := recording(rapid.IntRange(2, 60).Draw(t, "bins"),
			rapid.SliceOfN(rapid.IntRange(1, 7), 0, 9).Draw(t, "trials")...)
		kind := rapid.SampledFrom([]data.SplitKind{data.SplitTrials, data.SplitBlocks, data.SplitInterleaved,
			data.SplitNone}).Draw(t, "kind")
		o := data.SplitOptions{Kind: kind, Fraction: rapid.Float64Range(0.01, 0.99).Draw(t, "fraction")}
		seed := rapid.Uint64().Draw(t, "seed")
		s, err := data.NewSplit(rec, o, pcg(seed))
		if err != nil {
			return // too few bins; TestSplitRefuses says when
		}
		if !slices.IsSorted(s.Train) || !slices.IsSorted(s.Test) {
			t.Fatalf("not ascending: %v, %v", s.Train, s.Test)
		}
		every := slices.Sorted(slices.Values(slices.Concat(s.Train, s.Test)))
		if len(every) != rec.Bins() || len(slices.Compact(every)) != rec.Bins() {
			t.Fatalf("%d bins are dealt into %v and %v", rec.Bins(), s.Train, s.Test)
		}
		held, of := float64(len(s.Test)), float64(rec.Bins())
		switch kind {
		case data.SplitNone:
			o.Fraction = 0
		case data.SplitTrials:
			trials := map[int]bool{}
			for _, b := range s.Test {
				trials[rec.Trial[b]] = true
			}
			for _, b := range s.Train {
				if trials[rec.Trial[b]] {
					t.Fatalf("trial %d is in both sides", rec.Trial[b])
				}
			}
			held, of = float64(len(trials)), float64(rec.Trials)
		}
		if !(math.Abs(held-o.Fraction*of) <= 1) {
			t.Fatalf("%g of %g held out, %g of them asked for", held, of, o.Fraction)
		}
		again, err := data.NewSplit(rec, o, pcg(seed))
		if err == nil && kind != data.SplitNone && !cmp.Equal(s, again) {
			t.Fatalf("the same seed gives %v and %v", s, again)
		}
	})
}

// TestSplitDrawsTrials checks that another seed holds out other trials. With 3 of 10 trials, twenty equal draws have a
// chance of 120^-19.
func TestSplitDrawsTrials(t *testing.T) {
	rec := recording(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	seen := map[int]bool{}
	for seed := range uint64(20) {
		s, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitTrials, Fraction: 0.3}, pcg(seed))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range s.Test {
			seen[b] = true
		}
	}
	if len(seen) <= 3 {
		t.Errorf("twenty seeds hold out only trials %v", seen)
	}
}

func TestSplitRefuses(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		rec  *data.Recording
		o    data.SplitOptions
		want string
	}{
		{"an unknown kind", recording(9), data.SplitOptions{Kind: "halves"}, `unknown split "halves"`},
		{"all of it", recording(9), data.SplitOptions{Fraction: 1}, "between 0 and 1"},
		{"less than nothing", recording(9), data.SplitOptions{Fraction: -0.5}, "between 0 and 1"},
		{"not a number", recording(9), data.SplitOptions{Fraction: nan}, "between 0 and 1"},
		{"no trials", recording(9), data.SplitOptions{Kind: data.SplitTrials}, "0 trial(s)"},
		{"one trial", recording(0, 9), data.SplitOptions{Kind: data.SplitTrials}, "1 trial(s)"},
		{"no bin held out", recording(9), data.SplitOptions{Kind: data.SplitBlocks, Fraction: 0.01},
			"leaves 9 to train on and 0 to test"},
		{"one bin left", recording(9), data.SplitOptions{Kind: data.SplitBlocks, Fraction: 0.9},
			"leaves 1 to train on and 8 to test"},
		{"two trials of one bin", recording(0, 1, 1), data.SplitOptions{Kind: data.SplitTrials},
			"leaves 1 to train on and 1 to test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s, err := data.NewSplit(c.rec, c.o, pcg(1)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v; want an error that says %q", s, err, c.want)
			}
		})
	}
}

// TestBatches checks that an epoch contains every row once in any order. All minibatches except the last are full, and
// the caller's rows are unchanged.
func TestBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfDistinct(rapid.IntRange(0, 500), rapid.ID).Draw(t, "rows")
		size := rapid.IntRange(1, 40).Draw(t, "size")
		given := slices.Clone(rows)
		seed := rapid.Uint64().Draw(t, "seed")
		b, twin := data.NewBatches(rows, size), data.NewBatches(rows, size)
		random, same := pcg(seed), pcg(seed)
		for range 3 {
			b.Shuffle(random)
			twin.Shuffle(same)
			var dealt []int
			for i := range b.Count() {
				batch := b.Batch(i)
				if len(batch) != size && i != b.Count()-1 || len(batch) == 0 {
					t.Fatalf("minibatch %d of %d has %d rows; its size is %d", i, b.Count(), len(batch), size)
				}
				if !slices.Equal(batch, twin.Batch(i)) {
					t.Fatal("the same seed deals other minibatches")
				}
				dealt = append(dealt, batch...)
			}
			if !slices.Equal(slices.Sorted(slices.Values(dealt)), slices.Sorted(slices.Values(rows))) {
				t.Fatalf("an epoch deals %v of %v", dealt, rows)
			}
		}
		if !slices.Equal(rows, given) {
			t.Fatal("the caller's rows were shuffled")
		}
	})
}

func TestBatchesOfTen(t *testing.T) {
	b := data.NewBatches([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 4)
	if b.Count() != 3 || len(b.Batch(2)) != 2 {
		t.Errorf("10 rows by 4 make %d minibatches, want 3 with a last one of 2", b.Count())
	}
	order := func(seed uint64) []int {
		b := data.NewBatches([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10)
		b.Shuffle(pcg(seed))
		return b.Batch(0)
	}
	if slices.Equal(order(1), order(2)) || slices.IsSorted(order(1)) {
		t.Errorf("seeds 1 and 2 deal %v and %v", order(1), order(2))
	}
}

// TestMarks checks that a bin is labelled trained, held out, or neither.
func TestMarks(t *testing.T) {
	got := data.Split{Train: []int{0, 4}, Test: []int{2}}.Marks(5)
	if want := []int8{data.Trained, data.Neither, data.HeldOut, data.Neither, data.Trained}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestWarnLongBins checks that bins of many seconds cause a warning, because milliseconds may have been meant.
func TestWarnLongBins(t *testing.T) {
	for width, want := range map[float64]bool{0.05: false, 1: false, 50: true} {
		r := recording(3)
		r.BinWidth = width
		r.WarnLongBins()
		if got := len(r.Warnings) > 0; got != want {
			t.Errorf("bins of %g s: warned is %v, want %v", width, got, want)
		}
	}
}
