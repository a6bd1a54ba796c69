package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"facrnn/data"
	"facrnn/train/report/content"
)

// Findings writes what report.html shows beside the figures of [Figures]: spectra, behavior, independence and regions, each in all formats, into dir, and returns the files' paths in that order. A part
// that the page lacks is left out.
func Findings(dir string, formats []Format, p *content.Page) ([]string, error) {
	figures := []figure{behaviorFigure(p), independenceFigure(p), regionsFigure(p)}
	spectra, err := spectraFigure(p)
	if err != nil {
		return nil, fmt.Errorf("figures of %s: spectra: %w", p.Title, err)
	}
	return writeAll(dir, formats, append([]figure{spectra}, figures...))
}

func headingOf(what string, p *content.Page) string { return heading(what, Run{Title: p.Title}) }

// spectraFigure draws each kind of spectrum, all groups in one panel.
func spectraFigure(p *content.Page) (figure, error) {
	l := Lines{Name: "spectra", Title: headingOf("Spectra", p)}
	if p.Spectra == nil {
		return l.figure(&series{})
	}
	l.Note = p.Spectra.Note
	for _, k := range p.Spectra.Kinds {
		panel := LinePanel{Title: k.Name, X: "frequency (Hz)", Y: "power (variance/Hz)", LogY: true}
		for g, power := range k.Power {
			y := data.Float64s(power)
			for i, v := range y {
				if v <= 0 || math.IsInf(v, 0) {
					y[i] = math.NaN()
				}
			}
			panel.Lines = append(panel.Lines, Line{Label: p.Groups[g].Name, X: data.Float64s(k.Frequency), Y: y})
		}
		l.Panels = append(l.Panels, panel)
	}
	return l.figure(&series{})
}

// behaviorFigure draws how well the behaviour is decoded from which latents, and its trajectories as recorded and as decoded.
func behaviorFigure(p *content.Page) figure {
	f := figure{name: "behavior", title: headingOf("Behaviour", p)}
	b := p.Behavior
	if b == nil {
		return f
	}
	f.note = b.How
	var bars []cluster
	for i, r := range b.R2 {
		c := pale()
		if i > 0 && i <= len(p.Groups) {
			c = category(i - 1)
		}
		bars = append(bars, oneBar(r.Name, r.Mean, c))
	}
	panels := []*panel{oneBars("decoded", "R² of the behaviour", bars)}
	conditions := 1
	for _, trails := range b.Panels {
		for _, t := range trails.Tracks {
			conditions = max(conditions, t.Condition+1)
		}
	}
	if conditions > 1 {
		for _, t := range b.Panels[0].Tracks {
			if !t.Single {
				f.key = append(f.key, entry{name: t.Name, colour: cyclic(conditionHue(t.Condition, conditions)), width: 2})
			}
		}
	}
	for _, trails := range b.Panels {
		panels = append(panels, trailPanel(trails, conditions))
	}
	f.arrange(panels)
	return f
}

// conditionHue is the colour of condition i of n, as an angle: of the palette as far as it goes, else around the circle of hues, as conditions such as directions often are.
func conditionHue(i, n int) float64 {
	if n <= categories {
		return hue(i)
	}
	return 2 * math.Pi * float64(i) / float64(n)
}

// trailPanel draws trajectories in a plane, with one scale for both axes.
func trailPanel(trails content.Trails, conditions int) *panel {
	p := PathPanel{Title: trails.Name, Axes: [3]string{trails.Axes[0], trails.Axes[1]}}
	for _, t := range trails.Tracks {
		w := Way{Hue: conditionHue(t.Condition, conditions), Faint: t.Single}
		for i := 0; i+1 < len(t.Points); i += 2 {
			w.Points = append(w.Points, [3]float64{float64(t.Points[i]), float64(t.Points[i+1])})
		}
		p.Ways = append(p.Ways, w)
	}
	return p.panel(&series{}, p.ranges(), 5.5*vg.Centimeter)
}

// independenceFigure draws what each group explains, the partial correlation beside its circular-shift control, and how far latents depend on one another.
func independenceFigure(p *content.Page) figure {
	f := figure{name: "independence", title: headingOf("Independence", p)}
	in := p.Independence
	if in == nil {
		return f
	}
	f.note = in.Bins + " " + in.Variance + " " + in.Measure
	var bars []cluster
	for g, group := range p.Groups {
		bars = append(bars, oneBar(group.Name, group.VarianceExplained, category(g)))
	}
	row := []*panel{oneBars("what each group explains", "loss of R² without the group", bars)}
	if finite(float64(in.Partial)) && len(in.Null) > 0 {
		var s series
		chance := Box{Label: "shifted", Reported: math.NaN()}
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
		dependence := matrixPanel(m, 1, "dependence of latents", sequential)
		dependence.note = "white: 0, independent; darkest: 1"
		dependence.w, dependence.h = 5.5*vg.Centimeter, 5.5*vg.Centimeter
		dependence.named(in.Latents, "", "")
		row = append(row, dependence)
	}
	f.rows = [][]*panel{row}
	return f
}

// named labels a map's rows and columns.
func (p *panel) named(names []string, rows, columns string) {
	look := axisLook{n: len(names), block: 1, left: true, bottom: true}
	for i, name := range names {
		look.regions = append(look.regions, region{name, i, i + 1})
	}
	p.label(look)
	p.X.Label.Text, p.Y.Label.Text = columns, rows
}

// oneBars draws one value a name from zero, side by side; those that are missing leave a gap. The panel is as wide as it takes for the names to stand under their bars, unless that is too wide.
func oneBars(title, axis string, bars []cluster) *panel {
	const h, widest = 5.5 * vg.Centimeter, 7 * vg.Centimeter
	n := vg.Length(len(bars))
	w := max(4.5*vg.Centimeter, n*0.9*vg.Centimeter)
	for wider := w; wider <= widest; wider += vg.Millimeter {
		if !slices.ContainsFunc(bars, func(k cluster) bool { _, fits := inSlot(sans(tickSize), k.Label, wider/n); return !fits }) {
			w = wider
			break
		}
	}
	for i := range bars {
		bars[i].width = 0.7 * w / vg.Length(len(bars))
	}
	p := barPanel(axis, bars, w, h)
	p.title = title
	return p
}

// oneBar is a bar of one value, or of none where that is missing.
func oneBar(label string, value content.Number, c color.NRGBA) cluster {
	k := cluster{Cluster: Cluster{Label: label}, colour: c}
	if v := float64(value); finite(v) {
		k.Bars = [][]float64{{v}}
	}
	return k
}
