package infer

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestHistory compares the products with H'H + ridge I, for fewer and for more bins than neurons. Entries are sums
// over some 20 bins of size 1, divided by a ridge of at least 0.5, hence 1e-10.
func TestHistory(t *testing.T) {
	const N, K, ridge = 12, 3, 0.5
	for _, n := range []int{7, 12, 20} {
		r := rand.New(rand.NewPCG(1, 2))
		f := &fit{Gaussian: &Gaussian{}, ridge: ridge, meanH: make([]float64, N), data: Data{N: N}}
		h := mat.NewDense(n, N, nil)
		for i := range n {
			f.data.Rows = append(f.data.Rows, i)
			for j := range N {
				v := float32(r.NormFloat64())
				f.data.X, f.data.H = append(f.data.X, 0), append(f.data.H, v)
				h.Set(i, j, float64(v))
				f.meanH[j] += float64(v) / float64(n)
			}
		}
		for i := range n {
			for j, m := range f.meanH {
				h.Set(i, j, h.At(i, j)-m)
			}
		}
		var whole mat.Dense
		whole.Mul(h.T(), h)
		for j := range N {
			whole.Set(j, j, whole.At(j, j)+ridge)
		}
		got, err := f.history(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		x := mat.NewDense(N, K, nil)
		x.Apply(func(int, int, float64) float64 { return r.NormFloat64() }, x)
		solved, err := got.solve(x)
		if err != nil {
			t.Fatal(err)
		}
		var back, between mat.Dense
		if back.Mul(&whole, solved); !mat.EqualApprox(&back, x, 1e-10) {
			t.Errorf("%d bins: the product with the solution is %v, want %v", n, mat.Formatted(&back), mat.Formatted(x))
		}
		between.Product(x.T(), &whole, x)
		if b := got.between(mat.DenseCopyOf(x.T())); !mat.EqualApprox(b, &between, 1e-10) {
			t.Errorf("%d bins: B (H'H + ridge I) B' is %v, want %v", n, mat.Formatted(b), mat.Formatted(&between))
		}
	}
}
