package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Boxes is a figure of box plots: how well each method does, one panel a metric.
type Boxes struct {
	Name        string // of the files, without ending
	Title, Note string // above the panels; the note may be empty
	Panels      []BoxPanel
}

// BoxPanel is one metric.
type BoxPanel struct {
	Metric string // with its unit
	Boxes  []Box  // from left to right
}

// Box is one method's values.
type Box struct {
	Label    string    // boxes of one label have one colour in all panels
	Values   []float64 // one a seed; NaN where a fit gave none
	Reported float64   // the paper's mean; NaN for none
}

// figure implements Figure. Panels without any value are left out.
func (b Boxes) figure(s *series) (figure, error) {
	f := figure{name: b.Name, title: b.Title}
	most := 0
	var shown []BoxPanel
	for _, p := range b.Panels {
		drawn, err := p.check(s)
		if err != nil {
			return f, err
		}
		if drawn {
			most = max(most, len(p.Boxes))
			shown = append(shown, p)
		}
	}
	w := boxesWidth(most, len(shown))
	var panels []*panel
	f.key = []entry{{name: "one seed", colour: pale(), width: 2, glyph: draw.CircleGlyph{}}}
	for _, p := range shown {
		panels = append(panels, p.panel(s, w))
	}
	if slices.ContainsFunc(shown, BoxPanel.reported) {
		f.key = append(f.key, entry{name: "paper", colour: ink(), width: 3.2, glyph: diamond{}})
	}
	f.arrange(panels)
	f.note = strings.TrimSpace(b.Note +
		" Boxes: median and quartiles; whiskers: the farthest values within 1.5 times the box's height of it.")
	return f, nil
}

// check gives every label its colour and reports whether there is a value to be drawn.
func (p BoxPanel) check(s *series) (drawn bool, err error) {
	for _, b := range p.Boxes {
		s.add(b.Label)
		for i, v := range b.Values {
			if math.IsInf(v, 0) {
				return false, fmt.Errorf("%s of %s: value %d is %v", p.Metric, b.Label, i, v)
			}
			drawn = drawn || !math.IsNaN(v)
		}
		if math.IsInf(b.Reported, 0) {
			return false, fmt.Errorf("%s of %s: the paper's value is %v", p.Metric, b.Label, b.Reported)
		}
	}
	return drawn, nil
}

// reported reports whether the paper gives any value.
func (p BoxPanel) reported() bool {
	return slices.ContainsFunc(p.Boxes, func(b Box) bool { return !math.IsNaN(b.Reported) })
}

// boxesWidth returns the width of each panel. Many boxes stand closer together.
func boxesWidth(boxes, panels int) vg.Length {
	n := vg.Length(boxes)
	w := n * min(1.05*vg.Centimeter, max(18*vg.Centimeter/max(n, 1), 12))
	if panels == 1 {
		return max(w, 8*vg.Centimeter)
	}
	return max(w, 4.5*vg.Centimeter)
}

// panel draws one metric.
func (p BoxPanel) panel(s *series, w vg.Length) *panel {
	const h = 5.5 * vg.Centimeter
	out := &panel{Plot: newPlot(w, h, "", turned(p.Metric, h)), w: w, h: h, letter: true}
	slot := w / vg.Length(len(p.Boxes))
	half := min(12, 0.26*slot)
	var all [][]float64
	for i, b := range p.Boxes {
		values := slices.DeleteFunc(slices.Clone(b.Values), math.IsNaN)
		slices.Sort(values)
		all = append(all, values, []float64{b.Reported})
		out.Plot.Add(boxPlot{at: float64(i + 1), half: half, slot: slot, values: values, reported: b.Reported,
			colour: s.look(b.Label).colour})
	}
	spanOf(all...).padded(0.06).show(&out.Y)
	span{0.5, float64(len(p.Boxes)) + 0.5}.show(&out.X)
	out.labelBoxes(p.Boxes, slot)
	return out
}

// labelBoxes writes the labels under the boxes: on one line if all have room there, else on up to four, else turned.
func (p *panel) labelBoxes(boxes []Box, slot vg.Length) {
	style := &p.X.Tick.Label
	var marks plot.ConstantTicks
	turn, tallest := false, 0
	for i, b := range boxes {
		label, fits := inSlot(*style, b.Label, slot)
		turn = turn || !fits
		tallest = max(tallest, strings.Count(label, "\n"))
		marks = append(marks, plot.Tick{Value: float64(i + 1), Label: label})
	}
	for i, m := range marks { // gonum centres lines about one another: labels of as many begin at one height
		marks[i].Label += strings.Repeat("\n ", tallest-strings.Count(m.Label, "\n"))
	}
	p.X.Tick.Color = color.Transparent // a tick would touch the label under it
	if turn {
		p.X.Tick.Color = ink()
		style.XAlign, style.YAlign, style.Rotation = draw.XRight, draw.YTop, math.Pi/4
		if slot*math.Sqrt2/2 < 1.3*tickSize { // lines would touch each other
			style.YAlign, style.Rotation = draw.YCenter, math.Pi/2
		}
		for i, b := range boxes {
			marks[i].Label = shorten(*style, b.Label, 5*vg.Centimeter)
			p.overhang = max(p.overhang, -style.Rectangle(marks[i].Label).Min.X-(vg.Length(i)+0.5)*slot)
		}
	}
	p.X.Tick.Marker = marks
}

