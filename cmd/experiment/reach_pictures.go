package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

// keepReach is what the pictures of a fit need: hand (n,2), the hand's position as its group's latents explain each axis, by the affine maps that hand_r2 fits; rows (n), the
// bins of the recording that these are.
func keepReach(position, summed *mat.Dense, groups evaluate.Groups, assignment, rows []int) (arrays, error) {
	hand := mat.NewDense(len(rows), 2, nil)
	for axis, g := range assignment {
		fit, err := evaluate.Align(evaluate.Columns(summed, groups[g]), evaluate.Columns(position, []int{axis}))
		if err != nil {
			return nil, err
		}
		hand.SetCol(axis, mat.Col(nil, 0, fit))
	}
	return arrays{"hand": fromDense(hand), "rows": npz.Ints(rows)}, nil
}

// pictures are box plots, hand trajectories and the curves over rotations.
func (e *reach) pictures(ctx context.Context, b batch, t *table) ([]picture, error) {
	var panels []boxPanel
	for _, k := range e.Latents {
		for _, c := range []string{"hand_r2", "hand_r2_joint", "hand_r2_heldout", "partial_correlation"} {
			panels = append(panels, boxPanel{metric{c, fmt.Sprintf("%s; %d latents", said(c), k)}, func(r row) bool { return r["latents"] == fmt.Sprint(k) }})
		}
	}
	out := []picture{t.boxed(b, "How well the latents hold the hand", "A box a method, a dot a seed, a diamond for the paper's mean, a panel for each number of latents. By group, each group of latents, summed over time, is to explain one axis of the hand alone; by all latents, both axes by all: the ceiling that grouping "+
		"can reach.", panels...)}
	trajectories, err := e.trajectories(ctx, b, t)
	if err != nil {
		return nil, err
	}
	if trajectories != nil {
		out = append(out, *trajectories)
	}
	return append(out, lined(t.rotation(), "The hand's axes turned", "R² of the hand by group over the angle by which its axes are turned; mean over seeds and its standard error. Groups that hold the hand's own axes do worse at 45 degrees than at 0 and 90, where the axes "+
		"have changed places; for groups that hold just any two directions the curve is flat, or highest elsewhere.")), nil
}

// trajectories are the hand's ways and those told from the latents; nil where no fit has kept them.
func (e *reach) trajectories(ctx context.Context, b batch, t *table) (*picture, error) {
	rec, err := e.open(ctx, nil)
	if err != nil {
		return nil, err
	}
	c := conditionsOf(rec)
	unit := handUnit(rec)
	f := plot.Paths{Name: "hand", Title: "The hand: recorded, and told from the latents", Note: "Bold: mean of a condition; faint: single trials. " + c.note}
	p := picture{title: "Hand trajectories", table: plot.Table{Caption: "R² of the hand's position by group, of the fits in the figure, as in results.csv.", Head: []string{"fit", "seed", "R² by group", "R² by all latents"}}}
	var whys []string
	for _, k := range e.Latents {
		rows, why := t.pictured(b, "hand_r2", func(r row) bool { return r["latents"] == fmt.Sprint(k) })
		var panels []plot.PathPanel
		for _, r := range rows {
			a, err := t.kept(r)
			if err != nil {
				return nil, err
			}
			if a == nil {
				continue
			}
			hand, err := a.dense("hand")
			if err != nil {
				return nil, err
			}
			bins, err := a["rows"].Ints()
			if n, d := hand.Dims(); err != nil || d != 2 || n != len(bins) || slices.Max(bins) >= rec.Bins() || slices.Min(bins) < 0 {
				return nil, fmt.Errorf("arrays hand and rows are not of %d bins", rec.Bins())
			}
			axes := [3]string{"hand x (" + unit + ")", "hand y (" + unit + ")"}
			within := trials(rec, bins)
			if len(panels) == 0 {
				recorded := evaluate.Cumulative(evaluate.Rows(evaluate.Dense(rec.Behavior), bins), within)
				panels = append(panels, plot.PathPanel{Title: "recorded", Note: fmt.Sprintf("%d trials, %s", distinctTrials(within), c.what), Axes: axes, Ways: c.ways(recorded, within, true)})
			}
			name := methodName(r["method"])
			panels = append(panels, plot.PathPanel{Title: fmt.Sprintf("%s, %d latents", name, k), Note: "R² " + roundedCell(r, "hand_r2") + " by group", Axes: axes, Method: name, Ways: c.ways(hand, within, false)})
			p.table.Rows = append(p.table.Rows, []string{fmt.Sprintf("%s %s, %d latents", name, r["recipe"], k), r["seed"], roundedCell(r, "hand_r2"), roundedCell(r, "hand_r2_joint")})
		}
		if len(panels) > 0 {
			f.Rows = append(f.Rows, panels)
			whys = append(whys, fmt.Sprintf("%d latents: %s", k, why))
		}
	}
	if len(f.Rows) == 0 {
		return nil, nil
	}
	f.Note += " " + strings.Join(whys, " ")
	p.figure = f
	var said []string
	for _, line := range p.table.Rows {
		said = append(said, line[0]+" "+line[2])
	}
	p.caption = "The hand's way from where each trial began, as recorded and as told from the latents summed over time: each axis by its group of latents alone, in the affine map that the metric fits, with which nothing of the hand was trained. " + c.note + " " + strings.Join(whys, " ") +
		" R² by group: " + strings.Join(said, "; ") + "."
	p.alt = "Hand trajectories by condition, recorded and told from the latents. R² by group: " + strings.Join(said, "; ") + "."
	return &p, nil
}

