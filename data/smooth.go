package data

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// Smoothing says how activity is smoothed. Its zero value leaves the activity as it is.
type Smoothing struct {
	SD float64 // seconds, the standard deviation of a Gaussian window; 0 for none
	// Acausal extends the window to later bins. A model that predicts a bin from earlier smoothed bins has then seen
	// part of that bin, so its held-out metrics are too good.
	Acausal bool
}

// Title returns the recording's name for figures and pages: its file name. Acausal smoothing is added, because every
// figure then shows activity that contains later bins.
func (r *Recording) Title() string {
	name := filepath.Base(r.Source.Path)
	if r.Smoothed.Acausal {
		name += " (smoothed acausally)"
	}
	return name
}

// smoothReach is the reach of the window of Smooth, in standard deviations: all but 6e-5 of a Gaussian's weight.
const smoothReach = 4

// smoothMost is the widest window of Smooth, in bins per standard deviation. A wider window leaves no changes to fit.
const smoothMost = 1000

// Smooth replaces every value of the activity by a weighted mean over the bin itself and earlier bins of its channel.
// The weights are a Gaussian of standard deviation o.SD; an acausal window also includes later bins. Windows end at
// time gaps (the rows in SegmentStarts). The weights sum to 1, so constant activity is unchanged. NaN have no weight
// in the means of others, and stay NaN. Smooth adds a note and a warning with the R2 that the window causes by itself.
func (r *Recording) Smooth(o Smoothing) error {
	sd := o.SD
	longest, what := r.LongestTrial()
	tooLong := CheckLength("smooth", sd, what, longest)
	switch {
	case !(sd > 0) || math.IsInf(sd, 0):
		return fmt.Errorf("--smooth is %v: give seconds above zero", sd)
	case !(r.BinWidth > 0):
		return errors.New("the file does not say how long a bin is, which --smooth needs, in seconds: leave it out")
	case tooLong != nil:
		return WrongFlag(tooLong)
	case sd > smoothMost*r.BinWidth:
		return fmt.Errorf("--smooth of %g s is %.3g bins of %g s, more than the %d there may be: give less", sd,
			sd/r.BinWidth, r.BinWidth, smoothMost)
	}
	out := NewMatrix(r.Activity.Rows, r.Activity.Cols)
	ends := append(slices.Clone(r.SegmentStarts), r.Activity.Rows)
	for i, first := range r.SegmentStarts {
		r.smoothStretch(out, first, ends[i+1], o)
	}
	r.Activity, r.Smoothed = out, o
	r.noteSmoothing()
	return nil
}

// noteSmoothing adds notes about the smoothing and its effect on prediction metrics.
func (r *Recording) noteSmoothing() {
	unit, o := "", r.Smoothed
	if r.Unit == "Hz" {
		unit = ", in Hz"
	}
	window := "a causal Gaussian window (the bin and bins before it)"
	if o.Acausal {
		window = "an acausal Gaussian window"
	}
	r.Note("The activity is smoothed by %s of standard deviation %g s%s.", window, o.SD, unit)
	if o.Acausal {
		r.Warnings = append(r.Warnings,
			"the activity is smoothed acausally: every bin holds a part of the bins after it, so the prediction "+
				"metrics are too good; leave out --smooth-acausal to compare")
	}
	if r2 := o.NoiseR2(r.BinWidth); r2 >= 0.005 {
		r.Warn("smoothing correlates successive bins: with this window, even independent noise is predicted from "+
			"the previous bin with R2 %.2f; compare R2 without --smooth", r2)
	}
}

// NoiseR2 returns the R2 of predicting white noise, smoothed with this window, from the bin before. The bin width is
// in seconds. It is the square of the window's autocorrelation at a lag of one bin.
func (o Smoothing) NoiseR2(binWidth float64) float64 {
	reach := int(smoothReach*o.SD/binWidth + 1e-6)
	first := 0
	if o.Acausal {
		first = -reach
	}
	weight := func(lag int) float64 {
		if lag < first || lag > reach {
			return 0
		}
		d := float64(lag) * binWidth / o.SD
		return math.Exp(-d * d / 2)
	}
	same, next := 0.0, 0.0
	for lag := first; lag <= reach; lag++ {
		same += weight(lag) * weight(lag)
		next += weight(lag) * weight(lag+1)
	}
	return next / same * next / same
}

// smoothStretch smooths the rows first to last (excluded) into out; these rows have no time gap.
func (r *Recording) smoothStretch(out Matrix, first, last int, o Smoothing) {
	sum, weight := make([]float64, out.Cols), make([]float64, out.Cols)
	reach := smoothReach*o.SD + 1e-6*r.BinWidth // equal on both sides, even if times are rounded
	from := first
	for row := first; row < last; row++ {
		clear(sum)
		clear(weight)
		for r.Time[row]-r.Time[from] > reach {
			from++
		}
		end := row + 1
		if o.Acausal {
			end = last
		}
		for near := from; near < end; near++ {
			d := r.Time[near] - r.Time[row]
			if d > reach {
				break
			}
			d /= o.SD
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
