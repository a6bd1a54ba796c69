package kernel_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"facrnn/layers/op/kernel"
)

// TestThreads runs every shared kernel with several numbers of threads, at a size that is worth sharing and not
// a multiple of any tile. All results must have the same bits.
func TestThreads(t *testing.T) {
	const M, N, K = 1027, 1201, 7
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	x, xhat, w, c, z, mu := normal(M*N), normal(M*N), normal(K*N), normal(N), normal(M*K), normal(M*K)
	logs, order := normal(M*K), r.Perm(M)
	run := func(p *kernel.Pool) (all []float32) {
		out := func(n int, f func(y []float32)) {
			y := make([]float32, n)
			f(y)
			all = append(all, y...)
		}
		out(M*N, func(y []float32) { kernel.Gather(p, y, x, order, N) })
		out(M*K, func(y []float32) { kernel.MulT(p, y, x, w, c[:K], M, N, K) })
		out(M*N, func(y []float32) { kernel.Mul(p, y, z, w, c, M, N, K) })
		out(K*N, func(y []float32) { kernel.TMul(p, y, z, x, M, N, K, true) })
		out(N, func(y []float32) { kernel.ColSum(p, y, x, M, N, true) })
		out(M*N, func(g []float32) {
			out(N, func(sum []float32) { kernel.Residual(p, sum, g, x, xhat, c, M, N, true) })
		})
		out(M*N, func(g []float32) {
			out(N, func(sum []float32) { kernel.Poisson(p, sum, g, x, xhat, c, M, N, true) })
		})
		for _, perBin := range []bool{false, true} {
			logs := logs
			if !perBin {
				logs = logs[:K]
			}
			pairs := kernel.NewPairs[float32](p, M, [][]int{{0, 1, 2}, {3, 4}, {5, 6}},
				kernel.Weights{Own: 1, Next: 10, Others: 10}, perBin)
			out(2*M*K+len(logs)+1, func(y []float32) {
				dz, dmu, dlogs := y[:M*K], y[M*K:2*M*K], y[2*M*K:len(y)-1]
				y[len(y)-1] = float32(pairs.Run(p, z, mu, logs, dz, dmu, dlogs))
			})
		}
		return all
	}
	want := run(nil)
	before := runtime.NumGoroutine()
	for _, threads := range []int{2, 3, 5} {
		p := kernel.NewPool(threads)
		for range 3 {
			if got := run(p); !slices.EqualFunc(got, want,
				func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
				t.Errorf("%d threads give other bits than one", threads)
			}
		}
		time.Sleep(time.Millisecond) // long enough for threads to go to sleep
		if got := run(p); !slices.Equal(got, want) {
			t.Errorf("%d threads give other bits when they have slept", threads)
		}
		p.Close()
		if got := run(p); !slices.Equal(got, want) {
			t.Errorf("%d threads give other bits when they are closed", threads)
		}
	}
	for range 200 { // threads of a closed pool may take a moment to end
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines stay", runtime.NumGoroutine()-before)
}
