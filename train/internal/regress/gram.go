// Package regress holds the regressions of training, inference and evaluation. Matrices have one row per bin. [Add]
// sums the products X'X on all processors, in tiles that fit in their caches. [Moments] are sums and products that
// can be added and subtracted. [RidgeB] is the ridge regression, and [LeastSquares] the affine map. rows.go has
// means, shifts and selections of rows. It imports only gonum.
package regress

import (
	"runtime"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Add adds x'x to c (p,p), for x (n,p). It sums every entry over the rows in their order. So the result has the same
// bits as gonum's SymRankK for any number of tiles and processors.
func Add(c *mat.SymDense, x *mat.Dense) {
	const tile = 256 // columns; with as many rows, half a megabyte
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
	for first := 0; first < p; first += tile { // the first tiles take longest
		next <- first
	}
	close(next)
	workers.Wait()
}

// add computes the rows [from, to) and the columns [lo, hi) of Add, on and above the diagonal.
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
