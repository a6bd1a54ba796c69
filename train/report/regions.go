package report

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"facrnn/data"
	"facrnn/train/report/page"
)

const (
	regionSide = 5.4 * vg.Centimeter
	regionWide = 7.4 * vg.Centimeter // for names on both sides of a circle
)

// regionsFigure draws what regions send one another, by group (all groups together first, where there are several): as a matrix, and as arrows around a circle. All have one scale, that of W.
func regionsFigure(p *page.Page) figure {
	f := figure{name: "regions", title: headingOf("Connectivity of regions", p)}
	if p.Connectivity == nil || p.Connectivity.Region == nil {
		return f
	}
	flows := p.Connectivity.Region
	R := len(flows.Names)
	names, of := []string{"W: all groups"}, []page.Values{flows.W}
	if len(flows.Groups) > 1 {
		for g, v := range flows.Groups {
			names, of = append(names, "W: "+p.Groups[g].Name), append(of, v)
		}
	}
	limit := largest(data.Matrix{Rows: R, Cols: R, Data: of[0]})
	columns := 1
	if len(of) > 3 { // lest the figure be far higher than wide
		columns = 2
	}
	var panels []*panel
	for i, v := range of {
		m := data.Matrix{Rows: R, Cols: R, Data: v}
		matrix := mapPanel(m, limit, names[i])
		matrix.w, matrix.h = regionSide, regionSide
		matrix.named(flows.Names, "to", "from")
		panels = append(panels, matrix, circlePanel(flows.Names, m, limit, regionWide, regionSide))
	}
	f.rows = rowsOf(panels, 2*columns)
	f.rows = append(f.rows, []*panel{colourBar(limit, "largest of a")})
	f.key = signs()
	f.note = fmt.Sprintf("%s Around the circles: sums between different regions of at least %g of the largest in a, as wide as they are large.", flows.Note, weakest)
	return f
}
