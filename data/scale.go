package data

import (
	"fmt"
	"math"
	"slices"
)

// ScaleKind says how activity is scaled to a size of about 1, which the history's sigma and the initial decoder
// expect.
type ScaleKind string

// The scales. Max and zscore scale each channel separately.
const (
	ScaleNone   ScaleKind = "none"
	ScaleMax    ScaleKind = "max"    // divided by the channel's largest absolute value
	ScaleZScore ScaleKind = "zscore" // the channel's mean is subtracted, then divided by its standard deviation
	// square root after division by the largest value: of all channels for counts, else of each channel. The root
	// evens out the variance of counts
	ScaleSqrt ScaleKind = "sqrt"
)

// Scaling is the scaling of a recording: x <- f((x - Offset) / Factor). f is the square root for sqrt, and the
// identity otherwise.
type Scaling struct {
	Kind           ScaleKind
	Offset, Factor []float64 // N
}

// LogJacobian returns the change of a log-likelihood, in nats per bin, from the scaled activity to the recording's own
// units. It sums over channels the mean of ln
//
// d scaled / d x
//
// over the observed bins. Channels marked in skip (N, or nil) are left out. It returns NaN if sqrt was applied to a
// zero, because the density is undefined there.
func (s Scaling) LogJacobian(r *Recording, bins []int, skip []bool) (sum float64) {
	if s.Kind == ScaleNone || s.Kind == "" {
		return 0
	}
	for n, factor := range s.Factor {
		if skip != nil && skip[n] {
			continue
		}
		total, seen := 0.0, 0
		for _, t := range bins {
			v := float64(r.Activity.Row(t)[n])
			if v != v {
				continue
			}
			seen++
			if s.Kind == ScaleSqrt { // v = sqrt(x / factor), so dv / dx = 1 / (2 v factor)
				total -= math.Log(2 * v)
			}
		}
		if seen > 0 {
			sum += total/float64(seen) - math.Log(math.Abs(factor))
		}
	}
	if math.IsInf(sum, 0) {
		return math.NaN()
	}
	return sum
}

// SuggestScale returns the scale of the authors' fits: ScaleNone if the activity's root mean square is between 0.05
// and 5, else ScaleMax for non-negative activity and ScaleZScore for other activity.
func SuggestScale(rec *Recording) ScaleKind {
	square, seen, negative := 0.0, 0, false
	for _, v := range rec.Activity.Data {
		if v == v {
			square += float64(v) * float64(v)
			negative = negative || v < 0
			seen++
		}
	}
	rms := math.Sqrt(square / float64(max(1, seen)))
	switch {
	case rms == 0 || rms > 0.05 && rms < 5:
		return ScaleNone
	case negative:
		return ScaleZScore
	}
	return ScaleMax
}

// Scale scales a recording's activity and external input in place. It computes the factors from the bins rows, such as
// the training bins, or from all bins if rows is nil. A channel that is constant in these bins is unchanged. Missing
// values stay missing and do not affect the scale.
func (r *Recording) Scale(kind ScaleKind, rows []int) (Scaling, error) {
	if rows == nil {
		rows = r.AllBins()
	}
	N := r.Activity.Cols
	s := Scaling{Kind: kind, Offset: make([]float64, N), Factor: make([]float64, N)}
	for n := range N {
		s.Factor[n] = 1
	}
	switch kind {
	case ScaleNone, "":
		s.Kind = ScaleNone
		return s, nil
	case ScaleSqrt:
		tops := make([]float64, N)
		for n := range N {
			tops[n], _, _ = r.spread(n, rows)
		}
		if r.IsCounts() && N > 0 { // counts share one factor, so that their square roots have equal noise variance
			tops = slices.Repeat([]float64{slices.Max(tops)}, N)
		}
		for n, top := range tops {
			if top > 0 {
				s.Factor[n] = top
			}
		}
		if err := r.Apply(s); err != nil {
			return s, fmt.Errorf("%w: choose another scale", err)
		}
		return s, nil
	case ScaleMax, ScaleZScore:
	default:
		return s, fmt.Errorf("unknown scale %q: choose none, max, zscore or sqrt", string(kind))
	}
	constant := r.Constant(rows)
	for n := range N {
		top, mean, sd := r.spread(n, rows)
		switch {
		case constant != nil && constant[n]: // its computed spread may be only a rounding error
		case kind == ScaleMax:
			s.Factor[n] = top
		case kind == ScaleZScore:
			s.Offset[n], s.Factor[n] = mean, sd
		}
	}
	return s, r.Apply(s)
}

