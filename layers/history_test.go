package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"facrnn/layers"
	"facrnn/layers/op"
)

// pasts calls a test with every combination of lags, padding and segment starts. Segments are as short as one
// bin, shorter than most histories.
func pasts(t *testing.T, test func(t *testing.T, h layers.History, starts []int)) {
	for _, lags := range []int{1, 2, 5, 20} {
		for _, padding := range []layers.Padding{layers.PadZero, layers.PadFirst} {
			for _, starts := range [][]int{{0}, {0, 6}, {0, 1, 2, 9}, {0, 3, 6, 9, 12, 14}} {
				t.Run(fmt.Sprintf("L=%d,padding=%s,starts=%v", lags, padding, starts), func(t *testing.T) {
					test(t, layers.History{Lags: lags, Padding: padding}.WithDefaults(), starts)
				})
			}
		}
	}
}

const bins = 15

// TestWindow codes bin t and neuron n as 10 t + n + 1, so that every entry of a window shows its source. The
// source is l bins back if that bin is in the same segment. Otherwise the entry is 0 for zero padding, or comes
// from the segment's first bin.
func TestWindow(t *testing.T) {
	const N = 2
	pasts(t, func(t *testing.T, h layers.History, starts []int) {
		h.Activation = layers.Identity
		x := make([]float32, bins*N)
		code := func(t, n int) float32 { return float32(10*t + n + 1) }
		for i := range x {
			x[i] = code(i/N, i%N)
		}
		past := layers.NewPast(h, x, N, starts)
		got := make([]float32, h.Lags*N)
		for bin := range bins {
			for i := range got {
				got[i] = -1 // an old value, which Window must overwrite
			}
			past.Window(got, bin)
			start := 0
			for _, s := range starts {
				if s <= bin {
					start = s
				}
			}
			for l := 1; l <= h.Lags; l++ {
				for n := range N {
					var want float32
					switch {
					case bin-l >= start:
						want = code(bin-l, n)
					case h.Padding == layers.PadFirst:
						want = code(start, n)
					}
					if v := got[(l-1)*N+n]; v != want {
						t.Errorf("bin %d, %d back, neuron %d: %g, want %g", bin, l, n, v, want)
					}
				}
			}
		}
	})
}

// TestEvaluate compares the history that is evaluated once with its definition, h(t) = sum_l psi_l
// sigma(x(t-l)), in plain loops. It also compares it with the graph node that gets every bin's window; both run
// the same loop, so all bits agree.
func TestEvaluate(t *testing.T) {
	// 20 products below 1, a few roundings of 6e-8
	t.Run("float32", func(t *testing.T) { evaluate[float32](t, 1e-6) })
	t.Run("float64", func(t *testing.T) { evaluate[float64](t, 1e-14) })
}

func evaluate[T op.Float](t *testing.T, tolerance float64) {
	const N = 3
	sigmas := map[layers.Activation]func(float64) float64{
		layers.Identity: func(x float64) float64 { return x },
		layers.Tanh:     math.Tanh,
		layers.ReLU:     func(x float64) float64 { return max(x, 0) },
		layers.Softplus: func(x float64) float64 { return math.Log(1 + math.Exp(x)) },
		layers.Exp:      math.Exp,
	}
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]T, bins*N)
	for i := range x {
		x[i] = T(2*r.Float64() - 1)
	}
	pasts(t, func(t *testing.T, h layers.History, starts []int) {
		for name, sigma := range sigmas {
			for _, kernel := range []layers.HistoryKernel{layers.ExponentialKernel{}, signed(h.Lags)} {
				h.Activation, h.Kernel = name, kernel
				psi := kernel.Fixed(h.Lags)
				past := layers.NewPast(h, x, N, starts)
				once := layers.NewPast(h, x, N, starts).Evaluate()

				b := newBuilder[T]()
				windows := b.Data("windows", bins, h.Lags*N)
				for bin := range bins {
					past.Window(op.Values[T](windows)[bin*h.Lags*N:(bin+1)*h.Lags*N], bin)
				}
				node := layers.Convolve(b, windows, kernel.Weights(b, h.Lags))
				runGraph(t, b)

				start, at := 0, 0
				for bin := range bins {
					if at < len(starts) && starts[at] == bin {
						start = bin
						at++
					}
					for n := range N {
						want, size := 0.0, 1.0
						for l, f := range psi {
							from := bin - 1 - l
							if from < start {
								if h.Padding == layers.PadZero {
									continue
								}
								from = start
							}
							s := f * sigma(float64(x[from*N+n]))
							want += s
							size += math.Abs(s)
						}
						got := once[bin*N+n]
						if !(math.Abs(float64(got)-want) <= tolerance*size) {
							t.Errorf("%s, %T: h[%d,%d] is %.9g, want %.9g", name, kernel, bin, n, got, want)
						}
						if step := op.Values[T](node)[bin*N+n]; step != got {
							t.Errorf("%s, %T: h[%d,%d] is %.17g in the graph, %.17g evaluated once",
								name, kernel, bin, n, step, got)
						}
					}
				}
			}
		}
	})
}

