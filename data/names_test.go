package data

import (
	"slices"
	"testing"
)

// TestFew checks that a message lists five names and counts the rest.
func TestFew(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	for n, want := range []string{"", "a", "a, b", "a, b, c", "a, b, c, d", "a, b, c, d, e",
		"a, b, c, d, e and 1 more"} {
		if got := JoinFew(names[:n]); got != want {
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
		slices.SortFunc(got, CompareNatural)
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSourceName checks that a recording has the name of its file without the endings of recordings. Other points in
// the name stay.
func TestSourceName(t *testing.T) {
	for path, want := range map[string]string{
		"a/session.nwb.h5": "session", "session.NWB": "session", "x.npz": "x", "x.npy": "x", "x.hdf5": "x",
		"session":                "session",
		"sub-1_date-2024.05.nwb": "sub-1_date-2024.05", "rec.2024": "rec.2024", ".nwb": ".nwb", "demo": "demo",
	} {
		if got := (Source{Path: path}).Name(); got != want {
			t.Errorf("%s is called %q, not %q", path, got, want)
		}
	}
}
