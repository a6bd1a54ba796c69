package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

// TestNoEscapes checks that errors and log lines, with colours or without, carry no control characters from a file.
func TestNoEscapes(t *testing.T) {
	const bad = "\x1b]0;owned\x07\u202e"
	var w bytes.Buffer
	Report(&w, errors.New(bad+"\n"+bad))
	for _, colours := range []bool{false, true} {
		l := logrus.New()
		l.SetOutput(&w)
		l.SetFormatter(plainly{&logrus.TextFormatter{ForceColors: colours, DisableColors: !colours}})
		l.WithField("unit", bad).WithError(errors.New(bad)).Warn(bad)
	}
	if s := w.String(); strings.Contains(s, "\x1b]") || strings.ContainsAny(s, "\x07\u202e") {
		t.Errorf("%q", s)
	}
	if n := strings.Count(w.String(), "\n"); n != 3 {
		t.Errorf("%d lines:\n%q", n, w.String())
	}
}
