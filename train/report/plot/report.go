// Package plot draws figures as PNG, SVG and PDF files: figures of one fitted run, with numbers from
// train/report/content, and figures of an experiment with many fits (box plots, curves, attractors, maps).
//
// It may import data, train/internal/atomicfile, train/report/content, the leaves of train/report, and gonum's plot.
// Start reading at Figures: this file turns a content.Figure into rows of panels, and each file panel_*.go draws
// one kind of panel. Experiment draws the figures of an experiment, which are in boxes.go, bars.go, lines.go (with
// logaxis.go), trajectories.go, maps.go and chord.go; exppage.go has its page. layout.go places the panels, and fit.go
// fits them to a width. write.go makes the files, pdf.go is the canvas of PDF, and glyphs.go sets all text. options.go,
// style.go and colour.go hold the look.
package plot

import (
	"fmt"
	"image/color"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"facrnn/train/report/content"
	"facrnn/train/report/palette"
)

// Figures writes figures of a recording called title into dir, which it creates if necessary. Each is written in all
// formats of o, or as PNG and SVG if o names none. It returns the paths in that order, and leaves out figures without
// panels. The error names the figure without a file name, or the file that could not be written.
func Figures(dir string, o Options, title string, figures []content.Figure) ([]string, error) {
	var all []figure
	for _, f := range figures {
		if f.Name == "" || f.Name == "." || f.Name == ".." || filepath.Base(f.Name) != f.Name {
			return nil, fmt.Errorf("figure %q of %s: its name is no name of a file", f.Name, title)
		}
		all = append(all, drawing{f, o.Style}.figure(title))
	}
	return writeAll(dir, o, all)
}

// drawing is a figure on its way to the paper.
type drawing struct {
	content.Figure
	style Style
}

// figure lays out the rows of panels. What page and file say of a figure is the same; here all of it stands above the
// panels.
func (d drawing) figure(title string) figure {
	out := figure{name: d.Name, title: d.Title}
	if title != "" {
		out.title += ": " + title
	}
	var notes []string
	note := func(s string) {
		if s != "" && !slices.Contains(notes, s) {
			notes = append(notes, s)
		}
	}
	for _, r := range d.joined() {
		note(r.Note)
		var panels []*panel
		for _, p := range r.Panels {
			note(p.Note)
			panels = append(panels, d.panels(p)...)
		}
		for _, e := range r.Key {
			k := d.entry(e)
			same := func(other entry) bool { return other.name == k.name && other.colour == k.colour }
			if !slices.ContainsFunc(out.key, same) {
				out.key = append(out.key, k)
			}
		}
		out.rows = append(out.rows, d.inRows(panels)...)
		if chords := d.scaleOfChords(r); chords != nil {
			out.rows = append(out.rows, []*panel{chords})
			if d.step() > 1 {
				out.key = append(out.key, arrowKey(d.limitOfChords())...)
			}
		}
	}
	if len(d.Conditions) > 1 {
		for i, name := range d.Conditions {
			l := d.condition(i)
			out.key = append(out.key, entry{
				name: strings.TrimSpace(d.Column + " " + name), colour: l.colour, dashes: l.dashes, width: 2,
			})
		}
	}
	note(d.Note)
	out.note = strings.Join(notes, " ")
	return out
}

// page returns the width on which panels are arranged.
func (d drawing) page() vg.Length {
	if d.style.Width > 0 {
		return vg.Length(d.style.Width) / d.style.scale()
	}
	return 33 * vg.Centimeter
}

// step is how many panels stand side by side whatever the width is.
func (d drawing) step() int {
	arrows := func(p content.Panel) bool { return p.Chord != nil && len(p.Chord.Arrows) > 0 }
	for _, r := range d.Rows {
		if slices.ContainsFunc(r.Panels, arrows) {
			return 2
		}
	}
	return 1
}

// limitOfChords returns the limit of the colours of the first chord.
func (d drawing) limitOfChords() float64 {
	for _, r := range d.Rows {
		for _, p := range r.Panels {
			if p.Chord != nil {
				return float64(p.Chord.Colours.Limit)
			}
		}
	}
	return 0
}

// scaleOfChords returns the one scale of colours of a row's chords; nil if there are none.
func (d drawing) scaleOfChords(r content.Row) *panel {
	if i := slices.IndexFunc(r.Panels, func(p content.Panel) bool { return p.Chord != nil }); i >= 0 {
		return scaleOf(r.Panels[i].Chord.Colours, regionSide)
	}
	return nil
}

