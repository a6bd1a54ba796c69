package plot

import (
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	// Points, as all lengths are.
	edge   = 10 // around the figure
	colGap = 12
	rowGap = 12
)

// figure is rows of panels under one heading. It knows nothing of file formats until it is written.
type figure struct {
	name  string // of the file, without its ending
	title string
	note  string
	key   []entry
	rows  [][]*panel
	least vg.Length // least width of the figure

	fitted  vg.Length // Width that the panels fill; 0 for the natural width.
	reduced vg.Length // Factor of a fitted figure on paper, at most 1.
}

// panel is one plot with a data area of fixed size: what its labels need is added around it.
type panel struct {
	*plot.Plot
	w, h   vg.Length
	title  string
	note   string
	key    []entry
	letter bool   // counted as a, b, c, ...
	scale  *panel // of its colours, to stand below it; nil for none

	// overhang is the room of labels of the x axis to the left of the data area. Gonum counts only the right side.
	overhang vg.Length
}

// entry is one line of a key, which always stands above the data, never on it.
type entry struct {
	name   string
	colour color.Color
	width  vg.Length        // of the line; of the glyph, its radius
	dashes []vg.Length      // none for a full line
	glyph  draw.GlyphDrawer // instead of a line, if any
}

// margins are the room that axes, ticks and labels take around a data area.
type margins struct{ left, right, bottom, top vg.Length }

// fit returns the area in which gonum must draw the panel for its data area to be the given one. Labels that stick out
// shift with the area, so it takes a few rounds. Rounds diverge if the labels need more room than the data area has.
// Then fit returns the data area, and labels overlap.
func (p *panel) fit(data vg.Rectangle) vg.Rectangle {
	r := data
	for range 4 {
		d := p.DataCanvas(draw.Canvas{Rectangle: r})
		r.Min = r.Min.Add(data.Min.Sub(d.Min))
		r.Max = r.Max.Add(data.Max.Sub(d.Max))
		const far = 1000 // No label reaches so many points beyond its data area.
		left, below := data.Min.X-r.Min.X, data.Min.Y-r.Min.Y
		right, above := r.Max.X-data.Max.X, r.Max.Y-data.Max.Y
		if beyond := max(left, below, right, above); !(beyond < far) {
			return data
		}
	}
	return r
}

func (p *panel) margins() margins {
	r := p.fit(vg.Rectangle{Max: vg.Point{X: p.w, Y: p.h}})
	return margins{left: max(-r.Min.X, p.overhang), right: r.Max.X - p.w, bottom: -r.Min.Y, top: r.Max.Y - p.h}
}

// alignNotes gives all panels of a row a note, if any has one, so that their titles stand on one line.
func alignNotes(row []*panel) []*panel {
	if slices.ContainsFunc(row, func(p *panel) bool { return p.note != "" }) {
		for _, p := range row {
			if p.note == "" {
				p.note = " "
			}
		}
	}
	return row
}

// heading returns the height of the lines above a panel's data area.
func (p *panel) heading() vg.Length {
	if p.title == "" && p.note == "" && len(p.key) == 0 && !p.letter {
		return 0
	}
	h := vg.Length(len(p.titleLines())-1)*titleStep + panelSize + 6
	if p.note != "" {
		h += noteSize + 3
	}
	return h
}

// titleStep is the distance of two lines of a panel's title.
const titleStep = panelSize + 2

// titleLines returns the title in lines that fit above the data area, next to the key. There is at least one line.
func (p *panel) titleLines() []string {
	lines := wrap(sans(panelSize), p.title, p.w-keyWidth(p.key))
	if len(lines) == 0 {
		lines = []string{""}
	}
	return lines
}

// layout holds the places of all parts of a figure: lengths from the left and from the top.
type layout struct {
	width, height vg.Length
	titles        []string // The title, in lines.
	notes         []string
	key           [][]entry     // in lines
	left          [][]vg.Length // Place of the letter of each panel, by row.
	x             [][]vg.Length // Left end of each data area, by row.
	y             []vg.Length   // top of each row's data areas
	above         []vg.Length   // room of the tallest axis of each row above the data areas
}

func (f figure) layout() layout {
	var l layout
	if f.fitted > 0 {
		l.fitColumns(f)
	} else {
		l.alignColumns(f)
	}
	l.titles = wrap(bold(titleSize), f.title, l.width-2*edge)
	l.key = keyLines(f.key, l.width-2*edge)
	l.notes = wrap(note(), f.note, l.width-2*edge)
	y := edge + l.heading()
	for _, row := range f.rows {
		var above, heading, below vg.Length
		for _, p := range row {
			m := p.margins()
			above = max(above, m.top)
			heading = max(heading, p.heading())
			below = max(below, p.h+m.bottom)
		}
		y += heading + above
		l.y, l.above = append(l.y, y), append(l.above, above)
		y += below + rowGap
	}
	l.height = y - rowGap + edge
	return l
}

// alignColumns sets the places of the panels so that the columns of all rows are aligned.
func (l *layout) alignColumns(f figure) {
	var left, right, w []vg.Length
	for _, row := range f.rows {
		for c, p := range row {
			if c == len(w) {
				left, right, w = append(left, 0), append(right, 0), append(w, 0)
			}
			m := p.margins()
			left[c] = max(left[c], m.left)
			w[c] = max(w[c], p.w)
			right[c] = max(right[c], m.right+p.w)
		}
	}
	var places []vg.Length
	x := vg.Length(edge)
	for c := range w {
		margin := left[c]
		left[c] = x
		places = append(places, x+margin)
		x += margin + max(w[c], right[c]) + colGap
	}
	l.width = max(x-colGap+edge, f.least)
	for range f.rows {
		l.left, l.x = append(l.left, left), append(l.x, places)
	}
}

