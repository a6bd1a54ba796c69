//go:build !race

package graph_test // without the race detector, which makes sync.Pool forget at random

import (
	"testing"

	"facrnn/graph"
	"facrnn/layers"
)

// TestAllocations counts the allocations of a step after the first run. The number must not grow with the
// shape. Our operations allocate nothing. Gorgonia's tape machine allocates, for every instruction, a slice of
// inputs and slices of arguments for an unused log. Its additions of gradients, at most three in a model, clone
// one or two shapes.
func TestAllocations(t *testing.T) {
	count := func(c graph.Config, rows int) float64 {
		_, p := wideProgram[float32](t, c, rows, 1, nil)
		return testing.AllocsPerRun(20, func() {
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
		})
	}
	small := graph.Config{Neurons: 7, Bins: 60, Structure: layers.Partition{1, 1}, Terms: graph.Objective(20, 0)}
	a, b := count(small, 5), count(wide(nil), 1024)
	if a != b || a > 150 {
		t.Errorf("a step allocates %g times for a small model and %g times for a large one; want one number below 150",
			a, b)
	}
	t.Logf("%g allocations a step", a)
	amortized := func(c *graph.Config) { c.LatentStd = layers.Amortized{} }
	amortized(&small)
	if a, b := count(small, 5), count(wide(amortized), 64); a != b {
		t.Errorf("with an amortized std, a step allocates %g times for a small model and %g times for a large one",
			a, b)
	}
	if n := count(wide(func(c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: layers.ReLU} }), 64); n != b {
		t.Errorf("a step with a ReLU allocates %g times, without %g", n, b)
	}
}

// TestMissingAllocations checks that missing values add no allocation to a step.
func TestMissingAllocations(t *testing.T) {
	count := func(c graph.Config, missing []bool) float64 {
		_, p := wideProgram[float32](t, c, 64, 1, nil)
		mask(p.X, missing)
		return testing.AllocsPerRun(20, func() {
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
		})
	}
	whole, gaps := count(wide(nil), nil), count(masked(wide(nil)), holes(64, 1000))
	if whole != gaps {
		t.Errorf("a step allocates %g times, and %g times with missing values", whole, gaps)
	}
}
