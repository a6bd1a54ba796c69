package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// picture is a figure, and what the page says of it.
type picture struct {
	figure              plot.Figure
	title, caption, alt string
	table               plot.Table // the numbers in it
}

// draw writes the figures and the page.
func (t *table) draw(b batch) error {
	pictures, err := b.figures(t)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	page := plot.ExperimentPage{Title: b.title, Intro: append(slices.Clone(b.intro), paragraphs(b.note)...), Run: t.about(b), Table: t.overview(b)}
	for _, p := range pictures {
		paths, err := plot.Experiment(filepath.Join(t.dir, "figures"), append([]plot.Format{plot.PNG, plot.SVG}, b.formats...), p.figure)
		if err != nil {
			return err
		}
		if len(paths) > 1 { // of nothing to draw there is none
			page.Figures = append(page.Figures, plot.PageFigure{Path: paths[1], Title: p.title, Caption: p.caption, Alt: p.alt, Table: p.table})
		}
	}
	return plot.WriteExperimentPage(filepath.Join(t.dir, "index.html"), page)
}

func paragraphs(note string) []string { return []string{strings.ReplaceAll(note, "\n", " ")} }

// about is what was run, by name and value.
func (t *table) about(b batch) [][2]string {
	var seeds []string
	for _, r := range t.rows {
		if !slices.Contains(seeds, r["seed"]) {
			seeds = append(seeds, r["seed"])
		}
	}
	about := [][2]string{{"command", b.command}, {"version", rundir.Version()}, {"fits", fmt.Sprint(len(t.rows))}, {"seeds", strings.Join(seeds, ", ")}}
	if kinds := t.kinds(); len(kinds) <= mostKinds {
		labels := t.labels(kinds)
		for _, column := range t.key[1 : len(t.key)-1] {
			var each []string
			for i, rows := range kinds {
				each = append(each, labels[i]+" "+rows[0][column])
			}
			if !slices.ContainsFunc(kinds, func(rows []row) bool { return rows[0][column] != kinds[0][0][column] }) {
				each = []string{kinds[0][0][column]}
			}
			about = append(about, [2]string{column, strings.Join(each, ", ")})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.settings)) {
		if v := b.settings[name]; v != "" {
			if name == "data" && len(v) == 64 {
				name = "data (SHA-256)"
			}
			about = append(about, [2]string{name, v})
		}
	}
	return append(about, [2]string{"files", "results.csv (a row a fit), table.md, summary.json, figures/ (PNG and SVG), fits/ (what the pictures are drawn from)"})
}

// mostKinds of fits stand side by side.
const mostKinds = 10

// overview is the table of means: a column a kind of fit, or a row where they are many.
func (t *table) overview(b batch) plot.Table {
	kinds := t.kinds()
	labels := t.labels(kinds)
	cells := [][]string{{""}}
	for i, rows := range kinds {
		cells[0] = append(cells[0], fmt.Sprintf("%s, n = %d", labels[i], len(rows)))
	}
	for _, c := range b.shown {
		line, theirs := []string{heading(c)}, []string{said(c) + ", paper"}
		some, told := false, false
		for _, rows := range kinds {
			cell := "–"
			if v := values(rows, c); len(v) > 0 {
				mean, se := meanAndError(v)
				cell, some = withError(mean, se, len(v)), true
			}
			line = append(line, cell)
			reported := "–"
			if p, ok := b.paper[t.kind(rows[0])][c]; ok {
				reported, told = fmt.Sprintf("%.3g", p), true
			}
			theirs = append(theirs, reported)
		}
		if some {
			cells = append(cells, line)
		}
		if some && told {
			cells = append(cells, theirs)
		}
	}
	if len(kinds) > mostKinds {
		cells = transposed(cells)
	}
	return plot.Table{Caption: "Mean over seeds ± its standard error; below it the paper's figure, where it has one. Every fit is in results.csv.", Head: cells[0], Rows: cells[1:]}
}

// withError is a mean over n seeds ± its standard error, which one seed has none of.
func withError(mean, se float64, n int) string {
	if n < 2 {
		return brief(mean)
	}
	return brief(mean) + " ± " + brief(se)
}

func errorOf(se float64, n int) string {
	if n < 2 {
		return "–"
	}
	return brief(se)
}

func transposed(cells [][]string) [][]string {
	var out [][]string
	for j := range cells[0] {
		var line []string
		for i := range cells {
			line = append(line, cells[i][j])
		}
		out = append(out, line)
	}
	return out
}

// boxed is the figure of box plots, with its numbers.
func (t *table) boxed(b batch, title, caption string, panels ...boxPanel) picture {
	f := t.boxes(b, panels...)
	p := picture{figure: f, title: title, caption: caption}
	p.table = plot.Table{Caption: "The boxes: a value a seed.", Head: []string{"metric", "method", "mean", "standard error", "n", "lowest", "highest", "paper"}}
	var shown []string
	for _, panel := range f.Panels {
		means := ""
		for _, box := range panel.Boxes {
			if len(box.Values) == 0 {
				continue
			}
			mean, se := meanAndError(box.Values)
			paper := ""
			if box.Reported == box.Reported {
				paper = fmt.Sprintf("%.3g", box.Reported)
			}
			p.table.Rows = append(p.table.Rows, []string{panel.Metric, box.Label, brief(mean), errorOf(se, len(box.Values)), fmt.Sprint(len(box.Values)), brief(slices.Min(box.Values)), brief(slices.Max(box.Values)), paper})
			means += fmt.Sprintf(", %s %s", box.Label, brief(mean))
		}
		if means != "" {
			shown = append(shown, panel.Metric+": "+strings.TrimPrefix(means, ", "))
		}
	}
	p.alt = "Box plots of the fits by method. Means: " + strings.Join(shown, "; ") + "."
	return p
}

// lined is a figure of curves, with its numbers.
func lined(f plot.Lines, title, caption string) picture {
	p := picture{figure: f, title: title, caption: caption, alt: "Curves: " + caption}
	p.table = plot.Table{Caption: "The points of the curves, with the ends of their bands.", Head: []string{"panel", "curve", "x", "y", "from", "to"}}
	for _, panel := range f.Panels {
		for _, l := range panel.Lines {
			for i := range l.X {
				p.table.Rows = append(p.table.Rows, []string{strings.TrimSpace(panel.Title + " " + panel.X), l.Label, fmt.Sprintf("%.4g", l.X[i]), fmt.Sprintf("%.4g", l.Y[i]), fmt.Sprintf("%.4g", l.Low[i]), fmt.Sprintf("%.4g", l.High[i])})
			}
		}
	}
	return p
}
