package data

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

var (
	conditionLike = regexp.MustCompile(`(?i)^(condition|target|direction|stimulus|stim|cue|choice|context|trial_?type)|_(type|condition|target|direction|choice)$`)
	timeLike      = regexp.MustCompile(`(?i)time|onset|offset|start|stop|duration|latency|_(index|on|off)$`)
)

// LikelyCondition reports whether the name of a trial column looks like an experimental condition: condition,
// target_id, trial_type, but not cue_time.
func LikelyCondition(column string) bool {
	return conditionLike.MatchString(column) && !timeLike.MatchString(column)
}

// LikelyTime reports whether the name of a trial column looks like a column of times: go_cue_time, stim_onset.
func LikelyTime(column string) bool { return timeLike.MatchString(column) }

// IsCondition reports whether texts, one per trial, are few enough to be conditions: 2 to 16 different texts, and
// fewer than there are trials.
func IsCondition(texts []string) bool {
	const most = 16
	seen := map[string]bool{}
	for _, s := range texts {
		if seen[s] = true; len(seen) > most {
			return false
		}
	}
	return len(seen) >= 2 && len(seen) < len(texts)
}

// distinct returns the different texts, in natural order.
func distinct(texts []string) []string {
	seen := map[string]bool{}
	for _, s := range texts {
		seen[s] = true
	}
	return slices.SortedFunc(maps.Keys(seen), CompareNatural)
}

// Conditions returns the different conditions of a recording's trials, in natural order.
func (r *Recording) Conditions() []string { return distinct(r.Condition) }

// NumberText returns a number as the name of a condition.
func NumberText(v float64) string { return fmt.Sprintf("%.6g", v) }

// SetCondition makes texts, one per trial, the conditions of the trials, and adds a note.
func (r *Recording) SetCondition(column string, texts []string) {
	r.Condition, r.ConditionName = texts, column
	r.Note("Trials are grouped by %s (%d values).", column, len(distinct(texts)))
}
