package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/layers/op/kernel"
)

// The tested sizes are small ones, and sizes around every tile of rows, columns and vectors.
var sizes = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 24, 31, 32, 33, 47, 63, 64, 65, 66, 100, 129, 150}

// room holds n entries between margins of NaN. No kernel may write to the margins or add them to its sums; checked
// verifies this.
type room[T kernel.Float] struct {
	all []T
	n   int
}

const margin = 70 // more than the 64 floats of the widest panel

func newRoom[T kernel.Float](n int) room[T] {
	r := room[T]{make([]T, n+2*margin), n}
	for i := range r.all {
		r.all[i] = T(math.NaN())
	}
	return r
}

// fill sets the n entries with f.
func (r room[T]) fill(f func() float64) []T {
	d := r.data()
	for i := range d {
		d[i] = T(f())
	}
	return d
}

func (r room[T]) data() []T { return r.all[margin : margin+r.n : margin+r.n] }

func (r room[T]) unharmed(t *testing.T, what string) {
	t.Helper()
	for i, v := range r.all {
		if (i < margin || i >= margin+r.n) && v == v {
			t.Fatalf("%s writes entry %d of %d", what, i-margin, r.n)
		}
	}
}

// checked returns the n entries, and fails the test if the margins have changed.
func (r room[T]) checked(t *testing.T, what string) []T {
	t.Helper()
	r.unharmed(t, what)
	return r.data()
}

// TestProducts compares the matrix products with their definitions, in triple loops in float64. The entries are
// whole numbers of at most 8. All sums are then below 2^24, and exact in both precisions and in any order;
// there is no tolerance. Outputs hold NaN before, which must be overwritten.
func TestProducts(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 1))
		for _, M := range sizes {
			for K := 1; K <= 14; K++ {
				N, bias, add := sizes[r.IntN(len(sizes))], r.IntN(2) == 0, r.IntN(2) == 0
				t.Run(fmt.Sprintf("M=%d,N=%d,K=%d,bias=%t,add=%t", M, N, K, bias, add), func(t *testing.T) {
					products[float32](t, r, M, N, K, bias, add)
					products[float64](t, r, M, N, K, bias, add)
				})
			}
		}
	})
}

func products[T kernel.Float](t *testing.T, r *rand.Rand, M, N, K int, bias, add bool) {
	matrix := func(n int) []T { return newRoom[T](n).fill(func() float64 { return float64(r.IntN(17) - 8) }) }
	optional := func(n int) []T {
		if !bias {
			return nil
		}
		return matrix(n)
	}
	before := 0.0
	out := func(n int) room[T] { // what a kernel writes, or adds to
		o := newRoom[T](n)
		if add {
			before = 5
			o.fill(func() float64 { return before })
		}
		return o
	}
	start := func(int, int) float64 { return before }

	x, w, c := matrix(M*N), matrix(K*N), optional(K)
	y := newRoom[T](M * K)
	kernel.MulT(nil, y.data(), x, w, c, M, N, K)
	equal(t, "MulT, x w' + c", y.checked(t, "MulT"), product(M, K, N, func(i, k int) float64 { return entry(c, k) },
		func(i, k, n int) float64 { return float64(x[i*N+n]) * float64(w[k*N+n]) }))

	z, b := matrix(M*K), optional(N)
	y = newRoom[T](M * N)
	kernel.Mul(nil, y.data(), z, w, b, M, N, K)
	equal(t, "Mul, z w + b", y.checked(t, "Mul"), product(M, N, K, func(i, n int) float64 { return entry(b, n) },
		func(i, n, k int) float64 { return float64(z[i*K+k]) * float64(w[k*N+n]) }))

	y = out(K * N)
	kernel.TMul(nil, y.data(), z, x, M, N, K, add)
	equal(t, "TMul, z' x", y.checked(t, "TMul"),
		product(K, N, M, start, func(k, n, i int) float64 { return float64(z[i*K+k]) * float64(x[i*N+n]) }))

	y = out(N)
	kernel.ColSum(nil, y.data(), x, M, N, add)
	equal(t, "ColSum", y.checked(t, "ColSum"), product(1, N, M, start,
		func(_, n, i int) float64 { return float64(x[i*N+n]) }))

	windows, psi, dh := matrix(M*K*N), matrix(K), matrix(M*N)
	y = newRoom[T](M * N)
	kernel.Convolve(y.data(), windows, psi, M, N)
	equal(t, "Convolve", y.checked(t, "Convolve"),
		product(M, N, K, zero, func(i, n, l int) float64 { return float64(psi[l]) * float64(windows[(i*K+l)*N+n]) }))
	y = newRoom[T](K)
	kernel.Correlate(y.data(), dh, windows, M, N)
	equal(t, "Correlate", y.checked(t, "Correlate"), product(K, 1, M*N, zero,
		func(l, _, in int) float64 { return float64(dh[in]) * float64(windows[(in/N*K+l)*N+in%N]) }))

	// the weights 0 and 1 keep the sums of squares below 2^24
	weight, xhat := newRoom[T](N).fill(func() float64 { return float64(r.IntN(2)) }), matrix(M*N)
	diff := func(i, n int) float64 { return float64(xhat[i*N+n]) - float64(x[i*N+n]) }
	sum := newRoom[T](N)
	sum.fill(func() float64 { return 3 })
	g := newRoom[T](M * N)
	kernel.Residual(nil, sum.data(), g.data(), x, xhat, weight, M, N, true)
	want := product(1, N, M, func(int, int) float64 { return 3 },
		func(_, n, i int) float64 { return diff(i, n) * diff(i, n) * float64(weight[n]) })
	equal(t, "Residual, sum", sum.checked(t, "Residual"), want)
	equal(t, "Residual, g", g.checked(t, "Residual"),
		product(M, N, 1, zero, func(i, n, _ int) float64 { return diff(i, n) * float64(weight[n]) }))
	sum.fill(func() float64 { return 3 })
	g = newRoom[T](N)
	kernel.Residual(nil, sum.data(), g.data(), x, xhat, weight, M, N, false)
	g.checked(t, "Residual's scratch")
	equal(t, "Residual without g, sum", sum.checked(t, "Residual"), want)
}

