package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/losses"
)

// BitsPerSpike is how much better rates (T,N), in expected counts a bin, tell counts (T,N) than each unit's mean count does: the difference
// of their Poisson log-likelihoods, over the number of spikes, in bits (Pei et al. 2021, Neural Latents Benchmark). A spike where the
// rate is 0 makes it -Inf; without any spike it is NaN. Counts that are missing (NaN) are skipped.
func BitsPerSpike(counts, rates *mat.Dense) float64 {
	T, N := counts.Dims()
	spikes, mean := 0.0, make([]float64, N)
	for n := range mean {
		seen := slices.DeleteFunc(mat.Col(nil, n, counts), math.IsNaN)
		spikes += floats.Sum(seen)
		mean[n] = stat.Mean(seen, nil)
	}
	if spikes == 0 {
		return math.NaN()
	}
	gain := 0.0
	for t := range T {
		rate := rates.RawRowView(t)
		for n, count := range counts.RawRowView(t) {
			if math.IsNaN(count) {
				continue
			}
			gain -= rate[n] - mean[n]
			if count > 0 { // ln count! is the same for both
				gain += count * math.Log(rate[n]/mean[n])
			}
		}
	}
	return gain / (spikes * math.Ln2)
}

// spikes are a unit's running sums: of bins, counts x and rates r, x ln r and ln x!.
type spikes struct{ n, x, r, xLogR, logFactorial float64 }

func (s *spikes) add(x, r float64) {
	r = max(r, losses.RateFloor)
	s.n++
	s.x += x
	s.r += r
	if x > 0 {
		s.xLogR += x * math.Log(r)
		l, _ := math.Lgamma(x + 1)
		s.logFactorial += l
	}
}

// poisson is a prediction of counts, of the units that anything was added to.
func poisson(r2 float64, units []spikes) Prediction {
	out, total := Prediction{R2: r2}, 0.0
	for _, u := range units {
		if u.n == 0 {
			continue
		}
		out.LogLikelihood += (u.xLogR - u.r - u.logFactorial) / u.n
		total += u.x
		gain := u.xLogR - u.r
		if u.x > 0 { // against the unit's mean count
			gain -= u.x*math.Log(u.x/u.n) - u.x
		}
		out.BitsPerSpike += gain
	}
	out.BitsPerSpike /= total * math.Ln2
	return out
}
