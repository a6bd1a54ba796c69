package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// cases returns models that together contain every layer, term, kernel and structure.
func cases() map[string]graph.Config {
	base := graph.Config{Neurons: 7, Bins: 60, Input: true, Structure: layers.Partition{2, 1},
		Terms: graph.Objective(3, 0.7)}
	with := func(change func(*graph.Config)) graph.Config {
		c := base
		c.Terms = slices.Clone(base.Terms)
		change(&c)
		return c
	}
	decoder := func(a layers.Activation) graph.Config {
		return with(func(c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: a} })
	}
	poisson := func(a layers.Activation) graph.Config {
		return with(func(c *graph.Config) {
			c.Input, c.Decoder, c.Terms[0].Term = false, layers.LinearDecoder{Link: a}, losses.Poisson{}
		})
	}
	kernel := func(k layers.HistoryKernel) graph.Config {
		return with(func(c *graph.Config) { c.History = layers.History{Lags: 3, Kernel: k}; c.HistoryPerStep = true })
	}
	amortized := func(e losses.Estimator) graph.Config {
		return with(func(c *graph.Config) {
			c.LatentStd, c.Terms[2].Term = layers.Amortized{}, losses.PartialCorrelation{Estimator: e}
		})
	}
	drive := func(change func(*graph.Config)) graph.Config {
		return with(func(c *graph.Config) { c.Drive = 3; change(c) })
	}
	return map[string]graph.Config{
		"drive":       drive(func(*graph.Config) {}),
		"drive alone": drive(func(c *graph.Config) { c.Input = false }),
		"drive, relu": drive(func(c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: layers.ReLU} }),
		"drive, poisson, exp": drive(func(c *graph.Config) {
			c.Input, c.Decoder, c.Terms[0].Term = false, layers.LinearDecoder{Link: layers.Exp}, losses.Poisson{}
		}),
		"drive, mlp": drive(func(c *graph.Config) {
			c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 5}, layers.MLPDecoder{Hidden: 4, Link: layers.ReLU}
		}),
		"negative binomial, softplus": with(func(c *graph.Config) {
			c.Input, c.Decoder = false, layers.LinearDecoder{Link: layers.Softplus}
			c.Terms[0].Term = losses.NegativeBinomial{}
		}),
		"drive, negative binomial, exp": drive(func(c *graph.Config) {
			c.Input, c.Decoder = false, layers.LinearDecoder{Link: layers.Exp}
			c.Terms[0].Term = losses.NegativeBinomial{}
		}),
		"linear":             base,
		"one group":          with(func(c *graph.Config) { c.Structure = layers.Partition{3} }),
		"full factorisation": with(func(c *graph.Config) { c.Structure = layers.Partition{1, 1, 1} }),
		"shared group": with(func(c *graph.Config) {
			c.Structure = layers.Shared{Private: layers.Partition{1, 2}, SharedLatents: 1}
		}),
		"nested groups": with(func(c *graph.Config) { c.Structure = nested{} }),
		"no input":      with(func(c *graph.Config) { c.Input = false }),
		"relu":          decoder(layers.ReLU),
		"softplus":      decoder(layers.Softplus),
		"exp":           decoder(layers.Exp),
		"tanh":          decoder(layers.Tanh),
		"mlp": with(func(c *graph.Config) {
			c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 5}, layers.MLPDecoder{Hidden: 4, Link: layers.ReLU}
		}),
		"mlp encoder, free kernel": with(func(c *graph.Config) {
			c.Encoder, c.History = layers.MLPEncoder{Hidden: 5}, layers.History{Lags: 2, Kernel: layers.FreeKernel{}}
		}),
		"standardized": with(func(c *graph.Config) {
			c.Terms[2].Term = losses.PartialCorrelation{Estimator: losses.LeaveOneOut{}}
		}),
		"poisson, softplus": poisson(layers.Softplus),
		"poisson, exp":      poisson(layers.Exp),
		"minibatch-stratified": with(func(c *graph.Config) {
			c.Terms[2].Term = losses.PartialCorrelation{Estimator: losses.MinibatchStratified{}}
		}),
		"standardized, nested groups": with(func(c *graph.Config) {
			c.Structure = nested{}
			c.Terms[2].Term = losses.PartialCorrelation{Estimator: losses.LeaveOneOut{}}
		}),
		"shared std":                          with(func(c *graph.Config) { c.LatentStd = layers.SharedStd{} }),
		"std per dimension":                   with(func(c *graph.Config) { c.LatentStd = layers.PerDimension{} }),
		"amortized std":                       amortized(losses.ImportanceWeighted{}),
		"amortized std, minibatch-weighted":   amortized(losses.MinibatchWeighted{}),
		"amortized std, minibatch-stratified": amortized(losses.MinibatchStratified{}),
		"amortized std, standardized":         amortized(losses.LeaveOneOut{}),
		"amortized std, mlp": with(func(c *graph.Config) {
			c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 5}, layers.MLPDecoder{Hidden: 4, Link: layers.ReLU}
			c.LatentStd = layers.Amortized{}
		}),
		"amortized std, nested groups, free kernel": with(func(c *graph.Config) {
			c.LatentStd, c.Structure = layers.Amortized{}, nested{}
			c.History = layers.History{Lags: 2, Kernel: layers.FreeKernel{}}
		}),
		"exponential kernel": kernel(layers.ExponentialKernel{}),
		"softmax kernel":     kernel(layers.SoftmaxKernel{}),
		"free kernel":        kernel(layers.FreeKernel{}),
	}
}

