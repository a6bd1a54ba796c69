package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"facrnn/data"
	"facrnn/train/report/page"
)

const (
	regionSide = 5.4 * vg.Centimeter
	mostFlows  = 12 // arrows of a circle: of more, none could be followed
)

// regionsFigure draws what regions send one another, by group (all groups together first, where there are several): as a matrix, and as the largest flows around a circle. All have one scale.
func regionsFigure(p *page.Page) figure {
	f := figure{name: "regions", title: headingOf("Connectivity of regions", p)}
	if p.Connectivity == nil || p.Connectivity.Region == nil {
		return f
	}
	flows := p.Connectivity.Region
	R := len(flows.Names)
	names, of := []string{"W: all groups"}, []page.Values{flows.W}
	if len(flows.Groups) > 1 {
		for g, v := range flows.Groups {
			names, of = append(names, "W: "+p.Groups[g].Name), append(of, v)
		}
	}
	limit := 0.0
	for _, v := range of {
		for _, x := range v {
			if finite(float64(x)) {
				limit = max(limit, math.Abs(float64(x)))
			}
		}
	}
	limit = cmp.Or(limit, 1)
	columns := 1
	if len(of) > 3 { // lest the figure be far higher than wide
		columns = 2
	}
	var panels []*panel
	for i, v := range of {
		m := data.Matrix{Rows: R, Cols: R, Data: v}
		matrix := mapPanel(m, limit, names[i])
		matrix.w, matrix.h = regionSide, regionSide
		matrix.named(flows.Names, "to", "from")
		panels = append(panels, matrix, circlePanel(flows.Names, m, limit))
	}
	f.rows = rowsOf(panels, 2*columns)
	f.rows = append(f.rows, []*panel{colourBar(limit, "the largest sum")})
	f.key = []entry{{name: "excitatory (positive)", colour: diverging(0.7), width: 6}, {name: "inhibitory (negative)", colour: diverging(-0.7), width: 6}}
	f.note = fmt.Sprintf("%s Around the circles: the %d largest sums between different regions, as wide as they are large, bending to the right of their way.", flows.Note, min(mostFlows, R*(R-1)))
	return f
}

// circlePanel draws the largest flows between regions that stand around a circle.
func circlePanel(names []string, m data.Matrix, limit float64) *panel {
	const w = 7.4 * vg.Centimeter // for names on both sides
	p := &panel{Plot: newPlot(w, regionSide, "", ""), w: w, h: regionSide, letter: true}
	p.HideAxes()
	span{-1.35, 1.35}.show(&p.Y)
	span{-1.35 * float64(w/regionSide), 1.35 * float64(w/regionSide)}.show(&p.X)
	p.Plot.Add(circle{names, m, limit})
	return p
}

// circle is the drawing of flows.
type circle struct {
	names []string
	m     data.Matrix // row <- column
	limit float64
}

// flow is what one region sends to another.
type flow struct {
	from, to int
	weight   float64
}

// largest are the flows between different regions, the weakest of the largest first, so that the strongest lie in front.
func (c circle) largest() (all []flow) {
	for to := range c.m.Rows {
		for from, v := range c.m.Row(to) {
			if w := float64(v); to != from && finite(w) && w != 0 {
				all = append(all, flow{from, to, w})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b flow) int { return cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)) })
	all = all[:min(len(all), mostFlows)]
	slices.Reverse(all)
	return all
}

// place is where region i stands, the first at the top, clockwise, at a distance from the middle.
func (c circle) place(i int, distance float64) (x, y float64) {
	sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(len(c.names)))
	return distance * sin, distance * cos
}

// Plot implements plot.Plotter.
func (c circle) Plot(canvas draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&canvas)
	at := func(x, y float64) vg.Point { return vg.Point{X: tx(x), Y: ty(y)} }
	for _, f := range c.largest() {
		c.arrow(canvas, at, f)
	}
	for i, name := range c.names {
		x, y := c.place(i, 1)
		canvas.DrawGlyph(draw.GlyphStyle{Color: ink(), Radius: 3, Shape: draw.CircleGlyph{}}, at(x, y))
		style := sans(tickSize)
		style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
		switch {
		case x > 0.1:
			style.XAlign = draw.XLeft
		case x < -0.1:
			style.XAlign = draw.XRight
		}
		x, y = c.place(i, 1.12)
		canvas.FillText(style, at(x, y), shorten(style, name, 1.35*vg.Centimeter))
	}
}

// arrow draws a flow as a curve through a point beside the middle of its way, so that there and back are two curves, with a head.
func (c circle) arrow(canvas draw.Canvas, at func(x, y float64) vg.Point, f flow) {
	strength := math.Abs(f.weight) / c.limit
	colour := fade(diverging(math.Copysign(0.7, f.weight)), 0.35+0.6*strength)
	x0, y0 := c.place(f.from, 0.93)
	x1, y1 := c.place(f.to, 0.93)
	dx, dy := x1-x0, y1-y0
	mx, my := 0.6*(x0+x1)/2+0.18*dy, 0.6*(y0+y1)/2-0.18*dx
	var points []vg.Point
	const steps = 32
	for i := range steps + 1 {
		s := float64(i) / steps
		a, b, d := (1-s)*(1-s), 2*s*(1-s), s*s
		points = append(points, at(a*x0+b*mx+d*x1, a*y0+b*my+d*y1))
	}
	width := vg.Length(0.5 + 3*strength)
	size := 4 + 1.5*width // of the head
	tip := points[steps]
	from := func(p vg.Point) vg.Length { return vg.Length(math.Hypot(float64(tip.X-p.X), float64(tip.Y-p.Y))) }
	shaft := steps
	for shaft > 0 && from(points[shaft]) < size {
		shaft--
	}
	base := points[shaft]
	length := from(base)
	if length == 0 {
		return
	}
	ux, uy := (tip.X-base.X)/length, (tip.Y-base.Y)/length
	canvas.StrokeLines(draw.LineStyle{Color: colour, Width: width}, points[:shaft+1])
	canvas.FillPolygon(colour, []vg.Point{tip, {X: base.X - uy*size/2, Y: base.Y + ux*size/2}, {X: base.X + uy*size/2, Y: base.Y - ux*size/2}})
}
