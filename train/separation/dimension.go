package separation

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/train/internal/regress"
)

// DimensionOptions limits the search for K. The zero value suits most recordings.
type DimensionOptions struct {
	Max      int // largest number of latents; 0 means 15, and less than half of the channels
	Channels int // number of evenly spaced channels that are used; 0 means 200
}

// Dimension holds the number of latents with the best held-out likelihood.
type Dimension struct {
	K       int
	HeldOut *mat.Dense // (tried, 10): log-likelihood of each held-out block with 1, 2, ... latents, in nats per bin
}

// LatentDimension returns the number of latents K of x (T,N). It fits factor analysis without each of 10 blocks of
// bins and scores it on the block. Bins within T/40 of the block are left out of both, because activity is slow. K*
// has the highest mean score. K is the smallest number of latents within one standard error of the paired difference
// from K* (Breiman and others 1984).
//
// It returns an error if there are fewer than 3 channels or 40 bins.
func LatentDimension(x *mat.Dense, o DimensionOptions) (*Dimension, error) {
	const blocks, minBins, gap = 10, 40, 40 // bins within T/gap of the block are left out
	if o.Channels == 0 {
		o.Channels = 200
	}
	bins, _ := x.Dims()
	x = evenly(x, o.Channels)
	_, n := x.Dims()
	if n < 3 || bins < minBins {
		return nil, fmt.Errorf("number of latents: %d bins of %d channels are too few to estimate it;"+
			" give the number of latents, or at least %d bins of 3 channels", bins, n, minBins)
	}
	if o.Max == 0 {
		o.Max = min(15, (n-1)/2)
	}
	o.Max = min(o.Max, n-1)
	shift := regress.Means(x)
	all := regress.NewMoments(shift)
	all.Add(x, 0, bins)
	if err := all.Check(); err != nil {
		return nil, fmt.Errorf("the number of latents: %w", err)
	}
	d := &Dimension{HeldOut: mat.NewDense(o.Max, blocks, nil)}
	e := edges(bins, blocks)
	for b := range blocks {
		held, near := regress.NewMoments(shift), regress.NewMoments(shift)
		held.Add(x, e[b], e[b+1])
		near.Add(x, max(0, e[b]-bins/gap), e[b])
		near.Add(x, e[b+1], min(bins, e[b+1]+bins/gap))
		near.Accumulate(1, held)
		scores, err := heldOutScores(all, near, held, o.Max)
		if err != nil {
			return nil, fmt.Errorf("the number of latents: %w", err)
		}
		d.HeldOut.SetCol(b, scores)
	}
	d.K = oneStandardError(d.HeldOut)
	return d, nil
}

// heldOutScores fits 1, 2, ... up to most latents to all bins except those near the block. If the score falls twice,
// it does not rise again, and the remaining scores are set to fall too.
func heldOutScores(all, near, held *regress.Moments, most int) ([]float64, error) {
	mean, s := all.Without(near)
	start, err := newPrincipal(s, most)
	if err != nil {
		return nil, err
	}
	scores := make([]float64, most)
	for i := range scores {
		f, err := expectationMaximization(s, mean,
			FactorOptions{Iterations: 60, Tolerance: 1e-6, Start: start.factors(s, i+1)})
		if err != nil {
			return nil, err
		}
		if scores[i], err = f.score(held); err != nil {
			return nil, err
		}
		if i > 1 && scores[i] < scores[i-1] && scores[i-1] < scores[i-2] {
			for j := i + 1; j < most; j++ {
				scores[j] = scores[j-1] - 1e-3
			}
			break
		}
	}
	return scores, nil
}

// oneStandardError returns the first row, counted from 1, whose mean over blocks is within one standard error of the
// best row's mean.
func oneStandardError(scores *mat.Dense) int {
	tried, blocks := scores.Dims()
	best := 0
	for k := range tried {
		if stat.Mean(scores.RawRowView(k), nil) > stat.Mean(scores.RawRowView(best), nil) {
			best = k
		}
	}
	lead := make([]float64, blocks)
	for k := range best {
		for b := range lead {
			lead[b] = scores.At(best, b) - scores.At(k, b)
		}
		if mean, std := stat.MeanStdDev(lead, nil); mean <= std/math.Sqrt(float64(blocks)) {
			return k + 1
		}
	}
	return best + 1
}

// evenly returns at most the given number of columns of x, evenly spaced.
func evenly(x *mat.Dense, most int) *mat.Dense {
	bins, n := x.Dims()
	if n <= most {
		return x
	}
	out := mat.NewDense(bins, most, nil)
	for t := range bins {
		from, to := x.RawRowView(t), out.RawRowView(t)
		for j := range to {
			to[j] = from[j*n/most]
		}
	}
	return out
}
