package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Paths is a figure of ways through a plane or through space, such as attractors or paths of the hand. Panels of one
// row share their axes.
type Paths struct {
	Name        string // of the files, without ending
	Title, Note string // above the panels; the note may be empty
	Rows        [][]PathPanel
}

// PathPanel is one pair, or triple, of axes.
type PathPanel struct {
	Title, Note string    // above the panel
	Axes        [3]string // what the axes show, with units; the third is empty in a plane
	Method      string    // whose colour the ways have that have no other; empty for ink
	Ways        []Way

	front bool // the box is seen from beside its first axis, as a report's are
}

// Way is one way.
type Way struct {
	Points [][3]float64 // the third coordinate is 0 in a plane; a point that is not finite breaks the way
	Name   string       // written at its end; may be empty
	Hue    float64      // an angle in radians, for one colour of a circle of them; NaN for the panel's
	Faint  bool         // one trial behind the mean

	own        *look // The look instead of Hue, if any.
	ring, slim bool  // A ring at the beginning; a thin line, of many.
}

// figure implements Figure. A row without any point is left out.
func (f Paths) figure(s *series) (figure, error) {
	out := figure{name: f.Name, title: f.Title, note: f.Note}
	for i, row := range f.Rows {
		var all PathPanel // the panels of a row have its ranges
		for _, p := range row {
			if p.infinite() {
				return out, fmt.Errorf("row %d, %s: a point is infinite", i, p.Title)
			}
			all.Ways = append(all.Ways, p.Ways...)
		}
		r := all.ranges()
		if r[0].lo > r[0].hi {
			continue
		}
		side := 6.6 * vg.Centimeter
		if len(row) > 3 {
			side = 5 * vg.Centimeter
		}
		var panels []*panel
		for _, p := range row {
			panels = append(panels, p.panel(s, r, side))
		}
		out.rows = append(out.rows, alignNotes(panels))
	}
	out.least = min(bold(titleSize).Width(out.title)+1, 18*vg.Centimeter) + 2*edge
	return out, nil
}

// infinite reports whether a coordinate is; those that are missing are NaN.
func (p PathPanel) infinite() bool {
	return slices.ContainsFunc(p.Ways, func(w Way) bool {
		return slices.ContainsFunc(w.Points, func(q [3]float64) bool {
			return math.IsInf(q[0], 0) ||
				math.IsInf(q[1], 0) || math.IsInf(q[2], 0)
		})
	})
}

// ranges returns the range of all ways along each axis.
func (p PathPanel) ranges() [3]span {
	var all []trail
	for _, w := range p.Ways {
		all = append(all, w.Points)
	}
	return spans(all)
}

// panel draws one pair or triple of axes, which show the given ranges.
func (p PathPanel) panel(s *series, r [3]span, side vg.Length) *panel {
	out := &panel{Plot: newPlot(side, side, p.Axes[0], p.Axes[1]), w: side, h: side, title: p.Title, note: p.Note,
		letter: true}
	project := func(q [3]float64) (u, v float64) { return q[0], q[1] }
	if p.Axes[2] != "" {
		// The box is seen from 55 degrees beside the first axis, on the other side than the figures of a run. So a
		// system with two correlated latents, such as Lorenz's, shows its width.
		turn := func(q [3]float64) [3]float64 { return [3]float64{q[1], -q[0], q[2]} }
		box, names := [3]span{r[1].padded(0), span{-r[0].hi, -r[0].lo}.padded(0), r[2].padded(0)}, [3]string{p.Axes[1],
			p.Axes[0], p.Axes[2]}
		if p.front {
			turn = func(q [3]float64) [3]float64 { return q }
			box, names = [3]span{r[0].padded(0), r[1].padded(0), r[2].padded(0)}, p.Axes
		}
		project = func(q [3]float64) (u, v float64) { return oblique(turn(q)) }
		out.X.Label.Text, out.Y.Label.Text = "", ""
		out.HideAxes()
		addBox(out.Plot, names, box)
		u, v := spanOf(), spanOf()
		for _, c := range corners(box) {
			x, y := oblique(c)
			u, v = u.with(x), v.with(y)
		}
		square(out.Plot, u, v, 1.16)
	} else {
		out.Y.Tick.Marker = out.X.Tick.Marker
		square(out.Plot, r[0], r[1], 1.12)
	}
	colour := ink()
	if p.Method != "" {
		colour = s.look(p.Method).colour
	}
	for _, faint := range []bool{true, false} { // single trials lie behind all means
		for _, way := range p.Ways {
			if way.Faint == faint {
				way.add(out, way.colour(colour), project)
			}
		}
	}
	for _, way := range p.Ways { // rings and names before them
		if way.ring && len(way.Points) > 0 {
			out.Plot.Add(start{project, way.Points[0], way.colour(colour)})
		}
		way.addName(out, way.colour(colour), project)
	}
	return out
}

// colour returns the way's own colour, or the given one.
func (w Way) colour(other color.NRGBA) color.NRGBA {
	switch {
	case w.own != nil:
		return w.own.colour
	case math.IsNaN(w.Hue):
		return other
	}
	return cyclic(w.Hue)
}

// dashes returns the dashes of the way. Single trials have none, because they are too faint.
func (w Way) dashes() []vg.Length {
	if w.own == nil || w.Faint {
		return nil
	}
	return w.own.dashes
}

// add draws the way, thin where it is long.
func (w Way) add(p *panel, c color.NRGBA, project func([3]float64) (u, v float64)) {
	const long = 200
	width := vg.Length(1.8)
	switch {
	case w.Faint:
		c, width = fade(c, 0.25), 0.5
	case w.slim:
		width = 1
	case len(w.Points) > long:
		c, width = fade(c, 0.85), 0.4
	}
	for _, run := range w.runs(project) {
		if !w.Faint && len(w.Points) <= long {
			p.Plot.Add(line(run[0], run[1], look{colour: grey(0xFF)}, 2*width))
		}
		p.Plot.Add(line(run[0], run[1], look{c, w.dashes()}, width))
	}
}

// runs returns the stretches between points that are missing, as they are projected: both coordinates of each.
func (w Way) runs(project func([3]float64) (u, v float64)) (all [][2][]float64) {
	broken := true
	for _, q := range w.Points {
		u, v := project(q)
		if !finite(u) || !finite(v) {
			broken = true
			continue
		}
		if broken {
			all, broken = append(all, [2][]float64{}), false
		}
		last := &all[len(all)-1]
		last[0], last[1] = append(last[0], u), append(last[1], v)
	}
	return all
}

// addName writes the way's name beyond its end.
func (w Way) addName(p *panel, c color.NRGBA, project func([3]float64) (u, v float64)) {
	if w.Name == "" || len(w.Points) == 0 {
		return
	}
	style := bold(tickSize)
	style.Color = mix(c, grey(0), 0.25) // for pale colours to be read
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	x0, y0 := project(w.Points[0])
	x, y := project(w.Points[len(w.Points)-1])
	if math.IsNaN(x) || math.IsNaN(y) {
		return
	}
	sin, cos := math.Sincos(math.Atan2(y-y0, x-x0))
	p.Plot.Add(words{w.Name, x, y, style, vg.Point{X: vg.Length(9 * cos), Y: vg.Length(9 * sin)}})
}
