package cli

import (
	"github.com/sirupsen/logrus"

	"facrnn/train/report/escape"
)

// EscapeControl returns a text without control characters, by [escape.Text]. Every name, unit and message from a file
// passes through it before a program shows it.
func EscapeControl(s string) string { return escape.Text(s) }

// plainly is a log formatter that escapes control characters.
type plainly struct{ logrus.Formatter }

// Format formats a copy of the entry.
func (p plainly) Format(e *logrus.Entry) ([]byte, error) {
	escaped := *e
	escaped.Message = EscapeControl(e.Message)
	escaped.Data = make(logrus.Fields, len(e.Data))
	for k, v := range e.Data {
		switch x := v.(type) {
		case string:
			v = EscapeControl(x)
		case error:
			v = EscapeControl(x.Error())
		}
		escaped.Data[k] = v
	}
	return p.Formatter.Format(&escaped)
}
