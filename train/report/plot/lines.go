package plot

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Lines is a figure of curves.
type Lines struct {
	Name        string // of the files, without ending
	Title, Note string // above the panels; the note may be empty
	Panels      []LinePanel
}

// LinePanel is one pair of axes.
type LinePanel struct {
	Title      string     // may be empty
	X, Y       string     // what the axes show, with units
	LogX, LogY bool       // logarithmic axes, for positive values
	Shaded     [2]float64 // a stretch of a straight x axis to be looked at; none where both are 0
	Lines      []Line
}

// Line is one curve, broken where X or Y is NaN.
type Line struct {
	Label     string    // in the key; lines of one label have one colour in all panels
	Reference bool      // for comparison, drawn in grey
	X, Y      []float64 // of one length
	Low, High []float64 // the limits of a band around the curve, of the same length, or empty; NaN if missing
}

// figure implements Figure. Panels without any point are left out, and so are lines.
func (l Lines) figure(s *series) (figure, error) {
	f := figure{name: l.Name, title: l.Title, note: l.Note}
	var shown []LinePanel
	for i, p := range l.Panels {
		drawn, err := p.check(s)
		if err != nil {
			return f, fmt.Errorf("panel %d: %w", i, err)
		}
		if drawn {
			shown = append(shown, p)
		}
	}
	w, h := 7*vg.Centimeter, 5*vg.Centimeter
	if len(shown) == 1 {
		w, h = 12*vg.Centimeter, 7*vg.Centimeter
	}
	var panels []*panel
	keyed := map[string]bool{"": true}
	for _, p := range shown {
		for _, line := range p.Lines {
			if look := line.look(s); !keyed[line.Label] && line.points() > 0 {
				keyed[line.Label] = true
				f.key = append(f.key, entry{name: line.Label, colour: look.colour, width: 2, dashes: look.dashes})
			}
		}
		panels = append(panels, p.panel(s, w, h))
	}
	f.arrange(panels)
	return f, nil
}

// check gives every label its colour and reports whether there is a point to be drawn.
func (p LinePanel) check(s *series) (drawn bool, err error) {
	for _, l := range p.Lines {
		s.add(l.Label)
		if err := l.check(p.LogX, p.LogY); err != nil {
			return false, fmt.Errorf("line %s: %w", l.Label, err)
		}
		drawn = drawn || l.points() > 0
	}
	return drawn, nil
}

func (l Line) check(logX, logY bool) error {
	if len(l.X) != len(l.Y) {
		return fmt.Errorf("%d values of x, but %d of y", len(l.X), len(l.Y))
	}
	if len(l.Low) != len(l.High) || len(l.Low) > 0 && len(l.Low) != len(l.Y) {
		return fmt.Errorf("a band of %d lower and %d upper limits around %d points", len(l.Low), len(l.High), len(l.Y))
	}
	for i := range l.X {
		for _, v := range []struct {
			axis  string
			value float64
			log   bool
		}{{"x", l.X[i], logX}, {"y", l.Y[i], logY}} {
			if math.IsInf(v.value, 0) {
				return fmt.Errorf("%s of point %d is %v", v.axis, i, v.value)
			}
			if v.log && v.value <= 0 {
				return fmt.Errorf("%s of point %d is %v, which has no place on a logarithmic axis", v.axis, i, v.value)
			}
		}
	}
	for i := range l.Low {
		if l.Low[i] > l.High[i] || math.IsInf(l.Low[i], 0) || math.IsInf(l.High[i], 0) {
			return fmt.Errorf("the band at point %d goes from %v to %v", i, l.Low[i], l.High[i])
		}
	}
	return nil
}

func (l Line) look(s *series) look {
	if l.Reference {
		return look{colour: grey(0x99)}
	}
	return s.look(l.Label)
}

// points counts those that are drawn.
func (l Line) points() int {
	n := 0
	for i := range l.X {
		if finite(l.X[i]) && finite(l.Y[i]) {
			n++
		}
	}
	return n
}

// logs takes decimal logarithms: a logarithmic axis is a straight one of these with its own ticks. What has none, such
// as the lower limit of a band wider than its mean, lies at minus infinity.
func logs(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Log10(v)
		if v <= 0 {
			out[i] = math.Inf(-1)
		}
	}
	return out
}

