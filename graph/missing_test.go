package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// masked returns the configuration with means for missing values; their size does not matter here.
func masked(c graph.Config) graph.Config {
	c.Missing = &graph.Missing{Fill: make([]float64, c.Neurons)}
	return c
}

// maskedCases returns models with both kinds of observations, and with all parts that a reconstruction depends
// on.
func maskedCases() map[string]graph.Config {
	out := map[string]graph.Config{}
	for _, name := range []string{"linear", "relu", "mlp", "free kernel", "amortized std", "poisson, softplus",
		"poisson, exp"} {
		out[name] = masked(cases()[name])
	}
	silent := masked(cases()["linear"])
	silent.Silent = []bool{false, true, false, false, false, false, true}
	out["silent channels"] = silent
	return out
}

// holes marks a third of M x N values at random, one whole bin (row 2) and one whole channel (4).
func holes(M, N int) []bool {
	r := rand.New(rand.NewPCG(3, 1))
	out := make([]bool, M*N)
	for i := range out {
		out[i] = r.Float64() < 0.3 || i/N == 2 || i%N == 4
	}
	return out
}

// mask sets some values to NaN.
func mask[T op.Float](x []T, missing []bool) {
	for i, m := range missing {
		if m {
			x[i] = T(math.NaN())
		}
	}
}

// maskedExample returns an example with missing values.
func maskedExample[T op.Float](t *testing.T, c graph.Config, rows int) (*graph.Model[T], *graph.Program[T]) {
	m, p := example[T](t, c, rows)
	mask(p.X, holes(rows, c.Neurons))
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return m, p
}

// TestMissingGradients repeats TestGradients with missing values.
func TestMissingGradients(t *testing.T) {
	for name, c := range maskedCases() {
		t.Run(name, func(t *testing.T) {
			m, p := maskedExample[float64](t, c, 9)
			gradientsAreDifferences(t, m, p)
		})
	}
}

// TestMissingPrecisions repeats TestPrecisions with missing values, to the same tolerance of 1e-5.
func TestMissingPrecisions(t *testing.T) {
	for name, c := range maskedCases() {
		t.Run(name, func(t *testing.T) {
			m, p64 := maskedExample[float64](t, c, 33)
			_, p32 := maskedExample[float32](t, c, 33)
			precisionsAgree(t, m, p64, p32)
		})
	}
}

// TestMissingSubtracted checks the loss of a masked minibatch against the definition of the densities: it is
// the loss of the whole minibatch minus the missing values' terms, divided by M. The tolerance of 1e-12 allows
// some thousand roundings.
func TestMissingSubtracted(t *testing.T) {
	const rows = 11
	for name, c := range maskedCases() {
		t.Run(name, func(t *testing.T) {
			m, p := example[float64](t, c, rows)
			missing := holes(rows, c.Neurons)
			for i, x := range p.X {
				p.X[i] = math.Abs(math.Round(3 * x)) // also valid as counts
			}
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
			want := p.Loss()
			_, counts := c.Terms[0].Term.(losses.Poisson)
			for i, gone := range missing {
				n, x, y := i%c.Neurons, p.X[i], p.Prediction()[i]
				switch {
				case !gone || c.Silent != nil && c.Silent[n]:
				case counts:
					want -= (y - x*math.Log(y)) / rows
				default:
					r := m.Param("log_std_x").Data[n]
					want -= (0.5*(x-y)*(x-y)*math.Exp(-2*r) + r + 0.5*math.Log(2*math.Pi)) / rows
				}
			}
			mask(p.X, missing)
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
			if got := p.Loss(); !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
				t.Errorf("the loss is %.15g, want %.15g", got, want)
			}
		})
	}
}

