package kernel_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facrnn/layers/op/kernel"
)

// minibatch holds M samples z and posteriors mu of K latents in float64, with ln s = logs, (K) or with perBin (M,K).
type minibatch struct {
	M, K        int
	z, mu, logs []float64
	perBin      bool
}

// logS returns ln s_jk.
func (b minibatch) logS(j, k int) float64 {
	if b.perBin {
		return b.logs[j*b.K+k]
	}
	return b.logs[k]
}

// stds gives every bin its own s: the common s times e to the power of spread times a normal number. It moves the
// samples, so that their distances from the means stay the same in units of s.
func (b minibatch) stds(r *rand.Rand, spread float64) minibatch {
	b.perBin, b.logs, b.z = true, slices.Repeat(b.logs, b.M), slices.Clone(b.z)
	for i := range b.z {
		l := spread * r.NormFloat64()
		b.logs[i] += l
		b.z[i] = b.mu[i] + math.Exp(l)*(b.z[i]-b.mu[i])
	}
	return b
}

// single rounds the numbers to float32.
func (b minibatch) single() minibatch {
	for _, x := range []*[]float64{&b.z, &b.mu, &b.logs} {
		*x = round[float64](round[float32](*x))
	}
	return b
}

// draw returns a minibatch with posterior means of the given spread and samples z = mu + s e.
func draw(r *rand.Rand, M, K int, spread float64, logs func(k int) float64) minibatch {
	b := minibatch{M: M, K: K}
	for k := range K {
		b.logs = append(b.logs, logs(k))
	}
	for i := range M * K {
		mu := spread * r.NormFloat64()
		b.mu = append(b.mu, mu)
		b.z = append(b.z, mu+math.Exp(b.logs[i%K])*r.NormFloat64())
	}
	return b
}

func someStds(k int) float64 { return []float64{-0.5, 0.3, -1, 0, -0.2}[k%5] }

// naive evaluates the formula of Run in float64, mean_i( ln sum_j w_ij J_ij - sum_p ln sum_j w_ij E^p_ij ). A set of
// latents has E_ij = exp( -sum_k (z_ik - mu_jk)^2 / (2 s_k^2) ). If every bin has its own s, it has
// E_ij = exp( -sum_k (z_ik - mu_jk)^2 / (2 s_jk^2) + ln s_jk ).
func (b minibatch) naive(parts [][]int, diagonal, off float64) float64 {
	logSum := func(i int, latents []int) float64 {
		logs, top := make([]float64, b.M), math.Inf(-1)
		for j := range b.M {
			e, w := 0.0, off
			if i == j {
				w = diagonal
			}
			for _, k := range latents {
				d := (b.z[i*b.K+k] - b.mu[j*b.K+k]) / math.Exp(b.logS(j, k))
				e -= d * d / 2
				if b.perBin {
					e -= b.logS(j, k)
				}
			}
			logs[j] = e + math.Log(w)
			top = math.Max(top, logs[j])
		}
		sum := 0.0
		for _, l := range logs {
			sum += math.Exp(l - top)
		}
		return top + math.Log(sum)
	}
	total := 0.0
	for i := range b.M {
		total += logSum(i, slices.Concat(parts...))
		for _, p := range parts {
			total -= logSum(i, p)
		}
	}
	return total / float64(b.M)
}

// result holds the results of Run, in float64.
type result struct {
	value         float64
	dz, dmu, dlog []float64
}

// run runs Pairs in the precision T, twice on the same buffers, as training does. It returns the second result.
func run[T kernel.Float](b minibatch, parts [][]int, diagonal, off float64) result {
	z, mu, logs := round[T](b.z), round[T](b.mu), round[T](b.logs)
	p := kernel.NewPairs[T](nil, b.M, parts, kernel.Weights{Own: diagonal, Next: off, Others: off}, b.perBin)
	var r result
	for range 2 {
		dz, dmu, dlogs := make([]T, len(z)), make([]T, len(mu)), make([]T, len(logs))
		r.value = p.Run(nil, z, mu, logs, dz, dmu, dlogs)
		r.dz, r.dmu, r.dlog = round[float64](dz), round[float64](dmu), round[float64](dlogs)
	}
	return r
}

func round[T, S kernel.Float](x []S) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

