package components

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// arrangement is the order in which components are reported, and their groups' sizes. Groups are in the order of sizes or, where these
// are not given, the largest first; those of one size by the power of their components, and so are the components within a group.
func arrangement(owner []int, power []float64, sizes []int) (order, counts []int) {
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
	for _, ks := range members {
		order = append(order, ks...)
		counts = append(counts, len(ks))
	}
	return order, counts
}

// margins are the lowest link of the merges that make up the groups and the highest of the mean links between groups.
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
