package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
)

// BenchmarkStep times one training step: noise, forward pass, gradients and Adam, in float32.
func BenchmarkStep(b *testing.B) {
	for _, s := range []struct{ M, N, K, G int }{{128, 20, 6, 2}, {128, 100, 6, 2}, {1024, 1000, 12, 3}} {
		b.Run(fmt.Sprintf("M=%d,N=%d,K=%d,G=%d", s.M, s.N, s.K, s.G), func(b *testing.B) {
			sizes := make(layers.Partition, s.G)
			for i := range sizes {
				sizes[i] = s.K / s.G
			}
			r := rand.New(rand.NewPCG(1, 2))
			m, err := graph.New[float32](graph.Config{Neurons: s.N, Bins: 1000, Structure: sizes, Terms: graph.Objective(20, 0)}, r)
			if err != nil {
				b.Fatal(err)
			}
			p, err := m.Program(s.M, true)
			if err != nil {
				b.Fatal(err)
			}
			normal(r, p.X)
			normal(r, p.Past)
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
