package main

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"

	"facrnn/train/report/plot"
)

// metric is a column as a figure shows it.
type metric struct{ column, label string }

// boxPanel is a metric of some kinds of fits, of all where of is nil.
type boxPanel struct {
	metric
	of func(row) bool
}

// ofAll are panels of columns, of all kinds of fits.
func ofAll(columns ...string) (panels []boxPanel) {
	for _, c := range columns {
		panels = append(panels, boxPanel{metric: metric{c, said(c)}})
	}
	return panels
}

// boxes is a figure with a box a kind of fit, as the paper has it, and its figure beside ours.
func (t *table) boxes(b batch, panels ...boxPanel) plot.Boxes {
	f := plot.Boxes{Name: "boxes", Title: b.title, Note: "A box a kind of fit, a dot a seed."}
	for _, m := range panels {
		kinds := slices.DeleteFunc(t.kinds(), func(rows []row) bool { return m.of != nil && !m.of(rows[0]) })
		labels := t.labels(kinds)
		p := plot.BoxPanel{Metric: m.label}
		for i, rows := range kinds {
			reported, ok := b.paper[t.kind(rows[0])][m.column]
			if !ok {
				reported = math.NaN()
			}
			p.Boxes = append(p.Boxes, plot.Box{Label: labels[i], Values: values(rows, m.column), Reported: reported})
		}
		f.Panels = append(f.Panels, p)
	}
	return f
}

// labels name kinds of fits by the first column of their key, and by as many of the others in which they differ as it takes to tell them apart.
func (t *table) labels(kinds [][]row) []string {
	labels := make([]string, len(kinds))
	for j, column := range t.key[:len(t.key)-1] {
		differs := slices.ContainsFunc(kinds, func(rows []row) bool { return rows[0][column] != kinds[0][0][column] })
		if j > 0 && (!differs || distinct(labels)) {
			continue
		}
		for i, rows := range kinds {
			labels[i] = strings.TrimSpace(labels[i] + " " + methodName(rows[0][column]))
		}
	}
	return labels
}

func distinct(labels []string) bool {
	sorted := slices.Sorted(slices.Values(labels))
	return len(slices.Compact(sorted)) == len(labels)
}

// rotation is the hand's R2 over the angle by which its axes are turned, a panel a number of latents.
func (t *table) rotation() plot.Lines {
	f := plot.Lines{Name: "rotation", Title: "The hand's axes turned", Note: "Mean over seeds and its standard error. A group that holds one axis of the hand loses by turning; at 90 degrees the axes have changed places."}
	kinds := t.kinds()
	var sizes []string
	for _, rows := range kinds {
		if !slices.Contains(sizes, rows[0]["latents"]) {
			sizes = append(sizes, rows[0]["latents"])
		}
	}
	for _, size := range sizes {
		p := plot.LinePanel{Title: size + " latents", X: "rotation (degrees)", Y: "R² of the hand's position"}
		of := slices.DeleteFunc(slices.Clone(kinds), func(rows []row) bool { return rows[0]["latents"] != size })
		labels := t.labels(of)
		for i, rows := range of {
			l := plot.Line{Label: labels[i]}
			for step := range 13 {
				degrees := 7.5 * float64(step)
				column := "hand_r2"
				if step > 0 {
					column += "_" + strconv.FormatFloat(degrees, 'g', -1, 64)
				}
				mean, spread := meanAndError(values(rows, column))
				l.X, l.Y, l.Low, l.High = append(l.X, degrees), append(l.Y, mean), append(l.Low, mean-spread), append(l.High, mean+spread)
			}
			p.Lines = append(p.Lines, l)
		}
		f.Panels = append(f.Panels, p)
	}
	return f
}

// growth is a column over each size that was varied.
func (t *table) growth(name, title, column, label string) plot.Lines {
	f := plot.Lines{Name: name, Title: title, Note: "256 bins in a minibatch, 1000 neurons, 12 latents in 3 groups, 1 lag, but for what is varied."}
	for _, g := range grown {
		p := plot.LinePanel{X: map[string]string{"neurons": "neurons N", "bins": "bins in a minibatch M", "latents": "latents K", "groups": "groups G", "lags": "lags L, learned kernel"}[g.name], Y: label, LogX: true, LogY: true}
		l := plot.Line{Label: ""}
		for _, rows := range t.kinds() {
			if rows[0]["varied"] != g.name {
				continue
			}
			size, err := strconv.ParseFloat(rows[0][g.name], 64)
			if err != nil {
				continue // a table that somebody has written into
			}
			mean, spread := meanAndError(values(rows, column))
			l.X, l.Y, l.Low, l.High = append(l.X, size), append(l.Y, mean), append(l.Low, mean-spread), append(l.High, mean+spread)
		}
		p.Lines = append(p.Lines, l)
		f.Panels = append(f.Panels, p)
	}
	return f
}

// meanAndError is the mean and its standard error: 0 of one value.
func meanAndError(v []float64) (mean, standardError float64) {
	if len(v) < 2 {
		return stat.Mean(v, nil), 0
	}
	mean, std := stat.MeanStdDev(v, nil)
	return mean, std / math.Sqrt(float64(len(v)))
}
