package separation

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// arrangement returns the components of each group, in the order in which they are reported. Groups are in the order
// of sizes; if sizes are not given, the largest is first. Groups of one size are sorted by the power of their
// components, and so are the components within a group.
func arrangement(owner []int, power []float64, sizes []int) [][]int {
	members := make([][]int, slices.Max(owner)+1)
	for k, g := range owner {
		members[g] = append(members[g], k)
	}
	sum := func(ks []int) (s float64) {
		for _, k := range ks {
			s += power[k]
		}
		return s
	}
	for _, ks := range members {
		slices.SortStableFunc(ks, func(a, b int) int { return cmp.Compare(power[b], power[a]) })
	}
	slices.SortStableFunc(members, func(a, b []int) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(sum(b), sum(a)))
	})
	rest := slices.Clone(members)
	for i, n := range sizes {
		g := slices.IndexFunc(rest, func(ks []int) bool { return len(ks) == n })
		members[i] = rest[g]
		rest = slices.Delete(rest, g, g+1)
	}
	return members
}

// interchangeable reports whether all pairs of groups must be independent with one weight above 0, so that their
// order does not matter.
func interchangeable(apart [][]float64) bool {
	for i := range apart {
		for j := range apart {
			if i != j && (apart[i][j] != apart[0][1] || apart[i][j] == 0) {
				return false
			}
		}
	}
	return true
}

// swapGroups swaps groups of one size, in place, so that groups that must be independent have weak links. It lowers
// the sum over pairs of apart[i][j] times their mean link until no swap helps. In a chain, the group with the
// strongest links moves to the middle. It returns the highest mean link between two groups that must be independent.
func swapGroups(groups [][]int, links mat.Symmetric, apart [][]float64) (between float64) {
	const minGain = 1e-12 // above rounding, so that the loop ends
	cost := func() (sum float64) {
		for i := range groups {
			for j := range i {
				sum += apart[i][j] * meanLink(links, groups[i], groups[j])
			}
		}
		return sum
	}
	for best, better := cost(), true; better; {
		better = false
		for i := range groups {
			for j := range i {
				if len(groups[i]) != len(groups[j]) {
					continue
				}
				groups[i], groups[j] = groups[j], groups[i]
				if c := cost(); c < best-minGain {
					best, better = c, true
				} else {
					groups[i], groups[j] = groups[j], groups[i]
				}
			}
		}
	}
	for i := range groups {
		for j := range i {
			if apart[i][j] > 0 {
				between = max(between, meanLink(links, groups[i], groups[j]))
			}
		}
	}
	return between
}

// meanLink returns the mean of the links between the components of two groups.
func meanLink(links mat.Symmetric, a, b []int) float64 {
	sum := 0.0
	for _, i := range a {
		for _, j := range b {
			sum += links.At(i, j)
		}
	}
	return sum / float64(len(a)*len(b))
}

// margins returns the lowest link of the merges within groups, and the highest mean link between groups.
func margins(links mat.Symmetric, owner []int) (within, between float64) {
	within = 1
	groups := slices.Max(owner) + 1
	for g := range groups {
		var ks []int
		for k, o := range owner {
			if o == g {
				ks = append(ks, k)
			}
		}
		part := mat.NewSymDense(len(ks), nil)
		for i, a := range ks {
			for j, b := range ks[:i+1] {
				part.SetSym(i, j, links.At(a, b))
			}
		}
		for _, m := range Linkage(part) {
			within = min(within, m.Link)
		}
	}
	sum, count := mat.NewDense(groups, groups, nil), mat.NewDense(groups, groups, nil)
	for i, o := range owner {
		for j, p := range owner[:i] {
			sum.Set(min(o, p), max(o, p), sum.At(min(o, p), max(o, p))+links.At(i, j))
			count.Set(min(o, p), max(o, p), count.At(min(o, p), max(o, p))+1)
		}
	}
	for g := range groups {
		for h := g + 1; h < groups; h++ {
			between = max(between, sum.At(g, h)/count.At(g, h))
		}
	}
	return within, between
}
