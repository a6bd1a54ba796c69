package train

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
)

// BenchmarkSnapshot times a snapshot, which every hundredth step takes; one of them also copies the order of
// 100,000 bins.
func BenchmarkSnapshot(b *testing.B) {
	for _, s := range []struct{ N, K int }{{20, 6}, {100, 6}, {1000, 12}} {
		b.Run(fmt.Sprint(s), func(b *testing.B) {
			pcg := rand.NewPCG(1, 2)
			m, err := graph.New[float32](graph.Config{Neurons: s.N, Bins: 100_000,
				Structure: layers.Partition{s.K / 2, s.K / 2}}, rand.New(pcg))
			if err != nil {
				b.Fatal(err)
			}
			r := &restart{fit: &fit{}, model: m, adam: &Adam[float32]{},
				batches: data.NewBatches(make([]int, 100_000), 128), pcg: pcg, shuffle: rand.New(pcg)}
			r.adam.start(m)
			b.Run("snapshot", func(b *testing.B) {
				for b.Loop() {
					r.takeSnapshot(Normal{})
				}
			})
			b.Run("order", func(b *testing.B) {
				for b.Loop() {
					r.lastFinite.order = append(r.lastFinite.order[:0], r.batches.Rows()...)
				}
			})
			b.Run("shuffle", func(b *testing.B) {
				for b.Loop() {
					r.batches.Shuffle(r.shuffle)
				}
			})
		})
	}
}
