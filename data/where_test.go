package data_test

import (
	"strings"
	"testing"

	"facrnn/data"
)

// TestParseWhere checks that a condition is a column, an operator and a value, with or without spaces around the
// operator.
func TestParseWhere(t *testing.T) {
	for text, want := range map[string]data.Where{
		"a=b":                 {"a", "=", "b"},
		" go cue >= 1.5 ":     {"go cue", ">=", "1.5"},
		"a!=b":                {"a", "!=", "b"},
		"a<=3":                {"a", "<=", "3"},
		"a<-3":                {"a", "<", "-3"},
		"a>3":                 {"a", ">", "3"},
		"note=":               {"note", "=", ""},
		"expression=x = y, z": {"expression", "=", "x = y, z"},
	} {
		got, err := data.ParseWhere("--where", []string{text})
		if err != nil || got[0] != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "a", "=b", "<3", " = b", "!=", "a!b"} {
		if got, err := data.ParseWhere("--where", []string{"a=b", text}); err == nil ||
			!strings.Contains(err.Error(), "--where") || !strings.Contains(err.Error(), "COLUMN=VALUE") {
			t.Errorf("%q is %v, %v; want an error that says how conditions look", text, got, err)
		}
	}
}
