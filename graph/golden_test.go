package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/train"
)

// Another library's automatic differentiation computed the reference values from the formulas only. Float64
// sums in another order differ by a few units in the sixteenth digit, times the number of summands. 50 steps of
// Adam multiply that.
const (
	lossTolerance     = 1e-9 // relative
	gradientTolerance = 1e-8 // of the parameter's largest entry
	stepTolerance     = 1e-7 // of the parameter's largest entry
)

// TestGolden runs every reference case of a folder through the graph and the optimiser of training. The folder
// is testdata/golden, or the one that FACRNN_GOLDEN names.
func TestGolden(t *testing.T) {
	dir := os.Getenv("FACRNN_GOLDEN")
	if dir == "" {
		dir = filepath.Join("testdata", "golden")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.npz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no reference cases in %s (%v)", dir, err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".npz"), func(t *testing.T) { golden(t, f) })
	}
}

// reference is one reference case.
type reference struct {
	t *testing.T
	a map[string]npz.Array
}

func (r reference) array(name string) []float64 {
	r.t.Helper()
	v, err := r.a[name].Float64s()
	if err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
	return v
}

func (r reference) number(name string) float64 { return r.array(name)[0] }

func (r reference) shape(name string) []int { return r.a[name].Shape }

// expect returns a reference parameter array in the model's layout: the decoders' weights are transposed.
func (r reference) expect(prefix, param string) []float64 {
	name, transposed := stored(param)
	v := r.array(prefix + name)
	if !transposed {
		return v
	}
	rows, cols := r.shape(prefix + name)[0], r.shape(prefix + name)[1]
	w := make([]float64, len(v))
	for i := range rows {
		for j := range cols {
			w[j*rows+i] = v[i*cols+j]
		}
	}
	return w
}

func stored(param string) (name string, transposed bool) {
	switch param {
	case "At", "dec_w1t", "dec_w2t":
		return strings.TrimSuffix(param, "t"), true
	}
	return param, false
}

func golden(t *testing.T, file string) {
	arrays, err := npz.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	r := reference{t, arrays}
	cfg := r.config()
	m, err := graph.New[float64](cfg, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Params() {
		copy(p.Data, r.expect("init_", p.Name))
	}
	S, M := r.shape("order")[0], r.shape("order")[1]
	p, err := m.Program(M, true)
	if err != nil {
		t.Fatal(err)
	}
	decay := 0.01
	if cfg.Decoder != nil {
		decay = 0 // the cases with a nonlinear decoder were run with Adam
	}
	adam := &train.Adam[float64]{Decay: decay}
	order, eps, curve := r.array("order"), r.array("eps"), r.array("loss_curve")
	for s := range S {
		r.load(p, order[s*M:(s+1)*M])
		copy(p.Noise, eps[s*len(p.Noise):])
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		if s == 0 {
			r.first(m, p)
		}
		r.near(fmt.Sprintf("loss of step %d", s+1), p.Loss(), curve[s], stepTolerance)
		adam.Step(m, p, 1e-3)
		if prefix := fmt.Sprintf("step%d_", s+1); arrays[prefix+"log_std_x"].Data != nil {
			for _, q := range m.Params() {
				r.close(prefix+q.Name, q.Data, r.expect(prefix, q.Name), stepTolerance)
			}
		}
	}
}

// first compares the terms and gradients of the first minibatch.
func (r reference) first(m *graph.Model[float64], p *graph.Program[float64]) {
	names := map[string]string{"reconstruction": "recon", "kl": "kl", "partial_correlation": "pc",
		"block_diagonal": "bd"}
	for i, t := range m.Config.Terms {
		r.near(t.Term.Name(), p.Term(i), r.number(names[t.Term.Name()]), lossTolerance)
	}
	r.near("loss", p.Loss(), r.number("loss"), lossTolerance)
	for i, g := range p.Gradients() {
		name := m.Params()[i].Name
		r.close("gradient of "+name, op.Values[float64](g), r.expect("grad_", name), gradientTolerance)
	}
}

func (r reference) near(what string, got, want, tolerance float64) {
	r.t.Helper()
	// a term that cancels to almost nothing is held to the size of what cancels, about 1
	if !(math.Abs(got-want) <= tolerance*max(1e-3, math.Abs(want))) {
		r.t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

func (r reference) close(what string, got, want []float64, tolerance float64) {
	r.t.Helper()
	if len(got) != len(want) {
		r.t.Fatalf("%s has %d entries, want %d", what, len(got), len(want))
	}
	scale, worst := 1e-12, 0.0
	for i, w := range want {
		scale = max(scale, math.Abs(w))
		worst = max(worst, math.Abs(got[i]-w))
	}
	if !(worst <= tolerance*scale) {
		r.t.Errorf("%s has an error of %.3g of its largest entry", what, worst/scale)
	}
}

func (r reference) config() graph.Config {
	var groups layers.Partition
	for _, k := range r.array("groups") {
		groups = append(groups, int(k))
	}
	psi := r.array("psi")
	c := graph.Config{
		Neurons: r.shape("x")[1], Bins: int(r.number("n_total")), Input: true, Structure: groups,
		History:   layers.History{Lags: len(psi), Kernel: layers.FixedKernel(psi)},
		LatentStd: layers.FixedStd(r.array("log_std_z")),
	}
	c.Terms = graph.Objective(r.number("beta"), 1)
	c.Terms[3].Weight = r.number("alpha")
	_, mlp := r.a["init_enc_w1"]
	switch {
	case mlp:
		h := r.shape("init_enc_w1")[0]
		c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: h}, layers.MLPDecoder{Hidden: h, Link: layers.ReLU}
	case slices.Min(r.array("x")) >= 0: // the cases of rates, which are never negative
		c.Decoder = layers.LinearDecoder{Link: layers.ReLU}
	}
	return c
}

// load copies a minibatch into the program, with the history that the history layer computes from x. It also
// compares that history with the reference.
func (r reference) load(p *graph.Program[float64], order []float64) {
	psi, N := r.array("psi"), r.shape("x")[1]
	h := layers.NewPast(layers.History{Lags: len(psi), Kernel: layers.FixedKernel(psi)}.WithDefaults(),
		r.array("x"), N, []int{0}).Evaluate()
	r.close("history", h, r.array("history"), 1e-12)
	for i, t := range order {
		row := int(t) * N
		copy(p.X[i*N:(i+1)*N], r.array("x")[row:])
		copy(p.Lagged[i*N:(i+1)*N], h[row:])
		copy(p.Input[i*N:(i+1)*N], r.array("input")[row:])
	}
}
