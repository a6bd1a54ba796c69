package train_test

import (
	"math"
	"testing"

	"facrnn/train"
)

// TestNormal compares four million draws with the normal distribution. The moments and the tail beyond 4 must
// agree to five standard errors. The counts in 64 bins must have a chi-squared below 64 plus five standard
// deviations.
func TestNormal(t *testing.T) {
	const n = 4 << 20
	for seed := range uint64(3) {
		x := make([]float32, n)
		train.Fill(train.NewNormal(seed, 1), x)
		var moment [5]float64
		var bin [64]float64
		beyond := 0.0
		for _, v := range x {
			p := float64(v)
			for i := 1; i < 5; i++ {
				moment[i] += p / n
				p *= float64(v)
			}
			if !(math.Abs(float64(v)) <= 4) {
				beyond++
			}
			if b := int(math.Floor(float64(v)*8)) + 32; b >= 0 && b < 64 {
				bin[b]++
			}
		}
		for i, c := range []struct{ want, variance float64 }{{0, 1}, {1, 2}, {0, 15}, {3, 96}} {
			if d := math.Abs(moment[i+1] - c.want); d > 5*math.Sqrt(c.variance/n) {
				t.Errorf("seed %d: moment %d is %g, want %g", seed, i+1, moment[i+1], c.want)
			}
		}
		below := func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
		chi := 0.0
		for b, c := range bin {
			lo := float64(b-32) / 8
			e := n * (below(lo+0.125) - below(lo))
			chi += (c - e) * (c - e) / e
		}
		if chi > 64+5*math.Sqrt(2*64) {
			t.Errorf("seed %d: chi-squared of 64 bins is %g", seed, chi)
		}
		if e := n * 2 * below(-4); !(math.Abs(beyond-e) <= 5*math.Sqrt(e)) {
			t.Errorf("seed %d: %g of %d draws are beyond 4, want %g", seed, beyond, n, e)
		}
	}
}

// TestNormalStreams checks that one seed repeats, whether the draws come in one call or several. Other seeds
// and streams give other numbers.
func TestNormalStreams(t *testing.T) {
	draw := func(seed, stream uint64, pieces ...int) (all []float32) {
		n := train.NewNormal(seed, stream)
		for _, p := range pieces {
			x := make([]float32, p)
			train.Fill(n, x)
			all = append(all, x...)
		}
		return all
	}
	whole, parts := draw(5, 3, 1000), draw(5, 3, 1, 0, 499, 500)
	for i, v := range whole {
		if parts[i] != v {
			t.Fatalf("draw %d is %g in one call and %g in several", i, v, parts[i])
		}
	}
	for _, other := range [][]float32{draw(6, 3, 1000), draw(5, 4, 1000), draw(3, 5, 1000)} {
		same := 0
		for i, v := range whole {
			if other[i] == v {
				same++
			}
		}
		if same > 2 {
			t.Errorf("%d of 1000 draws are equal in two streams", same)
		}
	}
}

func BenchmarkNormal(b *testing.B) {
	n, x := train.NewNormal(1, 1), make([]float32, 768)
	for b.Loop() {
		train.Fill(n, x)
	}
}