// handUnit is that of the hand's position, as far as the file says.
func handUnit(rec *data.Recording) string {
	known, position := rec.BehaviorUnit, isPosition(rec.BehaviorName)
	switch {
	case known != "" && position:
		return known
	case known != "":
		return known + " × bin"
	case position:
		return "the file's unit"
	}
	return "unit of velocity × bin"
}

// byCondition is what trials are told apart by.
type byCondition struct {
	label []string // of each trial
	names []string // in order
	what  string   // such as "8 of direction"
	note  string
	hue   map[string]float64 // the direction in which each condition's recorded mean ends, in radians
}

// conditionsOf are those that the recording names, or else the directions in which trials end.
func conditionsOf(rec *data.Recording) byCondition {
	const most = 32 // what has more values tells trials apart, not conditions
	c := byCondition{label: rec.Condition, names: rec.Conditions()}
	if len(c.label) == rec.Trials && len(c.names) > 1 && len(c.names) <= most {
		c.what = fmt.Sprintf("%d conditions", len(c.names))
		c.note = fmt.Sprintf("Conditions are the recording's %s; a condition's colour is the direction in which its mean ends.", rec.ConditionName)
		return c
	}
	return byEnd(rec)
}

// byEnd tells trials apart by the direction of the hand's last position from its first, in eighths of a circle.
func byEnd(rec *data.Recording) byCondition {
	const sectors = 8
	c := byCondition{label: make([]string, rec.Trials), what: "by where they end", note: "The recording names no conditions: trials are told apart by the direction in which the hand's way ends, in eighths of a circle, whose colour they have."}
	if rec.Trials == 0 {
		c.label = []string{"0°"}
	}
	position := evaluate.Cumulative(evaluate.Dense(rec.Behavior), rec.Trial)
	for t := range rec.Trial {
		if t+1 == len(rec.Trial) || rec.Trial[t+1] != rec.Trial[t] {
			angle := math.Atan2(position.At(t, 1), position.At(t, 0))
			sector := int(math.Round(angle/(2*math.Pi)*sectors)+sectors) % sectors
			c.label[rec.Trial[t]] = fmt.Sprintf("%d°", sector*360/sectors)
		}
	}
	for s := range sectors {
		if name := fmt.Sprintf("%d°", s*360/sectors); slices.Contains(c.label, name) {
			c.names = append(c.names, name)
		}
	}
	return c
}

// ways are single trials and the mean of each condition, as data.MeanOverTrials has it. Those of the recorded hand come first: they set the
// colours, and bear the conditions' names.
func (c *byCondition) ways(position *mat.Dense, trial []int, recorded bool) (ways []plot.Way) {
	type rows struct{ rows, bins, starts []int } // of a condition
	of := map[string]*rows{}
	var singles []plot.Way
	var labels []string
	for t, tr := range trial {
		label := c.label[tr]
		r := of[label]
		if r == nil {
			r = &rows{}
			of[label] = r
		}
		if t == 0 || trial[t-1] != tr {
			r.starts, singles, labels = append(r.starts, t), append(singles, plot.Way{Faint: true}), append(labels, label)
		}
		r.rows, r.bins = append(r.rows, t), append(r.bins, t-r.starts[len(r.starts)-1])
		single := &singles[len(singles)-1]
		single.Points = append(single.Points, [3]float64{position.At(t, 0), position.At(t, 1), 0})
	}
	if recorded {
		c.hue = map[string]float64{}
	}
	for _, name := range c.names {
		r := of[name]
		if r == nil {
			continue
		}
		w := plot.Way{}
		for _, q := range data.MeanOverTrials(r.rows, r.bins, len(r.starts), position.RawRowView).Mean {
			w.Points = append(w.Points, [3]float64{q[0], q[1], 0})
		}
		if end := w.Points[len(w.Points)-1]; recorded {
			c.hue[name], w.Name = math.Atan2(end[1], end[0]), name
		}
		w.Hue = c.hue[name]
		ways = append(ways, w)
	}
	for i := range singles {
		singles[i].Hue = c.hue[labels[i]]
	}
	return append(ways, singles...)
}

// distinctTrials counts the trials of some bins.
func distinctTrials(trial []int) int {
	n := 0
	for i := range trial {
		if i == 0 || trial[i] != trial[i-1] {
			n++
		}
	}
	return n
}
