package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"facrnn/data"
)

// Regions is a figure of connectivities between R regions: a row of matrices, row <- column, and below each a circle of
// regions with an arrow for each strong connection. Colours and widths end at the largest weight of the first.
type Regions struct {
	Name        string // of the files, without ending
	Title, Note string
	// R; the first half stands on the circle's left, the other on its right, both from the top down
	Regions []string
	Marked  [][2]int // {to, from}: pathways to be looked at
	Mark    string   // what they are
	Panels  []Regional
}

// Regional is one connectivity.
type Regional struct {
	Title, Note string
	Sum         data.Matrix // (R,R)
}

// weakest is the share of the largest weight from which on a connection has an arrow.
const weakest = 0.2

// figure implements Figure.
func (f Regions) figure(*series) (figure, error) {
	out := figure{name: f.Name, title: f.Title}
	R := len(f.Regions)
	var maps, circles []*panel
	limit := 0.0
	for i, r := range f.Panels {
		if r.Sum.Rows != R || r.Sum.Cols != R || len(r.Sum.Data) != R*R {
			return out, fmt.Errorf("%s: sums of %d x %d regions, not %d", r.Title, r.Sum.Rows, r.Sum.Cols, R)
		}
		if i == 0 {
			limit = largest(r.Sum)
		}
		p := mapPanel(r.Sum, limit, r.Title)
		p.note = r.Note
		p.named(f.Regions, "to region", "from region")
		if i > 0 { // maps of a row have one axis
			p.Y.Label.Text, p.Y.Tick.Marker = "", plot.ConstantTicks(nil)
		}
		p.Plot.Add(rings(f.Marked))
		maps = append(maps, p)
		circle := circlePanel(wheel{f.Regions, r.Sum, limit, strong(r.Sum, limit)}, mapSide, mapSide)
		circle.title = r.Title
		circles = append(circles, circle)
	}
	if len(maps) == 0 {
		return out, nil
	}
	out.rows = [][]*panel{alignNotes(maps), circles, {colourBar(limit, "largest of a")}}
	out.key = append(signs(), arrowKey(limit)...)
	if len(f.Marked) > 0 {
		out.key = append(out.key, entry{name: f.Mark, colour: ink(), width: 3.4, glyph: ring{}})
	}
	out.note = fmt.Sprintf("%s Arrows: weights of at least %g of the largest in a. The width grows with the weight. "+
		"Connections of a region to itself have no arrow.", f.Note, weakest)
	return out, nil
}

// largest returns the largest |weight| between different regions.
func largest(m data.Matrix) float64 {
	limit := 0.0
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if i != j && finite(float64(v)) {
				limit = max(limit, math.Abs(float64(v)))
			}
		}
	}
	if limit == 0 {
		return 1
	}
	return limit
}

// circlePanel draws what regions send one another, which stand around a circle; names have room at its sides where the
// panel is wider than high.
func circlePanel(of wheel, w, h vg.Length) *panel {
	reach := 1.3
	if slices.ContainsFunc(of.pairs, func(a [2]int) bool { return a[0] == a[1] }) {
		reach = 1.5 // for what places send to themselves, outside the circle
	}
	p := &panel{Plot: newPlot(w, h, "", ""), w: w, h: h, letter: true}
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	wide := reach * float64(w/h)
	span{-wide, wide}.show(&p.X)
	span{-reach, reach}.show(&p.Y)
	p.Plot.Add(of)
	return p
}

// wheel is the drawing of regions around a circle.
type wheel struct {
	names []string
	sum   data.Matrix
	limit float64
	pairs [][2]int // {to, from} that have an arrow, the strongest last
}

// strong returns the connections between regions of at least the weakest share of the limit, the strongest last.
func strong(sum data.Matrix, limit float64) (pairs [][2]int) {
	size := func(a [2]int) float64 { return math.Abs(float64(sum.Row(a[0])[a[1]])) }
	for i := range sum.Rows {
		for j := range sum.Cols {
			if a := [2]int{i, j}; i != j && size(a) >= weakest*limit {
				pairs = append(pairs, a)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b [2]int) int { return cmp.Compare(size(a), size(b)) })
	return pairs
}

// place is where region i stands: the first half on the left, the other on the right, from the top down.
func (w wheel) place(i int) (x, y float64) {
	n := len(w.names)
	half := n / 2
	angle := math.Pi/2 + (float64(i)+0.5)*math.Pi/float64(max(half, 1))
	if i >= half {
		angle = math.Pi/2 - (float64(i-half)+0.5)*math.Pi/float64(n-half)
	}
	sin, cos := math.Sincos(angle)
	return cos, sin
}

// Plot implements plot.Plotter.
func (w wheel) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := func(x, y float64) vg.Point { return vg.Point{X: tx(x), Y: ty(y)} }
	style := sans(tickSize)
	for i, name := range w.names {
		x, y := w.place(i)
		c.DrawGlyph(draw.GlyphStyle{Color: pale(), Radius: 2.6, Shape: draw.CircleGlyph{}}, at(x, y))
		label := style
		label.XAlign, label.YAlign = draw.XAlignment(-0.5+0.5*x), draw.YAlignment(-0.5+0.5*y)
		beyond := 1.08
		if slices.Contains(w.pairs, [2]int{i, i}) {
			beyond = 1.32
		}
		c.FillText(label, at(beyond*x, beyond*y), name)
	}
	for _, a := range w.pairs {
		v := float64(w.sum.Row(a[0])[a[1]])
		w.arrow(c, at, a[0], a[1], math.Copysign(min(math.Abs(v)/w.limit, 1), v))
	}
}