// TestNothingMissing checks that a mask without missing values does not change a bit of the results.
func TestNothingMissing(t *testing.T) {
	for _, name := range []string{"linear", "poisson, exp"} {
		bits := func(c graph.Config) (all []float32) {
			_, p := example[float32](t, c, 17)
			all = append(all, float32(p.Loss()))
			for _, g := range p.Gradients() {
				all = append(all, op.Values[float32](g)...)
			}
			return all
		}
		if whole, allowed := bits(cases()[name]), bits(masked(cases()[name])); !slices.Equal(whole, allowed) {
			t.Errorf("%s: a mask without missing values changes the results", name)
		}
	}
}

// TestMissingChannel checks that a channel without observed values has no effect. A model without the channel
// has the same loss and gradients, and the channel's own gradients are 0. The sums differ only in zeros among
// the summands, so the tolerance is 1e-12.
func TestMissingChannel(t *testing.T) {
	const N, gone, rows = 7, 3, 13
	rec := session()
	for bin := range rec.Activity.Rows {
		rec.Activity.Row(bin)[gone] = float32(math.NaN())
	}
	less := &data.Recording{Activity: data.NewMatrix(40, N-1), Input: data.NewMatrix(40, N-1),
		SegmentStarts: rec.SegmentStarts}
	for i, v := range rec.Activity.Data { // also valid as counts
		rec.Activity.Data[i] = float32(math.Abs(math.Round(3 * float64(v))))
	}
	without := func(dst, src []float32) { copy(dst[copy(dst, src[:gone]):], src[gone+1:]) }
	for bin := range 40 {
		without(less.Activity.Row(bin), rec.Activity.Row(bin))
		without(less.Input.Row(bin), rec.Input.Row(bin))
	}
	train := []int{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 24, 25, 26}
	for _, poisson := range []bool{false, true} {
		for _, learned := range []bool{false, true} {
			t.Run(fmt.Sprintf("poisson %t, learned %t", poisson, learned), func(t *testing.T) {
				c := graph.Config{
					Neurons: N, Bins: 30, Input: !poisson, Structure: layers.Partition{2, 1},
					Terms: graph.Objective(3, 0), History: layers.History{Lags: 3, Padding: layers.PadFirst},
				}
				if poisson {
					c.Terms[0].Term, c.Decoder = losses.Poisson{}, layers.LinearDecoder{Link: layers.Exp}
				}
				if learned {
					c.History.Kernel = layers.FreeKernel{}
				}
				c.Missing = graph.NewMissing(c, rec, train)
				big, err := graph.New[float64](c, rand.New(rand.NewPCG(5, 5)))
				if err != nil {
					t.Fatal(err)
				}
				whole := loaded(t, c, big, rec, train[:rows])
				c.Neurons, c.Missing = N-1, nil
				small, err := graph.New[float64](c, rand.New(rand.NewPCG(6, 6)))
				if err != nil {
					t.Fatal(err)
				}
				for i, q := range small.Params() {
					if from := big.Params()[i]; from.Shape[len(from.Shape)-1] == N {
						copy(q.Data, columns(from.Data, N, gone))
					} else {
						copy(q.Data, from.Data)
					}
				}
				part := loaded(t, c, small, less, train[:rows])
				close := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*(1+math.Abs(b)) }
				if !close(whole.Loss(), part.Loss()) {
					t.Errorf("the loss is %.15g, without the channel %.15g", whole.Loss(), part.Loss())
				}
				for i, g := range whole.Gradients() {
					got, want, q := op.Values[float64](g), op.Values[float64](part.Gradients()[i]), big.Params()[i]
					if q.Shape[len(q.Shape)-1] == N {
						for j := gone; j < len(got); j += N {
							if got[j] != 0 {
								t.Errorf("the channel's own gradient of %s is %g", q.Name, got[j])
							}
						}
						got = columns(got, N, gone)
					}
					for j, w := range want {
						if !close(got[j], w) {
							t.Errorf("%s[%d]: %.15g, without the channel %.15g", q.Name, j, got[j], w)
						}
					}
				}
			})
		}
	}
}

