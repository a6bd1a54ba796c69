package separation

import (
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSeat checks that groups that are to be apart get the seats with the weakest links between them, and only groups
// of one size change seats.
func TestSeat(t *testing.T) {
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
		between := seat(c.groups, links, c.apart)
		if !reflect.DeepEqual(c.groups, c.want) || between != c.between {
			t.Errorf("%s: %v with links of %g between, want %v with %g", c.name, c.groups, between, c.want, c.between)
		}
	}
}

// TestAlike checks that the order of groups makes no difference if every two are to be apart by one weight above 0.
func TestAlike(t *testing.T) {
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
		if got := alike(c.apart); got != c.want {
			t.Errorf("%v: %v, want %v", c.apart, got, c.want)
		}
	}
}
