package console

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sirupsen/logrus"
)

// Plain is a text with every character escaped, as Go writes it, that does more to a terminal than show itself: control characters,
// of which escape sequences are made, line breaks, marks that turn the direction of writing, bytes that are not UTF-8. Names, units and
// messages that come from a file pass through it wherever they are shown, for the file may be anybody's.
func Plain(s string) string {
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

// plain is a formatter of logs whose texts are plain.
type plain struct{ logrus.Formatter }

// Format formats a copy of the entry.
func (p plain) Format(e *logrus.Entry) ([]byte, error) {
	escaped := *e
	escaped.Message = Plain(e.Message)
	escaped.Data = make(logrus.Fields, len(e.Data))
	for k, v := range e.Data {
		switch x := v.(type) {
		case string:
			v = Plain(x)
		case error:
			v = Plain(x.Error())
		}
		escaped.Data[k] = v
	}
	return p.Formatter.Format(&escaped)
}
