// Package regress holds the regressions of training, inference and evaluation, of matrices with one row a bin. Add sums
// the products X'X on all processors, in tiles that stay in their caches; Moments are sums and products that can be
// added and subtracted; RidgeB is the ridge regression, LeastSquares the affine map; rows.go has their means, shifts
// and selections. It imports only gonum.
package regress

import (
	"runtime"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Add adds x'x to c (p,p), for x (n,p). Every entry is summed over the rows in their order, so that its bits are those
// of gonum's SymRankK whatever the tiles and processors.
func Add(c *mat.SymDense, x *mat.Dense) {
	const tile = 256 // columns; of as many rows, half a megabyte
	_, p := x.Dims()
	var workers sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), (p+tile-1)/tile) {
		workers.Go(func() {
			for first := range next {
				for i := first; i < p; i += tile {
					add(c, x, first, min(first+tile, p), i, min(i+tile, p))
				}
			}
		})
	}
	for first := 0; first < p; first += tile { // the first have most to do
		next <- first
	}
	close(next)
	workers.Wait()
}

// add is Add for the rows from to to and the columns lo to hi of c (excluded), on and above its diagonal.
func add(c *mat.SymDense, x *mat.Dense, from, to, lo, hi int) {
	const tile = 256 // rows of x
	out, in := c.RawSymmetric(), x.RawMatrix()
	for first := 0; first < in.Rows; first += tile {
		last := min(first+tile, in.Rows)
		for i := from; i < to; i++ {
			begin := max(i, lo)
			sums := out.Data[i*out.Stride+begin : i*out.Stride+hi]
			for t := first; t < last; t++ {
				row := in.Data[t*in.Stride : t*in.Stride+in.Cols]
				if v := row[i]; v != 0 {
					floats.AddScaled(sums, v, row[begin:hi])
				}
			}
		}
	}
}
