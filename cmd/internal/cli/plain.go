package cli

import (
	"github.com/sirupsen/logrus"

	"facrnn/train/report/escape"
)

// EscapeControl is [escape.Text]: names, units and messages that come from a file pass through it wherever a program shows them.
func EscapeControl(s string) string { return escape.Text(s) }

// plainly is a formatter of logs whose texts are plain.
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
