package content

import (
	"math"
	"slices"
	"strings"
)

func init() { register("behavior", behaviorFigure) }

// behaviorFigure draws how well the behaviour is decoded from which latents, and its trajectories as recorded and as
// decoded.
func behaviorFigure(p *Page) []Figure {
	b := p.Behavior
	if b == nil {
		return nil
	}
	f := Figure{
		Name: "behavior", Section: "behavior", Title: "Behaviour", Note: b.How, Conditions: p.conditions(),
		MostSingles: singlesAmong, MostBands: bandsAmong,
	}
	if p.Latents != nil {
		f.Column = p.Latents.Condition
	}
	if len(b.R2) > 0 {
		f.Rows = append(f.Rows, Row{Panels: []Panel{decodedPanel(p)}})
	}
	var row Row
	axes := planeAxes(b)
	for _, trails := range b.Panels {
		row.Panels = append(row.Panels, Panel{
			Key: "trails-" + trails.Name, Title: trails.Name, Square: true, Note: trailsNote(trails.Tracks),
			Trajectories: &Trajectories{Axes: axes(trails), Tracks: trails.Tracks},
		})
	}
	if len(row.Panels) > 0 {
		f.Rows = append(f.Rows, row)
	}
	return []Figure{f}
}

func trailsNote(tracks []Track) string {
	if slices.ContainsFunc(tracks, func(t Track) bool { return t.Single }) {
		return "Means over trials."
	}
	return ""
}

func decodedPanel(p *Page) Panel {
	b, low := p.Behavior, 0.0
	bars := &Bars{Axis: Axis{Label: "R², mean over " + counted(len(b.Names), "column")}}
	t := &Table{Head: slices.Concat([]string{"from"}, b.Names, []string{"mean"})}
	for _, r := range b.R2 {
		part := BarPart{Value: r.Mean}
		if g := slices.IndexFunc(p.Groups, func(g Group) bool { return g.Name == r.Name }); g >= 0 {
			part.Look = ofGroup(g)
		}
		bars.Rows = append(bars.Rows, Bar{Name: r.Name, Parts: []BarPart{part}})
		if v := float64(r.Mean); finite(v) {
			low = min(low, v)
		}
		row := TableRow{Name: r.Name}
		for d := range b.Names {
			v := Number(nan)
			if d < len(r.Columns) {
				v = r.Columns[d]
			}
			row.Values = append(row.Values, v)
		}
		row.Values = append(row.Values, r.Mean)
		t.Rows = append(t.Rows, row)
	}
	bars.Axis.Domain = domain(max(-1, low), 1, 0) // far below 0 all are alike
	return Panel{Key: "r2", Title: "How well the behaviour is decoded", Wide: true, Bars: bars, Table: t}
}

// planeAxes returns the axes of trajectories of the behaviour, which all have the same limits.
func planeAxes(b *Behavior) func(Trails) []Axis {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, trails := range b.Panels {
		for _, t := range trails.Tracks {
			for i, v := range t.Points {
				if finite(float64(v)) {
					low[i%2], high[i%2] = min(low[i%2], float64(v)), max(high[i%2], float64(v))
				}
			}
		}
	}
	return func(t Trails) []Axis {
		axes := make([]Axis, 2)
		for i, name := range t.Axes {
			if b.Unit != "" && !strings.Contains(name, "(") {
				name += " (" + b.Unit + ")"
			}
			axes[i] = Axis{Label: name, Domain: domain(low[i], high[i], 0.04)}
		}
		return axes
	}
}
