package plot

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"facrnn/data"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	mapSide   = 6.8 * vg.Centimeter // 400 pixels: a cell of the largest map is one
	mostCells = 400                 // along a side of a map; larger matrices are drawn by block means
	limitAt   = 0.99                // quantile of |W| at which the colours end
)

// region is a run of neurons recorded in one place, in the order of the map.
type region struct {
	name       string
	first, end int
}

// connectivityFigure draws W and every group's share of it on one colour scale. With one group, its share is W: one map.
func connectivityFigure(run Run) figure {
	f := figure{name: "connectivity", title: heading("Connectivity", run)}
	if run.A.Empty() {
		return f
	}
	N := run.A.Rows
	order, regions := arrange(run.Channels, N)
	block := (N + mostCells - 1) / mostCells
	a, b := thinRows(run.A, order, block), thinColumns(run.B, order, block)
	all := make([]int, run.A.Cols)
	for k := range all {
		all[k] = k
	}
	names, maps := []string{"W: all groups"}, []data.Matrix{product(a, b, all)}
	if len(run.Groups) > 1 {
		for _, g := range run.Groups {
			names, maps = append(names, "W: "+g.Name), append(maps, product(a, b, g.Latents))
		}
	}
	weight := "|W|"
	if block > 1 {
		weight = "|block mean|"
	}
	limit, rule := colourLimit(maps[0], weight)
	columns := mapColumns(len(maps))
	var panels []*panel
	for i, m := range maps {
		p := mapPanel(m, limit, names[i])
		p.label(axisLook{n: N, block: block, regions: regions, left: i%columns == 0, bottom: i+columns >= len(maps)})
		panels = append(panels, p)
	}
	f.rows = append(rowsOf(panels, columns), []*panel{colourBar(limit, rule)})
	f.key = signs()
	f.note = connectivityNote(N, run.Unit, len(regions))
	return f
}

func connectivityNote(neurons int, unit string, regions int) string {
	s := fmt.Sprintf("%d neurons", neurons)
	if neurons == 1 {
		s = "1 neuron"
	}
	if unit != "" {
		s += ", activity in " + unit
	}
	if regions > 0 {
		return s + ", ordered by region."
	}
	return s + ", in the file's order, counted from 0."
}

// mapColumns lays maps out in a near square, up to three in one row.
func mapColumns(n int) int {
	if n <= 3 {
		return n
	}
	return min(4, int(math.Ceil(math.Sqrt(float64(n)))))
}

// arrange orders neurons by region, regions and the neurons in each as they come in the file. Where no region is named, neurons
// stay as they are.
func arrange(channels []data.Channel, n int) (order []int, regions []region) {
	rank := map[string]int{}
	for i := range n {
		order = append(order, i)
		if i < len(channels) {
			if _, seen := rank[channels[i].Region]; !seen {
				rank[channels[i].Region] = len(rank)
			}
		}
	}
	if _, unnamed := rank[""]; len(rank) == 0 || unnamed && len(rank) == 1 {
		return order, nil
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[channels[a].Region], rank[channels[b].Region]) })
	for i, c := range order {
		name := channels[c].Region
		if i == 0 || name != channels[order[i-1]].Region {
			regions = append(regions, region{name: name, first: i})
		}
		regions[len(regions)-1].end = i + 1
	}
	for i := range regions {
		if regions[i].name == "" {
			regions[i].name = "not named"
		}
	}
	return order, regions
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

// thinRows orders the rows of A (N,K) and takes the means of block of them at a time, one row of K values after the other. With thinColumns of B, the products are the block means of W, which of thousands of
// neurons is too large to be made.
func thinRows(a data.Matrix, order []int, block int) [][]float64 {
	return means(a.Cols, order, block, func(n, k int) float32 { return a.Row(n)[k] })
}

// thinColumns does the same with the columns of B (K,N).
func thinColumns(b data.Matrix, order []int, block int) [][]float64 {
	return means(b.Rows, order, block, func(n, k int) float32 { return b.Row(k)[n] })
}

func means(K int, order []int, block int, at func(n, k int) float32) (rows [][]float64) {
	for first := 0; first < len(order); first += block {
		some, row := order[first:min(first+block, len(order))], make([]float64, K)
		for k := range row {
			for _, n := range some {
				row[k] += float64(at(n, k)) / float64(len(some))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// product is the sum over some latents of what rows a get of columns b.
func product(a, b [][]float64, latents []int) data.Matrix {
	out := data.NewMatrix(len(a), len(b))
	for i := range a {
		row := out.Row(i)
		for j := range row {
			sum := 0.0
			for _, k := range latents {
				sum += a[i][k] * b[j][k]
			}
			row[j] = float32(sum)
		}
	}
	return out
}

// colourLimit is the size of weight at which the colours end, and how it was chosen: a percentile, lest one weight make all others
// white, but the largest where nearly all weights are 0.
func colourLimit(w data.Matrix, weight string) (limit float64, rule string) {
	var size []float32
	for _, v := range w.Data {
		if finite(float64(v)) {
			size = append(size, max(v, -v))
		}
	}
	slices.Sort(size)
	if len(size) == 0 || size[len(size)-1] == 0 {
		return 1, "W is 0"
	}
	if q := quantile(size, limitAt); q > 0 {
		return float64(q), "99th percentile of " + weight
	}
	return float64(size[len(size)-1]), "largest " + weight
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
	zoom := 1 + 3*mostCells/max(m.Rows, m.Cols)
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

// levels colours a matrix in 255 steps from -limit to limit, and grey: a byte a pixel. Large matrices get one pixel a cell.
func levels(m data.Matrix, limit float64, colour func(float64) color.NRGBA) image.Image {
	const side = 127
	var palette color.Palette
	for i := range 2*side + 1 {
		palette = append(palette, colour(float64(i-side)/side))
	}
	palette = append(palette, colour(math.NaN()))
	zoom := max(1, mostCells/max(m.Rows, m.Cols))
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

// Plot implements plot.Plotter. An SVG holds the image itself, so that one is made small: the full colours of nine maps of 400
// neurons would take 8 MB.
func (r raster) Plot(c draw.Canvas, _ *plot.Plot) {
	img := cells
	if _, svg := innermost(c).(*vgsvg.Canvas); svg {
		img = levels
	}
	c.DrawImage(c.Rectangle, img(r.m, r.limit, r.colour))
}

// innermost is what a canvas draws on: gonum lays one around another for each margin.
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
