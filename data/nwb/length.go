package nwb

import (
	"fmt"
	"math"

	"facrnn/data"
)

// checkLengths reports durations among the choices that are longer than what they divide, most likely because they are in milliseconds:
// bins longer than the longest trial or window, and windows that reach farther than the recording, whole. It returns a warning for
// windows that reach beyond the trials around.
func (f *file) checkLengths(sel data.Selection, table trialTable, whole interval) (warnings []string, err error) {
	recording := whole.stop - whole.start
	longest, what := recording, "the recording"
	if table.group != nil {
		longest, what = longestOf(table.trials), "the longest trial"
	}
	if sel.Align != "" {
		what = "the longest window around " + sel.Align
		if warnings, err = f.checkWindows(sel, table, recording); err != nil {
			return nil, err
		}
	}
	return warnings, data.WrongFlag(data.CheckLength("bin-width", sel.BinWidth, what, longest))
}

// checkWindows checks how far the windows around events reach.
func (f *file) checkWindows(sel data.Selection, table trialTable, recording float64) (warnings []string, err error) {
	const suspicious = 10 // seconds; shorter windows around cues that last a moment are common
	trial := 0.0
	if start, stop, err := f.bounds(table.group, data.Selection{}); err == nil {
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
			return nil, data.WrongFlag(err)
		}
		if err := data.CheckLength(side.flag, side.seconds, "the longest trial", trial); err != nil && side.seconds >= suspicious {
			warnings = append(warnings, fmt.Sprintf("Windows reach into other trials: %v", err))
		}
	}
	return warnings, nil
}

func longestOf(trials []interval) (seconds float64) {
	for _, t := range trials {
		seconds = max(seconds, t.stop-t.start)
	}
	return seconds
}

// timeColumns are the columns of a table that hold times in most of its rows: numbers that lie within the row's own trial, or that the
// name calls times.
func (f *file) timeColumns(g *group) []string {
	start, stop, err := f.bounds(g, data.Selection{})
	var names []string
	for _, name := range g.columns {
		c, wrong := f.column(g, name, max(len(start), f.countRows(g)))
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
