package content

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

const (
	singleTrails = 16     // trials that are drawn one by one
	trailPoints  = 50_000 // of all trails together: 0.5 MB of JSON
)

// decoded is the behaviour that is decoded from some of the latents.
type decoded struct {
	name string
	y    *mat.Dense // (T,D)
}

// behavior fills in how well the behaviour is decoded from the encoded latents of the same bin. The decoder was fitted
// on the training bins of this recording, or of the recording of the run.
func (f *findings) behavior() error {
	rec := f.Recording
	if rec.Behavior.Empty() {
		return errors.New("the recording has no behaviour, or none was chosen by --behavior")
	}
	if f.Decoder == nil {
		return f.DecodeErr
	}
	y, z := evaluate.Dense(rec.Behavior), f.kinds[0].z
	out := &Behavior{Names: f.Decoder.Names, Unit: rec.BehaviorUnit}
	panels := []decoded{{"as recorded", y}}
	for i, score := range f.Decoder.Scores(y, z, f.bins, f.names) {
		out.R2 = append(out.R2, BehaviorR2(score))
		panels = append(panels, decoded{score.Name, f.Decoder.Decode(i, z)})
	}
	out.Best = bestGroups(out, f.names)
	out.How = fmt.Sprintf("Least squares with an intercept, from the encoded latents of the same bin, "+
		"fitted on %s that were trained on.", counted(f.Decoder.Bins, "bin"))
	switch n := len(f.Split.Train) - f.Decoder.Bins; {
	case len(f.Split.Train) == 0:
		out.How += " The decoder belongs to the run: it was fitted to the recording of the run, not to this recording."
	case n > 0:
		out.How += fmt.Sprintf(" Left out of the fit: %s with missing behaviour.", counted(n, "bin"))
	}
	out.How += fmt.Sprintf(" R² is of the %s.", f.binsAre)
	if len(out.Names) == 2 {
		if err := f.hand(out, y); err != nil {
			return err
		}
		out.Panels = f.panels(out, panels)
	}
	f.page.Behavior = out
	return nil
}

// velocity reports whether the behaviour is a velocity, by its name or its unit.
func (f *findings) velocity() bool {
	name := strings.ToLower(f.Recording.BehaviorName)
	name = name[strings.LastIndex(name, "/")+1:]
	names := strings.ToLower(strings.Join(f.Recording.BehaviorNames, " "))
	unit := strings.ReplaceAll(strings.ToLower(f.Recording.BehaviorUnit), " ", "")
	return strings.Contains(name, "velocity") || strings.Contains(names, "velocity") ||
		slices.Contains([]string{"m/s", "cm/s", "mm/s", "m/sec", "cm/sec", "mm/sec"}, unit)
}

// hand adds the paper's R2 of reaching, from evaluate.HeldOutHandR2. The behaviour must be a velocity in two
// dimensions. There must be two groups, and bins of this recording that the run was trained on. cmd/experiment
// calls the number hand_r2_heldout. Held-out bins are only scored.
func (f *findings) hand(out *Behavior, y *mat.Dense) error {
	known := func(bins []int) []int {
		return slices.DeleteFunc(slices.Clone(bins), func(t int) bool { return !evaluate.Finite(y.RawRowView(t)) })
	}
	train, scored := known(f.Split.Train), known(f.bins)
	if !f.velocity() || f.Recording.Trials == 0 || len(f.groups) < 2 || len(train) == 0 || len(scored) < 2 {
		return nil
	}
	hand, err := evaluate.HeldOutHandR2(f.kinds[0].z, y, f.Recording.Trial, train, scored, f.groups)
	if err != nil {
		return err
	}
	r2 := BehaviorR2{Name: "position, each axis by one group", Mean: Number(hand.R2)}
	for axis, g := range hand.Assignment {
		r2.Columns = append(r2.Columns, Number(hand.Matrix.At(axis, g)))
	}
	out.R2 = append(out.R2, r2)
	out.How += fmt.Sprintf(" The last row is the number of the paper: R² of the position, which is the velocity "+
		"summed within trials, from latents summed in the same way. Each axis is decoded from the group that fits "+
		"it best (%s, %s). The groups are chosen and fitted on bins that were trained on.",
		f.names[hand.Assignment[0]], f.names[hand.Assignment[1]])
	return nil
}

