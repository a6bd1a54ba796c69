package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/train/report/plot"
)

// picture is a figure, and what the page says of it.
type picture struct {
	figure              plot.Figure
	title, caption, alt string
	table               plot.Table // the numbers in it
}

// labels name kinds of fits by the first column of their cells, and by as many of the others that differ as it takes to distinguish them.
func (t *table[C]) labels(kinds [][]row[C]) []string {
	labels := make([]string, len(kinds))
	var c C
	for j := range names(c) {
		differs := slices.ContainsFunc(kinds, func(rows []row[C]) bool { return texts(rows[0].cell)[j] != texts(kinds[0][0].cell)[j] })
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

// panels are columns of all kinds of fits.
func panels[C comparable](columns string) (all []panel[C]) {
	for _, column := range strings.Fields(columns) {
		all = append(all, panel[C]{column: column, label: label(column)})
	}
	return all
}

// boxes is a figure with a box per kind of fit, as the paper has it, with the paper's figure beside ours.
func (t *table[C]) boxes(title, caption string, panels ...panel[C]) picture {
	f := plot.Boxes{Name: "boxes", Title: t.title, Note: "A box a kind of fit, a dot a seed."}
	p := picture{title: title, caption: caption, table: plot.Table{
		Caption: "The boxes: a value a seed.",
		Head:    []string{"metric", "method", "mean", "standard error", "n", "lowest", "highest", "paper"},
	}}
	var shown []string
	for _, panel := range panels {
		kinds := slices.DeleteFunc(t.kinds(), func(rows []row[C]) bool { return panel.of != nil && !panel.of(rows[0].cell) })
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
			p.table.Rows = append(p.table.Rows, []string{
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
	p.alt = "Box plots of the fits by method. Means: " + strings.Join(shown, "; ") + "."
	return p
}

// addPoint appends the mean and its standard error at x to a line.
func addPoint(l *plot.Line, x float64, s summary) {
	l.X, l.Y = append(l.X, x), append(l.Y, s.mean)
	l.Low, l.High = append(l.Low, s.mean-s.error), append(l.High, s.mean+s.error)
}

// lines is a figure of curves, with its numbers.
func lines(f plot.Lines, title, caption string) picture {
	p := picture{figure: f, title: title, caption: caption, alt: "Curves: " + caption}
	p.table = plot.Table{
		Caption: "The points of the curves, with the ends of their bands.",
		Head:    []string{"panel", "curve", "x", "y", "from", "to"},
	}
	for _, panel := range f.Panels {
		for _, l := range panel.Lines {
			for i := range l.X {
				line := []string{strings.TrimSpace(panel.Title + " " + panel.X), l.Label}
				for _, v := range []float64{l.X[i], l.Y[i], l.Low[i], l.High[i]} {
					line = append(line, fmt.Sprintf("%.4g", v))
				}
				p.table.Rows = append(p.table.Rows, line)
			}
		}
	}
	return p
}

// byGroup completes a picture of ground-truth groups: the table's heading and last row, which are of fits, and a column of results.csv in
// caption and alt.
func byGroup[C comparable, A artifact](p *picture, fits []drawn[C, A], recipe func(C) string, column, last, caption, alt string) {
	line := []string{last}
	for _, f := range fits {
		p.table.Head = append(p.table.Head, fmt.Sprintf("%s %s, seed %d", f.name, recipe(f.cell), f.seed))
		line = append(line, f.rounded(column))
	}
	p.table.Rows = append(p.table.Rows, line)
	p.caption, p.alt = caption+said(fits, column)+".", alt+said(fits, column)+"."
}