// inSlot returns a label in lines under its box, and whether it has room there.
func inSlot(style text.Style, label string, slot vg.Length) (string, bool) {
	lines := wrap(style, label, slot-6)
	label = strings.Join(lines, "\n")
	return label, len(lines) <= 4 && style.Width(label) <= slot-6
}

// turned returns an axis label in lines that fit beside an axis of length h.
func turned(label string, h vg.Length) string {
	return strings.Join(wrap(sans(labelSize), label, h), "\n")
}

// boxPlot is the drawing of one box.
type boxPlot struct {
	colour     color.NRGBA
	at         float64
	half, slot vg.Length // half the box's width; the room from box to box
	values     []float64 // sorted
	reported   float64
}

// Plot implements plot.Plotter.
func (b boxPlot) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	x := tx(b.at)
	if len(b.values) > 0 {
		b.plotBox(c, x, ty)
		b.plotDots(c, x, ty)
	}
	if !math.IsNaN(b.reported) {
		r := min(3.2, 0.11*b.slot)
		// Beside the box: on it, it would hide values.
		c.DrawGlyph(draw.GlyphStyle{Color: ink(), Radius: r, Shape: diamond{}},
			vg.Point{X: x + b.half + r + 1, Y: ty(b.reported)})
	}
}

func (b boxPlot) plotBox(c draw.Canvas, x vg.Length, ty func(float64) vg.Length) {
	f := summary(b.values)
	low, high := ty(f.q1), ty(f.q3)
	corners := []vg.Point{{X: x - b.half, Y: low}, {X: x + b.half, Y: low}, {X: x + b.half, Y: high},
		{X: x - b.half, Y: high}}
	c.FillPolygon(fade(b.colour, 0.2), corners)
	outline := draw.LineStyle{Color: b.colour, Width: 0.9}
	c.StrokeLines(outline, append(corners, corners[0]))
	for _, w := range [][2]float64{{f.q1, f.low}, {f.q3, f.high}} {
		if w[0] == w[1] {
			continue
		}
		c.StrokeLine2(outline, x, ty(w[0]), x, ty(w[1]))
		c.StrokeLine2(outline, x-b.half/2, ty(w[1]), x+b.half/2, ty(w[1]))
	}
	c.StrokeLine2(draw.LineStyle{Color: b.colour, Width: 2}, x-b.half, ty(f.median), x+b.half, ty(f.median))
}

// plotDots draws the single values side by side where they would cover each other, as far as the box is wide.
func (b boxPlot) plotDots(c draw.Canvas, x vg.Length, ty func(float64) vg.Length) {
	r := min(1.7, b.half/3)
	if len(b.values) > 40 {
		r = min(r, 1)
	}
	for _, at := range swarm(b.values, ty, r+0.3, b.half) {
		at.X += x
		c.DrawGlyph(draw.GlyphStyle{Color: grey(0xFF), Radius: r + 0.5, Shape: draw.CircleGlyph{}}, at)
		c.DrawGlyph(draw.GlyphStyle{Color: b.colour, Radius: r, Shape: draw.CircleGlyph{}}, at)
	}
}

// swarm places dots of radius r at the heights of sorted values. Each dot is as near to the middle as the earlier dots
// allow, to the right and left in turns. A dot that would be farther away than half stands in the middle.
func swarm(values []float64, ty func(float64) vg.Length, r, half vg.Length) []vg.Point {
	var out []vg.Point
	free := func(p vg.Point) bool {
		return !slices.ContainsFunc(out, func(o vg.Point) bool {
			return math.Hypot(float64(p.X-o.X),
				float64(p.Y-o.Y)) < float64(2*r)-1e-9
		})
	}
	for _, v := range values {
		at := vg.Point{Y: ty(v)}
		for d := vg.Length(0); d <= half-r; d += r / 4 {
			if p := (vg.Point{X: d, Y: at.Y}); free(p) {
				at = p
				break
			}
			if p := (vg.Point{X: -d, Y: at.Y}); free(p) {
				at = p
				break
			}
		}
		out = append(out, at)
	}
	return out
}

// five are the numbers of a box plot.
type five struct{ low, q1, median, q3, high float64 }

// summary returns the median and the quartiles of sorted values, and the farthest of them within 1.5 times the box,
// after Tukey.
func summary(sorted []float64) five {
	f := five{q1: between(sorted, 0.25), median: between(sorted, 0.5), q3: between(sorted, 0.75)}
	reach := 1.5 * (f.q3 - f.q1)
	f.low, f.high = f.q1, f.q3
	for _, v := range sorted {
		if v >= f.q1-reach && v <= f.q3+reach {
			f.low, f.high = min(f.low, v), max(f.high, v)
		}
	}
	return f
}

// between returns the value at fraction q of a sorted list, on a straight line between its neighbours.
func between(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// diamond marks what the paper reports.
type diamond struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.FillPolygon(s.Color, []vg.Point{
		{X: at.X - s.Radius, Y: at.Y}, {X: at.X, Y: at.Y - s.Radius}, {X: at.X + s.Radius, Y: at.Y},
		{X: at.X, Y: at.Y + s.Radius},
	})
}
