package separation

import "gonum.org/v1/gonum/mat"

// Merge joins two clusters, each named by its first component, at the mean link between them.
type Merge struct {
	Into, From int // Into < From
	Link       float64
}

// Linkage is average-linkage clustering (Sokal and Michener 1958) of K components by their links. It joins the two
// clusters with the highest mean link, K-1 times. Links never rise from one merge to the next.
func Linkage(links mat.Symmetric) []Merge {
	k := links.SymmetricDim()
	mean := mat.NewDense(k, k, nil)
	mean.Copy(links)
	size := make([]float64, k) // 0 after the cluster was joined to one before it
	for i := range size {
		size[i] = 1
	}
	var tree []Merge
	for range k - 1 {
		m := Merge{Into: -1}
		for i := range k {
			for j := i + 1; j < k; j++ {
				if l := mean.At(i, j); size[i] > 0 && size[j] > 0 && (m.Into < 0 || l > m.Link) {
					m = Merge{Into: i, From: j, Link: l}
				}
			}
		}
		a, b := m.Into, m.From
		for i := range k {
			l := (size[a]*mean.At(a, i) + size[b]*mean.At(b, i)) / (size[a] + size[b])
			mean.Set(a, i, l)
			mean.Set(i, a, l)
		}
		size[a], size[b] = size[a]+size[b], 0
		tree = append(tree, m)
	}
	return tree
}

// cut returns the group of each component, counted from 0 in the order of first components. It makes only the merges
// with a link of at least minLink.
func cut(tree []Merge, minLink float64) []int {
	owner := make([]int, len(tree)+1)
	for i := range owner {
		owner[i] = i
	}
	for _, m := range tree {
		if m.Link < minLink {
			break
		}
		for i, o := range owner {
			if o == m.From {
				owner[i] = m.Into
			}
		}
	}
	return renumber(owner)
}

// renumber counts groups from 0 in the order of their first components, so that equal partitions are equal slices.
func renumber(owner []int) []int {
	seen := map[int]int{}
	out := make([]int, len(owner))
	for i, o := range owner {
		if _, ok := seen[o]; !ok {
			seen[o] = len(seen)
		}
		out[i] = seen[o]
	}
	return out
}
