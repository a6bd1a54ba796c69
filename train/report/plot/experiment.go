package plot

import (
	"fmt"
	"image/color"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Figure is a figure of an experiment: Boxes, Lines, Bars, Paths, Maps, Images or Regions.
type Figure interface {
	// figure lays out the drawing. A figure without data has no panels. It draws labels in the colours of the series,
	// and adds new labels to the series. The error names values that cannot be drawn.
	figure(*series) (figure, error)
}

// Experiment writes figures into dir, which it creates if necessary, as Name.png, Name.svg or Name.pdf, and returns the
// paths of the files. A method of the paper, known by the first word of its label, has one colour in all figures. Any
// other label has one look in all figures of one call; after seven looks, lines get dashes. Draw figures of other
// things with another call.
//
// Panels without a value and figures without a panel are left out. Nothing is written if a figure cannot be drawn: if
// numbers do not fit together, if a value is infinite or not positive on a logarithmic axis, or if two figures have one
// name.
func Experiment(dir string, o Options, figures ...Figure) ([]string, error) {
	var s series
	var laid []figure
	seen := map[string]bool{}
	for i, from := range figures {
		f, err := from.figure(&s)
		switch {
		case f.name == "" || f.name == "." || f.name == ".." || filepath.Base(f.name) != f.name:
			return nil, fmt.Errorf("figure %d: %q is no name of a file", i, f.name)
		case seen[f.name]:
			return nil, fmt.Errorf("figure %s: there are two of that name", f.name)
		case err != nil:
			return nil, fmt.Errorf("figure %s: %w", f.name, err)
		}
		seen[f.name] = true
		laid = append(laid, f)
	}
	return writeAll(dir, o, laid)
}

// arrange lays panels of one size out in rows on a page's width, and leaves the title room.
func (f *figure) arrange(panels []*panel) {
	if len(panels) == 0 {
		return
	}
	const page, axis = 28 * vg.Centimeter, 1.7 * vg.Centimeter
	columns := max(1, min(len(panels), 3, int(page/(panels[0].w+axis))))
	if len(panels) == 4 && columns == 3 {
		columns = 2
	}
	f.rows = rowsOf(panels, columns)
	f.least = min(bold(titleSize).Width(f.title)+1, 18*vg.Centimeter) + 2*edge
}

// series distinguishes methods: each label gets a look, in the order of first use.
type series struct{ labels []string }

// look is a colour, and dashes where all colours are taken.
type look struct {
	colour color.NRGBA
	dashes []vg.Length
}

func (s *series) add(label string) { s.index(label) }

func (s *series) index(label string) int {
	for i, l := range s.labels {
		if l == label {
			return i
		}
	}
	s.labels = append(s.labels, label)
	return len(s.labels) - 1
}

// look returns the look of a label's data. A method of the paper, the first word of the label, has its own colour in
// every figure. Other labels get the colours of the palette, then grey, in the order of first use. Labels of one colour
// differ in their dashes. Boxes have no dashes, because their names stand below them.
func (s *series) look(label string) look {
	var l look
	before := 0 // labels of that colour
	for _, other := range s.labels[:s.index(label)] {
		if strings.EqualFold(method(other), method(label)) {
			before++
		}
	}
	colour, known := methodColour(method(label))
	if l.colour = colour; !known {
		const colours = categories + 1
		before = 0
		for _, other := range s.labels[:s.index(label)] {
			if _, known := methodColour(method(other)); !known {
				before++
			}
		}
		if l.colour = pale(); before%colours < categories {
			l.colour = category(before % colours)
		}
		before /= colours
	}
	l.dashes = [][]vg.Length{nil, {4, 2}, {1, 1.5}, {5, 1.5, 1, 1.5}}[before%4]
	return l
}

// method returns the first word of a label, such as FacRNN of "FacRNN best".
func method(label string) string {
	word, _, _ := strings.Cut(label, " ")
	return word
}

// rowsOf breaks panels into rows.
func rowsOf(panels []*panel, columns int) [][]*panel {
	if len(panels) == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(panels, columns))
}
