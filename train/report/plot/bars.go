package plot

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars is a figure of bars from 0, in clusters of one method each.
type Bars struct {
	Name        string // of the files, without ending
	Title, Note string // above the panel; the note may be empty
	Y           string // what the bars show, with its unit
	Clusters    []Cluster
}

// Cluster is one method's bars.
type Cluster struct {
	Label string
	Bars  [][]float64 // the values of each bar, one a seed, whose mean is its height
}

// figure implements Figure. Without any value there is no panel.
func (b Bars) figure(s *series) (figure, error) {
	const bar, apart, h = 11, 14, 6 * vg.Centimeter
	f := figure{name: b.Name, title: b.Title, note: b.Note}
	all, most := []float64{0}, 0
	for _, c := range b.Clusters {
		s.add(c.Label)
		most = max(most, len(c.Bars))
		for i, values := range c.Bars {
			for _, v := range values {
				if !finite(v) {
					return f, fmt.Errorf("bar %d of %s: a value is %v", i, c.Label, v)
				}
			}
			all = append(all, values...)
		}
	}
	if len(all) == 1 {
		return f, nil
	}
	slot := max(vg.Length(most)*bar+apart, 2*vg.Centimeter)
	w := max(slot*vg.Length(len(b.Clusters)), 8*vg.Centimeter)
	var drawn []cluster
	for _, c := range b.Clusters {
		drawn = append(drawn, cluster{Cluster: c, width: bar, colour: s.look(c.Label).colour})
	}
	f.key = []entry{{name: "one seed", colour: pale(), width: 2, glyph: draw.CircleGlyph{}}}
	f.arrange([]*panel{barPanel(b.Y, drawn, w, h)})
	return f, nil
}

// barPanel draws clusters side by side in a panel of a size.
func barPanel(axis string, clusters []cluster, w, h vg.Length) *panel {
	p := &panel{Plot: newPlot(w, h, "", turned(axis, h)), w: w, h: h, letter: true}
	all := []float64{0}
	var boxes []Box
	for i, k := range clusters {
		k.at = float64(i + 1)
		p.Plot.Add(k)
		boxes = append(boxes, Box{Label: k.Label})
		for _, values := range k.Bars {
			all = append(all, values...)
		}
	}
	y := spanOf(all)
	room := 0.04 * max(y.hi-y.lo, 1e-9)
	if y.hi += room; y.lo < 0 {
		y.lo -= room
	}
	y.show(&p.Y)
	p.Y.Padding = 0
	span{0.5, float64(len(clusters)) + 0.5}.show(&p.X)
	p.labelBoxes(boxes, w/vg.Length(max(1, len(clusters))))
	if y.lo < 0 { // else the axis is that line
		p.Plot.Add(zero{})
	}
	return p
}

// cluster is the drawing of one method's bars.
type cluster struct {
	Cluster
	at     float64
	width  vg.Length // from bar to bar
	colour color.NRGBA
}

// Plot implements plot.Plotter.
func (k cluster) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i, values := range k.Bars {
		if len(values) == 0 {
			continue
		}
		x := tx(k.at) + k.width*vg.Length(float64(i)-float64(len(k.Bars))/2+0.5)
		mean := 0.0
		for _, v := range values {
			mean += v / float64(len(values))
		}
		half := 0.42 * k.width
		base, top := ty(0), ty(mean)
		corners := []vg.Point{{X: x - half, Y: base}, {X: x + half, Y: base}, {X: x + half, Y: top},
			{X: x - half, Y: top}}
		c.FillPolygon(fade(k.colour, 0.45), corners)
		c.StrokeLines(draw.LineStyle{Color: k.colour, Width: 0.8}, append(corners, corners[0]))
		for _, v := range values {
			c.DrawGlyph(draw.GlyphStyle{Color: grey(0xFF), Radius: 1.9, Shape: draw.CircleGlyph{}},
				vg.Point{X: x, Y: ty(v)})
			c.DrawGlyph(draw.GlyphStyle{Color: k.colour, Radius: 1.4, Shape: draw.CircleGlyph{}},
				vg.Point{X: x, Y: ty(v)})
		}
	}
}

// zero is the line at 0.
type zero struct{}

// Plot implements plot.Plotter.
func (zero) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: ink(), Width: 0.5}, c.Min.X, y(0), c.Max.X, y(0))
}
