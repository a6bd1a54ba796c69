package content

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"facrnn/train/report/escape"
)

// MarshalJSON implements json.Marshaler. The figures of the page are part of it. Names and units come from a file that
// may not be trusted. So [escape.Text] spells out control characters in every text, such as characters that reverse the
// direction of writing. Line breaks and tabs stay, for texts of several lines.
func (p Page) MarshalJSON() ([]byte, error) {
	type page Page
	b, err := json.Marshal(struct {
		page
		Figures []Figure `json:"figures"`
	}{page(p), p.Figures()})
	if err != nil {
		return nil, err
	}
	return spelled(b), nil
}

// spelled spells out the characters of the texts in some JSON, those that JSON escapes and others.
func spelled(text []byte) []byte {
	if i := bytes.IndexFunc(text, func(r rune) bool { return r == '\\' || r >= utf8.RuneSelf }); i < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+1<<10)
	for len(text) > 0 {
		n := bytes.IndexFunc(text, func(r rune) bool { return r == '\\' || r >= utf8.RuneSelf })
		if n < 0 {
			return append(out, text...)
		}
		out, text = append(out, text[:n]...), text[n:]
		size := escapeSize(text)
		out, text = append(out, spelledCharacter(text[:size])...), text[size:]
	}
	return out
}

// escapeSize is how many bytes the character at the beginning of some JSON takes.
func escapeSize(text []byte) int {
	switch {
	case text[0] != '\\':
		_, size := utf8.DecodeRune(text)
		return size
	case text[1] == 'u':
		return len(`\u0000`)
	}
	return 2
}

// spelledCharacter returns a character of JSON as it is, or as the JSON of what spells it out.
func spelledCharacter(c []byte) []byte {
	if s := string(c); strings.Contains(`\n \t \r \" \\ \/`, s) && len(s) == 2 {
		return c
	}
	var s string
	if err := json.Unmarshal([]byte(`"`+string(c)+`"`), &s); err != nil || escape.Text(s) == s {
		return c
	}
	return []byte(strings.ReplaceAll(escape.Text(s), `\`, `\\`))
}
