package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

// pictures returns box plots, hand trajectories and the curves over rotations.
func (e *reach) pictures(ctx context.Context, t *table[reachCell]) ([]picture, error) {
	var panels []panel[reachCell]
	for _, k := range e.Latents {
		for _, c := range []string{"hand_r2", "hand_r2_joint", "hand_r2_heldout", "partial_correlation"} {
			panels = append(panels, panel[reachCell]{c, fmt.Sprintf("%s; %d latents", label(c), k), hasLatents(k)})
		}
	}
	out := []picture{t.boxes("How well the latents hold the hand",
		"A box for each method, a dot for each seed, a diamond for the paper's mean, and a panel for each number of "+
			"latents. By group: each group of summed latents explains one axis of the hand. By all latents: all "+
			"explain both axes, which is the most that any grouping can reach.",
		panels...)}
	trajectories, err := e.trajectories(ctx, t)
	if err != nil {
		return nil, err
	}
	if trajectories != nil {
		out = append(out, *trajectories)
	}
	return append(out, lines(rotation(t), "The hand's axes turned",
		"R² of the hand by group over the angle by which its axes are turned: mean over seeds and its standard "+
			"error. Groups that hold the hand's own axes do worse at 45 degrees than at 0 and 90, where the axes "+
			"have changed places. For groups that hold any other two directions, the curve is flat or highest "+
			"elsewhere.")), nil
}

func hasLatents(k int) func(reachCell) bool { return func(c reachCell) bool { return c.Latents == k } }

// rotation returns the hand's R2 over the angle by which its axes are turned, a panel per number of latents.
func rotation(t *table[reachCell]) plot.Lines {
	f := plot.Lines{Name: "rotation", Title: "The hand's axes turned"}
	f.Note = "Mean over seeds and its standard error. A group that holds one axis of the hand loses by turning; at " +
		"90 degrees the axes have changed places."
	var sizes []int
	for _, r := range t.rows {
		if !slices.Contains(sizes, r.cell.Latents) {
			sizes = append(sizes, r.cell.Latents)
		}
	}
	for _, size := range sizes {
		p := plot.LinePanel{Title: fmt.Sprint(size, " latents"), X: "rotation (degrees)",
			Y: "R² of the hand's position"}
		kinds := slices.DeleteFunc(t.kinds(), func(rows []row[reachCell]) bool { return rows[0].cell.Latents != size })
		for i, name := range t.labels(kinds) {
			l := plot.Line{Label: name}
			for step, column := range append([]string{"hand_r2"}, strings.Fields(rotatedColumns)...) {
				addPoint(&l, 7.5*float64(step), summarize(kinds[i], column))
			}
			p.Lines = append(p.Lines, l)
		}
		f.Panels = append(f.Panels, p)
	}
	return f
}

// trajectories returns the hand's paths, recorded and explained by the latents; nil if no fit has kept any.
func (e *reach) trajectories(ctx context.Context, t *table[reachCell]) (*picture, error) {
	rec, err := e.open(ctx, nil)
	if err != nil {
		return nil, err
	}
	c := conditionsOf(rec)
	f := plot.Paths{Name: "hand", Title: "The hand: recorded, and decoded from the latents"}
	f.Note = "Bold: mean of a condition; faint: single trials. " + c.note
	p := newPicture("Hand trajectories", plot.Table{
		Caption: "R² of the hand's position by group, of the fits in the figure, as in results.csv.",
		Head:    []string{"fit", "seed", "R² by group", "R² by all latents"},
	})
	var whys, r2 []string
	for _, k := range e.Latents {
		fits, why, err := drawnFits[traced](t, "hand_r2", hasLatents(k))
		if err != nil {
			return nil, err
		}
		for i, fit := range fits {
			if slices.Max(fit.artifact.rows) >= rec.Bins() {
				return nil, fmt.Errorf("%s: its rows are not of %d bins: remove it, and the "+
					"figures do without", t.artifactPath(fit.row), rec.Bins())
			}
			if i == 0 {
				f.Rows = append(f.Rows, []plot.PathPanel{c.recorded(rec, fit.artifact.rows)})
			}
			last := len(f.Rows) - 1
			f.Rows[last] = append(f.Rows[last], c.explained(rec, fit))
			label := fmt.Sprintf("%s %s, %d latents", fit.name, fit.cell.Recipe, k)
			grouped := fit.rounded("hand_r2")
			p.Table.Rows = append(p.Table.Rows, []string{label, fit.text("seed"), grouped,
				fit.rounded("hand_r2_joint")})
			r2 = append(r2, label+" "+grouped)
		}
		if len(fits) > 0 {
			whys = append(whys, fmt.Sprintf("%d latents: %s", k, why))
		}
	}
	if len(f.Rows) == 0 {
		return nil, nil
	}
	why, by := strings.Join(whys, " "), strings.Join(r2, "; ")
	f.Note += " " + why
	p.figure = f
	p.Caption = "The path of the hand from the start of each trial, as recorded, and as decoded from the latents " +
		"summed over time. Each axis is decoded from its group of latents, with the affine map of the metric. No fit " +
		"used the hand. " +
		c.note + " " + why + " R² by group: " + by + "."
	p.Alt = "Hand trajectories by condition, recorded and decoded from the latents. R² by group: " + by + "."
	return &p, nil
}

