package console

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

// TestPlain: what a terminal would act on is spelled out, and nothing else changes.
func TestPlain(t *testing.T) {
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
		if got := Plain(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestNoEscapes: neither an error nor a line of the log, with colours or without, carries what a file's names try on the terminal.
func TestNoEscapes(t *testing.T) {
	const bad = "\x1b]0;owned\x07\u202e"
	var w bytes.Buffer
	Report(&w, errors.New(bad+"\n"+bad))
	for _, colours := range []bool{false, true} {
		l := logrus.New()
		l.SetOutput(&w)
		l.SetFormatter(plain{&logrus.TextFormatter{ForceColors: colours, DisableColors: !colours}})
		l.WithField("unit", bad).WithError(errors.New(bad)).Warn(bad)
	}
	if s := w.String(); strings.Contains(s, "\x1b]") || strings.ContainsAny(s, "\x07\u202e") {
		t.Errorf("%q", s)
	}
	if n := strings.Count(w.String(), "\n"); n != 3 {
		t.Errorf("%d lines:\n%q", n, w.String())
	}
}
