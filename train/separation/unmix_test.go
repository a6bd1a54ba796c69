package separation_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data/simulate"
	"facrnn/train/separation"
)

// sources returns the latents of several systems, side by side.
func sources(bins int, random *rand.Rand, systems ...simulate.System) *mat.Dense {
	var all mat.Dense
	for i, s := range systems {
		z := s(bins, random)
		if i == 0 {
			all.CloneFrom(z)
			continue
		}
		var joined mat.Dense
		joined.Augment(&all, z)
		all.CloneFrom(&joined)
	}
	return &all
}

// uniform returns white values that are far from Gaussian.
func uniform(bins int, random *rand.Rand) *mat.Dense {
	z := mat.NewDense(bins, 1, nil)
	z.Apply(func(int, int, float64) float64 { return (random.Float64() - 0.5) * math.Sqrt(12) }, z)
	return z
}

// sparse returns white values that are mostly near zero: products of two normal numbers.
func sparse(bins int, random *rand.Rand) *mat.Dense {
	z := mat.NewDense(bins, 1, nil)
	z.Apply(func(int, int, float64) float64 { return random.NormFloat64() * random.NormFloat64() }, z)
	return z
}

// separated mixes and separates sources. It returns the smallest, over sources, of the largest correlation with a
// component.
func separated(t *testing.T, z *mat.Dense, random *rand.Rand,
	unmix func(*mat.Dense) (*separation.Unmixing, error)) float64 {
	t.Helper()
	_, k := z.Dims()
	var mixed mat.Dense
	mixed.Mul(z, normal(k, k, random))
	u, err := unmix(&mixed)
	if err != nil {
		t.Fatal(err)
	}
	s := u.Apply(&mixed)
	worst := 1.0
	for i := range k {
		best := 0.0
		for j := range k {
			best = max(best, math.Abs(stat.Correlation(mat.Col(nil, i, z), mat.Col(nil, j, s), nil)))
		}
		worst = min(worst, best)
	}
	return worst
}

func unmixed(z *mat.Dense) (*separation.Unmixing, error) { return separation.Unmix(z, nil) }

// TestUnmixSeparates requires a correlation of nearly 1. With T bins, two independent sources correlate by about
// 1/sqrt(T) times the root of their correlation time, and whitening removes this correlation. With 5000 bins and a
// correlation time of ten it is .045, which leaves sqrt(1-.045^2) = .999.
func TestUnmixSeparates(t *testing.T) {
	for name, systems := range map[string][]simulate.System{
		"white sources that are not Gaussian":      {uniform, uniform, uniform},
		"Gaussian sources with spectra":            {simulate.AR1(.9), simulate.AR1(.5), simulate.AR1(-.5)},
		"one Gaussian source among others":         {simulate.AR1(.8), uniform, sparse},
		"two Gaussian sources of unlike frequency": {simulate.AR1(.7), simulate.AR1(-.9), uniform},
	} {
		random := rand.New(rand.NewPCG(1, 1))
		if r := separated(t, sources(5000, random, systems...), random, unmixed); !(r >= 0.99) {
			t.Errorf("%s: a source correlates with its component by %.3f", name, r)
		}
	}
}

func TestFastICASeparatesNonGaussianSources(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	fast := func(z *mat.Dense) (*separation.Unmixing, error) {
		return separation.FastICA(z, random, separation.FastICAOptions{})
	}
	if r := separated(t, sources(5000, random, uniform, uniform, sparse), random, fast); !(r >= 0.98) {
		t.Errorf("a source correlates with its component by %.3f", r)
	}
	// Discover does not use FastICA, because Gaussian sources have no direction that is less Gaussian than others.
	_, err := separation.FastICA(sources(5000, random, simulate.AR1(.9), simulate.AR1(.5), simulate.AR1(-.5)),
		random, separation.FastICAOptions{Iterations: 100})
	if err == nil || !strings.Contains(err.Error(), "not converged") {
		t.Errorf("Gaussian sources: error %v", err)
	}
	if _, err := separation.FastICA(sources(500, random, uniform, uniform), random,
		separation.FastICAOptions{Iterations: 1}); err == nil {
		t.Error("it converged after one iteration")
	}
}

func TestComponentsAreWhiteAndAffineInTheLatents(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	z := normal(400, 3, random)
	z.Apply(func(_, j int, v float64) float64 { return 10*float64(j) + v*math.Pow(10, float64(j)) }, z)
	u, err := separation.Unmix(z, []int{0, 100, 150})
	if err != nil {
		t.Fatal(err)
	}
	s := u.Apply(z)
	for i := range 3 {
		mean, std := stat.PopMeanStdDev(mat.Col(nil, i, s), nil)
		if !(math.Abs(mean) <= 1e-10) || !(math.Abs(std-1) <= 1e-10) {
			t.Errorf("component %d has mean %g and standard deviation %g", i, mean, std)
		}
		for j := range i {
			if r := stat.Correlation(mat.Col(nil, i, s), mat.Col(nil, j, s), nil); !(math.Abs(r) <= 1e-10) {
				t.Errorf("components %d and %d correlate by %g", i, j, r)
			}
		}
	}
}

func TestUnmixRefuses(t *testing.T) {
	z := normal(100, 2, rand.New(rand.NewPCG(4, 4)))
	for name, starts := range map[string][]int{"0": {1, 5}, "ascend": {0, 5, 5}, "within": {0, 200}} {
		if _, err := separation.Unmix(z, starts); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("starts %v: error %v", starts, err)
		}
	}
	z.SetCol(1, mat.Col(nil, 0, z))
	if _, err := separation.Unmix(z, nil); err == nil || !strings.Contains(err.Error(), "dependent") {
		t.Errorf("two equal latents give the error %v", err)
	}
}