// panels returns trajectories in the plane of the behaviour. They are of held-out trials if whole trials are held
// out. A velocity is summed within trials.
func (f *findings) panels(out *Behavior, all []decoded) (panels []Trails) {
	axes := [2]string{out.Names[0], out.Names[1]}
	if f.velocity() && len(f.time.trials) > 0 {
		for i, d := range all {
			all[i].y = evaluate.Cumulative(d.y, f.Recording.Trial)
		}
		for i := range axes {
			axes[i] += ", summed over bins"
		}
		out.How += " Trajectories are velocities added up, bin by bin, from each trial's start."
	}
	var lines []func(*mat.Dense) line
	if len(f.time.trials) > 0 {
		l, held := f.heldOut()
		for c := range l.conditions {
			if some := l.of(c); len(some) > 0 {
				lines = append(lines, func(y *mat.Dense) line {
					return line{condition: c, name: l.name(c),
						path: l.average(some, y).path(l)}
				})
			}
		}
		shown := l.singles(singleTrails)
		for _, tr := range shown {
			lines = append(lines, func(y *mat.Dense) line {
				return line{tr.condition, fmt.Sprintf("trial %d", tr.number+1), true, f.rows(y, tr.first, tr.end)}
			})
		}
		out.How += fmt.Sprintf(" The trajectories show means over %s of each condition, and %d "+
			"single trials.", held, len(shown))
	} else {
		first := f.bins[0]
		end := min(f.Recording.Bins(), first+maxTrackBins)
		lines = append(lines, func(y *mat.Dense) line { return line{name: "all time", path: f.rows(y, first, end)} })
		out.How += fmt.Sprintf(" The trajectories show bins %d to %d.", first+1, end)
	}
	points := 0
	for _, of := range lines {
		points += len(of(all[0].y).time)
	}
	s := (points*len(all) + trailPoints - 1) / trailPoints
	if s > 1 {
		out.How += fmt.Sprintf(" Trajectories show one bin in %d.", s)
	}
	for _, d := range all {
		panel := Trails{Name: d.name, Axes: axes}
		for _, of := range lines {
			l := of(d.y)
			_, xy := l.thinned(max(1, s)).curves([]int{0, 1})
			t := Track{Condition: l.condition, Name: l.name, Single: l.single}
			for i := range xy[0] {
				t.Points = append(t.Points, xy[0][i], xy[1][i])
			}
			panel.Tracks = append(panel.Tracks, t)
		}
		panels = append(panels, panel)
	}
	return panels
}

// heldOut returns the timeline of the trials that are held out completely, or of all trials if there are none.
func (f *findings) heldOut() (*timeline, string) {
	l := *f.time
	l.trials = slices.DeleteFunc(slices.Clone(l.trials), func(tr trial) bool {
		i, ok := slices.BinarySearch(f.Split.Test, tr.first)
		last := i + tr.end - tr.first - 1
		return !ok || last >= len(f.Split.Test) || f.Split.Test[last] != tr.end-1
	})
	if len(l.trials) == 0 {
		return f.time, "all trials"
	}
	return &l, "the held-out trials"
}

// rows returns consecutive rows of the recording as a path, with their times.
func (f *findings) rows(y *mat.Dense, first, end int) (p path) {
	for t := first; t < end; t++ {
		_, broken := slices.BinarySearch(f.Recording.SegmentStarts, t)
		p.add(f.Recording.Time[t], y.RawRowView(t), broken)
	}
	return p
}