// The tests split five latents in order, out of order, with gaps, and with latents in no part.
var splits = [][][]int{
	{{0, 1}, {2, 3, 4}},
	{{0}, {1}, {2}, {3}, {4}},
	{{0, 3}, {1}, {2}},
	{{4, 1}, {2, 0}},
	{{3}, {1}},
}

// The tests use these weights of a pair (i,i) and of other pairs: equal, as for 100 and 10^4 bins, and weights other
// than 1.
var weights = [][2]float64{{1, 1}, {1, 16.5}, {1, 1e4}, {3, 0.5}}

func eachCase(t *testing.T, test func(t *testing.T, b minibatch, parts [][]int, diagonal, off float64)) {
	for _, M := range []int{1, 2, 7} {
		for _, parts := range splits {
			for _, w := range weights {
				r := rand.New(rand.NewPCG(uint64(M), 5))
				b := draw(r, M, 5, 1, someStds)
				for _, b := range []minibatch{b, b.stds(r, 0.5)} {
					t.Run(fmt.Sprintf("M=%d,parts=%v,weights=%v,s per bin=%v", M, parts, w, b.perBin),
						func(t *testing.T) {
							test(t, b, parts, w[0], w[1])
						})
				}
			}
		}
	}
}

// TestPairsValue compares float64 with the naive formula. Both add some tens of numbers of about 1, each
// rounded to 1e-16. Subtracting the weight of the diagonal from a sum and adding it again may magnify the error
// ten thousand times.
func TestPairsValue(t *testing.T) {
	const tolerance = 1e-11
	eachCase(t, func(t *testing.T, b minibatch, parts [][]int, diagonal, off float64) {
		got, want := run[float64](b, parts, diagonal, off).value, b.naive(parts, diagonal, off)
		if !(math.Abs(got-want) <= tolerance*(1+math.Abs(want))) {
			t.Errorf("value %.15g, want %.15g", got, want)
		}
		p := kernel.NewPairs[float64](nil, b.M, parts, kernel.Weights{Own: diagonal, Next: off, Others: off}, b.perBin)
		if alone := p.Run(nil, b.z, b.mu, b.logs, nil, nil, nil); alone != got {
			t.Errorf("without gradients the value is %.17g, with them %.17g", alone, got)
		}
	})
}

// TestPairsGradient compares the gradients with central differences of the naive formula. A step of 1e-5
// truncates at about 1e-10 and rounds at 1e-16 / 1e-5 = 1e-11 in float64.
func TestPairsGradient(t *testing.T) {
	const step, tolerance = 1e-5, 2e-8
	eachCase(t, func(t *testing.T, b minibatch, parts [][]int, diagonal, off float64) {
		r := run[float64](b, parts, diagonal, off)
		compare := func(what string, got, x []float64) {
			for i, at := range x {
				x[i] = at + step
				up := b.naive(parts, diagonal, off)
				x[i] = at - step
				down := b.naive(parts, diagonal, off)
				x[i] = at
				if want := (up - down) / (2 * step); !(math.Abs(got[i]-want) <= tolerance*(1+math.Abs(want))) {
					t.Errorf("by %s[%d]: gradient %.10g, difference %.10g", what, i, got[i], want)
				}
			}
		}
		compare("z", r.dz, b.z)
		compare("mu", r.dmu, b.mu)
		compare("logs", r.dlog, b.logs)
	})
}

// TestPairsLeavesOut checks that latents in no part are not written, and that a nil dlogs changes nothing else.
func TestPairsLeavesOut(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	b := draw(r, 7, 5, 1, someStds)
	leavesOut(t, b)
	leavesOut(t, b.stds(r, 0.5))
}

func leavesOut(t *testing.T, b minibatch) {
	const before = 10.0
	parts := splits[2]
	once := run[float64](b, parts, 1, 16.5)
	filled := func(n int) []float64 { return slices.Repeat([]float64{before}, n) }
	for _, withLogs := range []bool{true, false} {
		dz, dmu := filled(len(b.z)), filled(len(b.mu))
		var dlogs []float64
		if withLogs {
			dlogs = filled(len(b.logs))
		}
		kernel.NewPairs[float64](nil, b.M, parts, kernel.Weights{Own: 1, Next: 16.5, Others: 16.5},
			b.perBin).Run(nil, b.z, b.mu, b.logs, dz, dmu, dlogs)
		compare := func(what string, got, want []float64) {
			for i, g := range got {
				if k := i % b.K; k == 4 && g != before || k != 4 && g != want[i] {
					t.Errorf("%s[%d] is %.16g, want %.16g or, of latent 4, %g", what, i, g, want[i], before)
				}
			}
		}
		compare("dz", dz, once.dz)
		compare("dmu", dmu, once.dmu)
		compare("dlogs", dlogs, once.dlog)
	}
}

