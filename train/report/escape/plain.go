// Package escape escapes the characters of a text that do more than show themselves. It imports nothing of the project.
package escape

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with every character escaped, as Go writes it, that does more to a terminal or a page than show
// itself: control characters, of which escape sequences are made, line breaks, marks that turn the direction of
// writing, bytes that are not UTF-8. Names, units and messages that come from a file pass through it wherever they are
// shown, for the file may be anybody's.
func Text(s string) string {
	if !strings.ContainsFunc(s, odd) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case odd(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// odd reports whether a character does not merely show itself.
func odd(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r)
}
