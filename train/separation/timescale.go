package separation

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// correlationTime returns the first lag, in bins, at which the autocorrelation of x has fallen below 1/e of that at lag
// 1 (which, unlike that at lag 0, white noise does not raise); products are taken within stretches. Where it does not
// fall in half of the longest stretch, it is that.
func correlationTime(x []float64, ss []stretch) float64 {
	mean := stat.Mean(x, nil)
	d := make([]float64, len(x))
	for t, v := range x {
		d[t] = v - mean
	}
	longest := 0
	for _, s := range ss {
		longest = max(longest, s.bins())
	}
	covariance := func(lag int) float64 {
		sum := 0.0
		for _, s := range ss {
			if s.bins() > lag {
				sum += floats.Dot(d[s.first+lag:s.end], d[s.first:s.end-lag])
			}
		}
		return sum / float64(pairs(ss, lag))
	}
	if longest < 2 {
		return 1
	}
	first := covariance(1)
	for lag := 1; lag < longest/2; lag++ {
		if covariance(lag)/first < math.Exp(-1) {
			return float64(lag)
		}
	}
	return math.Max(1, float64(longest)/2)
}