// signed returns a fixed kernel of alternating signs.
func signed(lags int) layers.FixedKernel {
	k := make(layers.FixedKernel, lags)
	for l := range k {
		k[l] = 1 / float64(1-2*(l%2)*2-l)
	}
	return k
}

// TestExponentialKernel checks that the weights sum to 1 up to rounding, and that each is e times the weight of
// the bin before it.
func TestExponentialKernel(t *testing.T) {
	for _, lags := range []int{1, 2, 5, 50} {
		psi, sum := layers.ExponentialKernel{}.Fixed(lags), 0.0
		for l, v := range psi {
			sum += v
			// two roundings of 1e-16 of numbers of about 1
			if l > 0 && !(math.Abs(psi[l-1]/v-math.E) <= 1e-13) {
				t.Errorf("L=%d: psi_%d / psi_%d is %.17g, want e", lags, l, l+1, psi[l-1]/v)
			}
		}
		if len(psi) != lags || !(math.Abs(sum-1) <= 1e-15) {
			t.Errorf("%d weights of sum %.17g, want %d of sum 1", len(psi), sum, lags)
		}
	}
}

// TestLearnedKernels checks that both kernels start at the exponential kernel and have no fixed value. The
// softmax rounds to 1e-15.
func TestLearnedKernels(t *testing.T) {
	for _, k := range []layers.HistoryKernel{layers.FreeKernel{}, layers.SoftmaxKernel{}} {
		for _, lags := range []int{1, 4} {
			b := newBuilder[float64]()
			psi := k.Weights(b, lags)
			runGraph(t, b)
			for l, want := range (layers.ExponentialKernel{}).Fixed(lags) {
				if got := op.Values[float64](psi)[l]; !(math.Abs(got-want) <= 1e-15) {
					t.Errorf("%T: psi_%d starts at %.17g, want %.17g", k, l+1, got, want)
				}
			}
			if !(layers.History{Lags: lags, Kernel: k}).Learned() {
				t.Errorf("%T: Learned returns false", k)
			}
		}
	}
}

func TestHistoryCheck(t *testing.T) {
	for _, c := range []struct {
		h    layers.History
		want string
	}{
		{layers.History{}, ""},
		{layers.History{Lags: 3, Kernel: layers.FixedKernel{1, 2, 3}, Activation: layers.ReLU,
			Padding: layers.PadFirst}, ""},
		{layers.History{Kernel: layers.SoftmaxKernel{}}, ""},
		{layers.History{Lags: -1}, "-1 lags"},
		{layers.History{Lags: 2, Kernel: layers.FixedKernel{1, 2, 3}}, "3 weights for 2 lags"},
		{layers.History{Padding: "last"}, `unknown padding "last"`},
		{layers.History{Activation: "sine"}, `unknown activation "sine"`},
	} {
		err := c.h.WithDefaults().Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: error %v, want %q", c.h, err, c.want)
		}
	}
}
