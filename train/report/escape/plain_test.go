package escape_test

import (
	"testing"

	"facrnn/train/report/escape"
)

// TestText checks that characters with an effect on a terminal or a page are escaped, and that nothing else changes.
func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"ΔF/F, µV·s⁻¹ 神経":        "ΔF/F, µV·s⁻¹ 神経",
		"a\u00a0b":               "a\u00a0b",
		"\x1b[31mred\x07":        `\x1b[31mred\a`,
		"\u009b2J":               `\u009b2J`,
		"two\nlines\r\t\x00\x7f": `two\nlines\r\t\x00\x7f`,
		"\u202egnp.exe\u2028":    `\u202egnp.exe\u2028`,
		"\xff\xc3":               `\xff\xc3`,
		"\ufffd":                 `\ufffd`,
	} {
		if got := escape.Text(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
