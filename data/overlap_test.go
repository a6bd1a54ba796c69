package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facrnn/data"
)

// windows returns a recording of one window of so many bins of 0.1 s from each of the times on.
func windows(bins int, from ...float64) *data.Recording {
	r := recording(0, slices.Repeat([]int{bins}, len(from))...)
	r.BinWidth = 0.1
	for t := range r.Time {
		r.Time[t] = from[r.Trial[t]] + 0.1*float64(t%bins)
	}
	return r
}

// TestOverlap checks that trials that share time, directly or through other trials, form one group. Bins that lie in
// two trials are counted.
func TestOverlap(t *testing.T) {
	jittered := windows(5, 0, 0.47) // samples: 0.47 is not a sample of the first trial
	jittered.Time[1] = 0.13
	own := windows(5, 0, 0)
	own.OwnTime = true
	unknown := windows(5, 0, 0)
	unknown.BinWidth = 0
	for _, c := range []struct {
		name   string
		rec    *data.Recording
		group  []int
		shared int
	}{
		{"apart", windows(5, 0, 1, 2), nil, 0},
		{"end to end", windows(5, 0, 0.5, 1), nil, 0},
		{"end to end, up to rounding", windows(5, 0, 0.5-1e-9, 1-1e-9), nil, 0},
		{"one bin shared", windows(5, 0, 0.4, 2), []int{0, 0, 1}, 2},
		{"half a bin off", windows(5, 0, 0.45, 2), []int{0, 0, 1}, 2},
		{"a chain", windows(5, 0, 0.3, 0.6, 2), []int{0, 0, 0, 1}, 8},
		{"one inside two others", windows(5, 0, 2, 2, 2), []int{0, 1, 1, 1}, 15},
		{"all from zero", windows(5, 0, 0, 0), []int{0, 0, 0}, 15},
		{"samples that are not the same", jittered, nil, 0},
		{"times within each trial", own, nil, 0},
		{"no clock", unknown, nil, 0},
		{"one stretch", recording(9), nil, 0},
	} {
		if o := c.rec.Overlap(); !slices.Equal(o.Group, c.group) || o.Shared != c.shared {
			t.Errorf("%s: groups %v and %d shared bins, want %v and %d", c.name, o.Group, o.Shared, c.group, c.shared)
		}
	}
}

// TestSplitKeepsTimeApart checks that no training bin shares a moment with a held-out bin, for any windows and any
// split. As many trials are held out as their groups allow, and one seed gives one split.
func TestSplitKeepsTimeApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(1, 12).Draw(t, "bins")
		from, at := []float64{}, 0.0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 60), 2, 30).Draw(t, "steps") {
			at += 0.05 * float64(step)
			from = append(from, at)
		}
		rec := windows(bins, from...)
		o := data.SplitOptions{Fraction: rapid.Float64Range(0.05, 0.95).Draw(t, "fraction")}
		o.Kind = rapid.SampledFrom([]data.SplitKind{data.SplitTrials, data.SplitBlocks, data.SplitInterleaved}).Draw(t,
			"kind")
		s, err := data.NewSplit(rec, o, pcg(3))
		if err != nil {
			return // too few bins, or none that share no time
		}
		for _, i := range s.Test {
			for _, j := range s.Train {
				if math.Abs(rec.Time[i]-rec.Time[j]) < 0.098 {
					t.Fatalf("bin %d at %g s is held out and bin %d at %g s trains", i, rec.Time[i], j, rec.Time[j])
				}
			}
		}
		if o.Kind == data.SplitTrials && len(s.Test)+len(s.Train) != rec.Bins() {
			t.Errorf("%d of %d bins are in neither part", rec.Bins()-len(s.Test)-len(s.Train), rec.Bins())
		}
		if again, err := data.NewSplit(rec, o, pcg(3)); err != nil || !slices.Equal(again.Test, s.Test) {
			t.Errorf("another split by the same seed, %v", err)
		}
	})
}

// TestSplitByGroups checks that the fraction of held-out trials is as near to the requested fraction as pairs of
// trials allow. Older runs keep their split.
func TestSplitByGroups(t *testing.T) {
	var from []float64
	for k := range 20 {
		from = append(from, float64(3*k), float64(3*k)+0.2)
	}
	rec := windows(5, from...)
	s, err := data.NewSplit(rec, data.SplitOptions{}, pcg(1))
	if err != nil || len(s.Test) != 8*5 {
		t.Errorf("%d bins of 8 trials of 5 are held out, %v", len(s.Test), err)
	}
	apart := windows(5, from...)
	for t := range apart.Time {
		apart.Time[t] = float64(t)
	}
	want, err := data.NewSplit(apart, data.SplitOptions{}, pcg(1))
	if err != nil {
		t.Fatal(err)
	}
	if s, err = data.NewSplit(rec, data.SplitOptions{Leaky: true}, pcg(1)); err != nil ||
		!slices.Equal(s.Test, want.Test) {
		t.Errorf("an older run's held-out bins are %v, want %v; %v", s.Test, want.Test, err)
	}
	if _, err := data.NewSplit(windows(5, 0, 0, 0, 0, 0), data.SplitOptions{}, pcg(1)); err == nil ||
		!strings.Contains(err.Error(), "all 5 trials begin at 0 s") {
		t.Errorf("trials that all hold the same seconds: %v", err)
	}
	if _, err := data.NewSplit(windows(5, 0, 0.3, 0.6, 0.9, 1.2), data.SplitOptions{}, pcg(1)); err == nil ||
		!strings.Contains(err.Error(), "all 5 trials share time") {
		t.Errorf("trials in one chain: %v", err)
	}
	if _, err := data.NewSplit(windows(5, 0, 0, 0), data.SplitOptions{Kind: data.SplitBlocks, Fraction: 0.5},
		pcg(1)); err == nil || !strings.Contains(err.Error(), "share time with a held-out bin") {
		t.Errorf("blocks of the same seconds: %v", err)
	}
}
