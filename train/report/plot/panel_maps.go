package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"facrnn/data"
	"facrnn/train/report/content"
)

const (
	portraitSide = 5 * vg.Centimeter
	regionSide   = 5.4 * vg.Centimeter
	regionWide   = 7.4 * vg.Centimeter // for names on both sides of a circle
)

// trajectories draws lines through a plane, or through space in a box seen from above. It leaves out single
// trials if there are too many conditions to distinguish.
func (d drawing) trajectories(p content.Panel) *panel {
	axes, D := p.Trajectories.Axes, len(p.Trajectories.Axes)
	var r [3]span
	for k := range r {
		r[k] = spanOf()
	}
	for _, t := range p.Trajectories.Tracks {
		for k := range axes {
			s := finiteSpan(t.Points, k, D)
			r[k] = span{min(r[k].lo, s.lo), max(r[k].hi, s.hi)}
		}
	}
	out := PathPanel{Title: p.Title, front: true}
	factor := ownScales(axes, r)
	for k, a := range axes {
		out.Axes[k] = a.Label
		if len(a.Domain) == 2 {
			r[k] = span{float64(a.Domain[0]), float64(a.Domain[1])}
		}
		r[k] = span{factor[k] * r[k].lo, factor[k] * r[k].hi}
	}
	for _, t := range p.Trajectories.Tracks {
		if t.Single && len(d.Conditions) > d.MostSingles {
			continue
		}
		w := Way{
			own: d.condition(t.Condition), Faint: t.Single, ring: !t.Single,
			slim: d.MostSingles > 0 && len(d.Conditions) > d.MostSingles,
		}
		for i := 0; i+D <= len(t.Points); i += D {
			var q [3]float64
			for k := range axes {
				if q[k] = factor[k] * float64(t.Points[i+k]); math.IsInf(q[k], 0) {
					q[k] = math.NaN()
				}
			}
			w.Points = append(w.Points, q)
		}
		out.Ways = append(out.Ways, w)
	}
	return out.panel(&series{}, r, portraitSide)
}

// ownScales returns factors of the coordinates. With them, axes with a scale of their own are as long as the longest
// other axis.
func ownScales(axes []content.Axis, r [3]span) [3]float64 {
	factor, longest := [3]float64{1, 1, 1}, 0.0
	for k, a := range axes {
		if !a.Own {
			longest = max(longest, r[k].hi-r[k].lo)
		}
	}
	for k, a := range axes {
		if size := r[k].hi - r[k].lo; a.Own && size > 0 && longest > 0 && finite(size) {
			factor[k] = longest / size
		}
	}
	return factor
}

// matrix draws a small matrix with the names of its rows and columns.
func (d drawing) matrix(p content.Panel) *panel {
	m := p.Matrix
	values := data.Matrix{Rows: len(m.Rows), Cols: len(m.Columns), Data: m.Values}
	colour, from := diverging, "white 0"
	if m.Colours.Unsigned {
		colour, from = sequential, "white: 0"
	}
	out := matrixPanel(values, float64(m.Colours.Limit), p.Title, colour)
	out.note = fmt.Sprintf("%s, darkest: %s", from, brief(float64(m.Colours.Limit)))
	out.w, out.h = regionSide, regionSide
	out.named(m.Rows, m.RowName, m.ColumnName)
	for _, o := range m.Outlines {
		out.Plot.Add(outlined{o.From, o.To, d.colour(o.Look)})
	}
	return out
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

// chord draws what places send one another as a matrix, and as arrows around a circle.
func (d drawing) chord(p content.Panel) []*panel {
	c := p.Chord
	sum := data.Matrix{Rows: len(c.Names), Cols: len(c.Names), Data: c.Flows}
	limit := float64(c.Colours.Limit)
	matrix := mapPanel(sum, limit, p.Title)
	matrix.w, matrix.h = regionSide, regionSide
	matrix.named(c.Names, "to", "from")
	if len(c.Arrows) == 0 {
		return []*panel{matrix}
	}
	return []*panel{matrix, circlePanel(wheel{c.Names, sum, limit, c.Arrows}, regionWide, regionSide)}
}

// weights draws a map of neurons in the order that is shown first.
func (d drawing) weights(p content.Panel) *panel {
	n, order := d.Neurons, d.Neurons.Orders[d.Neurons.First]
	cells, colours := p.Map.Cells(n, d.Neurons.First), p.Map.Colours[d.Neurons.First]
	side := (n.N + n.Block - 1) / n.Block
	limit := float64(colours.Limit)
	out := mapPanel(data.Matrix{Rows: side, Cols: side, Data: cells}, limit, p.Title)
	look := axisLook{n: n.N, block: n.Block, left: true, bottom: true, order: order.Name}
	if len(order.Segments) > 1 {
		for _, s := range order.Segments {
			look.regions = append(look.regions, region{s.Name, s.From, s.To})
		}
	}
	out.label(look)
	out.scale = scaleOf(colours, mapSide)
	return out
}

// scaleOf shows which weight has which colour.
func scaleOf(c content.Colours, w vg.Length) *panel {
	out := colourBar(float64(c.Limit), "")
	out.w, out.title, out.note = w, c.Name, "ends at ±"+brief(float64(c.Limit))
	return out
}
