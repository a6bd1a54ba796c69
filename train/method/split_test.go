package method

import (
	"slices"
	"strings"
	"testing"

	"facrnn/data"
)

// paired is long in trials of ten bins, of which every second begins in the middle of the one before it.
func paired(t testing.TB) *data.Recording {
	rec := long(t)
	T := rec.Bins()
	rec.BinWidth, rec.SegmentStarts, rec.Trials = 1, nil, (T+9)/10
	for i := range rec.Time {
		k := i / 10
		rec.Trial[i], rec.Time[i] = k, float64(100*(k/2)+5*(k%2)+i%10)
		if i%10 == 0 {
			rec.SegmentStarts = append(rec.SegmentStarts, i)
		}
	}
	return rec
}

// TestSplitOfSharedTime checks that trials that share time are held out together, with a note. A run of an older
// version keeps its split, with a warning.
func TestSplitOfSharedTime(t *testing.T) {
	p, err := flags(t).Resolve(paired(t))
	if err != nil {
		t.Fatal(err)
	}
	held := map[int]int{} // bins of each pair that are held out
	for _, i := range p.Split.Test {
		held[i/20]++
	}
	for pair, n := range held {
		if n != 20 && 20*pair+20 <= p.Recording.Bins() {
			t.Errorf("%d of the 20 bins of pair %d are held out", n, pair)
		}
	}
	if !slices.ContainsFunc(p.Chosen, func(s string) bool {
		return strings.HasPrefix(s,
			"trials that share time are held out together")
	}) {
		t.Errorf("chosen: %q", p.Chosen)
	}
	for _, apart := range []bool{true, false} {
		rec := paired(t)
		again, err := ForSameRecording(rec, p.Spec, TrainingContext{Scaling: p.Scaling, Apart: apart})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Equal(again.Split.Test, p.Split.Test); got != apart {
			t.Errorf("a run that kept such trials together (%v) has the new split: %v", apart, got)
		}
		if got := slices.ContainsFunc(again.Warnings, func(s string) bool {
			return strings.HasPrefix(s,
				"this run was split by an older version")
		}); got == apart {
			t.Errorf("a run that kept such trials together (%v) warns of an older version: %v", apart, got)
		}
	}
}

// TestTrialsOfOneBin checks that bins that begin a trial have no history; a recording of nothing else is warned of.
func TestTrialsOfOneBin(t *testing.T) {
	p, err := flags(t).Resolve(single(t))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(p.Warnings, func(s string) bool {
		return strings.HasPrefix(s,
			"none of the 400 bins has a history")
	}) {
		t.Errorf("warnings: %q", p.Warnings)
	}
}
