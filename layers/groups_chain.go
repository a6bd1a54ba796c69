package layers

import (
	"fmt"
	"strings"
)

func init() {
	RegisterStructure("2-2-2", "a chain of groups: only neighbours may depend on each other", parseChain)
}

// parseChain reads "2-2-2".
func parseChain(text string) (Structure, error) {
	if !strings.Contains(text, "-") || strings.ContainsAny(text, "+():") {
		return nil, nil
	}
	all, err := sizes(text, "-")
	if err != nil {
		return nil, err
	}
	return Chain(all), nil
}

// Chain is a chain of groups with the given sizes, such as areas along a pathway. Neighbours may depend on each
// other. Every two groups that are not neighbours must be independent; each such pair is one factorization.
type Chain []int

// String returns the sizes, "2-2-2".
func (c Chain) String() string { return joinSizes(c, "-") }

// Latents returns the sum of the sizes.
func (c Chain) Latents() int { return Partition(c).Latents() }

// Groups returns the groups 1, 2, ... in the order of the chain.
func (c Chain) Groups() []Group { return Partition(c).Groups() }

// Factorizations returns one factorization for every two groups that are not neighbours.
func (c Chain) Factorizations() []Factorization {
	groups := c.Groups()
	var all []Factorization
	for i, a := range groups {
		for _, b := range groups[min(i+2, len(groups)):] {
			name := fmt.Sprintf("groups %s and %s", a.Name, b.Name)
			all = append(all, Factorization{Name: name, Parts: [][]int{a.Latents, b.Latents}, Weight: 1})
		}
	}
	return all
}