// TestPairsOfOnePart checks that the value of one part is 0, and that no gradient is written.
func TestPairsOfOnePart(t *testing.T) {
	b := draw(rand.New(rand.NewPCG(3, 5)), 7, 5, 1, someStds)
	r := run[float32](b, [][]int{{0, 1, 2, 3, 4}}, 1, 16.5)
	if r.value != 0 || slices.Max(r.dz) != 0 || slices.Min(r.dz) != 0 {
		t.Errorf("value %g, dz %v, want zeros", r.value, r.dz)
	}
}

// TestPairsPrecision compares float32 with float64 for the same, rounded, inputs. In the hard cases, s is tiny
// and the latents are far apart, so exponents range from 0 to -10^6. Most densities are then 0 and some near 1.
// z / s is about a thousand and rounded by 6e-5, so an exponent of about 1 has an error of about 1e-4.
//
// The value, a mean over the minibatch, must agree to 1e-4. A gradient may depend on a few pairs, so its
// tolerance is five times larger. It is relative to the largest entry or, if that is smaller, to the gradient
// of one pair: 1/(M s) by z and mu, 1 by ln s.
func TestPairsPrecision(t *testing.T) { kernel.EachLevel(t, pairsPrecision) }

func pairsPrecision(t *testing.T) {
	const tolerance, gradientTolerance = 1e-4, 5e-4
	tiny := func(int) float64 { return -4 }
	r := rand.New(rand.NewPCG(9, 5))
	// latents 0 and 2 take one of four values, up to a few s, so that pairs are near in them
	clustered := draw(r, 64, 4, 30, tiny)
	for i := range clustered.M {
		for _, k := range []int{0, 2} {
			at := float64(10*r.IntN(4)-15) + 0.02*r.NormFloat64()
			clustered.z[i*4+k] += at - clustered.mu[i*4+k]
			clustered.mu[i*4+k] = at
		}
	}
	cases := map[string]minibatch{
		"ordinary":           draw(r, 64, 4, 1, someStds),
		"one point":          draw(r, 64, 4, 0, someStds),
		"tiny s, far apart":  draw(r, 64, 4, 30, tiny),
		"tiny s, in clumps":  clustered,
		"one s of each size": draw(r, 64, 4, 30, func(k int) float64 { return float64(2*k - 4) }),
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		cases[name+", s per bin"] = cases[name].stds(r, 0.5)
	}
	cases["s of all sizes per bin"] = cases["ordinary"].stds(r, 3)
	for name, b := range cases {
		for _, parts := range [][][]int{{{0, 3}, {1}, {2}}, {{0, 2}, {1, 3}}, {{0}, {2}}} {
			for _, off := range []float64{1, 15.9, 159} { // 1, 1000 and 10^4 bins
				t.Run(fmt.Sprintf("%s,parts=%v,off=%g", name, parts, off), func(t *testing.T) {
					b := b.single()
					got, want := run[float32](b, parts, 1, off), run[float64](b, parts, 1, off)
					if !(math.Abs(got.value-want.value) <= tolerance*(1+math.Abs(want.value))) {
						t.Errorf("value %.9g in float32, %.9g in float64", got.value, want.value)
					}
					compare := func(what string, got, want []float64, unit func(i int) float64) {
						largest := math.Max(slices.Max(want), -slices.Min(want))
						for i, w := range want {
							if scale := max(largest, unit(i)); !(math.Abs(got[i]-w) <= gradientTolerance*scale) {
								t.Errorf("%s[%d] is %g in float32, %g in float64, the scale %g",
									what, i, got[i], w, scale)
							}
						}
					}
					pull := func(i int) float64 { return math.Exp(-b.logS(i/b.K, i%b.K)) / float64(b.M) }
					compare("dz", got.dz, want.dz, pull)
					compare("dmu", got.dmu, want.dmu, pull)
					compare("dlogs", got.dlog, want.dlog, func(int) float64 { return 1 })
				})
			}
		}
	}
}

