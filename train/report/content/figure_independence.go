package content

import (
	"fmt"
	"math"
	"slices"
)

func init() { register("independence", independenceFigure) }

// independenceFigure draws what each group explains, the partial correlation with its circular-shift control, and how
// far latents depend on one another.
func independenceFigure(p *Page) []Figure {
	d := p.Independence
	if d == nil {
		return nil
	}
	f, row := Figure{Name: "independence", Section: "independence", Title: "Independence", Note: d.Bins}, Row{}
	if len(p.Groups) > 0 {
		row.Panels = append(row.Panels, variancePanel(p))
	}
	if panel, ok := controlPanel(d); ok {
		row.Panels = append(row.Panels, panel)
	}
	if K := len(d.Latents); K > 0 && len(d.Dependence) == K*K {
		row.Panels = append(row.Panels, dependencePanel(p))
	}
	f.Rows = []Row{row}
	return []Figure{f}
}

func variancePanel(p *Page) Panel {
	bars := &Bars{Axis: Axis{Label: "% of the variance"}, Percent: true}
	t := &Table{Head: []string{"group", "share of the variance"}}
	for g, group := range p.Groups {
		bars.Rows = append(
			bars.Rows, Bar{Name: group.Name, Parts: []BarPart{{Look: ofGroup(g), Value: group.VarianceExplained}}},
		)
		t.Rows = append(t.Rows, TableRow{Name: group.Name, Values: []Number{group.VarianceExplained}})
	}
	return Panel{Key: "variance", Title: "Variance explained", Note: p.Independence.Variance, Bars: bars, Table: t}
}

// controlPanel returns the histogram of the partial correlations of shifted groups, with the measured one marked.
func controlPanel(d *Independence) (Panel, bool) {
	const bins = 24
	var null []float64
	low, high := math.Inf(1), math.Inf(-1)
	reach := func(v float64) { low, high = min(low, v), max(high, v) }
	for _, v := range d.Null {
		if finite(float64(v)) {
			null = append(null, float64(v))
			reach(float64(v))
		}
	}
	l := &Lines{
		X: Axis{Label: "partial correlation (nats)"}, Plots: []Plot{{Y: Axis{Label: "number of shifts", Whole: true}}},
	}
	if v := float64(d.Partial); finite(v) {
		l.Marks = []Mark{{Name: written(v, 3), At: d.Partial, Result: true}}
		reach(v)
	}
	if low > high {
		return Panel{}, false
	}
	size := high - low
	if size == 0 {
		size = max(math.Abs(low), 1e-9)
	}
	low, high = low-0.05*size, high+0.05*size
	count := make([]float64, bins)
	for _, v := range null {
		count[min(bins-1, int((v-low)/(high-low)*bins))]++
	}
	var x, y Values // each bin's two ends
	for i, n := range count {
		x = append(x, float32(low+float64(i)*(high-low)/bins), float32(low+float64(i+1)*(high-low)/bins))
		y = append(y, float32(n), float32(n))
	}
	l.At, l.X.Domain = []Values{x}, domain(low, high, 0)
	l.Plots[0].Y.Domain = domain(0, 1.08*max(1, slices.Max(count)), 0)
	l.Plots[0].Series = []Series{{Name: "shifted", Look: Look{Of: OfControl}, Y: y, Filled: true}}
	note := "Bars: with the groups' time courses shifted against one another; line: without shifts."
	return Panel{Key: "null", Title: "Partial correlation and its circular-shift control", Note: note, Lines: l}, true
}

// dependencePanel has the latents of a group together, so that its outline is a square.
func dependencePanel(p *Page) Panel {
	d, K := p.Independence, len(p.Independence.Latents)
	var order []int
	var outlines []Outline
	for g, group := range p.Groups {
		from := len(order)
		for _, k := range group.Latents {
			if k >= 0 && k < K {
				order = append(order, k)
			}
		}
		outlines = append(outlines, Outline{from, len(order), ofGroup(g)})
	}
	for k := range K {
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
	}
	m := &Matrix{
		RowName: "latent", ColumnName: "latent", Outlines: outlines,
		Colours: Colours{Name: "dependence (0 independent, 1 a function)", Limit: 1, Unsigned: true},
	}
	for _, i := range order {
		m.Rows = append(m.Rows, d.Latents[i])
		for _, j := range order {
			m.Values = append(m.Values, d.Dependence[i*K+j])
		}
	}
	m.Columns = m.Rows
	return Panel{
		Key: "dependence", Title: "Dependence of the latents",
		Note: fmt.Sprintf("%s Outlines: the groups.", ended(d.Measure)), Matrix: m,
	}
}

// ended returns a text with a full stop at its end.
func ended(s string) string {
	if s == "" || s[len(s)-1] == '.' {
		return s
	}
	return s + "."
}
