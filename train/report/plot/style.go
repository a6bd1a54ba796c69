package plot

import (
	"math"
	"strconv"
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of text, in points.
const (
	titleSize = 12
	panelSize = 10
	labelSize = 9
	tickSize  = 8
	noteSize  = 8
)

// sans returns the style of all text: set plot by plot, for gonum's default font is a variable shared with other
// packages.
func sans(size vg.Length) text.Style {
	return text.Style{
		Color:   ink(),
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: newLetters(),
	}
}

func bold(size vg.Length) text.Style {
	s := sans(size)
	s.Font.Weight = stdfont.WeightBold
	return s
}

func note() text.Style {
	s := sans(noteSize)
	s.Color = pale()
	return s
}

// newPlot returns an empty plot with the house's look, for a data area of w x h.
func newPlot(w, h vg.Length, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // panels lie on one canvas; a background would cover the neighbours' labels
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Tick.Marker = ticks{count: max(2, int(w/(1.3*vg.Centimeter)))}
	p.Y.Tick.Marker = ticks{count: max(2, int(h/(0.9*vg.Centimeter)))}
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		label, tick := sans(labelSize), sans(tickSize)
		label.XAlign, label.YAlign = a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign
		tick.XAlign, tick.YAlign = a.Tick.Label.XAlign, a.Tick.Label.YAlign
		a.Label.TextStyle, a.Tick.Label = label, tick
		a.Label.Padding = 3
		a.Padding = 3
		a.Tick.Length = 3
		a.Color, a.Tick.Color = ink(), ink()
	}
	return p
}

// ticks marks about count round numbers, all written alike.
type ticks struct {
	count int
	whole bool // whole numbers only
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	raw := (hi - lo) / float64(t.count)
	if !(raw > 0) || math.IsInf(raw, 0) {
		return nil
	}
	// A single number gives no scale, so try finer steps.
	for finer := 1.0; finer < 10; finer *= 2 {
		step := roundStep(raw / finer)
		if t.whole {
			step = max(step, 1)
		}
		if out := ticksEvery(step, lo, hi); len(out) > 1 || t.whole && step == 1 {
			return out
		}
	}
	return nil
}

// ticksEvery marks the multiples of step.
func ticksEvery(step, lo, hi float64) []plot.Tick {
	// The limits of an axis are sums of rounded numbers: a tick that misses one by a rounding error still counts.
	const slack = 1e-6
	var out []plot.Tick
	for i := math.Ceil(lo/step - slack); i*step <= hi+slack*step; i++ {
		out = append(out, plot.Tick{Value: min(max(i*step, lo), hi),
			Label: number(i*step, step, max(math.Abs(lo), math.Abs(hi)))})
	}
	return out
}

// roundStep returns the smallest of 1, 2 or 5 times a power of ten that is not below raw.
func roundStep(raw float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 5} {
		if f*p >= raw*(1-1e-9) {
			return f * p
		}
	}
	return 10 * p
}

// number writes v with the decimals of a step between ticks. It uses powers of ten if the axis reaches very far or its
// steps are very small.
func number(v, step, reach float64) string {
	if v == 0 {
		return "0"
	}
	exponent := 0
	if reach >= 1e6 || step < 1e-4 {
		exponent = int(math.Floor(math.Log10(reach)))
	}
	scale := math.Pow(10, float64(exponent))
	decimals := max(0, -int(math.Floor(math.Log10(step/scale)+1e-9)))
	s := strconv.FormatFloat(v/scale, 'f', decimals, 64)
	if exponent != 0 {
		s += "e" + strconv.Itoa(exponent)
	}
	return strings.ReplaceAll(s, "-", "−")
}

// brief writes v with three digits, or all of a whole number's where they are few.
func brief(v float64) string {
	format, digits := byte('g'), 3
	if size := math.Abs(v); size >= 1000 && size < 1e6 {
		format, digits = 'f', 0
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, format, digits, 64), "-", "−")
}

// line returns a line through the points (x,y) that are finite. A single point becomes a dot.
func line(x, y []float64, l look, width vg.Length) plot.Plotter {
	var xy plotter.XYs
	for i := range min(len(x), len(y)) {
		if finite(x[i]) && finite(y[i]) {
			xy = append(xy, plotter.XY{X: x[i], Y: y[i]})
		}
	}
	if len(xy) == 1 {
		return &plotter.Scatter{XYs: xy, GlyphStyle: draw.GlyphStyle{Color: l.colour, Radius: 1.5 * width,
			Shape: draw.CircleGlyph{}}}
	}
	return &plotter.Line{XYs: xy, LineStyle: draw.LineStyle{Color: l.colour, Width: width, Dashes: l.dashes}}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// span is the range of values that have to be shown.
type span struct{ lo, hi float64 }

// spanOf returns the range of the finite values; of none, an inverted infinite one.
func spanOf(values ...[]float64) span {
	s := span{math.Inf(1), math.Inf(-1)}
	for _, vs := range values {
		for _, v := range vs {
			if finite(v) {
				s = s.with(v)
			}
		}
	}
	return s
}

func (s span) with(v float64) span { return span{min(s.lo, v), max(s.hi, v)} }

// padded leaves a margin, a fraction of the range, on both sides, and gives a range to values that are all the same.
func (s span) padded(fraction float64) span {
	if s.lo > s.hi {
		return span{-1, 1}
	}
	size := max(math.Abs(s.lo), math.Abs(s.hi))
	if s.hi-s.lo <= 1e-6*size || size == 0 {
		d := 0.1 * size
		if size == 0 {
			d = 1
		}
		return span{s.lo - d, s.hi + d}
	}
	d := fraction * (s.hi - s.lo)
	return span{s.lo - d, s.hi + d}
}

// show sets an axis to the range.
func (s span) show(a *plot.Axis) { a.Min, a.Max = s.lo, s.hi }