// nested requires that latents 0 and 1 are independent of latent 2 and, with half the weight, of each other.
type nested struct{}

func (nested) Latents() int   { return 3 }
func (nested) String() string { return "a pair and a single" }
func (nested) Groups() []layers.Group {
	return []layers.Group{{Name: "pair", Latents: []int{0, 1}}, {Name: "single", Latents: []int{2}}}
}
func (nested) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Parts: [][]int{{0, 1}, {2}}, Weight: 1}, {Parts: [][]int{{1}, {0}}, Weight: 0.5}}
}

// example returns a program with random inputs and parameters. They are continuous, so none lies on the kink of
// a ReLU.
func example[T op.Float](t *testing.T, c graph.Config, rows int) (*graph.Model[T], *graph.Program[T]) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	m, err := graph.New[T](c, r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Program(rows, true)
	if err != nil {
		t.Fatal(err)
	}
	// at 0, where they start, every bin would have the same s, and no input
	for _, name := range []string{"log_std_z_w", "Dt"} {
		if w := m.Param(name); w != nil {
			for i := range w.Data {
				w.Data[i] = T(0.1 * r.NormFloat64())
			}
		}
	}
	for _, in := range [][]T{p.X, p.Lagged, p.Input, p.Noise, p.Drive} {
		for i := range in {
			in[i] = T(r.NormFloat64())
		}
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return m, p
}

// TestGradients compares the symbolic gradient of every parameter with central differences of the loss.
func TestGradients(t *testing.T) {
	for name, c := range cases() {
		t.Run(name, func(t *testing.T) {
			m, p := example[float64](t, c, 9)
			gradientsAreDifferences(t, m, p)
		})
	}
}

// gradientsAreDifferences compares the gradients of the last run with central differences. A step of 1e-6
// leaves an error of about 1e-12 in the difference's numerator. The relative error of the quotient is then 1e-6
// if the gradient is about 1.
func gradientsAreDifferences(t *testing.T, m *graph.Model[float64], p *graph.Program[float64]) {
	t.Helper()
	const step, tolerance = 1e-6, 3e-6
	for i, got := range gradients(p) {
		q := m.Params()[i]
		for j := range q.Data {
			at := q.Data[j]
			loss := func(v float64) float64 {
				q.Data[j] = v
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				return p.Loss()
			}
			want := (loss(at+step) - loss(at-step)) / (2 * step)
			q.Data[j] = at
			if !(math.Abs(got[j]-want) <= tolerance*(1+math.Abs(want))) {
				t.Errorf("%s[%d]: gradient %.9g, difference %.9g", q.Name, j, got[j], want)
			}
		}
	}
}

// gradients returns copies of the last run's gradients, because the runs for the differences overwrite them.
func gradients(p *graph.Program[float64]) (all [][]float64) {
	for _, g := range p.Gradients() {
		all = append(all, slices.Clone(op.Values[float64](g)))
	}
	return all
}

// TestPrecisions compares float32 with float64: the loss and every gradient agree to 1e-5 of the largest entry,
// a hundred roundings.
func TestPrecisions(t *testing.T) {
	for name, c := range cases() {
		t.Run(name, func(t *testing.T) {
			m64, p64 := example[float64](t, c, 33)
			m32, p32 := example[float32](t, c, 33)
			for i, q := range m64.Params() {
				for j, v := range q.Data {
					if w := float64(m32.Params()[i].Data[j]); w != float64(float32(v)) {
						t.Fatalf("%s[%d] starts at %g in float64 and %g in float32", q.Name, j, w, v)
					}
				}
			}
			precisionsAgree(t, m64, p64, p32)
		})
	}
}

// precisionsAgree compares the loss and the gradients of the last runs.
func precisionsAgree(t *testing.T, m *graph.Model[float64], p64 *graph.Program[float64], p32 *graph.Program[float32]) {
	t.Helper()
	if d := math.Abs(p32.Loss() - p64.Loss()); !(d <= 1e-5*math.Abs(p64.Loss())) {
		t.Errorf("loss %g in float32 and %g in float64", p32.Loss(), p64.Loss())
	}
	for i, g := range p64.Gradients() {
		want, got := op.Values[float64](g), op.Values[float32](p32.Gradients()[i])
		scale := 0.0
		for _, w := range want {
			scale = max(scale, math.Abs(w))
		}
		for j, w := range want {
			if d := math.Abs(float64(got[j]) - w); !(d <= 1e-5*scale) {
				t.Errorf("gradient of %s[%d]: %g in float32 and %g in float64", m.Params()[i].Name, j, got[j], w)
			}
		}
	}
}

// TestWeights changes the terms' weights between two steps of one program. Every gradient must be the weighted
// sum of the single terms' gradients.
func TestWeights(t *testing.T) {
	c := cases()["std per dimension"]
	m, p := example[float64](t, c, 9)
	weighted := func(weights ...float64) (all []float64) {
		copy(m.Weights, weights)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Loss())
		for _, g := range p.Gradients() {
			all = append(all, op.Values[float64](g)...)
		}
		return all
	}
	single := [][]float64{weighted(1, 0, 0, 0), weighted(0, 1, 0, 0), weighted(0, 0, 1, 0), weighted(0, 0, 0, 1)}
	weights := []float64{0.5, -2, 7, 0.25}
	for i, got := range weighted(weights...) {
		want, size := 0.0, 1e-3
		for k, w := range weights {
			want += w * single[k][i]
			size += math.Abs(w * single[k][i])
		}
		if !(math.Abs(got-want) <= 1e-12*size) {
			t.Errorf("entry %d: %g, want %g", i, got, want)
		}
	}
}

