//go:build slow

package evaluate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data/simulate"
	"facrnn/train/evaluate"
)

// ceiling regresses the true latents on the history by ridge regression with penalty 3. From the result and the true
// A, it computes the puff's sub-connectivity, and returns its correlation with the true sub-connectivity: over all
// pairs of pixels, and over pairs of different regions.
func ceiling(t *testing.T, o simulate.VoltageOptions) (pixels, regions float64) {
	s := simulateVoltage(t, o)
	T, N := s.rec.Bins(), s.rec.Activity.Cols
	h, z := mat.NewDense(T, N, nil), evaluate.Dense(s.truth.Z)
	for i := 1; i < T; i++ {
		if s.rec.Trial[i] == s.rec.Trial[i-1] {
			for n, v := range s.rec.Activity.Row(i - 1) {
				h.Set(i, n, math.Tanh(float64(v)))
			}
		}
	}
	for _, m := range []*mat.Dense{h, z} {
		_, cols := m.Dims()
		for j := range cols {
			mean := stat.Mean(mat.Col(nil, j, m), nil)
			for i := range T {
				m.Set(i, j, m.At(i, j)-mean)
			}
		}
	}
	var gram mat.SymDense
	gram.SymOuterK(1, h.T())
	for n := range N {
		gram.SetSym(n, n, gram.At(n, n)+3)
	}
	var chol mat.Cholesky
	var hz, found mat.Dense
	hz.Mul(h.T(), z)
	if !chol.Factorize(&gram) {
		t.Fatal("the history's Gram matrix is not positive definite")
	}
	if err := chol.SolveTo(&found, &hz); err != nil {
		t.Fatal(err)
	}
	a := evaluate.Dense(s.truth.A)
	puff := evaluate.Sizes(2)
	truth := evaluate.SubConnectivities(a, evaluate.Dense(s.truth.B), puff)[0]
	estimate := evaluate.SubConnectivities(a, mat.DenseCopyOf(found.T()), puff)[0]
	w, err := evaluate.RegionSums(truth, s.region)
	if err != nil {
		t.Fatal(err)
	}
	v, err := evaluate.RegionSums(estimate, s.region)
	if err != nil {
		t.Fatal(err)
	}
	regions, err = w.Correlation(v)
	if err != nil {
		t.Fatal(err)
	}
	return evaluate.Connectivity(truth, estimate).Correlation, regions
}

// TestVoltageConnectivityIsIdentifiableOnlyWithNoiseInTheLoop compares pixel noise inside and outside the loop. Noise
// inside the loop makes B identifiable: the history then varies along every direction that B could read, and these
// variations drive z. Noise that is only recorded hides the signal that B reads.
func TestVoltageConnectivityIsIdentifiableOnlyWithNoiseInTheLoop(t *testing.T) {
	for seed := range uint64(3) {
		o := simulate.VoltageOptions{Trials: 40, Seed: seed}
		inPixels, inRegions := ceiling(t, o)
		o.NoiseOutsideLoop = true
		outPixels, outRegions := ceiling(t, o)
		const report = "seed %d: pixels and regions correlate by %.3f and %.3f with noise in the loop, %.3f and" +
			" %.3f with noise outside"
		t.Logf(report, seed, inPixels, inRegions, outPixels, outRegions)
		// The reference has .985 to .988 for pixels, and .65 for regions with noise outside.
		if !(inPixels >= .98) || !(inRegions >= .99) || !(outPixels <= .75) || !(outRegions <= .8) {
			t.Errorf(report, seed, inPixels, inRegions, outPixels, outRegions)
		}
	}
}
