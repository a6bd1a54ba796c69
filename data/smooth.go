package data

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// smoothReach is how far the window of Smooth reaches, in standard deviations: all but 6e-5 of a Gaussian's weight.
const smoothReach = 4

// smoothMost is the widest window that Smooth takes, in bins a standard deviation. A wider one leaves no changes to fit.
const smoothMost = 1000

// Smooth replaces every value of the activity by the mean of its channel around it, weighted by a Gaussian of standard deviation sd
// (seconds). Windows end where time has a gap (at the rows of Starts), and the weights within add up to 1, so that a constant stays
// what it is. NaN have no weight in the mean of others, and stay NaN.
func (r *Recording) Smooth(sd float64) error {
	switch {
	case !(sd > 0) || math.IsInf(sd, 0):
		return fmt.Errorf("--smooth is %v: give seconds above zero", sd)
	case !(r.BinWidth > 0):
		return errors.New("the file does not say how long a bin is, which --smooth needs, in seconds: leave it out")
	case sd > smoothMost*r.BinWidth:
		return fmt.Errorf("--smooth of %g s is %.3g bins of %g s, more than the %d there may be: give less", sd, sd/r.BinWidth, r.BinWidth, smoothMost)
	}
	out := NewMatrix(r.Activity.Rows, r.Activity.Cols)
	ends := append(slices.Clone(r.Starts), r.Activity.Rows)
	for i, first := range r.Starts {
		r.smoothStretch(out, first, ends[i+1], sd)
	}
	r.Activity = out
	return nil
}

// smoothStretch smooths the rows first to last (excluded), between which time has no gap, into out.
func (r *Recording) smoothStretch(out Matrix, first, last int, sd float64) {
	sum, weight := make([]float64, out.Cols), make([]float64, out.Cols)
	reach := smoothReach*sd + 1e-6*r.BinWidth // the same on both sides, however times are rounded
	from := first
	for row := first; row < last; row++ {
		clear(sum)
		clear(weight)
		for r.Time[row]-r.Time[from] > reach {
			from++
		}
		for near := from; near < last; near++ {
			d := r.Time[near] - r.Time[row]
			if d > reach {
				break
			}
			d /= sd
			w := math.Exp(-d * d / 2)
			for n, v := range r.Activity.Row(near) {
				if v == v {
					sum[n] += w * float64(v)
					weight[n] += w
				}
			}
		}
		to := out.Row(row)
		for n, v := range r.Activity.Row(row) {
			to[n] = v // NaN
			if v == v {
				to[n] = float32(sum[n] / weight[n])
			}
		}
	}
}