// heading returns the height of the title, the notes and the key, which stand above all panels.
func (l layout) heading() vg.Length {
	return vg.Length(len(l.titles))*(titleSize+4) + 2 + vg.Length(len(l.notes))*(noteSize+3) +
		vg.Length(len(l.key))*keyHeight + 8
}

// draw draws the figure on a canvas of any format.
func (f figure) draw(c draw.Canvas, l layout) {
	top := c.Max.Y - edge
	y := top
	for _, s := range l.titles {
		c.FillText(bold(titleSize), vg.Point{X: edge, Y: y - titleSize}, s)
		y -= titleSize + 4
	}
	for _, s := range l.notes {
		y -= noteSize + 3
		c.FillText(note(), vg.Point{X: edge, Y: y}, s)
	}
	for _, entries := range l.key {
		y -= keyHeight
		drawKey(c, entries, vg.Point{X: edge, Y: y})
	}

	n := 0
	for r, row := range f.rows {
		for col, p := range row {
			at := vg.Point{X: l.x[r][col], Y: c.Max.Y - l.y[r]}
			area := vg.Rectangle{Min: vg.Point{X: at.X, Y: at.Y - p.h}, Max: vg.Point{X: at.X + p.w, Y: at.Y}}
			p.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: p.fit(area)})
			label := ""
			if p.letter {
				label = letter(n)
				n++
			}
			p.drawHeading(c, label, vg.Point{X: l.left[r][col], Y: at.Y + l.above[r]}, area, titleRows(row))
		}
	}
}

// titleRows returns the number of lines of the longest title of a row. All titles of a row begin at one height.
func titleRows(row []*panel) int {
	most := 1
	for _, p := range row {
		most = max(most, len(p.titleLines()))
	}
	return most
}

// drawHeading writes the letter, the title, the key and the note of a panel above its data area. They begin at a point
// on the left, above all labels of the row, and leave room for a number of lines of the title.
func (p *panel) drawHeading(c draw.Canvas, label string, from vg.Point, area vg.Rectangle, lines int) {
	y := from.Y + 5
	if p.note != "" {
		c.FillText(note(), vg.Point{X: area.Min.X, Y: y}, shorten(note(), p.note, p.w))
		y += noteSize + 4
	}
	y += vg.Length(lines-1) * titleStep
	letters := bold(panelSize + 1)
	c.FillText(letters, vg.Point{X: from.X, Y: y}, label)
	x := max(area.Min.X, from.X+letters.Width(label)+5)
	key := keyWidth(p.key)
	titles := sans(panelSize)
	for i, line := range p.titleLines() {
		at := vg.Point{X: x, Y: y - vg.Length(i)*titleStep}
		c.FillText(titles, at, shorten(titles, line, area.Max.X-x-key))
	}
	drawKey(c, p.key, vg.Point{X: area.Max.X - key, Y: y})
}

const (
	sample    = 16 // length of a key's line
	keyGap    = 4
	nextGap   = 12
	keyHeight = labelSize + 6
)

// keyLines breaks a key into lines of width w, between entries. A name that is wider than a line is cut.
func keyLines(key []entry, w vg.Length) [][]entry {
	var lines [][]entry
	for _, e := range key {
		e.name = shorten(sans(labelSize), e.name, w-sample-keyGap)
		last := len(lines) - 1
		if last < 0 || keyWidth(append(slices.Clip(lines[last]), e)) > w {
			lines = append(lines, nil)
			last++
		}
		lines[last] = append(lines[last], e)
	}
	return lines
}

func keyWidth(key []entry) vg.Length {
	var w vg.Length
	for _, e := range key {
		w += sample + keyGap + sans(labelSize).Width(e.name) + nextGap
	}
	return max(0, w-nextGap)
}

// drawKey draws a key in one line, which starts at the given point.
func drawKey(c draw.Canvas, key []entry, at vg.Point) {
	style := sans(labelSize)
	for _, e := range key {
		y := at.Y + labelSize*0.33
		if e.glyph != nil {
			c.DrawGlyph(draw.GlyphStyle{Color: e.colour, Radius: e.width, Shape: e.glyph},
				vg.Point{X: at.X + sample/2, Y: y})
		} else {
			c.StrokeLine2(draw.LineStyle{Color: e.colour, Width: e.width, Dashes: e.dashes}, at.X, y, at.X+sample, y)
		}
		at.X += sample + keyGap
		c.FillText(style, at, e.name)
		at.X += style.Width(e.name) + nextGap
	}
}

// letter names panel n: a, b, ..., z, aa, ab, ...
func letter(n int) string {
	s := string(rune('a' + n%26))
	if n >= 26 {
		return letter(n/26-1) + s
	}
	return s
}

// shorten cuts a text that is wider than w, and shows that it did.
func shorten(style text.Style, s string, w vg.Length) string {
	if style.Width(s) <= w {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && style.Width(string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// wrap breaks a text into lines of width w, between words.
func wrap(style text.Style, s string, w vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		last := len(lines) - 1
		if last >= 0 && style.Width(lines[last]+" "+word) <= w {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
