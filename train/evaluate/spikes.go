package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/losses"
)

// BitsPerSpike compares rates (T,N), in expected counts per bin, with each channel's mean count as predictions of
// counts (T,N). It is the difference of their Poisson log-likelihoods over the number of spikes, in bits (Pei et al.
// 2021, Neural Latents Benchmark). It is -Inf if a spike falls where the rate is 0, and NaN without spikes. Missing
// counts (NaN) are skipped.
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
			if count > 0 { // ln count! cancels
				gain += count * math.Log(rate[n]/mean[n])
			}
		}
	}
	return gain / (spikes * math.Ln2)
}

// spikes holds a channel's running sums: bins n, counts x, rates r, and x ln r.
type spikes struct{ n, x, r, xLogR float64 }

func (s *spikes) add(x, r float64) {
	r = max(r, losses.RateFloor)
	s.n++
	s.x += x
	s.r += r
	if x > 0 {
		s.xLogR += x * math.Log(r)
	}
}

// bitsPerSpike returns [BitsPerSpike] of the channels that have at least one value.
func bitsPerSpike(channels []spikes) float64 {
	bits, total := 0.0, 0.0
	for _, u := range channels {
		if u.n == 0 {
			continue
		}
		total += u.x
		gain := u.xLogR - u.r
		if u.x > 0 { // subtract the log-likelihood of the mean count
			gain -= u.x*math.Log(u.x/u.n) - u.x
		}
		bits += gain
	}
	return bits / (total * math.Ln2)
}