// product returns start(i,j) + sum over l of term(i,j,l), for rows i, columns j and inner l.
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

func equal[T kernel.Float](t *testing.T, what string, got []T, want []float64) {
	for i, w := range want {
		if float64(got[i]) != w {
			t.Fatalf("%s: entry %d of %d is %g, want %g", what, i, len(want), got[i], w)
		}
	}
}

// TestLongSums adds 10^5 numbers of about 1 in both directions of a matrix. Float32 sums in 16 or more
// interleaved parts. Each part's error grows like the square root of its length: 1e-5 of the root of the sum of
// squares.
func TestLongSums(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		const n = 100003
		r := rand.New(rand.NewPCG(3, 4))
		x, w := make([]float32, n), make([]float32, n)
		want, size := 0.0, 0.0
		for i := range x {
			x[i], w[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
			p := float64(x[i]) * float64(w[i])
			want += p
			size += p * p
		}
		var dot, outer [1]float32
		kernel.MulT(nil, dot[:], x, w, nil, 1, n, 1)
		kernel.TMul(nil, outer[:], x, w, n, 1, 1, false)
		for what, got := range map[string]float32{"MulT": dot[0], "TMul": outer[0]} {
			if d := math.Abs(float64(got) - want); !(d <= 1e-5*math.Sqrt(size)) {
				t.Errorf("%s of %d entries is %g, want %g", what, n, got, want)
			}
		}
	})
}

// TestNotANumber checks that a NaN or an infinity affects only its row or column.
func TestNotANumber(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		const M, N, K = 9, 37, 7
		ones := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = 1
			}
			return x
		}
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			x, w, z := ones(M*N), ones(K*N), ones(M*K)
			x[4*N+33], z[5*K+2] = bad, bad
			y, d := ones(M*K), ones(M*N)
			kernel.MulT(nil, y, x, w, nil, M, N, K)
			kernel.Mul(nil, d, z, w, nil, M, N, K)
			o := ones(K * N)
			kernel.TMul(nil, o, ones(M*K), x, M, N, K, false)
			for i := range M {
				for k := range K {
					if finite(y[i*K+k]) == (i == 4) {
						t.Errorf("MulT with %g in row 4: row %d is %g", bad, i, y[i*K+k])
					}
				}
				for n := range N {
					if finite(d[i*N+n]) == (i == 5) {
						t.Errorf("Mul with %g in row 5: row %d is %g", bad, i, d[i*N+n])
					}
				}
			}
			for i, v := range o {
				if finite(v) == (i%N == 33) {
					t.Errorf("TMul with %g in column 33: column %d is %g", bad, i%N, v)
				}
			}
		}
	})
}

func finite(v float32) bool { return v-v == 0 }

// TestSubnormals checks that the vector kernels treat numbers below 2^-126 as 0, because each would cost the
// processor a hundred cycles. The kernels must restore the rounding mode of Go.
func TestSubnormals(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		const n = 64
		x, w := make([]float32, n), make([]float32, n)
		for i := range x {
			x[i], w[i] = 1e-40, 1
		}
		var got [1]float32
		kernel.MulT(nil, got[:], x, w, nil, 1, n, 1)
		if kernel.Vectors() && got[0] != 0 {
			t.Errorf("the sum of %d times 1e-40 is %g: subnormals are not flushed", n, got[0])
		}
		if half := x[0] * 0.5; half == 0 {
			t.Error("a kernel has left Go's arithmetic flushing subnormals")
		}
	})
}

func BenchmarkMatmul(b *testing.B) {
	for _, s := range []struct{ M, N, K int }{{128, 100, 6}, {1024, 1000, 12}} {
		r := rand.New(rand.NewPCG(1, 2))
		normal := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(r.NormFloat64())
			}
			return x
		}
		x, w, z, y, v, sum := normal(s.M*s.N), normal(s.K*s.N), normal(s.M*s.K),
			normal(s.M*s.N), normal(s.N), normal(s.N)
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/M=%d,N=%d,K=%d", name, s.M, s.N, s.K), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(2*float64(s.M*s.N*s.K)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
		run("MulT", func() { kernel.MulT(nil, z, x, w, nil, s.M, s.N, s.K) })
		run("Mul", func() { kernel.Mul(nil, y, z, w, v, s.M, s.N, s.K) })
		run("TMul", func() { kernel.TMul(nil, w, z, x, s.M, s.N, s.K, false) })
		b.Run(fmt.Sprintf("Residual/M=%d,N=%d", s.M, s.N), func(b *testing.B) {
			for b.Loop() {
				kernel.Residual(nil, sum, y, x, x, v, s.M, s.N, true)
			}
		})
		b.Run(fmt.Sprintf("ColSum/M=%d,N=%d", s.M, s.N), func(b *testing.B) {
			for b.Loop() {
				kernel.ColSum(nil, sum, x, s.M, s.N, false)
			}
		})
	}
}
