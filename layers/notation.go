package layers

import (
	"fmt"
	"strconv"
	"strings"
)

var structures = NewTable[Structure]("structure of groups")

// RegisterStructure adds a notation for --groups, such as "3,3", for one kind of structure; see
// [Table.RegisterForm].
func RegisterStructure(example, doc string, parse func(text string) (Structure, error)) {
	structures.RegisterForm(example, doc, parse)
}

// Structures returns the registered notations, ordered by their examples.
func Structures() []Entry[Structure] { return structures.Entries() }

// ParseStructure reads the notation of --groups. Exactly one registered notation must accept the text.
func ParseStructure(text string) (Structure, error) {
	s, err := structures.Parse(text)
	if err != nil {
		return nil, err
	}
	if err := CheckStructure(s); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return s, nil
}

// maxSize is far above any useful size. It keeps sums of sizes from overflowing.
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
		return 0, fmt.Errorf("%q is not the size of a group; give numbers of latents, such as 3,3 "+
			"(or 3,3+2, with two latents that both groups share)", s)
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
