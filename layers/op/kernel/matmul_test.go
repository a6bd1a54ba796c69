package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"facrnn/layers/op/kernel"
)

// TestProducts holds the matrix products to their definitions, in triple loops in float64. The entries are whole numbers of at most
// 8, so that all sums are below 2^24 and exact in either precision and in any order of addition: there is no tolerance. Outputs hold NaN
// beforehand, which must not survive.
func TestProducts(t *testing.T) {
	t.Run("float32", func(t *testing.T) { rapid.Check(t, products[float32]) })
	t.Run("float64", func(t *testing.T) { rapid.Check(t, products[float64]) })
}

func products[T kernel.Float](t *rapid.T) {
	size := rapid.IntRange(1, 9)
	M, N, K := size.Draw(t, "M"), size.Draw(t, "N"), size.Draw(t, "K")
	bias := rapid.Bool().Draw(t, "bias")
	matrix := func(name string, n int) []T {
		v := make([]T, n)
		for i, x := range rapid.SliceOfN(rapid.IntRange(-8, 8), n, n).Draw(t, name) {
			v[i] = T(x)
		}
		return v
	}
	vector := func(name string, n int) []T {
		if !bias {
			return nil
		}
		return matrix(name, n)
	}
	stale := func(n int) []T {
		v := make([]T, n)
		for i := range v {
			v[i] = T(math.NaN())
		}
		return v
	}

	x, w, c := matrix("x (M,N)", M*N), matrix("w (K,N)", K*N), vector("c (K)", K)
	got := stale(M * K)
	kernel.MulT(nil, got, x, w, c, M, N, K)
	equal(t, "MulT, x w' + c", got, product(M, K, N, func(i, k int) float64 { return entry(c, k) },
		func(i, k, n int) float64 { return float64(x[i*N+n]) * float64(w[k*N+n]) }))

	y, b := matrix("y (M,K)", M*K), vector("b (N)", N)
	got = stale(M * N)
	kernel.Mul(nil, got, y, w, b, M, N, K)
	equal(t, "Mul, y w + b", got, product(M, N, K, func(i, n int) float64 { return entry(b, n) },
		func(i, n, k int) float64 { return float64(y[i*K+k]) * float64(w[k*N+n]) }))

	got = stale(K * N)
	kernel.TMul(nil, got, y, x, M, N, K, false)
	equal(t, "TMul, y' x", got, product(K, N, M, zero, func(k, n, i int) float64 { return float64(y[i*K+k]) * float64(x[i*N+n]) }))

	got = stale(N)
	kernel.ColSum(nil, got, x, M, N, false)
	equal(t, "ColSum", got, product(1, N, M, zero, func(_, n, i int) float64 { return float64(x[i*N+n]) }))
}

// product is start(i,j) + sum over l of term(i,j,l), for rows i, columns j and inner l.
func product(rows, cols, inner int, start func(i, j int) float64, term func(i, j, l int) float64) []float64 {
	var p []float64
	for i := range rows {
		for j := range cols {
			s := start(i, j)
			for l := range inner {
				s += term(i, j, l)
			}
			p = append(p, s)
		}
	}
	return p
}

func zero(int, int) float64 { return 0 }

func entry[T kernel.Float](v []T, i int) float64 {
	if v == nil {
		return 0
	}
	return float64(v[i])
}

func equal[T kernel.Float](t *rapid.T, what string, got []T, want []float64) {
	for i, w := range want {
		if float64(got[i]) != w {
			t.Fatalf("%s: %s, want %s", what, fmt.Sprint(got), fmt.Sprint(want))
		}
	}
}
