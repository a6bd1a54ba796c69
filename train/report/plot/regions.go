package plot

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"facrnn/data"
	"facrnn/train/report/content"
)

const (
	regionSide = 5.4 * vg.Centimeter
	regionWide = 7.4 * vg.Centimeter // for names on both sides of a circle
)

// regionsFigure draws what regions send one another, by group (all groups together first, where there are several): as a matrix, and as arrows around a circle. All have one scale.
func regionsFigure(p *content.Page) figure {
	f := figure{name: "regions", title: headingOf("Connectivity of regions", p)}
	if p.Connectivity == nil || p.Connectivity.Region == nil {
		return f
	}
	flows := p.Connectivity.Region
	R := len(flows.Names)
	names, of := []string{"W: all groups"}, []content.Values{flows.W}
	if len(flows.Groups) > 1 {
		for g, v := range flows.Groups {
			names, of = append(names, "W: "+p.Groups[g].Name), append(of, v)
		}
	}
	limit, between := 0.0, 0.0 // the largest sum of all, and of those between different regions
	for _, v := range of {
		between = max(between, largest(data.Matrix{Rows: R, Cols: R, Data: v}))
		for _, x := range v {
			if finite(float64(x)) {
				limit = max(limit, math.Abs(float64(x)))
			}
		}
	}
	limit = cmp.Or(limit, 1)
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
		panels = append(panels, matrix, circlePanel(flows.Names, m, between, regionWide, regionSide))
	}
	f.rows = rowsOf(panels, 2*columns)
	f.rows = append(f.rows, []*panel{colourBar(limit, "the largest sum")})
	f.key = signs()
	f.note = fmt.Sprintf("%s Around the circles: sums between different regions, of at least %g of the largest such, as wide as they are large.", flows.Note, weakest)
	return f
}
