package console

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestFlagsGivenTwice: a flag that takes one value is an error if it is given twice, in whatever form. A flag that
// takes several values may be
// repeated. A flag of the line beats a value of the config file.
func TestFlagsGivenTwice(t *testing.T) {
	type commands struct {
		Fit struct {
			Data   string
			Epochs *int
			Units  bool
			Where  []string `sep:"none"`
			Drive  []string
		} `cmd:""`
	}
	config := kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
		return map[string]any{"data": "config.nwb", "epochs": "3"}[f.Name], nil
	}))
	for _, c := range []struct{ line, wrong string }{
		{"fit --data a --data b", "--data is given twice"},
		{"fit --data=a --data=a", "--data is given twice"},
		{"fit --data a --units --data=b", "--data is given twice"},
		{"fit --epochs=2 --epochs 3", "--epochs is given twice"},
		{"fit --units --units", "--units is given twice"},
		{"fit --units --units=false", "--units is given twice"},
		{"fit --where a=1 --where a=1 --where b=2 --drive x,y --drive z", ""},
		{"fit --data a --epochs 2 --units", ""},
		{"fit", ""},
	} {
		var f commands
		_, err := Parse(&f, strings.Fields(c.line), io.Discard, io.Discard, config)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v, want no error", c.line, err)
		case c.wrong != "" && (err == nil || !strings.HasPrefix(err.Error(), c.wrong) || !errors.As(err, &Input{})):
			t.Errorf("%s: %v, want %q, an error of the input", c.line, err, c.wrong)
		}
		if got := f.Fit; c.wrong == "" && strings.Contains(c.line, "--data a") && (got.Data != "a" || *got.Epochs != 2) {
			t.Errorf("%s: %+v, want the values of the line", c.line, got)
		}
		if got := f.Fit; strings.Contains(c.line, "--where") && (!slices.Equal(got.Where, []string{"a=1", "a=1", "b=2"}) || !slices.Equal(got.Drive, []string{"x", "y", "z"})) {
			t.Errorf("%s: %+v, want every value", c.line, got)
		}
	}
}
