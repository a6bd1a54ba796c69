package data

import (
	"slices"
	"testing"
)

// TestFew: a message names five, and says where there are more.
func TestFew(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	for n, want := range []string{"", "a", "a, b", "a, b, c", "a, b, c, d", "a, b, c, d, e", "a, b, c, d, e and 1 more"} {
		if got := Few(names[:n]); got != want {
			t.Errorf("of %d: %q, want %q", n, got, want)
		}
	}
}

func TestNaturalOrder(t *testing.T) {
	for _, want := range [][]string{
		{"-45", "0", "9", "1e1", "90", "left", "right"},
		{"target 2", "target 10", "target 10b"},
		{"", "a"},
		{"1.5", "2", "x"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, Natural)
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