// TestComposition builds terms from the operations of a model: a product of two operations, and one operation
// inside another's input. The upstream gradient of each is then neither 1 nor constant.
func TestComposition(t *testing.T) {
	for _, name := range []string{"std per dimension", "amortized std"} {
		t.Run(name, func(t *testing.T) { testComposition(t, cases()[name]) })
	}
}

func testComposition(t *testing.T, c graph.Config) {
	c.Terms = []graph.Weighted{{Term: losses.Gaussian{}, Weight: 1}, {Term: squareOfKL{}, Weight: 0.1},
		{Term: connectivityNorm{}, Weight: 0.3}}
	m, p := example[float64](t, c, 9)
	for i, got := range gradients(p) {
		q := m.Params()[i]
		for j := range q.Data {
			at := q.Data[j]
			var loss [2]float64
			for s, d := range []float64{1e-6, -1e-6} {
				q.Data[j] = at + d
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				loss[s] = p.Loss()
			}
			q.Data[j] = at
			if want := (loss[0] - loss[1]) / 2e-6; !(math.Abs(got[j]-want) <= 3e-6*(1+math.Abs(want))) {
				t.Errorf("%s[%d]: gradient %.9g, difference %.9g", q.Name, j, got[j], want)
			}
		}
	}
}

// squareOfKL multiplies (KL + PC) by itself with Gorgonia's own operations.
type squareOfKL struct{}

