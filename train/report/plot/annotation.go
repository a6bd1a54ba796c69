package plot

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// words is a text at a point of the data area.
type words struct {
	text  string
	x, y  float64
	style text.Style
	shift vg.Point
}

// Plot implements plot.Plotter.
func (w words) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	onWhite(c, w.style, vg.Point{X: x(w.x), Y: y(w.y)}.Add(w.shift), w.text)
}
