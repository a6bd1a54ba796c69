package evaluate

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/losses"
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

// spikes are a unit's running sums: of counts x and rates r, x ln r and ln x!.
type spikes struct{ x, r, xLogR, logFactorial float64 }

func (s *spikes) add(x, r float64) {
	r = max(r, losses.RateFloor)
	s.x += x
	s.r += r
	if x > 0 {
		s.xLogR += x * math.Log(r)
		l, _ := math.Lgamma(x + 1)
		s.logFactorial += l
	}
}

// poisson is a prediction of counts over that many bins.
func poisson(r2 float64, units []spikes, bins int) Prediction {
	out, total := Prediction{R2: r2}, 0.0
	for _, u := range units {
		out.LogLikelihood += (u.xLogR - u.r - u.logFactorial) / float64(bins)
		total += u.x
		gain := u.xLogR - u.r
		if u.x > 0 { // against the unit's mean count
			gain -= u.x*math.Log(u.x/float64(bins)) - u.x
		}
		out.BitsPerSpike += gain
	}
	out.BitsPerSpike /= total * math.Ln2
	return out
}
