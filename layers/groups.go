package layers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Structure says which latents belong together and which of them are to be independent of one another. A new structure is a new
// type with these three methods; nothing else in the project has to know of it.
type Structure interface {
	// Latents is K.
	Latents() int
	// Groups are the sets of latents that are reported one by one, each with its sub-connectivity W_g = A_g B_g.
	Groups() []Group
	// Factorizations lists what the partial correlation is taken over, as a weighted sum.
	Factorizations() []Factorization
}

// Group is a named set of latents.
type Group struct {
	Name    string
	Latents []int // columns of z, counted from 0
}

// Title is what a figure calls the group: "group 1", but of a group named in words, such as "shared", the name alone.
func (g Group) Title() string {
	if _, err := strconv.Atoi(g.Name); err != nil {
		return g.Name
	}
	return "group " + g.Name
}

// Factorization asks that the joint density of some latents be the product over its parts: the penalty is
// Weight * KL( q(z of all parts together) || prod_p q(z of part p) ). The joint set is what the parts hold together.
type Factorization struct {
	Parts  [][]int // columns of z; no column twice
	Weight float64 // 1 in the paper
}

// Joint is the set of all columns of the parts, ascending.
func (f Factorization) Joint() []int {
	var all []int
	for _, p := range f.Parts {
		all = append(all, p...)
	}
	slices.Sort(all)
	return all
}

// CheckStructure reports a structure that contradicts itself: a column outside 0..K-1 or twice in one place, an empty part, a weight
// that is not positive, a latent in no group.
func CheckStructure(s Structure) error {
	K := s.Latents()
	if K < 1 || K > maxSize {
		return fmt.Errorf("a structure of %d latents: it takes at least one, and at most %d", K, maxSize)
	}
	in := make([]bool, K)
	for _, g := range s.Groups() {
		if err := columns("group "+g.Name, g.Latents, K); err != nil {
			return err
		}
		for _, k := range g.Latents {
			in[k] = true
		}
	}
	if k := slices.Index(in, false); k >= 0 {
		return fmt.Errorf("latent %d is in no group", k)
	}
	for i, f := range s.Factorizations() {
		if !(f.Weight > 0) {
			return fmt.Errorf("factorization %d has weight %g: it takes one above 0", i, f.Weight)
		}
		for _, p := range f.Parts {
			if len(p) == 0 {
				return fmt.Errorf("factorization %d has an empty part", i)
			}
		}
		if err := columns(fmt.Sprintf("factorization %d", i), f.Joint(), K); err != nil {
			return err
		}
	}
	return nil
}

func columns(of string, ks []int, K int) error {
	if len(ks) == 0 {
		return fmt.Errorf("%s is empty", of)
	}
	seen := make([]bool, K)
	for _, k := range ks {
		if k < 0 || k >= K {
			return fmt.Errorf("%s names latent %d of %d", of, k, K)
		}
		if seen[k] {
			return fmt.Errorf("%s names latent %d twice", of, k)
		}
		seen[k] = true
	}
	return nil
}

// ParseStructure reads the notation of --groups: "3,3" is a [Partition], "3,3+2" a [Shared] one with two shared latents.
func ParseStructure(s string) (Structure, error) {
	private, shared, both := strings.Cut(s, "+")
	var sizes []int
	for field := range strings.SplitSeq(private, ",") {
		n, err := size(field)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, n)
	}
	if !both {
		return Partition(sizes), nil
	}
	n, err := size(shared)
	if err != nil {
		return nil, err
	}
	return Shared{Private: sizes, Common: n}, nil
}

// maxSize is far beyond any use, and keeps sums of sizes from running over.
const maxSize = 1 << 20

func size(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > maxSize {
		return 0, fmt.Errorf("%q is no size of a group: give numbers of latents, such as 3,3 (or 3,3+2 with two shared by both)", s)
	}
	return n, nil
}
