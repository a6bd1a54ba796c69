package losses_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// tolerance returns the allowed error of a term. In float64, a term and its plain formula sum the same few
// hundred numbers of size 1 to 10 in another order: 1e-12 of the value and of 1. Float32 computes the summands
// to 1e-7 and magnifies differences of latents by 1/s: 1e-5.
func tolerance[T op.Float]() float64 {
	if op.Dtype[T]() == tensor.Float32 {
		return 1e-5
	}
	return 1e-12
}

// example holds the variables of a small model with random values: M bins of N neurons, and the latents of a
// structure. It has the same numbers in plain arrays.
type example struct {
	b *layers.Builder
	v losses.Variables

	M, N, K                          int
	x, xhat, r, mu, logs, z, at, enc []float64
}

func newExample[T op.Float](M, bins int, s layers.Structure) *example {
	random := rand.New(rand.NewPCG(4, uint64(M)))
	e := &example{b: &layers.Builder{Graph: G.NewGraph(), Double: op.Dtype[T]() == tensor.Float64}, M: M, N: 5,
		K: s.Latents()}
	node := func(name string, mean, spread float64, shape ...int) (*G.Node, []float64) {
		n := e.b.Data(name, shape...)
		values := make([]float64, n.Shape().TotalSize())
		for i := range values {
			values[i] = float64(T(mean + spread*random.NormFloat64()))
		}
		e.b.Fill(n, values)
		return n, values
	}
	e.v = losses.Variables{Structure: s, Bins: bins}
	e.v.X, e.x = node("x", 0, 1, M, e.N)
	e.v.Prediction, e.xhat = node("prediction", 0, 1, M, e.N)
	e.v.LogStdX, e.r = node("log_std_x", -1, 0.3, e.N)
	e.v.Mu, e.mu = node("mu", 0, 1, M, e.K)
	e.v.LogStdZ, e.logs = node("log_std_z", -0.5, 0.3, e.K)
	e.v.Z, e.z = node("z", 0, 0, M, e.K)
	for i := range e.z {
		e.z[i] = float64(T(e.mu[i] + math.Exp(e.logs[i%e.K])*random.NormFloat64()))
	}
	e.b.Fill(e.v.Z, e.z)
	e.v.Recurrence = &layers.Recurrence{}
	e.v.Recurrence.At, e.at = node("At", 0, 1, e.K, e.N)
	e.v.Recurrence.B, e.enc = node("B", 0, 1, e.K, e.N)
	return e
}

// perBin gives every bin its own standard deviations.
func perBin[T op.Float](e *example) {
	random := rand.New(rand.NewPCG(5, uint64(e.M)))
	e.logs = make([]float64, e.M*e.K)
	for i := range e.logs {
		e.logs[i] = float64(T(-0.5 + 0.3*random.NormFloat64()))
		e.z[i] = float64(T(e.mu[i] + math.Exp(e.logs[i])*random.NormFloat64()))
	}
	e.v.LogStdZ = e.b.Data("log_std_z_of_bins", e.M, e.K)
	e.b.Fill(e.v.LogStdZ, e.logs)
	e.b.Fill(e.v.Z, e.z)
}

// logStd returns ln s_jk.
func (e *example) logStd(j, k int) float64 { return e.logs[(j*e.K+k)%len(e.logs)] }

