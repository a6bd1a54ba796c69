package experiment

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// draw writes the figures and the page.
func (t *table[C]) draw(ctx context.Context, given shared) error {
	pictures, err := t.figures(ctx, t)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	page := plot.ExperimentPage{
		Title: t.title, Intro: append(slices.Clone(t.intro), strings.ReplaceAll(t.note, "\n", " ")),
		Run: t.about(), Table: t.overview(),
	}
	figures, err := given.Figures(append([]plot.Format{plot.PNG, plot.SVG}, given.FigureFormat...))
	if err != nil {
		return err
	}
	for _, p := range pictures {
		paths, err := plot.Experiment(filepath.Join(t.dir, "figures"), figures, p.figure)
		if err != nil {
			return err
		}
		if len(paths) > 1 { // a figure without content has no files
			p.PageFigure.Path = paths[1]
			page.Figures = append(page.Figures, p.PageFigure)
		}
	}
	return plot.WriteExperimentPage(filepath.Join(t.dir, "index.html"), page)
}

// about returns the description of the runs, as pairs of a name and a value.
func (t *table[C]) about() [][2]string {
	var seeds []string
	for _, r := range t.rows {
		if seed := r.text("seed"); !slices.Contains(seeds, seed) {
			seeds = append(seeds, seed)
		}
	}
	var about [][2]string
	for _, c := range t.commands {
		about = append(about, [2]string{"command", c})
	}
	about = append(about, [][2]string{
		{"version", rundir.Version()}, {"fits", fmt.Sprint(len(t.rows))}, {"seeds", strings.Join(seeds, ", ")},
	}...)
	if kinds := t.kinds(); len(kinds) > 0 && len(kinds) <= manyKinds {
		about = append(about, t.aboutCells(kinds)...)
	}
	for _, name := range slices.Sorted(maps.Keys(t.settings)) {
		v := t.settings[name]
		if name == "data" && len(v) == 64 {
			name = "data (SHA-256)"
		}
		if v != "" {
			about = append(about, [2]string{name, v})
		}
	}
	return append(about, [2]string{
		"files", "results.csv (a row a fit), table.md, summary.json, figures/ (PNG and SVG), fits/ (the arrays of " +
			"the pictures)",
	})
}

// aboutCells has a line per column of the cells but the first: one value if all are the same, else the values of all
// kinds of fits.
func (t *table[C]) aboutCells(kinds [][]row[C]) (about [][2]string) {
	labels := t.labels(kinds)
	for j, column := range names(kinds[0][0].cell) {
		var values, each []string
		for i, rows := range kinds {
			v := texts(rows[0].cell)[j]
			values, each = append(values, v), append(each, labels[i]+" "+v)
		}
		if len(slices.Compact(values)) == 1 {
			each = values[:1]
		}
		if j > 0 {
			about = append(about, [2]string{column, strings.Join(each, ", ")})
		}
	}
	return about
}
