package regress

import (
	"slices"
	"testing"
)

// TestSpaced checks that never more than asked for, in order, from the first on, and none twice.
func TestSpaced(t *testing.T) {
	rows := []int{3, 5, 8, 9, 12, 20, 21}
	for count, want := range map[int][]int{1: {3}, 3: {3, 8, 12}, 6: {3, 5, 8, 9, 12, 20}, 7: rows, 100: rows} {
		if got := Subsample(rows, count); !slices.Equal(got, want) {
			t.Errorf("%d of %v are %v, want %v", count, rows, got, want)
		}
	}
}
