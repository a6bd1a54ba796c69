package cli

import (
	"strings"
	"unicode/utf8"
)

// columns is the greatest width of printed lines, because the narrowest usual terminal has 80 columns.
const columns = 80

// Wrap breaks a text into lines of 80 columns, each indented by a number of spaces. It keeps line breaks, and indents
// the second and later lines of a list item by two more.
func Wrap(text string, indent int) string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		start := strings.Repeat(" ", indent)
		line, hanging := start, start
		if strings.HasPrefix(paragraph, "- ") {
			hanging += "  "
		}
		for _, word := range strings.Fields(paragraph) {
			switch {
			case strings.TrimSpace(line) == "":
				line += word
			case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns:
				lines = append(lines, line)
				line = hanging + word
			default:
				line += " " + word
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
