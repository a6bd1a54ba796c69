package content

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	apart       = 0.5 // mean cosine below which clusters are separate
	maxClusters = 12
)

// clustered orders channels so that those with alike weights stand together: by average-linkage clustering of the
// cosines between their profiles, which flipping a latent's sign does not change.
func clustered(a, b *mat.Dense) Order {
	rows := profiles(a, b)
	n, _ := rows.Dims()
	links := make([][]float32, n) // float32: of 2500 channels 25 MB
	for i := range links {
		links[i] = make([]float32, n)
		for j := range i {
			v := float32(floats.Dot(rows.RawRowView(i), rows.RawRowView(j)))
			links[i][j], links[j][i] = v, v
		}
	}
	merges := linkage(links)
	order, cluster := leaves(n, merges)
	out := Order{Name: "by clustering", Permutation: order, Edges: []int{}}
	for i := 1; i < n; i++ {
		if cluster[order[i]] != cluster[order[i-1]] {
			out.Edges = append(out.Edges, i)
		}
	}
	return out
}

// merge joins the clusters of two channels, named by their first channel, at the mean link between them.
type merge struct {
	into, from int // into < from
	link       float64
}

// linkage clusters by average linkage (Sokal and Michener 1958) along chains of nearest neighbours (Murtagh 1983). It
// takes time and memory of order n^2; separation.Linkage takes n^3. It overwrites links (n,n) and returns the n-1
// merges, the closest first.
func linkage(links [][]float32) (merges []merge) {
	n := len(links)
	size := slices.Repeat([]float64{1}, n) // 0 after the cluster was merged into another
	var chain []int
	for next := 0; len(merges) < n-1; {
		if len(chain) == 0 {
			for size[next] == 0 {
				next++
			}
			chain = append(chain, next)
		}
		top := chain[len(chain)-1]
		best, link := -1, float32(math.Inf(-1))
		if len(chain) > 1 { // among equals the previous one, so that the chain cannot run in circles
			best = chain[len(chain)-2]
			link = links[top][best]
		}
		for j, l := range links[top] {
			if j != top && size[j] > 0 && l > link {
				best, link = j, l
			}
		}
		if len(chain) == 1 || best != chain[len(chain)-2] {
			chain = append(chain, best)
			continue
		}
		chain = chain[:len(chain)-2]
		into, from := min(top, best), max(top, best)
		for j := range links {
			if size[j] > 0 && j != into && j != from {
				l := float32((size[into]*float64(links[into][j]) + size[from]*float64(links[from][j])) / (size[into] +
					size[from]))
				links[into][j], links[j][into] = l, l
			}
		}
		size[into], size[from] = size[into]+size[from], 0
		merges = append(merges, merge{into, from, float64(link)})
	}
	slices.SortStableFunc(merges, func(a, b merge) int { return cmp.Compare(b.link, a.link) })
	return merges
}

// leaves returns the channels in the order of the tree, and the cluster of each: the tree is cut at a link of apart, or
// where maxClusters are left.
func leaves(n int, merges []merge) (order, cluster []int) {
	members := make([][]int, n)
	for i := range members {
		members[i] = []int{i}
	}
	cluster = make([]int, n)
	for i := range cluster {
		cluster[i] = i
	}
	owner := slices.Clone(cluster) // merges of one link may name a cluster that another of them has joined already
	find := func(i int) int {
		for owner[i] != i {
			i = owner[i]
		}
		return i
	}
	left := n
	for _, m := range merges {
		into, from := find(m.into), find(m.from)
		into, from = min(into, from), max(into, from)
		if m.link >= apart || left > maxClusters {
			for _, i := range members[from] {
				cluster[i] = into
			}
			left--
		}
		members[into] = append(members[into], members[from]...)
		members[from], owner[from] = nil, into
	}
	return members[0], cluster
}
