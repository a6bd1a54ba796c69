package layers_test

import (
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
)

// TestLatentStd checks the initial value and shape of ln s. The value is given, or the bandwidth -ln(n) / (K +
// 4). It has one row per bin if s depends on the history. A sample must be mu + s eps.
func TestLatentStd(t *testing.T) {
	const M, N, K, bins = 5, 4, 3, 100
	bandwidth := -math.Log(bins) / (K + 4)
	for name, c := range map[string]struct {
		std    layers.LatentStd
		perBin bool
		want   []float64
	}{
		"bandwidth":     {layers.Bandwidth{}, false, []float64{bandwidth, bandwidth, bandwidth}},
		"fixed":         {layers.FixedStd{1, -2, 0.5}, false, []float64{1, -2, 0.5}},
		"per dimension": {layers.PerDimension{}, false, []float64{bandwidth, bandwidth, bandwidth}},
		"shared":        {layers.SharedStd{}, false, []float64{bandwidth, bandwidth, bandwidth}},
		"amortized":     {layers.Amortized{}, true, []float64{bandwidth, bandwidth, bandwidth}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuilder[float64]()
			h, mu, eps := random(b, "h", M, N), random(b, "mu", M, K), random(b, "eps", M, K)
			logs := c.std.LogStd(b, h, K, bins)
			z := layers.Sample(b, mu, logs, eps)
			runGraph(t, b)
			l := op.Values[float64](logs)
			if rows := logs.Shape().TotalSize() / K; (logs.Dims() == 2) != c.perBin || c.perBin && rows != M ||
				!c.perBin && rows != 1 {
				t.Fatalf("ln s has the shape %v", logs.Shape())
			}
			for i, v := range l {
				if !(math.Abs(v-c.want[i%K]) <= 1e-15) {
					t.Errorf("ln s [%d] is %g, want %g", i, v, c.want[i%K])
				}
			}
			draw(t, op.Values[float64](z), op.Values[float64](mu), l, op.Values[float64](eps))
		})
	}
}

// TestSampleOfBins checks that every bin is sampled with its own s, even with one bin or one latent.
func TestSampleOfBins(t *testing.T) {
	for _, s := range [][]int{{4, 3}, {1, 3}, {4, 1}, {1, 1}} {
		b := newBuilder[float64]()
		mu, logs, eps := random(b, "mu", s...), random(b, "logs", s...), random(b, "eps", s...)
		z := layers.Sample(b, mu, logs, eps)
		runGraph(t, b)
		draw(t, op.Values[float64](z), op.Values[float64](mu), op.Values[float64](logs), op.Values[float64](eps))
	}
}

// draw checks that z is mu + exp(logs) eps, for logs (K) or (M,K).
func draw(t *testing.T, z, mu, logs, eps []float64) {
	t.Helper()
	for i, v := range z {
		if want := mu[i] + math.Exp(logs[i%len(logs)])*eps[i]; !(math.Abs(v-want) <= 1e-14) {
			t.Errorf("z[%d] is %g, want %g", i, v, want)
		}
	}
}

func random(b *layers.Builder, name string, shape ...int) *G.Node {
	n := b.Data(name, shape...)
	values := make([]float64, n.Shape().TotalSize())
	randomStart(rand.New(rand.NewPCG(3, uint64(len(name)))), values)
	b.Fill(n, values)
	return n
}