// TestPairsShapes compares float32 with float64 for minibatches and parts around every tile: of rows, of
// vectors, of latents, of chunks. Latents of about 1 with s near 1 are accurate to 1e-5 of the largest entry, a
// hundred roundings.
func TestPairsShapes(t *testing.T) {
	const tolerance = 1e-5
	kernel.EachLevel(t, func(t *testing.T) {
		for _, M := range []int{1, 2, 3, 4, 5, 15, 16, 17, 33, 127, 130, 259, 300} {
			for _, parts := range [][][]int{{{0}, {1, 2}}, {{3, 1, 0, 2}, {5, 4, 6}},
				{{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9, 10, 11, 12, 13}}, {{0}, {1}, {2}, {3}, {4}}} {
				r := rand.New(rand.NewPCG(uint64(M), 6))
				b := draw(r, M, len(slices.Concat(parts...)), 1, someStds)
				for _, b := range []minibatch{b.single(), b.stds(r, 0.3).single()} {
					got, want := run[float32](b, parts, 1, 12.5), run[float64](b, parts, 1, 12.5)
					name := fmt.Sprintf("M=%d, parts=%v, s per bin: %v", M, parts, b.perBin)
					if !(math.Abs(got.value-want.value) <= tolerance*(1+math.Abs(want.value))) {
						t.Errorf("%s: value %.9g in float32, %.9g in float64", name, got.value, want.value)
					}
					for what, pair := range map[string][2][]float64{"dz": {got.dz, want.dz},
						"dmu": {got.dmu, want.dmu}, "dlogs": {got.dlog, want.dlog}} {
						largest := 1.0 / float64(M)
						for _, w := range pair[1] {
							largest = max(largest, math.Abs(w))
						}
						for i, w := range pair[1] {
							if !(math.Abs(pair[0][i]-w) <= tolerance*largest) {
								t.Errorf("%s: %s[%d] is %g in float32, %g in float64, the largest %g",
									name, what, i, pair[0][i], w, largest)
							}
						}
					}
				}
			}
		}
	})
}

// TestPairsOfManyParts checks a hundred and more parts. The ratio of the joint set's density to the parts'
// densities is then outside the range of float64. Its logarithm must still be accurate to 1e-5 in float32 and
// 1e-11 in float64.
func TestPairsOfManyParts(t *testing.T) {
	for _, K := range []int{60, 110, 200} {
		var parts [][]int
		for k := range K {
			parts = append(parts, []int{k})
		}
		b := draw(rand.New(rand.NewPCG(5, 5)), 70, K, 0.3, func(int) float64 { return 0 })
		b.z, b.mu = round[float64](round[float32](b.z)), round[float64](round[float32](b.mu))
		want := b.naive(parts, 1, 33)
		kernel.EachLevel(t, func(t *testing.T) {
			if got := run[float32](b, parts, 1, 33).value; !(math.Abs(got-want) <= 1e-5*math.Abs(want)) {
				t.Errorf("%d parts in float32: %.9g, want %.9g", K, got, want)
			}
		})
		if got := run[float64](b, parts, 1, 33).value; !(math.Abs(got-want) <= 1e-11*math.Abs(want)) {
			t.Errorf("%d parts in float64: %.15g, want %.15g", K, got, want)
		}
	}
}

// TestPairsLonely checks samples so far from all posteriors that float32 loses some or all of their densities,
// with no weight on the diagonal. In float32, terms and gradients must be accurate to 1e-5 of the value and of
// the largest entry. In float64, they must be accurate to the rounding of differences.
func TestPairsLonely(t *testing.T) {
	for _, diagonal := range []float64{0, 1e-8, 1} {
		r := rand.New(rand.NewPCG(3, 9))
		b := draw(r, 21, 3, 1, func(int) float64 { return -1 })
		lonelySamples(t, b, diagonal)
		lonelySamples(t, b.stds(r, 0.3), diagonal)
	}
}

