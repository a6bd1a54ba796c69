package regress

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestAdd compares the sums with gonum's, bit for bit, over the edges of tiles and with entries of 0.
func TestAdd(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {5, 3}, {300, 255}, {256, 256}, {257, 600}} {
		n, p := size[0], size[1]
		t.Run(fmt.Sprintf("%d rows of %d", n, p), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			got, want := mat.NewSymDense(p, nil), mat.NewSymDense(p, nil)
			x := mat.NewDense(n, p, nil)
			x.Apply(func(i, j int, _ float64) float64 { return r.NormFloat64() * float64((i+j)%3) }, x)
			for range 2 { // the second time onto the first sum
				Add(got, x)
				want.SymRankK(want, 1, x.T())
			}
			if !mat.Equal(got, want) {
				t.Error("the sums differ")
			}
		})
	}
}