// palest is the place on the colour scale of the weakest arrows. Weaker colours are invisible on white.
const palest = 0.4

// arrowWidth returns the width of an arrow by its share of the limit.
func arrowWidth(share float64) vg.Length { return vg.Length(0.5 + 2.4*share) }

// arrowKey returns key entries for the widths of arrows: the whole limit, and a half.
func arrowKey(limit float64) (key []entry) {
	for _, share := range []float64{1, 0.5} {
		key = append(key, entry{name: "arrow: ±" + brief(share*limit), colour: pale(), width: arrowWidth(share)})
	}
	return key
}

// arrow leads from region j to region i, bent to the middle and a little to its right, so that there and back are two
// ways.
func (w wheel) arrow(c draw.Canvas, at func(x, y float64) vg.Point, i, j int, weight float64) {
	const near, steps = 0.95, 120
	x0, y0 := w.place(j)
	x2, y2 := w.place(i)
	x0, y0, x2, y2 = near*x0, near*y0, near*x2, near*y2
	const inwards, aside = 0.4, 0.09
	x1, y1 := inwards*(x0+x2)/2+aside*(y2-y0), inwards*(y0+y2)/2-aside*(x2-x0)
	if i == j { // out of the circle and back
		const far, apart = 1.6, 0.1
		x1, y1 = far*x0/near, far*y0/near
		x0, y0, x2, y2 = x0-apart*y0, y0+apart*x0, x0+apart*y0, y0-apart*x0
	}
	point := func(t float64) vg.Point {
		a, b, d := (1-t)*(1-t), 2*t*(1-t), t*t
		return at(a*x0+b*x1+d*x2, a*y0+b*y1+d*y2)
	}
	width := arrowWidth(math.Abs(weight))
	colour := diverging(math.Copysign(max(math.Abs(weight), palest), weight))
	head := 4 + 1.6*width
	tip := point(1)
	var way []vg.Point
	for s := range steps + 1 {
		q := point(float64(s) / steps)
		if d := tip.Sub(q); math.Hypot(float64(d.X), float64(d.Y)) < float64(0.8*head) {
			break // the line ends within its head
		}
		way = append(way, q)
	}
	if len(way) == 0 {
		return
	}
	c.StrokeLines(draw.LineStyle{Color: fade(colour, 0.9), Width: width}, way)
	d := tip.Sub(way[len(way)-1])
	n := vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
	u := vg.Point{X: d.X / n, Y: d.Y / n}
	side := vg.Point{X: -u.Y * head * 0.42, Y: u.X * head * 0.42}
	base := tip.Sub(vg.Point{X: u.X * head, Y: u.Y * head})
	c.FillPolygon(colour, []vg.Point{tip, base.Add(side), base.Sub(side)})
}

// rings mark cells of a matrix.
type rings [][2]int

// Plot implements plot.Plotter.
func (r rings) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for _, cell := range r {
		c.DrawGlyph(draw.GlyphStyle{Color: ink(), Radius: 3.4, Shape: ring{}},
			vg.Point{X: tx(float64(cell[1]) + 0.5), Y: ty(float64(cell[0]) + 0.5)})
	}
}

// ring is a circle with a white rim, to be seen on any colour.
type ring struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (ring) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	for _, l := range []draw.LineStyle{{Color: grey(0xFF), Width: 2}, {Color: s.Color, Width: 0.9}} {
		c.SetLineStyle(l)
		var path vg.Path
		path.Move(vg.Point{X: at.X + s.Radius, Y: at.Y})
		path.Arc(at, s.Radius, 0, 2*math.Pi)
		path.Close()
		c.Stroke(path)
	}
}
