package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
)

// BenchmarkStep times one training step in float32: noise, forward pass, gradients and Adam. It runs without
// missing values, and with a tenth of the activity missing.
func BenchmarkStep(b *testing.B) {
	for _, s := range []struct {
		M, N, K, G int
		missing    float64
	}{{128, 20, 6, 2, 0}, {128, 100, 6, 2, 0}, {1024, 1000, 12, 3, 0}, {128, 100, 6, 2, 0.1},
		{1024, 1000, 12, 3, 0.1}} {
		b.Run(fmt.Sprintf("M=%d,N=%d,K=%d,G=%d,missing=%g", s.M, s.N, s.K, s.G, s.missing), func(b *testing.B) {
			sizes := make(layers.Partition, s.G)
			for i := range sizes {
				sizes[i] = s.K / s.G
			}
			r := rand.New(rand.NewPCG(1, 2))
			c := graph.Config{Neurons: s.N, Bins: 1000, Structure: sizes, Terms: graph.Objective(20, 0)}
			if s.missing > 0 {
				c = masked(c)
			}
			m, err := graph.New[float32](c, r)
			if err != nil {
				b.Fatal(err)
			}
			p, err := m.Program(s.M, true)
			if err != nil {
				b.Fatal(err)
			}
			normal(r, p.X)
			normal(r, p.Lagged)
			for i := range p.X {
				if r.Float64() < s.missing {
					p.X[i] = float32(math.NaN())
				}
			}
			noise := train.NewNormal(1, 1)
			adam := &train.Adam[float32]{}
			b.ReportAllocs()
			for b.Loop() {
				train.Fill(noise, p.Noise)
				if err := p.Run(); err != nil {
					b.Fatal(err)
				}
				adam.Step(m, p, 1e-3)
			}
		})
	}
}

func normal[T float32 | float64](r *rand.Rand, dst []T) {
	for i := range dst {
		dst[i] = T(r.NormFloat64())
	}
}