// Apply scales a recording's activity and external input in place with the scaling s of another recording.
func (r *Recording) Apply(s Scaling) error {
	N := r.Activity.Cols
	switch {
	case s.Kind == ScaleNone || s.Kind == "":
		return nil
	case len(s.Offset) != N || len(s.Factor) != N:
		return fmt.Errorf("the scaling has %d offsets and %d factors for %d channels", len(s.Offset), len(s.Factor), N)
	case s.Kind == ScaleSqrt:
		if err := r.rooted(); err != nil {
			return err
		}
	}
	for t := range r.Activity.Rows {
		row := r.Activity.Row(t)
		for n := range row {
			v := (float64(row[n]) - s.Offset[n]) / s.Factor[n]
			if s.Kind == ScaleSqrt {
				v = math.Sqrt(v)
			}
			row[n] = float32(v)
		}
	}
	for t := range r.Input.Rows { // the input is added to the activity, so it has the same scale
		row := r.Input.Row(t)
		for n := range row {
			row[n] = float32(float64(row[n]) / s.Factor[n])
		}
	}
	return nil
}

// rooted returns an error if the square root of the activity cannot be fitted.
func (r *Recording) rooted() error {
	if !r.Input.Empty() {
		return fmt.Errorf("the square root of the activity cannot be combined with the external input %s", r.InputName)
	}
	for i, v := range r.Activity.Data {
		if v < 0 {
			return fmt.Errorf("channel %s is %g at row %d and has no square root", r.Channels[i%r.Activity.Cols].Name,
				v, i/r.Activity.Cols)
		}
	}
	return nil
}

// IsCounts reports whether the activity consists of event counts, or of rates computed from counts. These are spikes
// of units, and non-negative series of whole multiples of a step. The step is the smallest value above 0, or a half, a
// third or a quarter of it. At most 1000 steps are accepted, because single precision cannot resolve more.
func (r *Recording) IsCounts() bool {
	values := r.Activity.Data
	least := float32(math.Inf(1))
	for _, v := range values {
		if v > 0 {
			least = min(least, v)
		}
	}
	switch {
	case r.Min() < 0 || math.IsInf(float64(least), 1):
		return false
	case r.Unit == "counts" || r.Unit == "Hz":
		return true
	}
	for events := 1.0; events <= 4; events++ {
		if !slices.ContainsFunc(values, func(v float32) bool {
			n := float64(v) / float64(least) * events
			return n > 1000 || math.Abs(n-math.Round(n)) > 1e-3
		}) {
			return true
		}
	}
	return false
}

// HasBaseline reports whether the activity has a baseline well above zero, like raw fluorescence or samples of a
// converter. In most channels that change, the standard deviation is then less than a third of the mean. A square root
// or a ReLU is useless for such activity.
func (r *Recording) HasBaseline() bool {
	raised, changing, all := 0, 0, r.AllBins()
	for n := range r.Activity.Cols {
		// below this, the deviation is a rounding error of the sum
		if _, mean, sd := r.spread(n, all); sd > 1e-6*math.Abs(mean) {
			changing++
			if sd < mean/3 {
				raised++
			}
		}
	}
	return 2*raised > changing
}

// spread returns a channel's largest absolute value, mean and standard deviation in the bins rows.
func (r *Recording) spread(n int, rows []int) (top, mean, sd float64) {
	T := 0.0 // bins in which the channel was observed
	for _, t := range rows {
		if v := r.Activity.Row(t)[n]; v == v {
			T++
		}
	}
	for _, t := range rows {
		if v := float64(r.Activity.Row(t)[n]); v == v {
			top = max(top, math.Abs(v))
			mean += v / T
		}
	}
	for _, t := range rows {
		if d := float64(r.Activity.Row(t)[n]) - mean; d == d {
			sd += d * d / T
		}
	}
	return top, mean, math.Sqrt(sd)
}
