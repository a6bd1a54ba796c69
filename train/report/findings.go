package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"facrnn/data"
	"facrnn/train/report/page"
)

// Findings writes what report.html shows beside the figures of [Figures]: spectra, behavior, independence and regions, each as .png and as .svg, into dir, and returns the files' paths in that order. A part
// that the page lacks is left out.
func Findings(dir string, p *page.Page) ([]string, error) {
	figures := []figure{behaviorFigure(p), independenceFigure(p), regionsFigure(p)}
	spectra, err := spectraFigure(p)
	if err != nil {
		return nil, fmt.Errorf("figures of %s: spectra: %w", p.Title, err)
	}
	return writeAll(dir, append([]figure{spectra}, figures...))
}

func headingOf(what string, p *page.Page) string { return heading(what, Run{Title: p.Title}) }

func float64s(v page.Values) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = float64(v[i])
	}
	return out
}

// spectraFigure draws each kind of spectrum, all groups in one panel.
func spectraFigure(p *page.Page) (figure, error) {
	l := Lines{Name: "spectra", Title: headingOf("Spectra", p)}
	if p.Spectra == nil {
		return l.figure(&series{})
	}
	l.Note = p.Spectra.Note
	for _, k := range p.Spectra.Kinds {
		panel := LinePanel{Title: k.Name, X: "frequency (Hz)", Y: "power (variance/Hz)", LogY: true}
		for g, power := range k.Power {
			y := float64s(power)
			for i, v := range y {
				if v <= 0 || math.IsInf(v, 0) {
					y[i] = math.NaN()
				}
			}
			panel.Lines = append(panel.Lines, Line{Label: p.Groups[g].Name, X: float64s(k.Frequency), Y: y})
		}
		l.Panels = append(l.Panels, panel)
	}
	return l.figure(&series{})
}

// behaviorFigure draws how well the behaviour is decoded from which latents, and its trajectories as recorded and as decoded.
func behaviorFigure(p *page.Page) figure {
	f := figure{name: "behavior", title: headingOf("Behaviour", p)}
	b := p.Behavior
	if b == nil {
		return f
	}
	f.note = b.How
	var bars []bar
	for i, r := range b.R2 {
		c := pale()
		if i > 0 && i <= len(p.Groups) {
			c = category(i - 1)
		}
		bars = append(bars, bar{r.Name, float64(r.Mean), c})
	}
	panels := []*panel{barPanel("decoded", "R² of the behaviour", bars)}
	conditions := 1
	for _, trails := range b.Panels {
		for _, t := range trails.Tracks {
			conditions = max(conditions, t.Condition+1)
		}
	}
	if conditions > 1 {
		for _, t := range b.Panels[0].Tracks {
			if !t.Single {
				f.key = append(f.key, entry{name: t.Name, colour: conditionColour(t.Condition, conditions), width: 2})
			}
		}
	}
	for _, trails := range b.Panels {
		panels = append(panels, trailPanel(trails, conditions))
	}
	f.arrange(panels)
	return f
}

// conditionColour is the colour of condition i of n: of the palette as far as it goes, else around the circle of hues, as conditions such as directions often are.
func conditionColour(i, n int) color.NRGBA {
	if n <= categories {
		return category(i)
	}
	return cyclic(2 * math.Pi * float64(i) / float64(n))
}

// trailPanel draws trajectories in a plane, with one scale for both axes.
func trailPanel(trails page.Trails, conditions int) *panel {
	const side = 5.5 * vg.Centimeter
	p := &panel{Plot: newPlot(side, side, trails.Axes[0], trails.Axes[1]), w: side, h: side, title: trails.Name, letter: true}
	p.Y.Tick.Marker = p.X.Tick.Marker
	x, y := spanOf(), spanOf()
	for _, single := range []bool{true, false} { // means in front
		for _, t := range trails.Tracks {
			if t.Single != single {
				continue
			}
			c, width := conditionColour(t.Condition, conditions), vg.Length(1.6)
			if single {
				c, width = fade(c, 0.35), 0.6
			}
			for _, run := range runs(t.Points) {
				p.Plot.Add(line(run[0], run[1], c, width))
				x, y = spanOf(run[0], []float64{x.lo, x.hi}), spanOf(run[1], []float64{y.lo, y.hi})
			}
		}
	}
	if x.lo > x.hi {
		x, y = span{}, span{}
	}
	square(p.Plot, x, y, 1.08)
	return p
}

