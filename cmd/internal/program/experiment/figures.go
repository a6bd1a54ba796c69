package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/train/report/plot"
)

// picture is a figure, and what the page says of it.
type picture struct {
	figure plot.Figure
	plot.PageFigure
}

// newPicture returns a picture with a title and the numbers in it.
func newPicture(title string, numbers plot.Table) picture {
	return picture{PageFigure: plot.PageFigure{Title: title, Table: numbers}}
}

// labels returns a name for each kind of fit: the first column of its cell, and as many other columns as are needed to
// distinguish the kinds.
func (t *table[C]) labels(kinds [][]row[C]) []string {
	labels := make([]string, len(kinds))
	var c C
	for j := range names(c) {
		differs := slices.ContainsFunc(kinds, func(k []row[C]) bool {
			return texts(k[0].cell)[j] != texts(kinds[0][0].cell)[j]
		})
		if j > 0 && (!differs || distinct(labels)) {
			continue
		}
		for i, rows := range kinds {
			labels[i] = strings.TrimSpace(labels[i] + " " + methodName(texts(rows[0].cell)[j]))
		}
	}
	return labels
}

func distinct(labels []string) bool {
	sorted := slices.Sorted(slices.Values(labels))
	return len(slices.Compact(sorted)) == len(labels)
}

// panel is a column in a figure of boxes.
type panel[C comparable] struct {
	column, label string
	of            func(C) bool // the kinds of fits that it shows; nil: all
}

// panels returns panels of columns for all kinds of fits.
func panels[C comparable](columns string) (all []panel[C]) {
	for _, column := range strings.Fields(columns) {
		all = append(all, panel[C]{column: column, label: label(column)})
	}
	return all
}

// boxes returns a figure with a box per kind of fit, as the paper has it, with the paper's figure beside ours.
func (t *table[C]) boxes(title, caption string, panels ...panel[C]) picture {
	f := plot.Boxes{Name: "boxes", Title: t.title,
		Note: strings.TrimSpace("A box for each kind of fit, a dot for each seed. " +
			t.paperNote())}
	p := newPicture(title, plot.Table{
		Caption: "The boxes: a value a seed.",
		Head:    []string{"metric", "method", "mean", "standard error", "n", "lowest", "highest", "paper"},
	})
	p.Caption = caption
	var shown []string
	for _, panel := range panels {
		kinds := slices.DeleteFunc(t.kinds(), func(rows []row[C]) bool {
			return panel.of != nil &&
				!panel.of(rows[0].cell)
		})
		drawn := plot.BoxPanel{Metric: panel.label}
		var means []string
		for i, name := range t.labels(kinds) {
			box := plot.Box{Label: name, Values: values(kinds[i], panel.column), Reported: math.NaN()}
			if t.reported != nil {
				if v, ok := t.reported(kinds[i][0].cell)[panel.column]; ok {
					box.Reported = v
				}
			}
			drawn.Boxes = append(drawn.Boxes, box)
			s := summarize(kinds[i], panel.column)
			if s.n == 0 {
				continue
			}
			deviation := brief(s.error)
			if s.n < 2 {
				deviation = "–"
			}
			p.Table.Rows = append(p.Table.Rows, []string{
				panel.label, name, brief(s.mean), deviation, fmt.Sprint(s.n), brief(s.lowest), brief(s.highest),
				t.paper(kinds[i][0].cell, panel.column),
			})
			means = append(means, name+" "+brief(s.mean))
		}
		f.Panels = append(f.Panels, drawn)
		if len(means) > 0 {
			shown = append(shown, panel.label+": "+strings.Join(means, ", "))
		}
	}
	p.figure = f
	p.Alt = "Box plots of the fits by method. Means: " + strings.Join(shown, "; ") + "."
	return p
}

// addPoint appends the mean and its standard error at x to a line.
func addPoint(l *plot.Line, x float64, s summary) {
	l.X, l.Y = append(l.X, x), append(l.Y, s.mean)
	l.Low, l.High = append(l.Low, s.mean-s.error), append(l.High, s.mean+s.error)
}

// lines returns a figure of curves, with its numbers.
func lines(f plot.Lines, title, caption string) picture {
	p := newPicture(title, plot.Table{
		Caption: "The points of the curves, with the ends of their bands.",
		Head:    []string{"panel", "curve", "x", "y", "from", "to"},
	})
	p.figure, p.Caption, p.Alt = f, caption, "Curves: "+caption
	for _, panel := range f.Panels {
		for _, l := range panel.Lines {
			for i := range l.X {
				line := []string{strings.TrimSpace(panel.Title + " " + panel.X), l.Label}
				for _, v := range []float64{l.X[i], l.Y[i], l.Low[i], l.High[i]} {
					line = append(line, fmt.Sprintf("%.4g", v))
				}
				p.Table.Rows = append(p.Table.Rows, line)
			}
		}
	}
	return p
}
