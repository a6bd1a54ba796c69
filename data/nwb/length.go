package nwb

import (
	"math"

	"facrnn/data"
)

// checkLengths returns an error if a chosen duration is too long, most likely because it is in milliseconds. A bin is
// too long if it is longer than the longest trial or window. A window is too long if it reaches farther than the
// recording, whose extent is whole. checkLengths warns of windows that reach into other trials.
func (a *arrays) checkLengths(c choice, whole interval) error {
	sel, table := c.sel, c.trials
	recording := whole.stop - whole.start
	longest, what := recording, "the recording"
	if table.group != nil {
		longest, what = longestOf(table.trials), "the longest trial"
	}
	if sel.Align != "" {
		what = "the longest window around " + sel.Align
		if err := a.checkWindows(sel, table, recording); err != nil {
			return err
		}
	}
	return data.WrongFlag(data.CheckLength("bin-width", sel.BinWidth, what, longest))
}

// checkWindows checks how far the windows around events reach.
func (a *arrays) checkWindows(sel data.Selection, table trialTable, recording float64) error {
	const suspicious = 10 // seconds; shorter windows around cues that last a moment are common
	trial := 0.0
	if start, stop, err := table.bounds(); err == nil {
		all := interval{math.Inf(1), math.Inf(-1)}
		for _, row := range table.rows {
			if length := stop[row] - start[row]; length > trial {
				trial = length
			}
			all = interval{min(all.start, start[row]), max(all.stop, stop[row])}
		}
		if length := all.stop - all.start; length > recording { // a few spikes may last less than their trials
			recording = length
		}
	}
	for _, side := range []struct {
		flag    string
		seconds float64
	}{{"before", sel.Before}, {"after", sel.After}} {
		if err := data.CheckLength(side.flag, side.seconds, "the recording", recording); err != nil {
			if better := data.CheckLength(side.flag, side.seconds, "the longest trial", trial); better != nil {
				err = better
			}
			return data.WrongFlag(err)
		}
		if err := data.CheckLength(side.flag, side.seconds, "the longest trial", trial); err != nil &&
			side.seconds >= suspicious {
			a.Warn("Windows reach into other trials: %v", err)
		}
	}
	return nil
}

func longestOf(trials []interval) (seconds float64) {
	for _, t := range trials {
		seconds = max(seconds, t.stop-t.start)
	}
	return seconds
}

// timeColumns returns the columns of a table that hold times in most of its rows. These are numbers within the row's
// own trial, or in a column whose name suggests times.
func (g table) timeColumns() []string {
	start, stop, err := g.bounds()
	var names []string
	for _, name := range g.columns {
		c, wrong := g.column(name, max(len(start), g.countRows()))
		if wrong != nil || c.numbers == nil || c.texts != nil || !c.float {
			continue
		}
		inside, known := 0, 0
		for i, t := range c.numbers {
			if t == t {
				known++
				if err == nil && start[i] <= t && t <= stop[i] {
					inside++
				}
			}
		}
		if known > 0 && (inside > known/2 || data.LikelyTime(name)) {
			names = append(names, name)
		}
	}
	return names
}
