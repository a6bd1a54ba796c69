package data

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
)

// DidYouMean returns a suggestion for an unknown name, as the end of a message: "; did you mean NAME?". NAME is the
// choice (a path or a plain name) with the nearest spelling. It returns "" if no choice is near.
func DidYouMean(name string, choices []string) string {
	nearest, least := "", math.Inf(1)
	for _, choice := range choices {
		for _, spelling := range []string{choice, tail(choice, strings.Count(name, "/")+1)} {
			if d := apart(plainName(name), plainName(spelling)); d < least {
				nearest, least = choice, d
			}
		}
	}
	if nearest == "" || least > 1 {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", nearest)
}

// tail returns the last n parts of a path.
func tail(choice string, n int) string {
	parts := strings.Split(choice, "/")
	return path.Join(parts[max(0, len(parts)-n):]...)
}

// plainName returns a name in lower case, without separators, and with one spelling of behaviour.
func plainName(name string) string {
	name = strings.NewReplacer("_", "", "-", "", " ", "", "/", "").Replace(strings.ToLower(name))
	return strings.ReplaceAll(name, "behaviour", "behavior")
}

// apart returns the distance of two names. At most 1 means that one may be meant for the other: at most a third of the
// letters differ, or the longer name only adds to the shorter.
func apart(a, b string) float64 {
	short, long := len(a), len(b)
	if short > long {
		short, long = long, short
	}
	if short == 0 {
		return math.Inf(1)
	}
	d := float64(edits(a, b)) * 3 / float64(long)
	if short >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || strings.HasSuffix(a, b) ||
		strings.HasSuffix(b, a)) {
		d = min(d, 1-float64(short)/float64(long)/2)
	}
	return d
}

// edits returns the number of letters to insert, delete or replace to turn a into b.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// Repeated returns an error for several names given to one flag as "a,b", because each name needs a flag of its own.
// It returns nil if there is only one name or if a name is unknown.
func Repeated(flag, names string, known func(name string) bool) error {
	parts := strings.Split(names, ",")
	if len(parts) < 2 {
		return nil
	}
	var advice strings.Builder
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if !known(part) {
			return nil
		}
		fmt.Fprintf(&advice, " --%s %s", flag, part)
	}
	return FlagError{fmt.Errorf("--%s %s: the flag takes one name and may be repeated: give%s", flag, names,
		advice.String())}
}

// CheckLength returns an error if a flag's duration is longer than the longest trial or the recording. It is then
// probably in milliseconds instead of seconds. what names the trial or the recording, and longest is its length in
// seconds, 0 if unknown.
func CheckLength(flag string, seconds float64, what string, longest float64) error {
	if !(longest > 0) || !(seconds > longest*(1+1e-6)) {
		return nil
	}
	advice := "values are in seconds: give less"
	if ms := seconds / 1000; ms <= longest && seconds >= 1 {
		advice = fmt.Sprintf("values are in seconds; did you mean %.6g or %.6gms?", ms, seconds)
	}
	return fmt.Errorf("--%s %.6g s is longer than %s (%.4g s): %s", flag, seconds, what, longest, advice)
}

// LongestTrial returns the duration of the longest trial in seconds, or of the recording if it has no trials, and its
// name for a message. It returns 0 if the bin width is unknown.
func (r *Recording) LongestTrial() (seconds float64, what string) {
	if r.Trials == 0 {
		return float64(r.Bins()) * r.BinWidth, "the recording"
	}
	return float64(slices.Max(r.BinsPerTrial())) * r.BinWidth, "the longest trial"
}
