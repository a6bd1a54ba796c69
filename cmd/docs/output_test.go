package docs_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// masks hide the parts of an output that differ between runs.
var masks = []struct {
	pattern *regexp.Regexp
	shown   string
}{
	{regexp.MustCompile(`\d{8}-\d{6}`), "DATE"},
	{regexp.MustCompile(`\b(?:in|took) [\d.]+ (?:ms|s|min)\b`), "in TIME"},
	{regexp.MustCompile(`"(?:us_\w+|seconds|steps_per_second)": ?[\d.]+`), "TIME"},
}

var number = regexp.MustCompile(`-?\d+(?:\.\d+)?`)

// sameLine reports whether two lines have the same words, and the same numbers up to the roundings of another
// processor: 2 %, or two units of the last shown place.
func sameLine(shown, printed string) bool {
	shown, printed = masked(shown), masked(printed)
	if number.ReplaceAllString(shown, "0") != number.ReplaceAllString(printed, "0") {
		return false
	}
	a, b := number.FindAllString(shown, -1), number.FindAllString(printed, -1)
	for i := range a {
		x, errX := strconv.ParseFloat(a[i], 64)
		y, errY := strconv.ParseFloat(b[i], 64)
		_, decimals, fraction := strings.Cut(a[i], ".")
		tolerance := 0.0
		if fraction {
			tolerance = math.Max(2.01*math.Pow10(-len(decimals)), 0.02*math.Abs(x))
		}
		if errX != nil || errY != nil || math.Abs(x-y) > tolerance {
			return false
		}
	}
	return true
}

// masked returns a line without the parts that differ between runs, and with single spaces.
func masked(line string) string {
	for _, m := range masks {
		line = m.pattern.ReplaceAllString(line, m.shown)
	}
	return strings.Join(strings.Fields(line), " ")
}

// compare returns the lines that a page should show, and the first shown line that was not printed; "" if all were. A
// block shows the whole standard output, or, if a line of it is "...", a choice of lines of both outputs.
func compare(shown []string, stdout, stderr string) (update []string, wrong string) {
	if !excerpt(shown) {
		update = strings.Split(strings.TrimRight(stdout, "\n"), "\n")
		for i, line := range update {
			update[i] = strings.TrimRight(line, " ")
			if wrong == "" && (i >= len(shown) || !sameLine(shown[i], line)) {
				wrong = "line " + strconv.Itoa(i+1) + ", printed as " + line
			}
		}
		if len(shown) > len(update) {
			wrong = "more lines than were printed"
		}
		return update, wrong
	}
	printed := strings.Split(stderr+stdout, "\n")
	for _, line := range shown {
		if strings.TrimSpace(line) == "..." {
			update = append(update, line)
			continue
		}
		at, exact := nearest(line, printed)
		if at < 0 {
			return shown, line
		}
		if exact {
			update = append(update, line)
		} else {
			update = append(update, strings.TrimRight(printed[at], " "))
			if wrong == "" {
				wrong = line + ", printed as " + printed[at]
			}
		}
		printed = printed[at+1:]
	}
	return update, wrong
}

func excerpt(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) == "..." {
			return true
		}
	}
	return false
}

// nearest returns the index of the first printed line that equals the shown line, and reports whether one does. If none
// does, the index is of the line with most words in common, or -1 if no line has any.
func nearest(shown string, printed []string) (at int, same bool) {
	at = -1
	most := 0.0
	words := strings.Fields(masked(shown))
	for i, line := range printed {
		if sameLine(shown, line) {
			return i, true
		}
		common := 0
		candidates := strings.Fields(masked(line))
		for _, w := range words {
			for _, c := range candidates {
				if w == c {
					common++
					break
				}
			}
		}
		if share := float64(2*common) / float64(len(words)+len(candidates)); common > 0 && share > most {
			most, at = share, i
		}
	}
	return at, false
}

// TestCompare checks that a wrong word and a wrong number are found, and that times and roundings are not.
func TestCompare(t *testing.T) {
	for name, test := range map[string]struct {
		shown, stdout, stderr string
		wrong                 bool
	}{
		"the same":                       {"R2 0.771\ndone", "R2  0.771\ndone\n", "log\n", false},
		"a rounding":                     {"R2 0.771", "R2 0.772\n", "", false},
		"a time and a date":              {"in 0.3 s, a-20261201-120000", "in 1.2 s, a-20270101-000000\n", "", false},
		"another number":                 {"R2 0.771", "R2 0.871\n", "", true},
		"another whole number":           {"5 bins", "6 bins\n", "", true},
		"another word":                   {"R2 0.771", "R3 0.771\n", "", true},
		"a line too many":                {"a\nb", "a\n", "", true},
		"a line too few":                 {"a", "a\nb\n", "", true},
		"an excerpt":                     {"b\n...\nd", "c\nd\n", "a\nb\n", false},
		"an excerpt in disorder":         {"d\n...\nb", "a\nb\nc\nd\n", "", true},
		"an excerpt with another number": {"b 1\n...", "b 2\n", "", true},
	} {
		if _, wrong := compare(strings.Split(test.shown, "\n"), test.stdout, test.stderr); (wrong != "") != test.wrong {
			t.Errorf("%s: the comparison says %q", name, wrong)
		}
	}
}
