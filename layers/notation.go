package layers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Notation is how --groups spells one kind of structure. The file of a structure registers its notation in an init function, as
// packages of images register their formats. The help of --groups lists the registered notations.
type Notation struct {
	Example string // "3,3"
	Help    string // what the example asks for, in one short sentence
	// Parse reads the text. It returns nil and no error if the text is in another notation.
	Parse func(text string) (Structure, error)
}

var notations []Notation

// RegisterNotation adds a notation for [ParseStructure]. Call it from an init function only.
func RegisterNotation(n Notation) { notations = append(notations, n) }

// Notations returns the registered notations, ordered by their examples.
func Notations() []Notation {
	return slices.SortedFunc(slices.Values(notations), func(a, b Notation) int { return strings.Compare(a.Example, b.Example) })
}

// ParseStructure reads the notation of --groups. Exactly one registered notation must accept the text.
func ParseStructure(text string) (Structure, error) {
	for _, n := range Notations() {
		s, err := n.Parse(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		if err := CheckStructure(s); err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		return s, nil
	}
	var known []string
	for _, n := range Notations() {
		known = append(known, n.Example)
	}
	return nil, fmt.Errorf("%q is no structure of groups: write it like one of %s", text, strings.Join(known, "  "))
}

// maxSize is far beyond any use, and keeps sums of sizes from overflowing.
const maxSize = 1 << 20

// sizes reads numbers of latents between separators.
func sizes(text, separator string) ([]int, error) {
	var all []int
	for field := range strings.SplitSeq(text, separator) {
		n, err := size(field)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func size(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > maxSize {
		return 0, fmt.Errorf("%q is no size of a group: give numbers of latents, such as 3,3 (or 3,3+2 with two shared by both)", s)
	}
	return n, nil
}

// joinSizes writes numbers of latents with a separator between them.
func joinSizes(sizes []int, separator string) string {
	fields := make([]string, len(sizes))
	for i, n := range sizes {
		fields[i] = strconv.Itoa(n)
	}
	return strings.Join(fields, separator)
}
