package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// trail is one line through a box: three coordinates a point, the third 0 in a plane.
type trail [][3]float64

// spans returns the range of each coordinate, inverted if there is no point.
func spans(paths []trail) [3]span {
	r := [3]span{spanOf(), spanOf(), spanOf()}
	for _, tr := range paths {
		for _, q := range tr {
			for i, v := range q {
				if finite(v) {
					r[i] = r[i].with(v)
				}
			}
		}
	}
	return r
}

// square gives both axes one scale: a length on x means the same on y.
func square(p *plot.Plot, x, y span, room float64) {
	if x.lo > x.hi || y.lo > y.hi { // there is nothing to show
		x, y = span{}, span{}
	}
	half := room * max(x.hi-x.lo, y.hi-y.lo) / 2
	if size := max(math.Abs(x.lo), math.Abs(x.hi), math.Abs(y.lo), math.Abs(y.hi)); half <= 1e-6*size || half == 0 {
		half = max(0.1*size, 1e-3)
	}
	for _, a := range []struct {
		axis *plot.Axis
		span
	}{{&p.X, x}, {&p.Y, y}} {
		mid := (a.lo + a.hi) / 2
		a.axis.Min, a.axis.Max = mid-half, mid+half
	}
}

// oblique projects a point on the plane of the paper, seen from 35 degrees beside the first axis and 25 degrees above.
func oblique(q [3]float64) (u, v float64) {
	sinA, cosA := math.Sincos(35 * math.Pi / 180)
	sinE, cosE := math.Sincos(25 * math.Pi / 180)
	return q[1]*cosA - q[0]*sinA, q[2]*cosE - (q[0]*cosA+q[1]*sinA)*sinE
}

// corners returns the eight of a box; bit i of a corner's number is set at the high end of axis i.
func corners(r [3]span) [8][3]float64 {
	var out [8][3]float64
	for c := range out {
		for i := range r {
			out[c][i] = r[i].lo
			if c>>i&1 == 1 {
				out[c][i] = r[i].hi
			}
		}
	}
	return out
}

// addBox draws the edges of the box and names its axes along those edges that bound the picture.
func addBox(p *plot.Plot, names [3]string, r [3]span) {
	corner := corners(r)
	for c := range corner {
		for i := range r {
			if c>>i&1 == 0 {
				p.Add(segment(corner[c], corner[c|1<<i]))
			}
		}
	}
	style := sans(tickSize)
	style.Color = pale()
	left, right, upright := style, style, style
	right.XAlign, right.YAlign = draw.XLeft, draw.YTop
	left.XAlign, left.YAlign = draw.XRight, draw.YTop
	upright.XAlign, upright.YAlign, upright.Rotation = draw.XCenter, draw.YBottom, math.Pi/2
	p.Add(
		caption{names[0], midpoint(corner[2], corner[3]), right, vg.Point{X: 2, Y: -2}},
		caption{names[1], midpoint(corner[1], corner[3]), left, vg.Point{X: -2, Y: -2}},
		caption{names[2], midpoint(corner[1], corner[5]), upright, vg.Point{X: -3}},
	)
}

// segment returns an edge of the box.
func segment(a, b [3]float64) plot.Plotter {
	ax, ay := oblique(a)
	bx, by := oblique(b)
	return line([]float64{ax, bx}, []float64{ay, by}, look{colour: grey(0xCC)}, 0.5)
}

func midpoint(a, b [3]float64) [3]float64 {
	return [3]float64{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2}
}

// caption is a text at a point of the box.
type caption struct {
	words string
	at    [3]float64
	style text.Style
	shift vg.Point
}

// Plot implements plot.Plotter.
func (t caption) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	u, v := oblique(t.at)
	c.FillText(t.style, vg.Point{X: x(u), Y: y(v)}.Add(t.shift), t.words)
}

// start is the ring at a trail's first point.
type start struct {
	project func([3]float64) (float64, float64)
	at      [3]float64
	colour  color.NRGBA
}

// Plot implements plot.Plotter.
func (s start) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	u, v := s.project(s.at)
	if !finite(u) || !finite(v) {
		return
	}
	pt := vg.Point{X: x(u), Y: y(v)}
	c.DrawGlyph(draw.GlyphStyle{Color: s.colour, Radius: 2.8, Shape: draw.CircleGlyph{}}, pt)
	c.DrawGlyph(draw.GlyphStyle{Color: grey(0xFF), Radius: 1.8, Shape: draw.CircleGlyph{}}, pt)
}
