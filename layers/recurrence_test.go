package layers_test

import (
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

// TestRecurrence builds W, J and the sub-connectivity of every group, and compares each with its definition as
// a matrix product.
func TestRecurrence(t *testing.T) {
	t.Run("float32", func(t *testing.T) { recurrence[float32](t, 1e-5) }) // sums of at most 7 products of about 1
	t.Run("float64", func(t *testing.T) { recurrence[float64](t, 1e-13) })
}

func recurrence[T op.Float](t *testing.T, tolerance float64) {
	const N = 7
	for _, s := range []layers.Structure{layers.Partition{2, 1, 3}, layers.Partition{1},
		layers.Shared{Private: layers.Partition{1, 2}, SharedLatents: 2}, ring{}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			K := s.Latents()
			b := newBuilder[T]()
			at, bn := b.Param("At", randomStart, K, N), b.Param("B", randomStart, K, N)
			r := layers.Recurrence{At: at, B: bn}
			w, j := r.W(b), r.J(b)
			var subs []*G.Node
			for _, g := range s.Groups() {
				subs = append(subs, r.SubW(b, g.Latents))
			}
			runGraph(t, b)

			A := func(i, k int) float64 { return float64(op.Values[T](at)[k*N+i]) }
			B := func(k, j int) float64 { return float64(op.Values[T](bn)[k*N+j]) }
			near := func(what string, got T, want float64) {
				if !(math.Abs(float64(got)-want) <= tolerance*(1+math.Abs(want))) {
					t.Errorf("%s is %.9g, want %.9g", what, got, want)
				}
			}
			for i := range N {
				for l := range N {
					whole, sum := 0.0, 0.0
					for k := range K {
						whole += A(i, k) * B(k, l)
					}
					near(fmt.Sprintf("W[%d,%d]", i, l), op.Values[T](w)[i*N+l], whole)
					for g, group := range s.Groups() {
						part := 0.0
						for _, k := range group.Latents {
							part += A(i, k) * B(k, l)
						}
						got := op.Values[T](subs[g])[i*N+l]
						near(fmt.Sprintf("W_%s[%d,%d]", group.Name, i, l), got, part)
						sum += float64(got)
					}
					near(fmt.Sprintf("sum_g W_g[%d,%d]", i, l), T(sum), whole)
				}
			}
			for k := range K {
				for l := range K {
					want := 0.0
					for n := range N {
						want += B(k, n) * A(n, l)
					}
					near(fmt.Sprintf("J[%d,%d]", k, l), op.Values[T](j)[k*K+l], want)
				}
			}
		})
	}
}

// TestConnectivity checks that dst is overwritten, and that latents may come in any order.
func TestConnectivity(t *testing.T) {
	at, b := []float64{1, 2 /**/, 3, 4 /**/, 5, 6}, []float64{1, 10 /**/, 2, 20 /**/, 3, 30}
	dst := []float64{math.NaN(), 7, 7, 7}
	layers.Connectivity(dst, at, b, 2, []int{2, 0})
	if want := []float64{1*1 + 5*3, 1*10 + 5*30, 2*1 + 6*3, 2*10 + 6*30}; fmt.Sprint(dst) != fmt.Sprint(want) {
		t.Errorf("connectivity of latents 2 and 0 is %v, want %v", dst, want)
	}
}
