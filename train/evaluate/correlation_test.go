package evaluate

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// normal returns a standard normal matrix.
func normal(r *rand.Rand, n, k int) *mat.Dense { return Noise(r, 1, n, k)[0] }

// common returns standard deviations (1,K) that all bins share.
func common(std ...float64) *mat.Dense { return mat.NewDense(1, len(std), std) }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

// TestPartialCorrelationLaws checks that the value for one group is 0. The order of groups, the order of bins and the
// units of latents must not matter. These are the same sums in another order, and 1e-10 allows a million roundings.
func TestPartialCorrelationLaws(t *testing.T) {
	const n, K = 40, 4
	r := rand.New(rand.NewPCG(1, 1))
	mu, std, eps := normal(r, n, K), common(0.3, 0.5, 0.2, 1), Noise(r, 3, n, K)
	groups := Sizes(2, 1, 1)
	want := PartialCorrelation(mu, std, groups, eps...)
	near(t, "of one group", PartialCorrelation(mu, std, Sizes(K), eps...), 0, 1e-10)
	near(t, "with the groups in another order",
		PartialCorrelation(mu, std, Groups{{3}, {1, 0}, {2}}, eps...), want, 1e-10)

	order := r.Perm(n)
	var shuffled []*mat.Dense
	for _, e := range eps {
		shuffled = append(shuffled, Rows(e, order))
	}
	near(t, "with the bins in another order",
		PartialCorrelation(Rows(mu, order), std, groups, shuffled...), want, 1e-10)

	units, scaled := []float64{10, 0.1, -3, 7}, mat.DenseCopyOf(std)
	moved := mat.DenseCopyOf(mu)
	for k, u := range units {
		scaled.Set(0, k, scaled.At(0, k)*math.Abs(u))
		for i := range n {
			moved.Set(i, k, u*moved.At(i, k)+1)
		}
	}
	var mirrored []*mat.Dense
	for _, e := range eps {
		m := mat.DenseCopyOf(e)
		for i := range n {
			m.Set(i, 2, -m.At(i, 2)) // because its unit is negative
		}
		mirrored = append(mirrored, m)
	}
	near(t, "in other units", PartialCorrelation(moved, scaled, groups, mirrored...), want, 1e-10)
}

// TestPartialCorrelationOfBins checks the value with a std for every bin against the formula. Some std are a hundred
// times as wide as others. Equal std must give the value of one common std. Densities are accurate to 2e-15 each, and
// 1e-12 allows for sums of them.
func TestPartialCorrelationOfBins(t *testing.T) {
	const n, K = 300, 4
	r := rand.New(rand.NewPCG(3, 3))
	mu, std, eps, groups := normal(r, n, K), mat.NewDense(n, K, nil), Noise(r, 2, n, K), Sizes(2, 1, 1)
	std.Apply(func(int, int, float64) float64 { return 0.5 * math.Exp(r.NormFloat64()) }, std)
	want := 0.0
	for _, e := range eps {
		logQ := func(i int, latents []int) float64 {
			q := 0.0
			for j := range n {
				log := 0.0
				for _, k := range latents {
					d := (mu.At(i, k) + std.At(i, k)*e.At(i, k) - mu.At(j, k)) / std.At(j, k)
					log -= d*d/2 + math.Log(std.At(j, k)*math.Sqrt(2*math.Pi))
				}
				q += math.Exp(log) / n
			}
			return math.Log(q)
		}
		for i := range n {
			d := logQ(i, []int{0, 1, 2, 3})
			for _, g := range groups {
				d -= logQ(i, g)
			}
			want += d / float64(n*len(eps))
		}
	}
	near(t, "with a std of every bin", PartialCorrelation(mu, std, groups, eps...), want, 1e-12)

	row := []float64{0.3, 0.5, 0.2, 1}
	for i := range n {
		std.SetRow(i, row)
	}
	near(t, "with equal std of all bins", PartialCorrelation(mu, std, groups, eps...),
		PartialCorrelation(mu, common(row...), groups, eps...), 1e-12)
}

// TestPartialCorrelationMeasures checks that identical groups share the entropy of their mixture, and independent
// groups share nothing. Posteriors of std 0.3 around 300 standard normal means make a mixture close to N(0, 1.09) in
// each latent. Posteriors that agree up to their noise then share -0.5 ln(1 - rho^2) = 0.92 nats, with rho = 1/1.09.
// The tolerance of 0.15 is three times the spread over seeds.
func TestPartialCorrelationMeasures(t *testing.T) {
	const n = 300
	r := rand.New(rand.NewPCG(2, 2))
	independent := normal(r, n, 2)
	same := mat.NewDense(n, 2, nil)
	for i := range n {
		same.SetRow(i, []float64{independent.At(i, 0), independent.At(i, 0)})
	}
	std, eps := common(0.3, 0.3), Noise(r, 10, n, 2)
	if got := PartialCorrelation(independent, std, Sizes(1, 1), eps...); !(math.Abs(got) <= 0.15) {
		t.Errorf("independent groups have %g nats, want at most .15", got)
	}
	rho := 1 / 1.09
	if got, want := PartialCorrelation(same, std, Sizes(1, 1), eps...),
		-0.5*math.Log(1-rho*rho); !(math.Abs(got-want) <= 0.15) {
		t.Errorf("equal groups have %g nats, want %g", got, want)
	}
}