func lonelySamples(t *testing.T, b minibatch, diagonal float64) {
	parts := [][]int{{0, 1}, {2}}
	b.mu = slices.Clone(b.mu)
	for k := range 3 {
		b.z[4*3+k] += 6     // the densities are 10^-200 and less
		b.z[7*3+k] -= 40    // and none is a float64
		b.mu[9*3+k] += 1000 // a posterior far from all samples
	}
	b.z[11*3] = 9 // far in only one part
	b = b.single()
	want := b.naive(parts, diagonal, 2)
	var dz, dmu, dlogs []float64
	for _, x := range []*[]float64{&b.z, &b.mu, &b.logs} {
		for i, at := range *x {
			const step = 1e-5
			(*x)[i] = at + step
			up := b.naive(parts, diagonal, 2)
			(*x)[i] = at - step
			d := (up - b.naive(parts, diagonal, 2)) / (2 * step)
			(*x)[i] = at
			switch x {
			case &b.z:
				dz = append(dz, d)
			case &b.mu:
				dmu = append(dmu, d)
			default:
				dlogs = append(dlogs, d)
			}
		}
	}
	kernel.EachLevel(t, func(t *testing.T) {
		for precision, got := range map[string]result{"float32": run[float32](b, parts, diagonal, 2),
			"float64": run[float64](b, parts, diagonal, 2)} {
			tolerance := map[string]float64{"float32": 1e-5, "float64": 1e-7}[precision]
			if !(math.Abs(got.value-want) <= tolerance*math.Abs(want)) {
				t.Errorf("%s, diagonal %g: value %.12g, want %.12g", precision, diagonal, got.value, want)
			}
			for what, pair := range map[string][2][]float64{"dz": {got.dz, dz}, "dmu": {got.dmu, dmu},
				"dlogs": {got.dlog, dlogs}} {
				largest := math.Max(slices.Max(pair[1]), -slices.Min(pair[1]))
				for i, w := range pair[1] {
					if !(math.Abs(pair[0][i]-w) <= tolerance*largest) {
						t.Errorf("%s, diagonal %g: %s[%d] is %g, want %g, the largest %g",
							precision, diagonal, what, i, pair[0][i], w, largest)
					}
				}
			}
		}
	})
}

// TestPairsNotANumber checks that a NaN among the latents makes the value NaN, so that training stops.
func TestPairsNotANumber(t *testing.T) {
	kernel.EachLevel(t, func(t *testing.T) {
		for _, where := range []string{"z", "mu", "logs"} {
			r := rand.New(rand.NewPCG(3, 5))
			one := draw(r, 37, 4, 1, someStds)
			for _, b := range []minibatch{one, one.stds(r, 0.5)} {
				x := map[string][]float64{"z": b.z, "mu": b.mu, "logs": b.logs}[where]
				x[13%len(x)] = math.NaN()
				if v := run[float32](b, [][]int{{0, 1}, {2, 3}}, 1, 16.5).value; v == v {
					t.Errorf("NaN in %s, s per bin: %v: the value is %g", where, b.perBin, v)
				}
			}
		}
	})
}

func BenchmarkPairs(b *testing.B) {
	for _, s := range []struct {
		M, K, G int
		perBin  bool
	}{{128, 6, 2, false}, {256, 12, 6, false}, {1024, 12, 3, false}, {128, 6, 2, true}, {1024, 12, 3, true}} {
		b.Run(fmt.Sprintf("M=%d,K=%d,G=%d,s per bin=%v", s.M, s.K, s.G, s.perBin), func(b *testing.B) {
			var parts [][]int
			for k := range s.K {
				if k%(s.K/s.G) == 0 {
					parts = append(parts, nil)
				}
				parts[len(parts)-1] = append(parts[len(parts)-1], k)
			}
			r := rand.New(rand.NewPCG(3, 5))
			m := draw(r, s.M, s.K, 1, someStds)
			if s.perBin {
				m = m.stds(r, 0.3)
			}
			z, mu, logs := round[float32](m.z), round[float32](m.mu), round[float32](m.logs)
			dz, dmu := make([]float32, len(z)), make([]float32, len(z))
			p := kernel.NewPairs[float32](nil, s.M, parts, kernel.Weights{Own: 1, Next: 8, Others: 8}, s.perBin)
			for b.Loop() {
				p.Run(nil, z, mu, logs, dz, dmu, nil)
			}
			b.ReportMetric(float64(s.M*s.M*s.G)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gpairs/s")
		})
	}
}
