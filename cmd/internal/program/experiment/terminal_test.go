package experiment

import (
	"strings"
	"testing"
	"unicode/utf8"
)

type longCell struct{ Method, Recipe string }

// filled returns a table of many kinds of fits and all measures.
func filled(otherData bool) *table[longCell] {
	t := &table[longCell]{experiment: experiment[longCell]{
		title: "Many fits", shown: "group_r2 subconnectivity_corr_ridge partial_correlation_null us_per_step seconds",
		otherData: otherData,
		reported:  func(longCell) map[string]float64 { return map[string]float64{"group_r2": 0.9} },
	}}
	for _, method := range []string{"facrnn", "lrrnn", "a method with a very long name that no one has"} {
		for seed := range uint64(3) {
			r := row[longCell]{cell: longCell{method, "best"}, seed: seed}
			for _, column := range strings.Fields(t.shown) {
				r.set(column, 12345.678*float64(seed+1))
			}
			t.rows = append(t.rows, r)
		}
		t.cells = append(t.cells, longCell{method, "best"})
	}
	return t
}

// TestTerminalFits80Columns checks that every measure of every kind of fit is printed, within 80 columns.
func TestTerminalFits80Columns(t *testing.T) {
	text := filled(false).terminal()
	for _, line := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("line of %d columns: %s", n, line)
		}
	}
	words := strings.ReplaceAll(text, "\n", " ")
	for _, want := range []string{"subconnectivity", "corr_ridge", "us_per_step", "±", "n=3", "has"} {
		if !strings.Contains(words, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
}

// TestPaperNoteNamesOtherData checks that numbers of the paper never stand beside fits of another recording without a
// sentence that says so.
func TestPaperNoteNamesOtherData(t *testing.T) {
	const sentence = "of another recording than the fits here"
	for _, other := range []bool{false, true} {
		table := filled(other)
		for name, text := range map[string]string{"the terminal": table.terminal(), "table.md": table.markdown(),
			"the page": table.overview().Caption} {
			if got := strings.Contains(strings.Join(strings.Fields(text), " "), sentence); got != other {
				t.Errorf("%s has the sentence: %v, want %v", name, got, other)
			}
		}
	}
	table := filled(true)
	table.reported = nil
	if got := table.paperNote(); got != "" {
		t.Errorf("without numbers of the paper, the note is %q", got)
	}
}

// TestCommandsOfAFolder checks that a folder keeps each command that made it, once, in order.
func TestCommandsOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for _, command := range []string{"first", "second", "first"} {
		table := &table[longCell]{dir: dir}
		if err := table.addCommand(command); err != nil {
			t.Fatal(err)
		}
	}
	table := &table[longCell]{dir: dir}
	if err := table.addCommand("third"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table.commands, ", "); got != "first, second, third" {
		t.Errorf("the commands are %s", got)
	}
	var commands []string
	for _, about := range table.about() {
		if about[0] == "command" {
			commands = append(commands, about[1])
		}
	}
	if len(commands) != 3 {
		t.Errorf("the page names %q", commands)
	}
}