// TestPartialCorrelationOfManyBins checks that the value for independent groups, which comes from the finite mixture,
// falls with the number of bins. The bandwidth is ln s = -ln n / (K + 4). Bounds are twice the measured values.
func TestPartialCorrelationOfManyBins(t *testing.T) {
	for _, test := range []struct {
		n     int
		bound float64
	}{{100, 0.2}, {1000, 0.08}, {4000, 0.04}} {
		r := rand.New(rand.NewPCG(6, 6))
		s := math.Pow(float64(test.n), -1./6)
		got := PartialCorrelation(normal(r, test.n, 2), common(s, s), SingletonGroups(2), Noise(r, 1, test.n, 2)...)
		t.Logf("%d bins: %.4f nats", test.n, got)
		if !(math.Abs(got) <= test.bound) {
			t.Errorf("independent groups in %d bins have %g nats, want at most %g", test.n, got, test.bound)
		}
	}
}

// TestPartialCorrelationThreads checks that the number of processors does not change the result by one bit.
func TestPartialCorrelationThreads(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	mu, std, eps := normal(r, 300, 3), common(0.3, 0.5, 0.2), Noise(r, 2, 300, 3)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := PartialCorrelation(mu, std, Sizes(1, 2), eps...)
	runtime.GOMAXPROCS(4)
	if four := PartialCorrelation(mu, std, Sizes(1, 2), eps...); four != one {
		t.Errorf("the value is %v with four processors, but %v with one", four, one)
	}
}

// TestPartialCorrelationMemory checks that twice the bins take twice the memory. Four times the memory would need
// gigabytes for 20,000 bins. The tolerance of a tenth is for memory that does not grow.
func TestPartialCorrelationMemory(t *testing.T) {
	one, two := partialCorrelationBytes(1000, 16), partialCorrelationBytes(2000, 16)
	t.Logf("1000 bins: %g bytes, 2000: %g", one, two)
	if !(two <= 2.1*one) {
		t.Errorf("1000 bins take %g bytes, but 2000 bins take %g, want at most 2.1 times as many", one, two)
	}
	if most := 20 * one; most > 50e6 {
		t.Errorf("20,000 bins would take %g bytes, want at most 50 MB", most)
	}
}

// partialCorrelationBytes returns the bytes allocated for n bins of K latents in two groups, without the arguments.
func partialCorrelationBytes(n, K int) float64 {
	r := rand.New(rand.NewPCG(8, 8))
	mu, std, eps := normal(r, n, K), make([]float64, K), Noise(r, 1, n, K)
	for k := range std {
		std[k] = 0.5
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	PartialCorrelation(mu, common(std...), Sizes(K/2, K-K/2), eps...)
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// TestPowers checks that 2^(-d/fineness) is accurate to 2e-15, the error of four terms of the series, from 1 down to
// the lower limit 2^-1000. Sums over NaN must be NaN.
func TestPowers(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	d := []float64{0, 0.5, 1, fineness, 1000 * fineness, 1e9, math.Inf(1)}
	for range 1000 {
		d = append(d, 1000*fineness*math.Pow(r.Float64(), 4))
	}
	products := make([]float64, len(d))
	for i := range products {
		products[i] = 3
	}
	newPower().multiply(products, d)
	for i, d := range d {
		if want := 3 * math.Exp2(-min(d, 1000*fineness)/fineness); !(math.Abs(products[i]-want) <= 2e-15*want) {
			t.Errorf("2^-%g is %g, want %g", d/fineness, products[i]/3, want/3)
		}
	}
	sum, joint := newPower().multiply([]float64{1, 1}, []float64{0, math.NaN()})
	if !math.IsNaN(sum) || !math.IsNaN(joint) {
		t.Errorf("with NaN the sums are %g and %g, want NaN", sum, joint)
	}
}

func BenchmarkPartialCorrelation(b *testing.B) {
	const n, K = 1000, 6
	r := rand.New(rand.NewPCG(1, 1))
	mu, std, eps := normal(r, n, K), common(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), Noise(r, 1, n, K)
	for name, groups := range map[string]Groups{"partial": Sizes(3, 3), "total": SingletonGroups(K)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				PartialCorrelation(mu, std, groups, eps...)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(n*n), "ns/pair")
		})
	}
}
