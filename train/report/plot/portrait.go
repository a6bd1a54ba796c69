package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// portrait draws a group's latents in their own space: as a histogram of one, in the plane of (the first) two, or, of three, in
// a box seen from above.
func (s *scene) portrait(g Group, side vg.Length) *panel {
	switch len(g.Latents) {
	case 1:
		return s.histogram(g.Latents[0], side)
	case 3:
		return s.box([3]int(g.Latents), side)
	}
	return s.plane(g.Latents[0], g.Latents[1], side)
}

// trail is one line of a portrait: three coordinates a point, the third 0 in a plane.
type trail [][3]float64

// trails are the paths, and the mean over trials where there is one, in the space of the given latents.
func (s *scene) trails(latents ...int) (paths []trail, mean trail) {
	for _, q := range s.paths {
		tr := make(trail, q.end-q.first)
		for i, k := range latents {
			for t, v := range s.values(q, k) {
				tr[t][i] = v
			}
		}
		paths = append(paths, tr)
	}
	mean = make(trail, s.mean.z.Rows)
	for i, k := range latents {
		for t, v := range column(s.mean.z, k, 0, s.mean.z.Rows) {
			mean[t][i] = v
		}
	}
	return paths, mean
}

// spans is the range of each coordinate, inverted where there is no point.
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

// plane draws two latents against each other, with one scale for both.
func (s *scene) plane(a, b int, side vg.Length) *panel {
	p := &panel{Plot: newPlot(side, side, latentName(a), latentName(b)), w: side, h: side, letter: true}
	p.Y.Tick.Marker = p.X.Tick.Marker
	paths, mean := s.trails(a, b)
	s.addTrails(p, paths, mean, func(q [3]float64) (float64, float64) { return q[0], q[1] })
	r := spans(paths)
	square(p.Plot, r[0], r[1], 1.08)
	return p
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

// box draws three latents in the box that holds them, seen from above one of its edges, all on one scale.
func (s *scene) box(latents [3]int, side vg.Length) *panel {
	p := &panel{Plot: newPlot(side, side, "", ""), w: side, h: side, letter: true}
	p.HideAxes()
	paths, mean := s.trails(latents[:]...)
	r := spans(paths)
	for i := range r {
		r[i] = r[i].padded(0)
	}
	addBox(p.Plot, [3]string{latentName(latents[0]), latentName(latents[1]), latentName(latents[2])}, r)
	s.addTrails(p, paths, mean, oblique)
	u, v := spanOf(), spanOf()
	for _, c := range corners(r) {
		x, y := oblique(c)
		u, v = u.with(x), v.with(y)
	}
	square(p.Plot, u, v, 1.22)
	return p
}

// oblique projects a point on the plane of the paper, seen from 35 degrees beside the first axis and 25 degrees above.
func oblique(q [3]float64) (u, v float64) {
	sinA, cosA := math.Sincos(35 * math.Pi / 180)
	sinE, cosE := math.Sincos(25 * math.Pi / 180)
	return q[1]*cosA - q[0]*sinA, q[2]*cosE - (q[0]*cosA+q[1]*sinA)*sinE
}

// corners are the eight of a box; bit i of a corner's number tells the low from the high end of axis i.
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

// segment is an edge of the box.
func segment(a, b [3]float64) plot.Plotter {
	ax, ay := oblique(a)
	bx, by := oblique(b)
	return line([]float64{ax, bx}, []float64{ay, by}, grey(0xCC), 0.5)
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

// addTrails draws the paths, the mean in front of them, and a ring where the boldest begins.
func (s *scene) addTrails(p *panel, paths []trail, mean trail, project func([3]float64) (float64, float64)) {
	flat := func(tr trail) (x, y []float64) {
		for _, q := range tr {
			u, v := project(q)
			x, y = append(x, u), append(y, v)
		}
		return x, y
	}
	colour, width := s.single(grey(0x50))
	if len(mean) == 0 {
		width = 0.6
	} else {
		colour.A /= 2 // more lines cross here than over time
	}
	for _, tr := range paths {
		x, y := flat(tr)
		p.Plot.Add(line(x, y, colour, width))
	}
	x, y := flat(mean)
	p.Plot.Add(line(x, y, grey(0xFF), 3.2), line(x, y, ink(), 1.8))
	for _, tr := range append([]trail{mean}, paths...) {
		if len(tr) > 0 {
			p.Plot.Add(start{project, tr[0]})
			break
		}
	}
	p.title = "○ start"
}

// start is the ring at a trail's first point.
type start struct {
	project func([3]float64) (float64, float64)
	at      [3]float64
}

// Plot implements plot.Plotter.
func (s start) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	u, v := s.project(s.at)
	if !finite(u) || !finite(v) {
		return
	}
	pt := vg.Point{X: x(u), Y: y(v)}
	c.DrawGlyph(draw.GlyphStyle{Color: ink(), Radius: 3.4, Shape: draw.CircleGlyph{}}, pt)
	c.DrawGlyph(draw.GlyphStyle{Color: grey(0xFF), Radius: 2.2, Shape: draw.CircleGlyph{}}, pt)
}

// histogram counts the values of one latent, over all bins of the recording.
func (s *scene) histogram(k int, side vg.Length) *panel {
	p := &panel{Plot: newPlot(side, side, latentName(k), "time bins"), w: side, h: side, letter: true}
	p.title = fmt.Sprintf("all %d bins", s.Latents.Rows)
	v := column(s.Latents, k, 0, s.Latents.Rows)
	r := spanOf(v).padded(0)
	n := max(5, min(40, int(math.Sqrt(float64(len(v))))))
	count := make([]float64, n)
	for _, z := range v {
		if finite(z) {
			count[min(n-1, int((z-r.lo)/(r.hi-r.lo)*float64(n)))]++
		}
	}
	xy := plotter.XYs{{X: r.lo}}
	for i, c := range count {
		at := func(i int) float64 { return r.lo + (r.hi-r.lo)*float64(i)/float64(n) }
		xy = append(xy, plotter.XY{X: at(i), Y: c}, plotter.XY{X: at(i + 1), Y: c})
	}
	xy = append(xy, plotter.XY{X: r.hi})
	p.Plot.Add(&plotter.Polygon{XYs: []plotter.XYs{xy}, Color: fade(category(0), 0.6), LineStyle: draw.LineStyle{Color: category(0), Width: 0.6}})
	r.show(&p.X)
	span{0, 1.05 * spanOf(count).hi}.show(&p.Y)
	return p
}
