package layers

import (
	"fmt"
	"strconv"
	"strings"
)

func init() {
	RegisterStructure("(1,1),(2,2)", "two independent outer groups, each of inner groups that are independent "+
		"with half the weight; (1,1),(2,2)@1,0.2 gives both weights", parseNested)
}

// parseNested reads "(1,1),(2,2)" and "(1,1),(2,2)@1,0.2".
func parseNested(text string) (Structure, error) {
	if !strings.ContainsAny(text, "()") || strings.Contains(text, ":") {
		return nil, nil
	}
	list, weights, weighted := strings.Cut(strings.ReplaceAll(text, " ", ""), "@")
	inside, opened := strings.CutPrefix(list, "(")
	inside, closed := strings.CutSuffix(inside, ")")
	if !opened || !closed {
		return nil, fmt.Errorf("%q: put every outer group in brackets, such as (1,1),(2,2)", text)
	}
	n := Nested{Between: 1, Within: 0.5}
	for part := range strings.SplitSeq(inside, "),(") {
		group, err := sizes(part, ",")
		if err != nil {
			return nil, err
		}
		n.Sizes = append(n.Sizes, group)
	}
	if !weighted {
		return n, nil
	}
	between, within, both := strings.Cut(weights, ",")
	var err1, err2 error
	n.Between, err1 = strconv.ParseFloat(between, 64)
	n.Within, err2 = strconv.ParseFloat(within, 64)
	if !both || err1 != nil || err2 != nil || !finite(n.Between) || !finite(n.Within) {
		return nil, fmt.Errorf("%q: give two weights after the @, such as (1,1),(2,2)@1,0.2", text)
	}
	return n, nil
}

// finite reports whether w is a weight that a fit can use: above 0 and not too large.
func finite(w float64) bool { return w > 0 && w < 1e9 }

// Nested is a list of outer groups, each made of inner groups. The outer groups must be independent of one
// another with the weight Between. The inner groups of each outer group must be independent with the weight
// Within.
//
// By the chain rule of the total correlation, equal weights give a [Partition] of all inner groups. A lower
// Within lets the inner groups of one outer group depend on each other a little.
type Nested struct {
	Sizes           [][]int // latents of the inner groups, by outer group
	Between, Within float64 // weights above 0
}

// String returns the notation, with both weights if they differ from 1 and 0.5.
func (n Nested) String() string {
	outer := make([]string, len(n.Sizes))
	for i, sizes := range n.Sizes {
		outer[i] = "(" + joinSizes(sizes, ",") + ")"
	}
	text := strings.Join(outer, ",")
	if n.Between != 1 || n.Within != 0.5 {
		text += fmt.Sprintf("@%v,%v", n.Between, n.Within)
	}
	return text
}

// Latents returns the sum of all sizes.
func (n Nested) Latents() int {
	k := 0
	for _, sizes := range n.Sizes {
		k += Partition(sizes).Latents()
	}
	return k
}

// Groups returns the inner groups, named 1.1, 1.2, 2.1, ...
func (n Nested) Groups() []Group {
	var all []Group
	at := 0
	for i, sizes := range n.Sizes {
		for j, size := range sizes {
			all = append(all, Group{Name: fmt.Sprintf("%d.%d", i+1, j+1), Latents: run(at, size)})
			at += size
		}
	}
	return all
}

// Factorizations returns one factorization of the outer groups, and one for each outer group with several inner
// groups.
func (n Nested) Factorizations() []Factorization {
	between := Factorization{Name: "outer groups", Weight: n.Between}
	var within []Factorization
	at := 0
	for i, sizes := range n.Sizes {
		inner := Factorization{Name: fmt.Sprintf("within group %d", i+1), Weight: n.Within}
		first := at
		for _, size := range sizes {
			inner.Parts = append(inner.Parts, run(at, size))
			at += size
		}
		between.Parts = append(between.Parts, run(first, at-first))
		if len(sizes) > 1 {
			within = append(within, inner)
		}
	}
	if len(between.Parts) < 2 {
		return within
	}
	return append([]Factorization{between}, within...)
}