func (squareOfKL) Name() string { return "square" }
func (squareOfKL) Node(b *layers.Builder, v losses.Variables) *G.Node {
	sum := G.Must(G.Add(losses.KL{}.Node(b, v), losses.PartialCorrelation{}.Node(b, v)))
	return G.Must(G.Square(sum))
}

// connectivityNorm is the sum of the squares of W and of W_g of the first group.
type connectivityNorm struct{}

func (connectivityNorm) Name() string { return "norm" }
func (connectivityNorm) Node(b *layers.Builder, v losses.Variables) *G.Node {
	square := func(n *G.Node) *G.Node { return G.Must(G.Sum(G.Must(G.Square(n)))) }
	w := square(v.Recurrence.W(b))
	return G.Must(G.Add(w, square(v.Recurrence.SubW(b, v.Structure.Groups()[0].Latents))))
}

// TestRepeatable checks that the same steps give the same bits twice.
func TestRepeatable(t *testing.T) {
	run := func() string {
		_, p := example[float32](t, cases()["std per dimension"], 17)
		return fmt.Sprint(p.Loss(), op.Values[float32](p.Gradients()[0]))
	}
	if a, b := run(), run(); a != b {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
}

// TestDrive compares a model with measured inputs, before training, with the model without inputs. D is 0, so
// all other parameters have the same bits, and the loss differs only by rounding. After D is set, the
// prediction of the identity decoder changes by D u.
func TestDrive(t *testing.T) {
	plain, driven := cases()["linear"], cases()["drive"]
	a, p := example[float64](t, plain, 9)
	b, q := example[float64](t, driven, 9)
	for i, in := range [][]float64{q.X, q.Lagged, q.Input, q.Noise, b.Param("Dt").Data} {
		copy(in, [][]float64{p.X, p.Lagged, p.Input, p.Noise, make([]float64, len(in))}[i])
	}
	if err := q.Run(); err != nil {
		t.Fatal(err)
	}
	for _, want := range a.Params() {
		if got := b.Param(want.Name); !slices.Equal(got.Data, want.Data) {
			t.Errorf("%s starts at %v without inputs and at %v with inputs", want.Name, want.Data, got.Data)
		}
	}
	if !(math.Abs(p.Loss()-q.Loss()) <= 1e-12*math.Abs(p.Loss())) {
		t.Errorf("the loss is %.15g without inputs and %.15g with D = 0", p.Loss(), q.Loss())
	}
	d, before := b.Param("Dt"), slices.Clone(q.Prediction())
	for i := range d.Data {
		d.Data[i] = float64(i) - 8
	}
	if err := q.Run(); err != nil {
		t.Fatal(err)
	}
	N, P := driven.Neurons, driven.Drive
	for i, got := range q.Prediction() {
		want := before[i]
		for k, u := range q.Drive[i/N*P : (i/N+1)*P] {
			want += u * d.Data[k*N+i%N]
		}
		if !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
			t.Errorf("bin %d, neuron %d: %g, want %g", i/N, i%N, got, want)
		}
	}
}