// joined returns the figure's rows. A row of one panel is joined with the next row, unless it is of lines, which share
// an axis.
func (d drawing) joined() (rows []content.Row) {
	for i, r := range d.Rows {
		if i > 0 && len(d.Rows[i-1].Panels) == 1 && d.Rows[i-1].Panels[0].Lines == nil {
			last := &rows[len(rows)-1]
			last.Panels = append(slices.Clone(last.Panels), r.Panels...)
			continue
		}
		rows = append(rows, r)
	}
	return rows
}

// panels returns the drawn panels of one panel of the content.
func (d drawing) panels(p content.Panel) []*panel {
	switch {
	case p.Lines != nil:
		return d.lines(p)
	case p.Bars != nil:
		return []*panel{d.bars(p)}
	case p.Trajectories != nil && len(p.Trajectories.Axes) > 1:
		return []*panel{d.trajectories(p)}
	case p.Matrix != nil:
		return []*panel{d.matrix(p)}
	case p.Chord != nil:
		return d.chord(p)
	case p.Map != nil && d.Neurons != nil:
		return []*panel{d.weights(p)}
	}
	return nil
}

func (d drawing) entry(e content.Entry) entry {
	l := d.look(e.Look)
	k := entry{name: e.Name, colour: l.colour, dashes: l.dashes, width: 2}
	switch {
	case e.Faint:
		k.width = 0.8
	case e.Look.Of == content.OfPositive, e.Look.Of == content.OfNegative:
		k.width = 6
	}
	return k
}

// look returns the colour and the dashes of a look.
func (d drawing) look(l content.Look) look {
	switch l.Of {
	case content.OfCondition:
		return *d.condition(l.Index)
	case content.OfGroup:
		return look{d.colour(l), lengths(palette.Dashes(l.Index / categories))}
	}
	return look{colour: d.colour(l)}
}

// condition returns the look of a condition, which is ink if the figure has no looks.
func (d drawing) condition(i int) *look {
	if i < 0 || i >= len(d.Looks) {
		return &look{colour: ink()}
	}
	return &look{pick(d.style.Conditions, i, rgb(d.Looks[i].Light)), lengths(d.Looks[i].Dashes)}
}

// lengths returns dashes in the units of a drawing, which are points.
func lengths(dashes []float64) []vg.Length {
	out := make([]vg.Length, len(dashes))
	for i, v := range dashes {
		out[i] = vg.Length(v)
	}
	return out
}

// colour returns the colour of a look.
func (d drawing) colour(l content.Look) color.NRGBA {
	switch l.Of {
	case content.OfGroup:
		return pick(d.style.Groups, l.Index, category(l.Index))
	case content.OfCondition:
		return d.condition(l.Index).colour
	case content.OfHeldOut:
		if d.style.HeldOut != nil {
			return rgb(*d.style.HeldOut)
		}
		return accent()
	case content.OfFiltered:
		if d.style.Filtered != nil {
			return rgb(*d.style.Filtered)
		}
		return rgb(palette.Light().Filtered)
	case content.OfControl:
		return pale()
	case content.OfPositive:
		return diverging(0.7)
	case content.OfNegative:
		return diverging(-0.7)
	}
	return ink()
}

// inRows breaks panels into rows of about equal length that fit a page. Groups of step panels stay together. Panels of
// a figure with a given width may shrink.
func (d drawing) inRows(panels []*panel) [][]*panel {
	const axis = 1.6 * vg.Centimeter
	step, page, shrink := d.step(), d.page(), vg.Length(1)
	if d.style.Width > 0 {
		shrink = smallest
	}
	if len(panels) == 0 {
		return nil
	}
	var widest vg.Length
	for unit := range slices.Chunk(panels, step) {
		var w vg.Length
		for _, p := range unit {
			w += shrink*p.w + axis
		}
		widest = max(widest, w)
	}
	columns := max(1, int(page/widest))
	units := (len(panels) + step - 1) / step
	rows := (units + columns - 1) / columns
	out := slices.Collect(slices.Chunk(panels, (units+rows-1)/rows*step))
	for i, row := range out {
		out[i] = alignNotes(row)
	}
	// every row of maps has their scales below it
	for i := len(out) - 1; i >= 0; i-- {
		var bars []*panel
		for _, p := range out[i] {
			if p.scale != nil {
				bars = append(bars, p.scale)
			}
		}
		if len(bars) > 0 {
			out = slices.Insert(out, i+1, bars)
		}
	}
	return out
}
