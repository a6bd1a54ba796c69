package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
)

// session returns random activity of 7 neurons over 40 bins, in segments of 1, 5, 14 and 20 bins, with a known
// offset.
func session() *data.Recording {
	r := rand.New(rand.NewPCG(3, 3))
	rec := &data.Recording{Activity: data.NewMatrix(40, 7), Input: data.NewMatrix(40, 7),
		SegmentStarts: []int{0, 1, 6, 20}}
	for _, m := range []data.Matrix{rec.Activity, rec.Input} {
		for i := range m.Data {
			m.Data[i] = float32(r.NormFloat64())
		}
	}
	return rec
}

// historyCases returns histories with different kernels, paddings and activations.
func historyCases() map[string]layers.History {
	all := map[string]layers.History{"fixed weights": {Lags: 2, Kernel: layers.FixedKernel{0.5, -2}}}
	for _, lags := range []int{1, 3, 25} {
		for _, padding := range []layers.Padding{layers.PadZero, layers.PadFirst} {
			for _, sigma := range []layers.Activation{layers.Tanh, layers.ReLU} {
				name := fmt.Sprintf("%d lags, %s, padded with %s", lags, sigma, padding)
				all[name] = layers.History{Lags: lags, Padding: padding, Activation: sigma}
			}
		}
	}
	return all
}

// TestHistoryPerStep checks that a fixed kernel gives the same loss and gradients, whether the history is
// evaluated once per recording or in every step. Both are sums of the same products in float64; the tolerance
// of 1e-13 allows some thousand roundings.
func TestHistoryPerStep(t *testing.T) {
	rec := session()
	rows := []int{0, 1, 2, 5, 6, 7, 8, 19, 20, 21, 30, 39, 3} // unordered, with the first bins of segments
	for name, h := range historyCases() {
		t.Run(name, func(t *testing.T) {
			run := func(perStep bool) (all []float64, past int) {
				c := graph.Config{
					Neurons: 7, Bins: 30, Input: true, Structure: layers.Partition{2, 1},
					Terms: graph.Objective(3, 0.7), History: h, HistoryPerStep: perStep,
				}
				r := rand.New(rand.NewPCG(5, 5))
				m, err := graph.New[float64](c, r)
				if err != nil {
					t.Fatal(err)
				}
				p, err := m.Program(len(rows), true)
				if err != nil {
					t.Fatal(err)
				}
				graph.NewSamples[float64](c, rec).Load(p, rows)
				for i := range p.Noise {
					p.Noise[i] = r.NormFloat64()
				}
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				all = append(all, p.Loss())
				all = append(all, p.Mu()...)
				for _, g := range p.Gradients() {
					all = append(all, op.Values[float64](g)...)
				}
				return all, len(p.Lagged)
			}
			once, width := run(false)
			each, window := run(true)
			if width != len(rows)*7 || window != len(rows)*7*h.Lags {
				t.Fatalf("Lagged has %d and %d values", width, window)
			}
			for i, want := range once {
				if !(math.Abs(each[i]-want) <= 1e-13*(1+math.Abs(want))) {
					t.Errorf("entry %d: %.17g with the history per step, %.17g with the history evaluated once",
						i, each[i], want)
				}
			}
		})
	}
}

// TestLoad checks that a minibatch has the activity, offset and history of the requested bins, in order. With
// one lag, the history is tanh of the bin before, and 0 in the first bin of a segment.
func TestLoad(t *testing.T) {
	rec := session()
	c := graph.Config{Neurons: 7, Bins: 30, Input: true, Structure: layers.Partition{1}}
	m, err := graph.New[float64](c, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Program(4, false)
	if err != nil {
		t.Fatal(err)
	}
	s := graph.NewSamples[float64](c, rec)
	if s.Bins != 40 {
		t.Errorf("the samples have %d bins", s.Bins)
	}
	rows := []int{39, 6, 0, 7}
	s.Load(p, rows)
	for i, bin := range rows {
		for n := range 7 {
			past := 0.0
			if !slices.Contains(rec.SegmentStarts, bin) {
				past = math.Tanh(float64(rec.Activity.Row(bin - 1)[n]))
			}
			at := i*7 + n
			if p.X[at] != float64(rec.Activity.Row(bin)[n]) || p.Input[at] != float64(rec.Input.Row(bin)[n]) ||
				p.Lagged[at] != past {
				t.Errorf("bin %d, neuron %d: activity %g, offset %g, history %g; want history %g",
					bin, n, p.X[at], p.Input[at], p.Lagged[at], past)
			}
		}
	}
}

// TestLeftOut checks that only the history leaves out E u. The mean of sigma(x - E u) replaces missing values.
func TestLeftOut(t *testing.T) {
	rec, r := session(), rand.New(rand.NewPCG(6, 6))
	rec.Activity.Row(20)[3] = float32(math.NaN())
	rec.Drive, rec.DriveNames = data.NewMatrix(40, 2), []string{"light", "tone"}
	e := make([]float32, 2*7) // (P,N)
	for _, x := range [][]float32{rec.Drive.Data, e} {
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
	}
	less := *rec
	less.Activity = data.NewMatrix(40, 7)
	for t := range 40 {
		u := rec.Drive.Row(t)
		for n, x := range rec.Activity.Row(t) {
			less.Activity.Row(t)[n] = x - e[n]*u[0] - e[7+n]*u[1]
		}
	}
	for name, h := range historyCases() {
		for _, perStep := range []bool{false, true} {
			c := graph.Config{
				Neurons: 7, Bins: 30, Input: true, Drive: 2, Structure: layers.Partition{2, 1},
				History: h, HistoryPerStep: perStep,
			}
			load := func(rec *data.Recording, e []float32) *graph.Program[float32] {
				c.LeftOut = e
				c.Missing = graph.NewMissing(c, rec, []int{1, 2, 3, 30})
				m, err := graph.New[float32](c, r)
				if err != nil {
					t.Fatal(err)
				}
				p, err := m.Program(40, false)
				if err != nil {
					t.Fatal(err)
				}
				rows := make([]int, 40)
				for i := range rows {
					rows[i] = i
				}
				graph.NewSamples[float32](c, rec).Load(p, rows)
				return p
			}
			plain, got, want := load(rec, nil), load(rec, e), load(&less, nil)
			for i, w := range want.Lagged {
				if !(math.Abs(float64(got.Lagged[i]-w)) <= 1e-5) { // sums of up to 25 products in float32
					t.Fatalf("%s, history per step %t: entry %d of the history is %g, want %g",
						name, perStep, i, got.Lagged[i], w)
				}
			}
			same := func(a, b float32) bool { return a == b || a != a && b != b }
			if slices.Equal(got.Lagged, plain.Lagged) || !slices.EqualFunc(got.X, plain.X, same) ||
				!slices.Equal(got.Drive, plain.Drive) {
				t.Errorf("%s: LeftOut changes more than the history, or not the history", name)
			}
		}
	}
	c := graph.Config{Neurons: 7, Bins: 30, Drive: 3, Structure: layers.Partition{1}, LeftOut: e}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "LeftOut has 14 entries; it needs 3 x 7") {
		t.Errorf("%v", err)
	}
}
