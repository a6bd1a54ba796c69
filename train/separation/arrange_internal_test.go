package separation

import (
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSwapGroups checks that groups that must be independent get the positions with the weakest links, and that only
// groups of one size change positions.
func TestSwapGroups(t *testing.T) {
	// 0-1-2 is a chain with the middle 1; component 3 is linked to none
	links := mat.NewSymDense(4, []float64{
		1, .8, .1, 0,
		.8, 1, .7, 0,
		.1, .7, 1, 0,
		0, 0, 0, 1,
	})
	chain := [][]float64{{0, 0, 1}, {0, 0, 0}, {1, 0, 0}}
	for _, c := range []struct {
		name    string
		groups  [][]int
		apart   [][]float64
		want    [][]int
		between float64
	}{
		{"the middle of a chain", [][]int{{1}, {0}, {2}}, chain, [][]int{{0}, {1}, {2}}, .1},
		{"a chain in order", [][]int{{0}, {1}, {2}}, chain, [][]int{{0}, {1}, {2}}, .1},
		{"a group of another size stays", [][]int{{1}, {0, 3}, {2}}, chain, [][]int{{1}, {0, 3}, {2}}, .7},
		{"no independence", [][]int{{1}, {0}, {2}}, [][]float64{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
			[][]int{{1}, {0}, {2}}, 0},
	} {
		between := swapGroups(c.groups, links, c.apart)
		if !reflect.DeepEqual(c.groups, c.want) || between != c.between {
			t.Errorf("%s: %v with a link of %g between groups, want %v with %g", c.name, c.groups,
				between, c.want, c.between)
		}
	}
}

// TestInterchangeable checks that the order of groups does not matter if every two groups must be independent with
// one weight above 0.
func TestInterchangeable(t *testing.T) {
	for _, c := range []struct {
		apart [][]float64
		want  bool
	}{
		{nil, true},
		{[][]float64{{0}}, true},
		{[][]float64{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}, true},
		{[][]float64{{0, 0, 1}, {0, 0, 0}, {1, 0, 0}}, false},
		{[][]float64{{0, 0}, {0, 0}}, false},
	} {
		if got := interchangeable(c.apart); got != c.want {
			t.Errorf("%v: %v, want %v", c.apart, got, c.want)
		}
	}
}