// columns returns the rows of x (n,N) without one column.
func columns(x []float64, N, without int) (out []float64) {
	for i, v := range x {
		if i%N != without {
			out = append(out, v)
		}
	}
	return out
}

// loaded runs a model on some bins of a recording, always with the same noise.
func loaded(t *testing.T, c graph.Config, m *graph.Model[float64], rec *data.Recording,
	rows []int) *graph.Program[float64] {
	t.Helper()
	p, err := m.Program(len(rows), true)
	if err != nil {
		t.Fatal(err)
	}
	graph.NewSamples[float64](c, rec).Load(p, rows)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range p.Noise {
		p.Noise[i] = r.NormFloat64()
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestHistoryOfMissing checks that the history replaces a missing value by the mean of sigma over the channel's
// observed training bins, for fixed and learned kernels. A channel that no training bin observed is 0 in the
// history, even in bins that observe it.
func TestHistoryOfMissing(t *testing.T) {
	nan := float32(math.NaN())
	rec := &data.Recording{SegmentStarts: []int{0}, Activity: data.Matrix{Rows: 5, Cols: 3, Data: []float32{
		1, 2, nan,
		nan, 3, nan,
		-2, nan, nan,
		4, nan, 5, // held out
		0, 0, 0,
	}}}
	for _, perStep := range []bool{false, true} {
		relu := func(x float64) float64 { return max(x, 0) }
		for sigma, f := range map[layers.Activation]func(float64) float64{layers.Tanh: math.Tanh, layers.ReLU: relu} {
			c := graph.Config{Neurons: 3, Bins: 3, Structure: layers.Partition{1},
				History: layers.History{Activation: sigma}, HistoryPerStep: perStep}
			c.Missing = graph.NewMissing(c, rec, []int{0, 1, 2})
			m, err := graph.New[float64](c, rand.New(rand.NewPCG(1, 1)))
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.Program(4, false)
			if err != nil {
				t.Fatal(err)
			}
			graph.NewSamples[float64](c, rec).Load(p, []int{1, 2, 3, 4})
			mean := []float64{(f(1) + f(-2)) / 2, (f(2) + f(3)) / 2}
			want := []float64{f(1), f(2), 0, mean[0], f(3), 0, f(-2), mean[1], 0, f(4), mean[1], 0}
			for i, w := range want {
				if !(math.Abs(p.Lagged[i]-w) <= 1e-15) {
					t.Errorf("%s, history per step %t: entry %d of the history is %g, want %g",
						sigma, perStep, i, p.Lagged[i], w)
				}
			}
			if err := p.Run(); err != nil || math.IsNaN(p.Loss()) {
				t.Errorf("the loss is %g, %v", p.Loss(), err)
			}
		}
	}
	whole := session()
	if m := graph.NewMissing(graph.Config{}, whole, []int{0, 1}); m != nil {
		t.Errorf("NewMissing returns %v for a recording without missing values, want nil", m)
	}
}

// TestMissingThreads checks, with missing values, that the number of threads does not change a bit of the loss
// or a gradient.
func TestMissingThreads(t *testing.T) {
	poisson := func(c *graph.Config) {
		c.Terms[0].Term, c.Decoder = losses.Poisson{}, layers.LinearDecoder{Link: layers.Softplus}
	}
	for name, c := range map[string]graph.Config{"gaussian": wide(nil), "poisson": wide(poisson)} {
		bits := func(threads int) (all []float32) {
			pool := op.NewPool(threads)
			defer pool.Close()
			_, p := wideProgram[float32](t, masked(c), 501, 1, pool)
			mask(p.X, holes(501, 1000))
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
			all = append(all, float32(p.Loss()))
			for _, g := range p.Gradients() {
				all = append(all, op.Values[float32](g)...)
			}
			return all
		}
		one := bits(1)
		if !slices.Equal(bits(3), one) || slices.ContainsFunc(one, func(v float32) bool { return v != v }) {
			t.Errorf("%s: 3 threads and 1 thread give different results, or a result is NaN", name)
		}
	}
}