// runs are the stretches of a trajectory between missing points, x and y of each.
func runs(points page.Values) (all [][2][]float64) {
	broken := true
	for i := 0; i+1 < len(points); i += 2 {
		x, y := float64(points[i]), float64(points[i+1])
		if !finite(x) || !finite(y) {
			broken = true
			continue
		}
		if broken {
			all = append(all, [2][]float64{})
			broken = false
		}
		last := &all[len(all)-1]
		last[0], last[1] = append(last[0], x), append(last[1], y)
	}
	return all
}

// independenceFigure draws what each group explains, the partial correlation beside what there would be by chance, and how far latents depend on one another.
func independenceFigure(p *page.Page) figure {
	f := figure{name: "independence", title: headingOf("Independence", p)}
	in := p.Independence
	if in == nil {
		return f
	}
	f.note = in.Bins + " " + in.Variance + " " + in.Measure
	var bars []bar
	for g, group := range p.Groups {
		bars = append(bars, bar{group.Name, float64(group.VarianceExplained), category(g)})
	}
	row := []*panel{barPanel("what each group explains", "loss of R² without the group", bars)}
	if finite(float64(in.Partial)) && len(in.Null) > 0 {
		var s series
		chance := Box{Label: "by chance", Reported: math.NaN()}
		for _, v := range in.Null {
			chance.Values = append(chance.Values, float64(v))
		}
		boxes := BoxPanel{Metric: "partial correlation (nats)", Boxes: []Box{chance, {Label: "measured", Values: []float64{float64(in.Partial)}, Reported: math.NaN()}}}
		if drawn, err := boxes.check(&s); drawn && err == nil {
			row = append(row, boxes.panel(&s, 4.5*vg.Centimeter))
		}
	}
	if K := len(in.Latents); len(in.Dependence) == K*K && K > 0 {
		m := data.Matrix{Rows: K, Cols: K, Data: in.Dependence}
		dependence := mapPanel(m, 1, "dependence of latents")
		dependence.w, dependence.h = 5.5*vg.Centimeter, 5.5*vg.Centimeter
		dependence.named(in.Latents, "", "")
		row = append(row, dependence)
	}
	f.rows = [][]*panel{row}
	return f
}

// named labels a map's rows and columns.
func (p *panel) named(names []string, rows, columns string) {
	var regions []region
	for i, name := range names {
		regions = append(regions, region{name, i, i + 1})
	}
	p.label(axisLook{n: len(names), block: 1, regions: regions, left: true, bottom: true})
	p.X.Label.Text, p.Y.Label.Text = columns, rows
}

// bar is one value with its name.
type bar struct {
	name   string
	value  float64
	colour color.NRGBA
}

// barPanel draws values from zero, side by side.
func barPanel(title, axis string, bars []bar) *panel {
	const h = 5.5 * vg.Centimeter
	w := max(4.5*vg.Centimeter, vg.Length(len(bars))*0.9*vg.Centimeter)
	p := &panel{Plot: newPlot(w, h, "", turned(axis, h)), w: w, h: h, title: title, letter: true}
	y := spanOf([]float64{0})
	var labels []Box
	for i, b := range bars {
		labels = append(labels, Box{Label: b.name})
		if finite(b.value) {
			y = y.with(b.value)
			p.Plot.Add(barShape{bar: b, at: float64(i + 1), half: 0.3 * w / vg.Length(len(bars))})
		}
	}
	y.padded(0.06).show(&p.Y)
	span{0.5, float64(len(bars)) + 0.5}.show(&p.X)
	p.labelBoxes(labels, w/vg.Length(max(1, len(bars))))
	p.Plot.Add(barShape{at: math.NaN()})
	return p
}

// barShape is the drawing of one bar; without a place, of the line at zero.
type barShape struct {
	bar
	at   float64
	half vg.Length
}

// Plot implements plot.Plotter.
func (b barShape) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	if math.IsNaN(b.at) {
		c.StrokeLine2(draw.LineStyle{Color: ink(), Width: 0.5}, c.Min.X, ty(0), c.Max.X, ty(0))
		return
	}
	x, low, high := tx(b.at), ty(0), ty(b.value)
	c.FillPolygon(b.colour, []vg.Point{{X: x - b.half, Y: low}, {X: x + b.half, Y: low}, {X: x + b.half, Y: high}, {X: x - b.half, Y: high}})
}
