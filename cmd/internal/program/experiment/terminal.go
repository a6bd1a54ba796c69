package experiment

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"facrnn/cmd/internal/cli"
)

// columns is the greatest width of the table in a terminal.
const columns = 80

// terminal returns the means over seeds and their standard errors as tables of at most 80 columns, one below the other:
// a row per kind of fit, and as many measures as have room. Files have the whole table.
func (t *table[C]) terminal() string {
	const between, widest = 2, 30
	kinds := t.kinds()
	names := append([]string{""}, t.labels(kinds)...)
	left := 0
	for i, rows := range kinds {
		names[i+1] = shorten(fmt.Sprintf("%s, n=%d", names[i+1], len(rows)), widest)
		left = max(left, utf8.RuneCountInString(names[i+1]))
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n%s\n", t.title, cli.Wrap("Mean over n seeds ± its standard error. "+t.paperNote(), 0))
	var block [][]string
	room := columns - left
	flush := func() {
		writeBlock(&text, names, left, block)
		block, room = nil, columns-left
	}
	for _, column := range strings.Fields(t.shown) {
		head := headOf(column)
		cells := make([]string, len(kinds))
		measured := false
		for i, rows := range kinds {
			cells[i] = "-"
			if s := summarize(rows, column); s.n > 0 {
				cells[i], measured = s.String(), true
			}
		}
		if !measured {
			continue
		}
		width := 0
		for _, c := range append(strings.Split(head, "\n"), cells...) {
			width = max(width, utf8.RuneCountInString(c))
		}
		if width+between > room && len(block) > 0 {
			flush()
		}
		block = append(block, append([]string{head}, cells...))
		room -= width + between
	}
	flush()
	return text.String()
}

// writeBlock writes one table: the names of the rows, and columns of a heading and cells.
func writeBlock(text *strings.Builder, names []string, left int, block [][]string) {
	if len(block) == 0 {
		return
	}
	widths, lines := make([]int, len(block)), 1
	for j, column := range block {
		for i, cell := range column {
			for _, line := range strings.Split(cell, "\n") {
				widths[j] = max(widths[j], utf8.RuneCountInString(line))
			}
			if i == 0 {
				lines = max(lines, strings.Count(cell, "\n")+1)
			}
		}
	}
	line := func(name string, cells []string) {
		row := fmt.Sprintf("%-*s", left, name)
		for j, c := range cells {
			row += fmt.Sprintf("  %*s", widths[j], c)
		}
		text.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	text.WriteString("\n")
	for k := range lines {
		var cells []string
		for _, column := range block {
			parts := strings.Split(column[0], "\n")
			cell := ""
			if at := k - (lines - len(parts)); at >= 0 {
				cell = parts[at]
			}
			cells = append(cells, cell)
		}
		line("", cells)
	}
	for i, name := range names[1:] {
		var cells []string
		for _, column := range block {
			cells = append(cells, column[i+1])
		}
		line(name, cells)
	}
}

// headOf breaks the name of a column after underscores into lines of at most 15 characters.
func headOf(column string) string {
	const most = 15
	var lines []string
	for _, part := range strings.SplitAfter(column, "_") {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+len(part) <= most {
			lines[last] += part
		} else {
			lines = append(lines, part)
		}
	}
	return strings.Join(lines, "\n")
}

// shorten cuts the middle of a text that is longer than most characters.
func shorten(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	half := (most - 1) / 2
	return string(r[:most-1-half]) + "…" + string(r[len(r)-half:])
}
