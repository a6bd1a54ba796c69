package layers

import "strconv"

// Partition is the paper's structure: the latents fall into groups of the given sizes, in order, all independent of one another.
// One group is the plain low-rank RNN, groups of one the full factorisation.
type Partition []int

// Latents is the sum of the sizes.
func (p Partition) Latents() int {
	k := 0
	for _, n := range p {
		k += n
	}
	return k
}

// Groups are the parts, named 1, 2, ...
func (p Partition) Groups() []Group {
	var gs []Group
	at := 0
	for i, n := range p {
		gs = append(gs, Group{Name: strconv.Itoa(i + 1), Latents: run(at, n)})
		at += n
	}
	return gs
}

// Factorizations asks that all groups be independent; of one group, nothing.
func (p Partition) Factorizations() []Factorization {
	if len(p) < 2 {
		return nil
	}
	f := Factorization{Weight: 1}
	for _, g := range p.Groups() {
		f.Parts = append(f.Parts, g.Latents)
	}
	return []Factorization{f}
}

// run is from, from+1, ... (n numbers); nothing for a size below 0, so that CheckStructure is what refuses it.
func run(from, n int) []int {
	ks := make([]int, max(0, n))
	for i := range ks {
		ks[i] = from + i
	}
	return ks
}
