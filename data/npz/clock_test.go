package npz

import (
	"strings"
	"testing"

	"facrnn/data"
)

// TestClockOfTrials checks that overlapping trials in ascending order are windows of one session, and so are equal
// times with the same activity. Other overlapping trials have times of their own, as around an event.
func TestClockOfTrials(t *testing.T) {
	for _, c := range []struct {
		name          string
		activity      []float64
		time          []float64
		own, overlaps bool
	}{
		{"windows in order", []float64{1, 2, 3, 4, 5, 6}, []float64{0, 1, 2, 1, 2, 3}, false, true},
		{"the same rows, out of order", []float64{2, 3, 4, 1, 2, 3}, []float64{1, 2, 3, 0, 1, 2}, false, true},
		{"times around an event", []float64{1, 2, 3, 4, 5, 6}, []float64{-1, 0, 1, -1, 0, 1}, true, false},
		{"apart", []float64{1, 2, 3, 4, 5, 6}, []float64{0, 1, 2, 3, 4, 5}, false, false},
	} {
		path := written(t, map[string]Array{"activity": {[]int{6, 1}, c.activity},
			"trial": Vector([]int64{0, 0, 0, 1, 1, 1}), "time": Vector(c.time)})
		r, err := Recording(path, data.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		warned := len(r.Warnings) > 0 && strings.Contains(r.Warnings[len(r.Warnings)-1],
			"4 of 6 bins lie in more than one trial")
		if r.OwnTime != c.own || (r.Overlap().Shared > 0) != c.overlaps || warned != c.overlaps {
			t.Errorf("%s: times of each trial %v, %d bins shared, warnings %q", c.name, r.OwnTime, r.Overlap().Shared,
				r.Warnings)
		}
	}
}
