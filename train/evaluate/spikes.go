package evaluate

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// BitsPerSpike is how much better rates (T,N), in expected counts a bin, tell counts (T,N) than each unit's mean count does: the difference
// of their Poisson log-likelihoods, over the number of spikes, in bits (Pei et al. 2021, Neural Latents Benchmark). A spike where the
// rate is 0 makes it -Inf; without any spike it is NaN.
func BitsPerSpike(counts, rates *mat.Dense) float64 {
	T, _ := counts.Dims()
	spikes := floats.Sum(counts.RawMatrix().Data)
	if spikes == 0 {
		return math.NaN()
	}
	mean := means(counts)
	gain := 0.0
	for t := range T {
		rate := rates.RawRowView(t)
		for n, count := range counts.RawRowView(t) {
			gain -= rate[n] - mean[n]
			if count > 0 { // ln count! is the same for both
				gain += count * math.Log(rate[n]/mean[n])
			}
		}
	}
	return gain / (spikes * math.Ln2)
}
