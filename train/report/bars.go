package report

import (
	"fmt"
	"math"

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
	p := &panel{Plot: newPlot(w, h, "", turned(b.Y, h)), w: w, h: h, letter: true}
	var boxes []Box
	for i, c := range b.Clusters {
		boxes = append(boxes, Box{Label: c.Label})
		p.Plot.Add(cluster{c, float64(i + 1), bar, s.look(c.Label)})
	}
	y := spanOf(all)
	y.hi += 0.04 * (y.hi - y.lo)
	y.show(&p.Y)
	p.Y.Padding = 0
	span{0.5, float64(len(b.Clusters)) + 0.5}.show(&p.X)
	p.labelBoxes(boxes, slot)
	f.key = []entry{{name: "one seed", colour: pale(), width: 2, glyph: draw.CircleGlyph{}}}
	f.arrange([]*panel{p})
	return f, nil
}

// cluster is the drawing of one method's bars.
type cluster struct {
	Cluster
	at    float64
	width vg.Length // from bar to bar
	look  look
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
		base, top := ty(math.Max(0, p.Y.Min)), ty(mean)
		corners := []vg.Point{{X: x - half, Y: base}, {X: x + half, Y: base}, {X: x + half, Y: top}, {X: x - half, Y: top}}
		c.FillPolygon(fade(k.look.colour, 0.45), corners)
		c.StrokeLines(draw.LineStyle{Color: k.look.colour, Width: 0.8}, append(corners, corners[0]))
		for _, v := range values {
			c.DrawGlyph(draw.GlyphStyle{Color: grey(0xFF), Radius: 1.9, Shape: draw.CircleGlyph{}}, vg.Point{X: x, Y: ty(v)})
			c.DrawGlyph(draw.GlyphStyle{Color: k.look.colour, Radius: 1.4, Shape: draw.CircleGlyph{}}, vg.Point{X: x, Y: ty(v)})
		}
	}
}