// handAxes returns the axes of the hand's position with their unit, as far as the file says.
func handAxes(rec *data.Recording) [3]string {
	unit, position := rec.BehaviorUnit, isPosition(rec.BehaviorName)
	switch {
	case unit != "" && !position:
		unit += " × bin"
	case unit == "" && position:
		unit = "the file's unit"
	case unit == "":
		unit = "unit of velocity × bin"
	}
	return [3]string{"hand x (" + unit + ")", "hand y (" + unit + ")"}
}

// byCondition is the conditions of trials.
type byCondition struct {
	label []string // of each trial
	names []string // in order
	what  string   // such as "8 of direction"
	note  string
	hue   map[string]float64 // the direction in which each condition's recorded mean ends, in radians
}

// conditionsOf returns the conditions that the recording names, or else the directions in which trials end.
func conditionsOf(rec *data.Recording) byCondition {
	const most = 32 // a column with more values identifies trials, not conditions
	c := byCondition{label: rec.Condition, names: rec.Conditions()}
	if len(c.label) == rec.Trials && len(c.names) > 1 && len(c.names) <= most {
		c.what = fmt.Sprintf("%d conditions", len(c.names))
		c.note = fmt.Sprintf("Conditions are the recording's %s; a condition's colour is the direction in which "+
			"its mean ends.", rec.ConditionName)
		return c
	}
	return byEnd(rec)
}

// byEnd groups trials by the direction of the hand's last position from its first, in eighths of a circle.
func byEnd(rec *data.Recording) byCondition {
	const sectors = 8
	c := byCondition{what: "by where they end"}
	c.note = "The recording names no conditions, so trials are grouped by the direction in which the hand ends, in " +
		"eighths of a circle. Each has a colour."
	ends := evaluate.EndSectors(evaluate.Dense(rec.Behavior), rec.Trial, max(1, rec.Trials), sectors)
	for _, s := range ends {
		c.label = append(c.label, sectorName(s, sectors))
	}
	for s := range sectors {
		if slices.Contains(ends, s) {
			c.names = append(c.names, sectorName(s, sectors))
		}
	}
	return c
}

// sectorName returns the direction of a sector's middle; empty for -1.
func sectorName(s, sectors int) string {
	if s < 0 {
		return ""
	}
	return fmt.Sprintf("%d°", s*360/sectors)
}

// recorded returns the panel of the hand's own paths in some bins. It sets the colours of conditions, and names them.
func (c *byCondition) recorded(rec *data.Recording, bins []int) plot.PathPanel {
	trial := evaluate.TrialsOf(rec.Trial, bins)
	position := evaluate.Cumulative(at(rec.Behavior, bins), trial)
	means, singles := c.paths(position, trial)
	c.hue = map[string]float64{}
	for i, name := range means.names {
		points := means.paths[i].Points
		end := points[len(points)-1]
		c.hue[name], means.paths[i].Name = math.Atan2(end[1], end[0]), name
	}
	return plot.PathPanel{
		Title: "recorded", Note: fmt.Sprintf("%d trials, %s", len(singles.paths), c.what),
		Axes: handAxes(rec), Ways: c.coloured(means, singles),
	}
}

// explained returns the panel of the hand as a fit's latents explain it.
func (c *byCondition) explained(rec *data.Recording, fit drawn[reachCell, traced]) plot.PathPanel {
	return plot.PathPanel{
		Title: fmt.Sprintf("%s, %d latents", fit.name, fit.cell.Latents), Note: "R² " + fit.rounded("hand_r2") +
			" by group",
		Axes: handAxes(rec), Method: fit.name,
		Ways: c.coloured(c.paths(fit.artifact.hand, evaluate.TrialsOf(rec.Trial, fit.artifact.rows))),
	}
}

// namedPaths are paths with the names of their conditions.
type namedPaths struct {
	paths []plot.Way
	names []string
}

// paths returns the mean of each condition, as data.MeanOverTrials has it, and single trials, of positions (n,2) in
// bins of these trials.
func (c *byCondition) paths(position *mat.Dense, trial []int) (means, singles namedPaths) {
	type bins struct{ rows, at, starts []int } // of a condition; at: in the trial
	of := map[string]*bins{}
	for t, tr := range trial {
		name := c.label[tr]
		b := of[name]
		if b == nil {
			b = &bins{}
			of[name] = b
		}
		if t == 0 || trial[t-1] != tr {
			b.starts = append(b.starts, t)
			singles.paths, singles.names = append(singles.paths, plot.Way{Faint: true}), append(singles.names, name)
		}
		b.rows, b.at = append(b.rows, t), append(b.at, t-b.starts[len(b.starts)-1])
		single := &singles.paths[len(singles.paths)-1]
		single.Points = append(single.Points, [3]float64{position.At(t, 0), position.At(t, 1), 0})
	}
	for _, name := range c.names {
		b := of[name]
		if b == nil {
			continue
		}
		w := plot.Way{}
		for _, q := range data.MeanOverTrials(b.rows, b.at, len(b.starts), position.RawRowView).Mean {
			w.Points = append(w.Points, [3]float64{q[0], q[1], 0})
		}
		means.paths, means.names = append(means.paths, w), append(means.names, name)
	}
	return means, singles
}

// coloured returns the means and then single trials, in the colours of their conditions.
func (c *byCondition) coloured(means, singles namedPaths) (ways []plot.Way) {
	for _, kind := range []namedPaths{means, singles} {
		for i, w := range kind.paths {
			w.Hue = c.hue[kind.names[i]]
			ways = append(ways, w)
		}
	}
	return ways
}
