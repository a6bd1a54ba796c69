package layers

import (
	"strconv"
	"strings"
)

func init() {
	RegisterStructure("3,3", "two groups of three latents, all independent of one another", parsePartition)
}

// parsePartition reads "3,3". It takes every text without the signs of another notation.
func parsePartition(text string) (Structure, error) {
	if strings.ContainsAny(text, "+-():") {
		return nil, nil
	}
	all, err := sizes(text, ",")
	if err != nil {
		return nil, err
	}
	return Partition(all), nil
}

// Partition is the structure of the paper: consecutive latents form groups of the given sizes, all independent
// of one another. One group is the plain low-rank RNN; groups of size one are the full factorisation.
type Partition []int

// String returns the sizes, "3,3".
func (p Partition) String() string { return joinSizes(p, ",") }

// Latents returns the sum of the sizes.
func (p Partition) Latents() int {
	k := 0
	for _, n := range p {
		k += n
	}
	return k
}

// Groups returns the groups, named 1, 2, ...
func (p Partition) Groups() []Group {
	var gs []Group
	at := 0
	for i, n := range p {
		gs = append(gs, Group{Name: strconv.Itoa(i + 1), Latents: run(at, n)})
		at += n
	}
	return gs
}

// Factorizations requires that all groups are independent; it returns nil for one group.
func (p Partition) Factorizations() []Factorization {
	if len(p) < 2 {
		return nil
	}
	f := Factorization{Name: "all groups", Weight: 1}
	for _, g := range p.Groups() {
		f.Parts = append(f.Parts, g.Latents)
	}
	return []Factorization{f}
}

// run returns n numbers from, from+1, ..., or none for n below 0, so that CheckStructure reports the size.
func run(from, n int) []int {
	ks := make([]int, max(0, n))
	for i := range ks {
		ks[i] = from + i
	}
	return ks
}
