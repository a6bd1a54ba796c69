package plot

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"facrnn/data"
	"facrnn/train/report/content"
)

// lines draws a panel for each of the plots.
func (d drawing) lines(p content.Panel) (out []*panel) {
	w, h := 7*vg.Centimeter, 4.6*vg.Centimeter
	switch {
	case p.Wide:
		w, h = 20*vg.Centimeter, 2.6*vg.Centimeter
	case len(p.Lines.Plots) > 1:
		w, h = 5.4*vg.Centimeter, portraitSide
	}
	for i, plot := range p.Lines.Plots {
		panel := d.plot(p.Lines, plot, w, h)
		if p.Wide && i < len(p.Lines.Plots)-1 {
			panel.X.Label.Text = "" // the plots stand below one another
		}
		if i == 0 {
			panel.title = p.Title
		}
		out = append(out, panel)
	}
	return out
}

// plot draws curves over one axis.
func (d drawing) plot(l *content.Lines, of content.Plot, w, h vg.Length) *panel {
	x := strings.Join(wrap(sans(labelSize), l.X.Label, w), "\n")
	out := &panel{Plot: newPlot(w, h, x, turned(of.Y.Label, h)), w: w, h: h, letter: true}
	lines := d.curves(l, of)
	var allX, allY [][]float64
	for _, c := range lines {
		allX, allY = append(allX, c.X), append(allY, c.Y, c.Low, c.High)
	}
	xs, ys := scaled(&out.X, l.X, spanOf(allX...).padded(0), int(w/(1.1*vg.Centimeter))), scaled(
		&out.Y, of.Y, spanOf(allY...).padded(0.04), int(h/(0.7*vg.Centimeter)),
	)
	for i, s := range l.Shades {
		from, to := place(l.X, s.From), place(l.X, s.To)
		if lo, hi := max(from, xs.lo), min(to, xs.hi); lo < hi {
			out.Plot.Add(shade{name: s.Name, from: lo, to: hi, bare: i%2 == 1})
		}
	}
	for _, c := range lines {
		c.addBand(out.Plot, ys.lo, c.look)
	}
	for _, c := range lines {
		c.stroke(out.Plot)
	}
	for _, m := range l.Marks {
		if at := place(l.X, m.At); at >= xs.lo && at <= xs.hi {
			out.Plot.Add(mark{name: m.Name, at: at, result: m.Result})
		}
	}
	xs.show(&out.X) // what was added has widened them
	ys.show(&out.Y)
	return out
}

// place is where a value stands on an axis, whose own numbers are logarithms if it is logarithmic.
func place(a content.Axis, v content.Number) float64 {
	if a.Log {
		return logs([]float64{float64(v)})[0]
	}
	return float64(v)
}

// scaled gives an axis its ticks and its limits, from the content or else from a range, and returns the limits.
func scaled(axis *plot.Axis, a content.Axis, otherwise span, count int) span {
	s := otherwise
	if len(a.Domain) == 2 {
		if lo, hi := place(a, a.Domain[0]), place(a, a.Domain[1]); lo < hi && finite(lo) {
			s = span{lo, hi}
		}
	}
	s.show(axis)
	if a.Log {
		logarithmic(axis, count)
	} else if marks, ok := axis.Tick.Marker.(ticks); ok {
		marks.whole = a.Whole
		axis.Tick.Marker = marks
	}
	return s
}

// curve is a line on its axes, with its look.
type curve struct {
	Line
	look         look
	width        vg.Length
	faint, plain bool // plain: without a stroke, as a filled one
}

// curves returns the series of a plot. It leaves out bands if there are too many to distinguish.
func (d drawing) curves(l *content.Lines, of content.Plot) (out []curve) {
	banded := 0
	for _, s := range of.Series {
		if len(s.Spread) > 0 {
			banded++
		}
	}
	for _, s := range of.Series {
		if s.At < 0 || s.At >= len(l.At) {
			continue
		}
		n := min(len(l.At[s.At]), len(s.Y))
		c := curve{
			Line: Line{X: data.Float64s(l.At[s.At][:n]), Y: data.Float64s(s.Y[:n])},
			look: d.look(s.Look), width: 1.3, faint: s.Faint, plain: s.Filled,
		}
		switch {
		case s.Filled:
			c.Low, c.High = make([]float64, n), c.Y
		case len(s.Spread) >= n && n > 0 && (d.MostBands == 0 || banded <= d.MostBands):
			for i, v := range c.Y {
				c.Low, c.High = append(c.Low, v-float64(s.Spread[i])), append(c.High, v+float64(s.Spread[i]))
			}
		}
		found := func(o content.Series) bool { return o.Look.Of == content.OfGroup }
		if s.Look.Of == "" && slices.ContainsFunc(of.Series, found) {
			c.width = 2.6 // the truth is seen behind what was found
		}
		c.Line = c.onAxes(l.X.Log, of.Y.Log)
		out = append(out, c)
	}
	return out
}