// value builds a term and runs the graph without gradients.
func value[T op.Float](t *testing.T, b *layers.Builder, n *G.Node) float64 {
	t.Helper()
	if !n.IsScalar() {
		t.Fatalf("the term has the shape %v, want a scalar", n.Shape())
	}
	vm := G.NewTapeMachine(b.Graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return float64(op.Values[T](n)[0])
}

func near[T op.Float](t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance[T]()*(1+math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

func eachPrecision(t *testing.T, single, double func(*testing.T)) {
	t.Run("float32", single)
	t.Run("float64", double)
}

// TestKL compares the term with mean_i 0.5 sum_k ( mu^2 + s^2 - 1 - 2 ln s ), with one s and with an s per bin.
func TestKL(t *testing.T) { eachPrecision(t, testKL[float32], testKL[float64]) }

func testKL[T op.Float](t *testing.T) {
	for _, M := range []int{1, 2, 9} {
		for _, own := range []bool{false, true} {
			e := newExample[T](M, 100, layers.Partition{2, 1})
			if own {
				perBin[T](e)
			}
			want := 0.0
			for i := range e.M {
				for k := range e.K {
					s := math.Exp(e.logStd(i, k))
					want += 0.5 * (e.mu[i*e.K+k]*e.mu[i*e.K+k] + s*s - 1 - 2*math.Log(s)) / float64(M)
				}
			}
			near[T](t, fmt.Sprintf("KL of %d rows, s of every bin: %v", M, own),
				value[T](t, e.b, losses.KL{}.Node(e.b, e.v)), want)
		}
	}
}

// TestKLOfPrior checks that the divergence of the prior from itself is exactly 0.
func TestKLOfPrior(t *testing.T) {
	e := newExample[float32](4, 100, layers.Partition{2, 1})
	clear(op.Values[float32](e.v.Mu))
	clear(op.Values[float32](e.v.LogStdZ))
	if got := value[float32](t, e.b, losses.KL{}.Node(e.b, e.v)); got != 0 {
		t.Errorf("KL of the prior is %g, want 0", got)
	}
}

// TestReconstruction compares the term with minus the log-density of a normal distribution: a sum over channels
// that are not silent, and a mean over bins.
func TestReconstruction(t *testing.T) {
	eachPrecision(t, testReconstruction[float32], testReconstruction[float64])
}

func testReconstruction[T op.Float](t *testing.T) {
	for _, silent := range [][]bool{nil, make([]bool, 5), {true, false, false, true, false},
		{false, false, true, false, true}, {true, true, true, true, true}} {
		for _, M := range []int{1, 2, 9} {
			e := newExample[T](M, 100, layers.Partition{2, 1})
			e.v.Silent = silent
			want := 0.0
			for i := range e.M {
				for n := range e.N {
					if silent != nil && silent[n] {
						continue
					}
					std := math.Exp(e.r[n])
					d := (e.x[i*e.N+n] - e.xhat[i*e.N+n]) / std
					want -= math.Log(math.Exp(-d*d/2)/(std*math.Sqrt(2*math.Pi))) / float64(M)
				}
			}
			near[T](t, fmt.Sprintf("reconstruction of %d rows, silent %v", M, silent),
				value[T](t, e.b, losses.Gaussian{}.Node(e.b, e.v)), want)
		}
	}
}

// TestPoisson compares the term with minus the log-probability of counts, ln( r^x e^-r / x! ), without the
// constant x!: a sum over channels that are not silent, and a mean over bins.
func TestPoisson(t *testing.T) { eachPrecision(t, testPoisson[float32], testPoisson[float64]) }

func testPoisson[T op.Float](t *testing.T) {
	for _, silent := range [][]bool{nil, {true, false, false, true, false}} {
		for _, M := range []int{1, 2, 9} {
			e := newExample[T](M, 100, layers.Partition{2, 1})
			e.v.Silent = silent
			for i := range e.x {
				e.x[i], e.xhat[i] = math.Floor(math.Abs(9*e.x[i])), math.Exp(e.xhat[i])
			}
			e.b.Fill(e.v.X, e.x)
			e.b.Fill(e.v.Prediction, e.xhat)
			want := 0.0
			for i := range e.M {
				for n := range e.N {
					if silent != nil && silent[n] {
						continue
					}
					x, rate := e.x[i*e.N+n], e.xhat[i*e.N+n]
					want -= (x*math.Log(rate) - rate) / float64(M)
				}
			}
			near[T](t, fmt.Sprintf("poisson of %d rows, silent %v", M, silent),
				value[T](t, e.b, losses.Poisson{}.Node(e.b, e.v)), want)
		}
	}
}

// TestSilentGradient checks that a silent channel, predicted exactly or not, has no gradient by its noise or
// prediction. The gradients of the other channels do not depend on it.
func TestSilentGradient(t *testing.T) {
	const M, N = 3, 2
	gradients := func(silent []bool) [][]float64 {
		g := G.NewGraph()
		b := &layers.Builder{Graph: g, Double: true}
		param := func(name string, values []float64, shape ...int) *G.Node {
			n := G.NodeFromAny(g, op.NewDense[float64](shape...), G.WithName(name))
			copy(op.Values[float64](n), values)
			return n
		}
		v := losses.Variables{X: b.Data("x", M, N), Silent: silent}
		v.Prediction = param("prediction", []float64{1, 2, 3, 4, 5, 6}, M, N)
		v.LogStdX = param("log_std_x", []float64{-1, 0.5}, N)
		grads, err := G.Grad(losses.Gaussian{}.Node(b, v), v.Prediction, v.LogStdX)
		if err != nil {
			t.Fatal(err)
		}
		vm := G.NewTapeMachine(g)
		defer vm.Close()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		return [][]float64{op.Values[float64](grads[0]), op.Values[float64](grads[1])}
	}
	all, one := gradients(nil), gradients([]bool{true, false})
	for which, g := range one {
		for i, got := range g {
			want := all[which][i]
			if want == 0 {
				t.Fatalf("gradient %d[%d] of a live channel is 0, so the test has no effect", which, i)
			}
			if i%N == 0 {
				want = 0
			}
			if got != want {
				t.Errorf("gradient %d[%d] with channel 0 silent is %g, want %g", which, i, got, want)
			}
		}
	}
}

// density returns ln N(z_ik; mu_jk, s_jk).
func (e *example) density(i, j, k int) float64 {
	d := (e.z[i*e.K+k] - e.mu[j*e.K+k]) / math.Exp(e.logStd(j, k))
	return -d*d/2 - e.logStd(j, k) - 0.5*math.Log(2*math.Pi)
}

// logQ returns ln q(z_i) of some latents: logsumexp_j( sum_k ln N(z_ik; mu_jk, s_jk) + ln w_ij ), for the
// weights w_ij of an estimator.
func (e *example) logQ(i int, latents []int, weight func(i, j int) float64) float64 {
	terms, top := make([]float64, e.M), math.Inf(-1)
	for j := range terms {
		for _, k := range latents {
			terms[j] += e.density(i, j, k)
		}
		terms[j] += math.Log(weight(i, j))
		top = max(top, terms[j])
	}
	sum := 0.0
	for _, v := range terms {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

// overlapping has latents out of order, one latent in no factorization, and two factorizations of unequal
// weights.
type overlapping struct{}

func (overlapping) Latents() int   { return 5 }
func (overlapping) String() string { return "overlapping" }
func (overlapping) Groups() []layers.Group {
	return []layers.Group{{Name: "a", Latents: []int{0, 3}}, {Name: "b", Latents: []int{3, 1, 4}},
		{Name: "c", Latents: []int{2}}}
}
func (overlapping) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Parts: [][]int{{0, 3}, {1}, {2}}, Weight: 1},
		{Parts: [][]int{{3}, {0}}, Weight: 0.25}}
}

// TestPartialCorrelation compares the term with the sum over factorizations of weight * mean_i( ln q(z_i) -
// sum_g ln q(z_i,g) ). It does so with the weights of every estimator, for one s and for an s per bin. With 2
// of 5000 bins, the others weigh 5000 times as much as the pair (i,i), which must not lose its digits.
func TestPartialCorrelation(t *testing.T) {
	eachPrecision(t, testPartialCorrelation[float32], testPartialCorrelation[float64])
}

func testPartialCorrelation[T op.Float](t *testing.T) {
	estimators := map[string]struct {
		estimator losses.Estimator
		weight    func(n, M float64, i, j int) float64
	}{
		"by default": {nil, importance},
		"importance": {losses.ImportanceWeighted{}, importance},
		"minibatch-weighted": {losses.MinibatchWeighted{}, func(n, M float64, i, j int) float64 {
			return 1 / (n * M)
		}},
		// as in the authors' code, whose M is our M-1
		"minibatch-stratified": {losses.MinibatchStratified{}, func(n, M float64, i, j int) float64 {
			switch {
			case i == j:
				return 1 / n
			case j == i+1 || i == int(M)-1 && j == 0:
				return (n - (M - 1)) / (n * (M - 1))
			}
			return 1 / (M - 1)
		}},
	}
	for name, c := range estimators {
		for _, s := range []layers.Structure{
			layers.Partition{2, 1}, layers.Partition{1, 1, 1}, layers.Partition{1, 3, 2},
			layers.Shared{Private: layers.Partition{1, 2}, SharedLatents: 2}, overlapping{},
		} {
			for _, M := range []int{1, 2, 9} {
				if M == 1 && name == "minibatch-stratified" {
					continue // there are no other bins to stratify
				}
				for n, bins := range []int{9, 100, 5000, 9, 100, 5000} {
					e := newExample[T](M, bins, s)
					own := n >= 3
					if own {
						perBin[T](e)
					}
					weight := func(i, j int) float64 { return c.weight(float64(bins), float64(M), i, j) }
					want := 0.0
					for i := range M {
						for _, f := range s.Factorizations() {
							d := e.logQ(i, f.Joint(), weight)
							for _, p := range f.Parts {
								d -= e.logQ(i, p, weight)
							}
							want += f.Weight * d / float64(M)
						}
					}
					allowed := tolerance[T]() * (1 + math.Abs(want))
					node := losses.PartialCorrelation{Estimator: c.estimator}.Node(e.b, e.v)
					if got := value[T](t, e.b, node); !(math.Abs(got-want) <= allowed) {
						t.Errorf("%s: PC of %#v, %d of %d bins, s of every bin: %v, is %.15g, want %.15g",
							name, s, M, bins, own, got, want)
					}
				}
			}
		}
	}
}

func importance(n, M float64, i, j int) float64 {
	if i == j {
		return 1 / n
	}
	return (n - 1) / (M - 1) / n
}

// TestNothingToPenalise checks that a term that is zero for all parameters has no node, so that it costs
// nothing.
func TestNothingToPenalise(t *testing.T) {
	for _, s := range []layers.Structure{layers.Partition{3},
		layers.Shared{Private: layers.Partition{2}, SharedLatents: 1}} {
		e := newExample[float32](4, 100, s)
		if (losses.PartialCorrelation{}).Node(e.b, e.v) != nil {
			t.Errorf("%v requires no independence, but the partial correlation has a node", s)
		}
	}
	e := newExample[float32](4, 100, layers.Partition{2, 1})
	e.v.Recurrence = nil
	if (losses.BlockDiagonal{}).Node(e.b, e.v) != nil {
		t.Error("a model without a recurrence has a block-diagonal term")
	}
}

// TestBlockDiagonal compares the term with the sum of squares of J = B A over entries whose row and column
// share no group, divided by K^2. A structure is given as its K x K pattern: x marks latents that share a
// group.
func TestBlockDiagonal(t *testing.T) {
	eachPrecision(t, testBlockDiagonal[float32], testBlockDiagonal[float64])
}

func testBlockDiagonal[T op.Float](t *testing.T) {
	for _, c := range []struct {
		structure layers.Structure
		shared    []string
	}{
		{layers.Partition{2, 1}, []string{"xx.", "xx.", "..x"}},
		{layers.Partition{1, 1, 1}, []string{"x..", ".x.", "..x"}},
		{layers.Partition{3}, []string{"xxx", "xxx", "xxx"}},
		{layers.Shared{Private: layers.Partition{1, 1}, SharedLatents: 2}, []string{"x...", ".x..", "..xx", "..xx"}},
		{overlapping{}, []string{"x..x.", ".x.xx", "..x..", "xx.xx", ".x.xx"}},
	} {
		e := newExample[T](4, 100, c.structure)
		want := 0.0
		for k := range e.K {
			for l := range e.K {
				if c.shared[k][l] == 'x' {
					continue
				}
				j := 0.0
				for n := range e.N {
					j += e.enc[k*e.N+n] * e.at[l*e.N+n]
				}
				want += j * j / float64(e.K*e.K)
			}
		}
		near[T](t, fmt.Sprintf("block-diagonal of %v", c.structure),
			value[T](t, e.b, losses.BlockDiagonal{}.Node(e.b, e.v)), want)
	}
}

// TestTotal checks that the weighted sum follows weights that change between two runs of one graph.
func TestTotal(t *testing.T) { eachPrecision(t, testTotal[float32], testTotal[float64]) }

func testTotal[T op.Float](t *testing.T) {
	e := newExample[T](9, 100, layers.Partition{2, 1})
	terms := []losses.Term{losses.Gaussian{}, losses.KL{}, losses.PartialCorrelation{}, losses.BlockDiagonal{}}
	var nodes []*G.Node
	for _, term := range terms {
		nodes = append(nodes, term.Node(e.b, e.v))
	}
	w := e.b.Data("weights", len(terms))
	total := losses.Total(e.b, w, nodes...)
	for _, weights := range [][]float64{{1, 1, 20, 0}, {0, 0, 0, 0}, {0.5, -2, 0, 3}} {
		e.b.Fill(w, weights)
		got, want := value[T](t, e.b, total), 0.0
		for i, n := range nodes {
			want += weights[i] * float64(op.Values[T](n)[0])
		}
		near[T](t, fmt.Sprintf("total with the weights %v", weights), got, want)
	}
}

// TestNames checks the names of the terms, because other programs read them as columns of metrics.csv.
func TestNames(t *testing.T) {
	for want, term := range map[string]losses.Term{
		"reconstruction": losses.Gaussian{}, "kl": losses.KL{},
		"partial_correlation": losses.PartialCorrelation{}, "block_diagonal": losses.BlockDiagonal{},
	} {
		if got := term.Name(); got != want {
			t.Errorf("%T is named %q, want %q", term, got, want)
		}
	}
}
