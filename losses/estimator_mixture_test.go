package losses_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// mixtures holds the estimators whose densities depend on s.
var mixtures = []losses.Estimator{losses.ImportanceWeighted{}, losses.MinibatchWeighted{}, losses.MinibatchStratified{}}

// divergence returns the partial correlation of some latents, and its gradients by z, mu (M,K) and ln s, (K) or
// (M,K).
func divergence[T op.Float](t *testing.T, e losses.Estimator, s layers.Structure, bins int, z, mu,
	logs []float64) (value float64, gradients [][]float64) {
	t.Helper()
	g, K := G.NewGraph(), s.Latents()
	M := len(z) / K
	b := &layers.Builder{Graph: g, Double: op.Dtype[T]() == tensor.Float64}
	node := func(name string, values []float64, shape ...int) *G.Node {
		n := G.NodeFromAny(g, op.NewDense[T](shape...), G.WithName(name))
		b.Fill(n, values)
		return n
	}
	v := losses.Variables{Structure: s, Bins: bins, Z: node("z", z, M, K), Mu: node("mu", mu, M, K)}
	if len(logs) == K {
		v.LogStdZ = node("log_std_z", logs, K)
	} else {
		v.LogStdZ = node("log_std_z", logs, M, K)
	}
	pc := losses.PartialCorrelation{Estimator: e}.Node(b, v)
	grads, err := G.Grad(pc, v.Z, v.Mu, v.LogStdZ)
	if err != nil {
		t.Fatal(err)
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, n := range grads {
		var x []float64
		for _, v := range op.Values[T](n) {
			x = append(x, float64(v))
		}
		gradients = append(gradients, x)
	}
	return float64(op.Values[T](pc)[0]), gradients
}

// TestEqualStdOfBins checks an s per bin that is the same in every bin. Value and gradients equal the results
// for one s; gradients by ln s are summed over bins. In float64, both sum the same numbers in another order:
// 1e-11 of the largest. In float32, the kernel rounds: 1e-5.
func TestEqualStdOfBins(t *testing.T) {
	eachPrecision(t, testEqualStdOfBins[float32], testEqualStdOfBins[float64])
}

func testEqualStdOfBins[T op.Float](t *testing.T) {
	allowed := 1e-11
	if op.Dtype[T]() == tensor.Float32 {
		allowed = 1e-5
	}
	r := rand.New(rand.NewPCG(6, 6))
	for _, e := range mixtures {
		for _, s := range []layers.Structure{layers.Partition{2, 1}, layers.Partition{1, 1, 1},
			layers.Shared{Private: layers.Partition{1, 2}, SharedLatents: 2}, overlapping{}} {
			for _, M := range []int{2, 9, 70} {
				K := s.Latents()
				z, mu, one := make([]float64, M*K), make([]float64, M*K), make([]float64, K)
				for k := range one {
					one[k] = float64(T(-0.5 + 0.3*r.NormFloat64()))
				}
				for i := range z {
					mu[i] = float64(T(r.NormFloat64()))
					z[i] = float64(T(mu[i] + math.Exp(one[i%K])*r.NormFloat64()))
				}
				want, wants := divergence[T](t, e, s, 1000, z, mu, one)
				got, gots := divergence[T](t, e, s, 1000, z, mu, slices.Repeat(one, M))
				what := fmt.Sprintf("%T of %v, %d bins", e, s, M)
				if !(math.Abs(got-want) <= allowed*(1+math.Abs(want))) {
					t.Errorf("%s: %.15g, want %.15g", what, got, want)
				}
				sums := make([]float64, K)
				for i, v := range gots[2] {
					sums[i%K] += v
				}
				gots[2] = sums
				for n, name := range []string{"z", "mu", "ln s"} {
					largest := 0.1 // the size of terms that cancel
					for _, w := range wants[n] {
						largest = max(largest, math.Abs(w))
					}
					for i, w := range wants[n] {
						if !(math.Abs(gots[n][i]-w) <= allowed*largest) {
							t.Errorf("%s: gradient by %s [%d] is %.15g, want %.15g", what, name, i, gots[n][i], w)
						}
					}
				}
			}
		}
	}
}

// TestLonelyStdOfBins checks extreme cases: samples far from every posterior, some s 10^8 times larger than
// others, and densities below the range of float64. Value and gradients must be finite. The gradient by z must
// equal the difference quotient with a step of 1e-6 of s, to 1e-5.
func TestLonelyStdOfBins(t *testing.T) {
	const M, K = 6, 3
	r := rand.New(rand.NewPCG(7, 7))
	z, mu, logs := make([]float64, M*K), make([]float64, M*K), make([]float64, M*K)
	for i := range z {
		mu[i], logs[i] = r.NormFloat64(), -9+9*float64(i/K%3)
		z[i] = mu[i] + math.Exp(logs[i])*r.NormFloat64()
	}
	z[0], z[K+1] = 1000, -300
	for _, e := range mixtures {
		value, gradients := divergence[float64](t, e, layers.Partition{2, 1}, 1000, z, mu, logs)
		for _, g := range append(gradients, []float64{value}) {
			for _, v := range g {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%T: %g in the gradient %v", e, v, g)
				}
			}
		}
		for i := range z {
			at, step := z[i], 1e-6*math.Exp(logs[i])*max(1, math.Abs(z[i]))
			moved := func(v float64) float64 {
				z[i] = v
				value, _ := divergence[float64](t, e, layers.Partition{2, 1}, 1000, z, mu, logs)
				return value
			}
			up, down := at+step, at-step
			want := (moved(up) - moved(down)) / (up - down)
			z[i] = at
			if got := gradients[0][i]; !(math.Abs(got-want) <= 1e-5*max(math.Abs(want), 1/math.Exp(logs[i]))) {
				t.Errorf("%T: gradient by z[%d] is %g, difference quotient %g", e, i, got, want)
			}
		}
	}
}
