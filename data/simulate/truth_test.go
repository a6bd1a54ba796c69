package simulate

import (
	"reflect"
	"testing"

	"facrnn/data"
)

func TestSubConnectivityIsTheProductOfTheGroupsMaps(t *testing.T) {
	truth := &Truth{
		A:      data.Matrix{Rows: 2, Cols: 3, Data: []float32{1, 2, 3, 4, 5, 6}},
		B:      data.Matrix{Rows: 3, Cols: 2, Data: []float32{1, 0, 0, 1, 10, 20}},
		Groups: []int{2, 1},
	}
	for g, want := range [][]float32{{1, 2, 4, 5}, {30, 60, 60, 120}} {
		if got := truth.SubConnectivity(g); !reflect.DeepEqual(got, data.Matrix{Rows: 2, Cols: 2, Data: want}) {
			t.Errorf("group %d: %v, want %v", g, got, want)
		}
	}
}
