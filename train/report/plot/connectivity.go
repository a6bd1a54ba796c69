package plot

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"facrnn/data"
	"facrnn/train/report/content"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	mapSide  = 6.8 * vg.Centimeter // 400 pixels: a cell of the largest map is one
	maxCells = 400                 // along a side of a map; larger matrices are drawn by block means
)

// region is a run of neurons recorded in one place, in the order of the map.
type region struct {
	name       string
	first, end int
}

// thin orders the rows and columns of m and takes the mean of each block x block cells; the last blocks may be smaller.
func thin(m data.Matrix, order []int, block int) data.Matrix {
	n := (len(order) + block - 1) / block
	sum, count := make([]float64, n*n), make([]int, n*n)
	for i, from := range order {
		row, to := m.Row(from), i/block*n
		for j, c := range order {
			sum[to+j/block] += float64(row[c])
			count[to+j/block]++
		}
	}
	out := data.NewMatrix(n, n)
	for i := range sum {
		out.Data[i] = float32(sum[i] / float64(count[i]))
	}
	return out
}

// colourLimit returns the size of weight at which the colours end, and the rule, which all figures share.
func colourLimit(w data.Matrix, weight string) (limit float64, rule string) {
	return content.ColourLimit(w.Data), "99.5th percentile of " + weight
}

// mapPanel draws a matrix of weights with row 0 at the top.
func mapPanel(m data.Matrix, limit float64, title string) *panel {
	return matrixPanel(m, limit, title, diverging)
}

// matrixPanel draws a matrix with row 0 at the top, in the colours of its values over the limit.
func matrixPanel(m data.Matrix, limit float64, title string, colour func(float64) color.NRGBA) *panel {
	p := &panel{Plot: newPlot(mapSide, mapSide, "", ""), w: mapSide, h: mapSide, title: title, letter: true}
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Width, p.Y.Width = 0, 0 // the frame is enough
	p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	p.Plot.Add(raster{m, limit, colour})
	return p
}

// cells colours a matrix. Small ones get many pixels a cell, for the canvas smooths what it enlarges.
func cells(m data.Matrix, limit float64, colour func(float64) color.NRGBA) image.Image {
	zoom := 1 + 3*maxCells/max(m.Rows, m.Cols)
	img := image.NewNRGBA(image.Rect(0, 0, m.Cols*zoom, m.Rows*zoom))
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			c := colour(float64(v) / limit)
			for y := i * zoom; y < (i+1)*zoom; y++ {
				for x := j * zoom; x < (j+1)*zoom; x++ {
					img.SetNRGBA(x, y, c)
				}
			}
		}
	}
	return img
}

// levels colours a matrix in 255 steps from -limit to limit, and grey: a byte a pixel. Large matrices get one pixel a
// cell.
func levels(m data.Matrix, limit float64, colour func(float64) color.NRGBA) image.Image {
	const side = 127
	var palette color.Palette
	for i := range 2*side + 1 {
		palette = append(palette, colour(float64(i-side)/side))
	}
	palette = append(palette, colour(math.NaN()))
	zoom := max(1, maxCells/max(m.Rows, m.Cols))
	img := image.NewPaletted(image.Rect(0, 0, m.Cols*zoom, m.Rows*zoom), palette)
	for y := range m.Rows * zoom {
		for x := range m.Cols * zoom {
			i := uint8(len(palette) - 1)
			if v := float64(m.Row(y / zoom)[x/zoom]) / limit; !math.IsNaN(v) {
				i = uint8(side + math.Round(side*min(max(v, -1), 1)))
			}
			img.Pix[y*img.Stride+x] = i
		}
	}
	return img
}

// raster fills a panel's data area with the cells of a matrix.
type raster struct {
	m      data.Matrix
	limit  float64
	colour func(float64) color.NRGBA // of a value over the limit
}

// Plot implements plot.Plotter. An SVG holds the image itself, so that one is made small: the full colours of nine maps
// of 400 neurons would take 8 MB.
func (r raster) Plot(c draw.Canvas, _ *plot.Plot) {
	img := cells
	if _, svg := innermost(c).(*vgsvg.Canvas); svg {
		img = levels
	}
	c.DrawImage(c.Rectangle, img(r.m, r.limit, r.colour))
}

// innermost returns the canvas inside all others: gonum wraps a canvas once for each margin.
func innermost(c vg.Canvas) vg.Canvas {
	for {
		outer, ok := c.(draw.Canvas)
		if !ok {
			return c
		}
		c = outer.Canvas
	}
}

// frame is the outline of a data area, and lines between regions.
type frame struct {
	at []float64 // where regions meet
}

// Plot implements plot.Plotter.
func (f frame) Plot(c draw.Canvas, p *plot.Plot) {
	// The more lines, the paler: they must not hide the weights.
	opacity := max(0.12, min(0.45, 5/float64(1+len(f.at))))
	thin := draw.LineStyle{Color: fade(grey(0), opacity), Width: 0.4}
	x, y := p.Transforms(&c)
	for _, v := range f.at {
		c.StrokeLine2(thin, x(v), c.Min.Y, x(v), c.Max.Y)
		c.StrokeLine2(thin, c.Min.X, y(v), c.Max.X, y(v))
	}
	c.StrokeLines(draw.LineStyle{Color: ink(), Width: 0.5}, []vg.Point{
		c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}, c.Min,
	})
}

// colourBar shows which weight has which colour.
func colourBar(limit float64, rule string) *panel {
	const w, h = mapSide, 0.35 * vg.Centimeter
	p := &panel{Plot: newPlot(w, h, "", ""), w: w, h: h, title: "weight"}
	p.note = fmt.Sprintf("ends at ±%s: %s", brief(limit), rule)
	p.X.Padding = 0
	p.HideY()
	ramp := data.NewMatrix(1, 401)
	for i := range ramp.Data {
		ramp.Data[i] = float32(i-200) / 200
	}
	p.Plot.Add(raster{ramp, 1, diverging}, frame{})
	span{-limit, limit}.show(&p.X)
	span{0, 1}.show(&p.Y)
	return p
}

// outlined is a square on the diagonal of a matrix.
type outlined struct {
	from, to int
	colour   color.NRGBA
}

// Plot implements plot.Plotter.
func (o outlined) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	a, b := float64(o.from), float64(o.to)
	c.StrokeLines(draw.LineStyle{Color: o.colour, Width: 2},
		[]vg.Point{{X: x(a), Y: y(a)}, {X: x(b), Y: y(a)}, {X: x(b), Y: y(b)}, {X: x(a), Y: y(b)}, {X: x(a), Y: y(a)}})
}
