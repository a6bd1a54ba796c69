package data

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Name returns the base name of the source without the file endings of recordings: "session" for a/session.nwb.h5.
func (s Source) Name() string {
	name := filepath.Base(s.Path)
	for {
		stem, ending := strings.TrimSuffix(name, filepath.Ext(name)), strings.ToLower(filepath.Ext(name))
		if stem == "" || !slices.Contains([]string{".nwb", ".npz", ".npy", ".h5", ".hdf5"}, ending) {
			return name
		}
		name = stem
	}
}

// JoinFew lists the first few names for a message, and counts the rest.
func JoinFew(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// CompareNatural orders names in natural order: numbers by value and before words, words by letter, and digits inside
// words by value.
func CompareNatural(a, b string) int {
	x, xerr := strconv.ParseFloat(a, 64)
	y, yerr := strconv.ParseFloat(b, 64)
	switch {
	case xerr == nil && yerr == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case xerr == nil:
		return -1
	case yerr == nil:
		return 1
	}
	for p, q := a, b; p != "" && q != ""; {
		m, n := run(p), run(q)
		u, uerr := strconv.Atoi(p[:m])
		v, verr := strconv.Atoi(q[:n])
		order := cmp.Compare(p[:m], q[:n])
		if uerr == nil && verr == nil {
			order = cmp.Compare(u, v)
		}
		if order != 0 {
			return order
		}
		p, q = p[m:], q[n:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// run returns the number of bytes at the beginning of s that are all digits or all non-digits; s is not empty.
func run(s string) int {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	n := 1
	for n < len(s) && digit(s[n]) == digit(s[0]) {
		n++
	}
	return n
}
