package layers

import (
	"fmt"
	"slices"
	"strings"
)

// Structure defines the groups of latents and which groups must be independent. A new structure is
// a new type with these four methods. A structure that has a notation for --groups registers it in its own file; see
// [RegisterStructure].
type Structure interface {
	// Latents returns K.
	Latents() int
	// Groups returns the sets of latents that are reported separately, each with its sub-connectivity W_g = A_g B_g.
	Groups() []Group
	// Factorizations returns the required independence. The partial correlation is the weighted sum over them.
	Factorizations() []Factorization
	// String returns the notation of the structure, such as "3,3". ParseStructure reads it if it is registered.
	String() string
}

// Disjoint reports whether no latent of the structure is in two groups. Only such groups can start from
// separated components, because each component belongs to one group.
func Disjoint(s Structure) bool {
	n := 0
	seen := map[int]bool{}
	for _, g := range s.Groups() {
		n += len(g.Latents)
		for _, k := range g.Latents {
			seen[k] = true
		}
	}
	return n == len(seen)
}

// Apart returns the weight (G,G) with which the structure requires groups i and j to be independent. It is the
// sum of the weights of all factorizations that have a latent of i and a latent of j in different parts. The
// matrix is symmetric, with 0 on the diagonal.
func Apart(s Structure) [][]float64 {
	groups := s.Groups()
	apart := make([][]float64, len(groups))
	for i := range apart {
		apart[i] = make([]float64, len(groups))
	}
	for _, f := range s.Factorizations() {
		for i, a := range groups {
			for j, b := range groups {
				if i != j && f.separates(a.Latents, b.Latents) {
					apart[i][j] += f.Weight
				}
			}
		}
	}
	return apart
}

// Group is a named set of latents.
type Group struct {
	Name    string
	Latents []int // columns of z, counted from 0
}

// Title returns the name of the group in a figure: "group 1" for the name "1", "group 1.2" for "1.2". A word,
// such as "shared", stays unchanged.
func (g Group) Title() string {
	if g.Name == "" || strings.Trim(g.Name, "0123456789.") != "" {
		return g.Name
	}
	return "group " + g.Name
}

// Factorization requires that the joint density of some latents is the product over its parts: the penalty is
// Weight * KL( q(z of all parts together) || prod_p q(z of part p) ).
type Factorization struct {
	Name   string  // the independent groups, such as "groups 1 and 3"
	Parts  [][]int // columns of z; no column twice
	Weight float64 // 1 in the paper
}

// separates reports whether some latent of a and some latent of b are in different parts.
func (f Factorization) separates(a, b []int) bool {
	part := map[int]int{}
	for i, p := range f.Parts {
		for _, k := range p {
			part[k] = i + 1
		}
	}
	for _, i := range a {
		for _, j := range b {
			if part[i] != 0 && part[j] != 0 && part[i] != part[j] {
				return true
			}
		}
	}
	return false
}

// Joint returns the columns of all parts, in ascending order.
func (f Factorization) Joint() []int {
	var all []int
	for _, p := range f.Parts {
		all = append(all, p...)
	}
	slices.Sort(all)
	return all
}

// CheckStructure returns an error for a structure that contradicts itself. Contradictions are: a column outside
// 0..K-1 or twice in one place, an empty part, a weight that is not positive, a latent in no group.
func CheckStructure(s Structure) error {
	K := s.Latents()
	if K < 1 || K > maxSize {
		return fmt.Errorf("a structure of %d latents is invalid; give 1 to %d latents", K, maxSize)
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
		return fmt.Errorf("latent %d is in no group; add it to a group", k)
	}
	for i, f := range s.Factorizations() {
		if !(f.Weight > 0) {
			return fmt.Errorf("factorization %d has weight %g; give a weight above 0", i, f.Weight)
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
