package graph_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
)

// wide returns a large model: N = 1000, K = 12, G = 3.
func wide(change func(*graph.Config)) graph.Config {
	c := graph.Config{Neurons: 1000, Bins: 20000, Structure: layers.Partition{4, 4, 4}, Terms: graph.Objective(20, 0)}
	if change != nil {
		change(&c)
	}
	return c
}

// wideProgram fills a model's inputs with numbers that float32 holds exactly, so that both precisions have the
// same inputs. spread scales the history, and so the distances between latents.
func wideProgram[T op.Float](t *testing.T, c graph.Config, rows int, spread float64,
	pool *op.Pool) (*graph.Model[T], *graph.Program[T]) {
	t.Helper()
	m, err := graph.New[T](c, rand.New(rand.NewPCG(7, 7)))
	if err != nil {
		t.Fatal(err)
	}
	m.Pool = pool
	for _, p := range m.Params() {
		for i, v := range p.Data {
			p.Data[i] = T(float32(v))
		}
	}
	p, err := m.Program(rows, true)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(8, 8))
	for i, in := range [][]T{p.X, p.Lagged, p.Noise} {
		scale := 1.0
		if i == 1 {
			scale = spread
		}
		for j := range in {
			in[j] = T(float32(scale * r.NormFloat64()))
		}
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return m, p
}

// TestWidePrecision compares float32 with float64 for the large shape. Some cases have small s and distant
// latents, so that the exponents of pairs range from 0 to -10^6. The loss and every gradient agree to 1e-5 of
// the largest entry, a hundred roundings.
func TestWidePrecision(t *testing.T) {
	small := func(c *graph.Config) { c.LatentStd = layers.FixedStd(slices.Repeat([]float64{-3.5}, 12)) }
	for name, x := range map[string]struct {
		c      graph.Config
		spread float64
	}{
		"ordinary":            {wide(nil), 1},
		"far apart":           {wide(nil), 30},
		"small s":             {wide(small), 1},
		"small s, far apart":  {wide(small), 30},
		"std per dimension":   {wide(func(c *graph.Config) { c.LatentStd = layers.PerDimension{} }), 3},
		"relu":                {wide(func(c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: layers.ReLU} }), 1},
		"amortized std":       {wide(func(c *graph.Config) { c.LatentStd = layers.Amortized{} }), 3},
		"unequal, of 5 and 7": {wide(func(c *graph.Config) { c.Structure = layers.Partition{5, 7} }), 1},
	} {
		t.Run(name, func(t *testing.T) {
			const rows, tolerance = 1024, 1e-5
			m, p64 := wideProgram[float64](t, x.c, rows, x.spread, nil)
			_, p32 := wideProgram[float32](t, x.c, rows, x.spread, nil)
			if d := math.Abs(p32.Loss() - p64.Loss()); !(d <= tolerance*math.Abs(p64.Loss())) {
				t.Errorf("loss %.9g in float32, %.9g in float64", p32.Loss(), p64.Loss())
			}
			for i, g := range p64.Gradients() {
				want, got := op.Values[float64](g), op.Values[float32](p32.Gradients()[i])
				largest, off := 0.0, 0.0
				for j, w := range want {
					largest, off = max(largest, math.Abs(w)), max(off, math.Abs(float64(got[j])-w))
				}
				name := m.Params()[i].Name
				t.Logf("%s: error is %.1e of the largest entry", name, off/largest)
				if !(off <= tolerance*largest) {
					t.Errorf("gradient of %s has an error of %g; its largest entry is %g", name, off, largest)
				}
			}
		})
	}
}

// TestThreads checks that the number of threads does not change a bit of the loss or a gradient.
func TestThreads(t *testing.T) {
	for name, c := range map[string]graph.Config{
		"linear": wide(nil),
		"relu":   wide(func(c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: layers.ReLU} }),
		"mlp": wide(func(c *graph.Config) {
			c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 32}, layers.MLPDecoder{Hidden: 32, Link: layers.Softplus}
		}),
		"free kernel": wide(func(c *graph.Config) {
			c.History = layers.History{Lags: 3, Kernel: layers.FreeKernel{}}
		}),
		"amortized std": wide(func(c *graph.Config) { c.LatentStd = layers.Amortized{} }),
	} {
		t.Run(name, func(t *testing.T) {
			bits := func(threads int) (all []float32) {
				pool := op.NewPool(threads)
				defer pool.Close()
				_, p := wideProgram[float32](t, c, 1001, 1, pool)
				all = append(all, float32(p.Loss()))
				for _, g := range p.Gradients() {
					all = append(all, op.Values[float32](g)...)
				}
				return all
			}
			one := bits(1)
			for _, threads := range []int{2, 3} {
				if !slices.Equal(bits(threads), one) {
					t.Errorf("%d threads and 1 thread give different results", threads)
				}
			}
		})
	}
}