// onAxes returns the line's places on the axes.
func (l Line) onAxes(logX, logY bool) Line {
	if logX {
		l.X = logs(l.X)
	}
	if logY {
		l.Y, l.Low, l.High = logs(l.Y), logs(l.Low), logs(l.High)
	}
	return l
}

// panel draws one pair of axes.
func (p LinePanel) panel(s *series, w, h vg.Length) *panel {
	x := strings.Join(wrap(sans(labelSize), p.X, w), "\n")
	out := &panel{Plot: newPlot(w, h, x, turned(p.Y, h)), w: w, h: h, title: p.Title, letter: true}
	var lines []Line
	var allX, allY [][]float64
	for _, l := range p.Lines {
		if l.points() == 0 {
			continue
		}
		l = l.onAxes(p.LogX, p.LogY)
		lines = append(lines, l)
		allX, allY = append(allX, l.X), append(allY, l.Y, l.Low, l.High)
	}
	xs, ys := spanOf(allX...).padded(0.02), spanOf(allY...).padded(0.05)
	xs.show(&out.X)
	ys.show(&out.Y)
	if p.LogX {
		logarithmic(&out.X, int(w/(1.1*vg.Centimeter)))
	}
	if p.LogY {
		logarithmic(&out.Y, int(h/(0.7*vg.Centimeter)))
	}
	if p.Shaded != [2]float64{} {
		lo, hi := max(p.Shaded[0], xs.lo), min(p.Shaded[1], xs.hi)
		out.Plot.Add(&plotter.Polygon{XYs: []plotter.XYs{{{X: lo, Y: ys.lo}, {X: hi, Y: ys.lo}, {X: hi, Y: ys.hi},
			{X: lo, Y: ys.hi}}}, Color: grey(0xE8)})
	}
	// Bands lie behind all lines.
	for _, l := range lines {
		l.addBand(out.Plot, ys.lo, l.look(s))
	}
	for _, l := range lines {
		l.add(out.Plot, l.look(s))
	}
	return out
}

// path is points from first up to but not including end.
type path struct{ first, end int }

// stretches returns the runs of points at which x and the given values are numbers.
func (l Line) stretches(values []float64) []path {
	var out []path
	first := 0
	for i := range len(values) + 1 {
		if i < len(values) && !math.IsNaN(l.X[i]) && !math.IsNaN(values[i]) {
			continue
		}
		if i > first {
			out = append(out, path{first, i})
		}
		first = i + 1
	}
	return out
}

// add draws the line, and dots at its points if there are few.
func (l Line) add(p *plot.Plot, look look) {
	const dotted = 40
	for _, q := range l.stretches(l.Y) {
		var xy plotter.XYs
		for i := q.first; i < q.end; i++ {
			xy = append(xy, plotter.XY{X: l.X[i], Y: l.Y[i]})
		}
		p.Add(&plotter.Line{XYs: xy, LineStyle: draw.LineStyle{Color: look.colour, Width: 1.4, Dashes: look.dashes}})
		if len(xy) == 1 || l.points() <= dotted {
			p.Add(&plotter.Scatter{XYs: xy, GlyphStyle: draw.GlyphStyle{Color: look.colour, Radius: 2,
				Shape: draw.CircleGlyph{}}})
		}
	}
}

// addBand draws the band, down to the axis where it has no lower end.
func (l Line) addBand(p *plot.Plot, axis float64, look look) {
	if len(l.Low) == 0 {
		return
	}
	width := make([]float64, len(l.Low)) // NaN where a limit is
	for i := range width {
		width[i] = max(l.High[i], axis) - max(l.Low[i], axis)
	}
	for _, q := range l.stretches(width) {
		var outline plotter.XYs
		for i := q.first; i < q.end; i++ {
			outline = append(outline, plotter.XY{X: l.X[i], Y: max(l.Low[i], axis)})
		}
		for i := q.end - 1; i >= q.first; i-- {
			outline = append(outline, plotter.XY{X: l.X[i], Y: max(l.High[i], axis)})
		}
		if q.end-q.first == 1 { // a band at one point has no area
			p.Add(&plotter.Line{XYs: outline, LineStyle: draw.LineStyle{Color: fade(look.colour, 0.5), Width: 1}})
			continue
		}
		p.Add(&plotter.Polygon{XYs: []plotter.XYs{outline}, Color: fade(look.colour, 0.18)})
	}
}