// stroke draws the line; a single point becomes a dot.
func (c curve) stroke(p *plot.Plot) {
	if c.plain {
		return
	}
	l, width := c.look, c.width
	if c.faint {
		l, width = look{colour: fade(l.colour, 0.35)}, 0.6
	}
	for _, q := range c.stretches(c.Y) {
		p.Add(line(c.X[q.first:q.end], c.Y[q.first:q.end], l, width))
	}
}

// shade is a named stretch of the x axis.
type shade struct {
	name     string
	from, to float64
	bare     bool // only the name, so that neighbours differ
}

// Plot implements plot.Plotter.
func (s shade) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	if !s.bare {
		c.FillPolygon(
			grey(0xEE),
			[]vg.Point{
				{X: x(s.from), Y: c.Min.Y}, {X: x(s.to), Y: c.Min.Y}, {X: x(s.to), Y: c.Max.Y},
				{X: x(s.from), Y: c.Max.Y},
			},
		)
	}
	style := note()
	style.XAlign, style.YAlign = draw.XCenter, draw.YTop
	if style.Width(s.name) < x(s.to)-x(s.from) {
		c.FillText(style, vg.Point{X: (x(s.from) + x(s.to)) / 2, Y: c.Max.Y - 1}, s.name)
	}
}

// mark is a line at a place on the x axis, with its name.
type mark struct {
	name   string
	at     float64
	result bool
}

// Plot implements plot.Plotter.
func (m mark) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	style, line := note(), draw.LineStyle{Color: pale(), Width: 0.6, Dashes: []vg.Length{3, 3}}
	if m.result {
		line = draw.LineStyle{Color: accent(), Width: 1.4}
		style.Color = accent()
	}
	c.StrokeLine2(line, x(m.at), c.Min.Y, x(m.at), c.Max.Y)
	style.YAlign = draw.YTop
	at := vg.Point{X: x(m.at) + 3, Y: c.Max.Y - 1}
	if at.X+style.Width(m.name) > c.Max.X {
		style.XAlign, at.X = draw.XRight, x(m.at)-3
	}
	onWhite(c, style, at, m.name)
}

// bars draws bars from 0, one below the other, with their numbers; those that are missing leave a gap.
func (d drawing) bars(p content.Panel) *panel {
	const w, thick, slot = 6.4 * vg.Centimeter, 11, 0.75 * vg.Centimeter
	b := p.Bars
	h := max(1.5*vg.Centimeter, slot*vg.Length(len(b.Rows)))
	out := &panel{Plot: newPlot(w, h, b.Axis.Label, ""), w: w, h: h, title: p.Title, letter: true}
	factor, unit := 1.0, ""
	if b.Percent {
		factor, unit = 100, " %"
	}
	reach := span{0, 0}
	var names plot.ConstantTicks
	for i, row := range b.Rows {
		y := float64(len(b.Rows) - i)
		names = append(names, plot.Tick{Value: y, Label: barName(row.Name)})
		var below *plotter.BarChart
		total := 0.0
		for _, part := range row.Parts {
			v := factor * float64(part.Value)
			if !finite(v) {
				continue
			}
			bar := &plotter.BarChart{
				Values: plotter.Values{v}, Width: thick, Color: fade(d.colour(part.Look), 0.75),
				LineStyle: draw.LineStyle{Color: d.colour(part.Look), Width: 0.6}, XMin: y, Horizontal: true,
			}
			if below != nil {
				bar.StackOn(below)
			}
			out.Plot.Add(bar)
			below, total = bar, total+v
		}
		reach = reach.with(total)
		if len(row.Parts) == 1 && below != nil {
			style := sans(tickSize)
			style.YAlign = draw.YCenter
			out.Plot.Add(words{brief(total) + unit, max(total, 0), y, style, vg.Point{X: 4}})
		}
	}
	if reach.hi == reach.lo {
		reach.hi = 1
	}
	if len(b.Axis.Domain) == 2 {
		reach = span{factor * float64(b.Axis.Domain[0]), factor * float64(b.Axis.Domain[1])}
	}
	span{reach.lo, reach.hi + 0.22*(reach.hi-reach.lo)}.show(&out.X) // with room for the numbers
	span{0.4, float64(len(b.Rows)) + 0.6}.show(&out.Y)
	out.Y.Tick.Marker = names
	out.Y.Tick.Color = color.Transparent
	return out
}

// barName returns the name of a bar in at most two lines.
func barName(name string) string {
	const w = 3 * vg.Centimeter
	style := sans(tickSize)
	lines := wrap(style, name, w)
	if len(lines) > 2 {
		lines = []string{lines[0], strings.Join(lines[1:], " ")}
	}
	for i, line := range lines {
		lines[i] = shorten(style, line, w)
	}
	return strings.Join(lines, "\n")
}

// finiteSpan returns the range of one coordinate of points, of a number of coordinates each.
func finiteSpan(points []float32, k, of int) span {
	s := spanOf()
	for i := k; i < len(points); i += of {
		if v := float64(points[i]); !math.IsNaN(v) && !math.IsInf(v, 0) {
			s = s.with(v)
		}
	}
	return s
}
