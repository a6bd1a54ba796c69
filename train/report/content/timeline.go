package content

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/data"
)

var nan = math.NaN()

// maxConditions is the largest number of conditions with a mean of their own. A figure of more values, such as reaction
// times, would not be readable.
const maxConditions = 32

// timeline lays the bins of all trials over one another: from the trial's first bin, or from the bin that holds the
// trial's event.
type timeline struct {
	width      float64  // seconds a bin; 0 if unknown, and time is then counted in bins
	trials     []trial  // nil for a recording with fewer than two trials
	conditions []string // distinct, in natural order; one empty name if no column distinguishes trials
	column     string   // of the conditions; empty if there are none
	event      string   // from which time is counted; empty for the trial's start
	note       string
}

// trial is the rows from first up to end.
type trial struct {
	number, condition int
	first, end        int
	bins              []int // of each row: bins since the trial's first row, or since its event's row
	event             int   // row; -1 if the trial has no event
}

func newTimeline(rec *data.Recording) *timeline {
	l := &timeline{width: max(0, rec.BinWidth), conditions: []string{""}}
	if rec.Trials < 2 {
		return l
	}
	for t := 0; t < rec.Bins(); {
		end := t + 1
		for end < rec.Bins() && rec.Trial[end] == rec.Trial[t] {
			end++
		}
		l.trials = append(l.trials, newTrial(rec, t, end))
		t = end
	}
	var notes []string
	with := 0
	for _, tr := range l.trials {
		if tr.event >= 0 {
			with++
		}
	}
	if 2*with >= len(l.trials) && with > 0 {
		notes = append(notes, l.align(rec.EventName, with))
	}
	if note := l.sort(rec); note != "" {
		notes = append(notes, note)
	}
	l.note = strings.Join(notes, " ")
	return l
}

func newTrial(rec *data.Recording, first, end int) trial {
	tr := trial{number: rec.Trial[first], first: first, end: end, event: -1}
	for t := first; t < end; t++ {
		bin := t - first
		if rec.BinWidth > 0 {
			bin = int(math.Round((rec.Time[t] - rec.Time[first]) / rec.BinWidth))
		}
		tr.bins = append(tr.bins, bin)
	}
	if len(rec.Event) > 0 {
		// a bin holds its event from its time on; a millionth of a bin is rounding
		e, slack := rec.Event[tr.number], 1e-6*rec.BinWidth
		if e >= rec.Time[first]-slack && e < rec.Time[end-1]+max(rec.BinWidth, 2*slack) {
			for t := first; t < end && rec.Time[t] <= e+slack; t++ {
				tr.event = t
			}
		}
	}
	return tr
}

// align counts bins from events, and leaves out trials without an event.
func (l *timeline) align(name string, with int) (note string) {
	l.event = name
	if name == "" {
		l.event = "event"
	}
	if without := len(l.trials) - with; without > 0 {
		note = fmt.Sprintf("%d of %d trials are left out, because they have no %s.", without, len(l.trials), l.event)
	}
	l.trials = slices.DeleteFunc(l.trials, func(tr trial) bool { return tr.event < 0 })
	for _, tr := range l.trials {
		zero := tr.bins[tr.event-tr.first]
		for i := range tr.bins {
			tr.bins[i] -= zero
		}
	}
	return note
}

// sort gives every trial the place of its condition among the distinct ones.
func (l *timeline) sort(rec *data.Recording) (note string) {
	if len(rec.Condition) == 0 {
		return ""
	}
	var distinct []string
	for _, tr := range l.trials {
		distinct = append(distinct, rec.Condition[tr.number])
	}
	slices.SortFunc(distinct, data.CompareNatural)
	distinct = slices.Compact(distinct)
	if len(distinct) > maxConditions {
		return fmt.Sprintf("%s has %d distinct values, more than %d: it does not distinguish trials.",
			rec.ConditionName, len(distinct), maxConditions)
	}
	l.conditions, l.column = distinct, rec.ConditionName
	for i, tr := range l.trials {
		l.trials[i].condition = slices.Index(distinct, rec.Condition[tr.number])
	}
	return ""
}

// name returns the name of condition c in words.
func (l *timeline) name(c int) string {
	switch {
	case l.column == "":
		return "all trials"
	case l.conditions[c] == "":
		return "not named"
	}
	return l.conditions[c]
}

// of returns the trials of condition c.
func (l *timeline) of(c int) (some []trial) {
	for _, tr := range l.trials {
		if tr.condition == c {
			some = append(some, tr)
		}
	}
	return some
}

// singles returns at most count trials, spread evenly over conditions and over the trials of each condition.
func (l *timeline) singles(count int) (some []trial) {
	each := max(1, count/len(l.conditions))
	for c := range l.conditions {
		all := l.of(c)
		for i := range min(each, len(all)) {
			some = append(some, all[i*len(all)/min(each, len(all))])
		}
	}
	return some
}

// seconds returns the time of a bin, in seconds, or in bins if their width is unknown.
func (l *timeline) seconds(bin int) float64 {
	if l.width > 0 {
		return float64(bin) * l.width
	}
	return float64(bin)
}

// unit returns the unit of the time axis.
func (l *timeline) unit() string {
	if l.width > 0 {
		return "s"
	}
	return "bins"
}

// axis returns the label of the time axis.
func (l *timeline) axis() string {
	from := "time from the trial's start"
	switch {
	case len(l.trials) == 0:
		from = "time"
	case l.event != "":
		from = "time from " + l.event
	}
	return fmt.Sprintf("%s (%s)", from, l.unit())
}
