package plot

import (
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// smallest is the least width of a data area, as a part of its usual width. A row breaks before its panels are smaller.
const smallest = 0.66

// minPanel is the least width of a data area, in points. Labels inside a smaller area would have no place.
const minPanel = 90

// fit arranges a figure for a width. It breaks rows that have no room, and resizes the panels until they fill the
// width. Panels that are nearly square keep their shape, others keep their height. Texts keep their size, unless the
// width is too small for the labels of one panel; then the whole figure is reduced.
func (f figure) fit(width vg.Length) figure {
	f.rows = f.broken(width)
	need := width
	for _, row := range f.rows {
		room := 2*edge + colGap*vg.Length(len(row)-1)
		for _, p := range row {
			m := p.margins()
			room += m.left + minPanel + m.right
		}
		need = max(need, room)
	}
	f.reduced = width / need
	width = need
	f.fitted, f.least = width, 0
	columns := 0
	for _, row := range f.rows {
		columns = max(columns, len(row))
	}
	whole := make([]bool, len(f.rows)) // Rows of one panel that is meant for the whole width.
	for i, row := range f.rows {
		whole[i] = len(row) == 1 && row[0].w > 12*vg.Centimeter
	}
	for range 3 { // Labels change with the size of a panel, and so do its margins.
		most := width // The widest panel of a full row: panels of shorter rows are not larger.
		for i, row := range f.rows {
			if len(row) == columns && !f.scales(i) {
				most = fill(row, width, width)
			}
		}
		for i, row := range f.rows {
			switch {
			case f.scales(i):
				for c, p := range row {
					p.resize(f.rows[i-1][c].w)
				}
			case whole[i]:
				fill(row, width, width)
			case len(row) < columns:
				fill(row, width, most)
			}
		}
	}
	return f
}

// fill resizes the panels of a row to fill a width, but none to more than most. It returns the largest.
func fill(row []*panel, width, most vg.Length) (largest vg.Length) {
	free, used := width-2*edge-colGap*vg.Length(len(row)-1), vg.Length(0)
	for _, p := range row {
		m := p.margins()
		free -= m.left + m.right
		used += p.w
	}
	for _, p := range row {
		p.resize(max(minPanel, min(p.w*free/used, most)))
		largest = max(largest, p.w)
	}
	return largest
}

// broken returns the rows of a figure, broken where a panel would have less than two thirds of its usual width. The
// colour scales of a row of maps stay below their maps.
func (f figure) broken(width vg.Length) (rows [][]*panel) {
	for i, row := range f.rows {
		if f.scales(i) {
			continue
		}
		var widest vg.Length
		for _, p := range row {
			m := p.margins()
			widest = max(widest, smallest*p.w+m.left+m.right)
		}
		columns := max(1, min(len(row), int((width-2*edge+colGap)/(widest+colGap))))
		lines := (len(row) + columns - 1) / columns
		for part := range slices.Chunk(row, (len(row)+lines-1)/lines) {
			rows = append(rows, part)
			if scales := scalesOf(part); len(scales) > 0 {
				rows = append(rows, scales)
			}
		}
	}
	return rows
}

// scalesOf returns the colour scales of panels.
func scalesOf(row []*panel) (scales []*panel) {
	for _, p := range row {
		if p.scale != nil {
			scales = append(scales, p.scale)
		}
	}
	return scales
}

// scales reports whether row i holds the colour scales of the row above.
func (f figure) scales(i int) bool {
	return i > 0 && len(f.rows[i]) > 0 && slices.Equal(f.rows[i], scalesOf(f.rows[i-1]))
}

// resize changes the width of the data area, and the ticks and the label of the x axis with it.
func (p *panel) resize(w vg.Length) {
	if ratio := p.h / p.w; ratio > 0.7 && ratio < 1.45 {
		p.h *= w / p.w
	}
	p.w = w
	if t, ok := p.X.Tick.Marker.(ticks); ok {
		t.count = max(2, int(p.w/(1.3*vg.Centimeter)))
		p.X.Tick.Marker = t
	}
	if t, ok := p.Y.Tick.Marker.(ticks); ok {
		t.count = max(2, int(p.h/(0.9*vg.Centimeter)))
		p.Y.Tick.Marker = t
	}
	if p.X.Label.Text != "" {
		p.X.Label.Text = strings.Join(wrap(sans(labelSize), p.X.Label.Text, w), "\n")
	}
}

// fitColumns sets the places of the panels of each row on its own, so that each row fills the width.
func (l *layout) fitColumns(f figure) {
	for i, row := range f.rows {
		if f.scales(i) {
			l.left, l.x = append(l.left, l.left[i-1]), append(l.x, l.x[i-1])
			continue
		}
		var left, places []vg.Length
		x := vg.Length(edge)
		for _, p := range row {
			m := p.margins()
			left, places = append(left, x), append(places, x+m.left)
			x += m.left + p.w + m.right + colGap
		}
		l.left, l.x = append(l.left, left), append(l.x, places)
	}
	l.width = f.fitted
}
