package regress

import (
	"slices"
	"testing"
)

// TestSubsample checks that the rows are in order from the first on, without repetition, and never more than
// requested.
func TestSubsample(t *testing.T) {
	rows := []int{3, 5, 8, 9, 12, 20, 21}
	for count, want := range map[int][]int{1: {3}, 3: {3, 8, 12}, 6: {3, 5, 8, 9, 12, 20}, 7: rows, 100: rows} {
		if got := Subsample(rows, count); !slices.Equal(got, want) {
			t.Errorf("%d of %v are %v, want %v", count, rows, got, want)
		}
	}
}
