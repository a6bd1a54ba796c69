package plot

import (
	"fmt"
	"image"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"facrnn/data"
)

// Maps is a figure of connectivities: a grid of square matrices, row i <- column j, whose colours end at the same
// weight. The first map decides it.
type Maps struct {
	Name        string // of the files, without ending
	Title, Note string // above the maps; the note may be empty
	Rows        [][]Map
}

// Map is one connectivity.
type Map struct {
	Title, Note string // above the map
	W           data.Matrix
}

// figure implements Figure. Empty maps are left out.
func (f Maps) figure(*series) (figure, error) {
	out := figure{name: f.Name, title: f.Title, note: f.Note}
	limit, rule := 0.0, ""
	for i, row := range f.Rows {
		var panels []*panel
		for j, m := range row {
			if m.W.Empty() {
				continue
			}
			if m.W.Rows != m.W.Cols || len(m.W.Data) != m.W.Rows*m.W.Cols {
				return out, fmt.Errorf("map %s is %d x %d, not square", m.Title, m.W.Rows, m.W.Cols)
			}
			order := make([]int, m.W.Rows)
			for k := range order {
				order[k] = k
			}
			block := (m.W.Rows + maxCells - 1) / maxCells
			shown := thin(m.W, order, block)
			if rule == "" {
				limit, rule = colourLimit(shown, "|W| of a")
			}
			p := mapPanel(shown, limit, m.Title)
			p.note = m.Note
			p.label(axisLook{n: m.W.Rows, block: block, left: j == 0, bottom: i == len(f.Rows)-1})
			panels = append(panels, p)
		}
		if len(panels) > 0 {
			out.rows = append(out.rows, alignNotes(panels))
		}
	}
	if len(out.rows) > 0 {
		out.rows = append(out.rows, []*panel{colourBar(limit, rule)})
		out.key = signs()
	}
	return out, nil
}

// signs returns the key of weights' colours.
func signs() []entry {
	return []entry{{name: "excitatory (positive)", colour: diverging(0.7), width: 6},
		{name: "inhibitory (negative)", colour: diverging(-0.7), width: 6}}
}

// Images is a figure of values, of no sign, on the pixels of an image: one row of panels, each scaled to its largest
// value.
type Images struct {
	Name        string // of the files, without ending
	Title, Note string // above the images; the note may be empty
	Side        int    // an image is Side x Side pixels
	Pixels      []int  // N, row*Side + column of each
	Regions     []string
	Panels      []Image
}

// Image is one panel.
type Image struct {
	Title, Note string
	Values      []float64 // N
}

// figure implements Figure.
func (f Images) figure(*series) (figure, error) {
	const w = mapSide
	out := figure{name: f.Name, title: f.Title, note: f.Note}
	if len(f.Regions) != len(f.Pixels) {
		return out, fmt.Errorf("%d regions for %d pixels", len(f.Regions), len(f.Pixels))
	}
	for _, p := range f.Pixels {
		if p < 0 || p >= f.Side*f.Side {
			return out, fmt.Errorf("pixel %d of an image of %d x %d", p, f.Side, f.Side)
		}
	}
	var panels []*panel
	for i, image := range f.Panels {
		if len(image.Values) != len(f.Pixels) {
			return out, fmt.Errorf("%s: %d values for %d pixels", image.Title, len(image.Values), len(f.Pixels))
		}
		p := &panel{Plot: newPlot(w, w, "", ""), w: w, h: w, title: image.Title, note: image.Note, letter: true}
		p.HideAxes()
		p.X.Padding, p.Y.Padding = 0, 0
		span{0, float64(f.Side)}.show(&p.X)
		span{0, float64(f.Side)}.show(&p.Y)
		grid := make([]float64, f.Side*f.Side)
		region := make([]string, len(grid))
		for k := range grid {
			grid[k] = math.NaN()
		}
		largest := spanOf(image.Values).hi
		for n, k := range f.Pixels {
			grid[k], region[k] = image.Values[n]/largest, f.Regions[n]
		}
		p.Plot.Add(field{f.Side, grid}, borders{f.Side, region, i == 0}, frame{})
		panels = append(panels, p)
	}
	if len(panels) == 0 {
		return out, nil
	}
	out.rows = [][]*panel{alignNotes(panels), {scaleBar()}}
	return out, nil
}

// scaleBar shows which share of the largest value has which colour.
func scaleBar() *panel {
	const w, h = mapSide, 0.35 * vg.Centimeter
	p := &panel{Plot: newPlot(w, h, "", ""), w: w, h: h, title: "share of the image's largest"}
	p.X.Padding = 0
	p.HideY()
	ramp := make([]float64, 401)
	for i := range ramp {
		ramp[i] = float64(i) / 400
	}
	p.Plot.Add(field{len(ramp), ramp}, frame{})
	span{0, 1}.show(&p.X)
	span{0, 1}.show(&p.Y)
	return p
}

// field fills a panel's data area with rows of values from 0 to 1; NaN stays white.
type field struct {
	columns int
	values  []float64
}

// Plot implements plot.Plotter. A pixel is drawn as many, for the canvas smooths what it enlarges.
func (f field) Plot(c draw.Canvas, _ *plot.Plot) {
	zoom := max(1, maxCells/f.columns)
	img := image.NewNRGBA(image.Rect(0, 0, f.columns*zoom, len(f.values)/f.columns*zoom))
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			img.SetNRGBA(x, y, sequential(f.values[y/zoom*f.columns+x/zoom]))
		}
	}
	c.DrawImage(c.Rectangle, img)
}

// onWhite writes a text with a white rim, to be read on any colour.
func onWhite(c draw.Canvas, style text.Style, at vg.Point, words string) {
	rim := style
	rim.Color = grey(0xFF)
	for i := range 12 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 6)
		c.FillText(rim, at.Add(vg.Point{X: vg.Length(1.2 * cos), Y: vg.Length(1.2 * sin)}), words)
	}
	c.FillText(style, at, words)
}

// borders are the lines between regions of an image, and their names.
type borders struct {
	side   int
	region []string // of each pixel
	named  bool
}

// Plot implements plot.Plotter.
func (b borders) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	x, y := func(column int) vg.Length { return tx(float64(column)) }, func(row int) vg.Length {
		return ty(float64(b.side - row))
	}
	thin := draw.LineStyle{Color: fade(ink(), 0.55), Width: 0.5}
	sum, count := map[string]vg.Point{}, map[string]vg.Length{}
	for k, name := range b.region {
		row, column := k/b.side, k%b.side
		if name != "" {
			sum[name] = sum[name].Add(vg.Point{X: (x(column) + x(column+1)) / 2, Y: (y(row) + y(row+1)) / 2})
			count[name]++
		}
		if column+1 < b.side && b.region[k+1] != name {
			c.StrokeLine2(thin, x(column+1), y(row), x(column+1), y(row+1))
		}
		if row+1 < b.side && b.region[k+b.side] != name {
			c.StrokeLine2(thin, x(column), y(row+1), x(column+1), y(row+1))
		}
	}
	if !b.named {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		n := count[name]
		style := sans(tickSize - 1)
		style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
		at := vg.Point{X: sum[name].X / n, Y: sum[name].Y / n}
		onWhite(c, style, at, name)
	}
}
