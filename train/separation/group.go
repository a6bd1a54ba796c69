package separation

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Threshold is the mean link from which two clusters of components form one group if sizes are not given. Measured
// between independent systems: up to .13. Measured within one system: from .2, mostly above .6.
const Threshold = 0.15

// Group divides K components into groups by their links (K,K), and returns the group of each, counted from 0.
//
// With sizes, whose sum is K, it returns the grouping of these sizes, in this order, with the largest sum of links
// within groups. Groups of one size are in the order of their first components. If there are few groupings, it tries
// all. Otherwise it swaps pairs of components while that raises the sum, from many fixed starts. Without sizes it is
// [Linkage] cut at [Threshold].
func Group(links mat.Symmetric, sizes ...int) ([]int, error) {
	if len(sizes) == 0 {
		return cut(Linkage(links), Threshold), nil
	}
	k := 0
	for _, n := range sizes {
		if n < 1 {
			return nil, fmt.Errorf("a group of %d components is not possible; a group has at least one", n)
		}
		k += n
	}
	if k != links.SymmetricDim() {
		return nil, fmt.Errorf("groups of %d make %d components, but there are %d; give sizes that add up",
			sizes, k, links.SymmetricDim())
	}
	g := &grouping{links: links, sizes: sizes, owner: make([]int, k), best: -1}
	const few = 20_000
	if partitions(k, sizes) <= few {
		g.left = slices.Clone(sizes)
		g.tryAll(0, 0)
	} else {
		g.search()
	}
	return g.ordered(), nil
}

// grouping searches for the group (owner) of each component.
type grouping struct {
	links mat.Symmetric
	sizes []int
	left  []int // free places in each group
	owner []int // the grouping that is tried
	best  float64
	kept  []int
}

// partitions counts the groupings of the given sizes: K! over the product of the sizes' factorials and the factorials
// of how often each size occurs.
func partitions(k int, sizes []int) float64 {
	count := 1.0
	same := map[int]int{}
	for _, n := range sizes {
		for i := range n { // k choose n
			count *= float64(k-i) / float64(i+1)
		}
		k -= n
		same[n]++
		count /= float64(same[n])
	}
	return count
}

// tryAll places component i and all after it, given the sum of links within groups so far. Empty groups of one size
// are interchangeable, so it tries only the first.
func (g *grouping) tryAll(i int, sum float64) {
	if i == len(g.owner) {
		g.keep(sum)
		return
	}
	empty := map[int]bool{}
	for o, left := range g.left {
		if left == 0 || left == g.sizes[o] && empty[left] {
			continue
		}
		if left == g.sizes[o] {
			empty[left] = true
		}
		more := 0.0
		for j := range i {
			if g.owner[j] == o {
				more += g.links.At(i, j)
			}
		}
		g.owner[i] = o
		g.left[o]--
		g.tryAll(i+1, sum+more)
		g.left[o]++
	}
}

func (g *grouping) keep(sum float64) {
	if g.kept == nil || sum > g.best {
		g.best, g.kept = sum, slices.Clone(g.owner)
	}
}

// search swaps components of different groups while that raises the sum.
func (g *grouping) search() {
	const starts = 200 // with 30, one in twenty groupings of 16 components in six groups was not the best

	random := rand.New(rand.NewPCG(1, 1)) // fixed, so that the same links give the same groups
	for o, n := range g.sizes {
		g.left = append(g.left, slices.Repeat([]int{o}, n)...)
	}
	for range starts {
		copy(g.owner, g.left)
		random.Shuffle(len(g.owner), func(i, j int) { g.owner[i], g.owner[j] = g.owner[j], g.owner[i] })
		for g.swap() {
		}
		g.keep(g.within())
	}
}

// swap makes the best of all swaps, and reports whether there was one that helps.
func (g *grouping) swap() bool {
	const minGain = 1e-12 // above rounding, so that the search ends
	k := len(g.owner)
	to := mat.NewDense(k, len(g.sizes), nil) // the links of each component to each group
	for i := range k {
		for j, o := range g.owner {
			if i != j {
				to.Set(i, o, to.At(i, o)+g.links.At(i, j))
			}
		}
	}
	gain, a, b := minGain, -1, -1
	for i, o := range g.owner {
		for j, p := range g.owner[:i] {
			more := to.At(i, p) - to.At(i, o) + to.At(j, o) - to.At(j, p) - 2*g.links.At(i, j)
			if o != p && more > gain {
				gain, a, b = more, i, j
			}
		}
	}
	if a < 0 {
		return false
	}
	g.owner[a], g.owner[b] = g.owner[b], g.owner[a]
	return true
}

func (g *grouping) within() float64 {
	sum := 0.0
	for i, o := range g.owner {
		for j, p := range g.owner[:i] {
			if o == p {
				sum += g.links.At(i, j)
			}
		}
	}
	return sum
}

// ordered renumbers groups of one size in the order of their first components.
func (g *grouping) ordered() []int {
	name := make([]int, len(g.sizes))
	for o := range name {
		name[o] = -1
	}
	taken := make([]bool, len(g.sizes))
	for _, o := range g.kept {
		if name[o] >= 0 {
			continue
		}
		for p := range g.sizes {
			if g.sizes[p] == g.sizes[o] && !taken[p] {
				name[o], taken[p] = p, true
				break
			}
		}
	}
	out := make([]int, len(g.kept))
	for i, o := range g.kept {
		out[i] = name[o]
	}
	return out
}
