package separation

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// correlationTime returns the first lag, in bins, at which the autocorrelation of x is below 1/e of its value at lag
// 1. White noise raises the value at lag 0, but not at lag 1. Products are taken within stretches. If the
// autocorrelation does not fall this far within half of the longest stretch, it returns that half.
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
