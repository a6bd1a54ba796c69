package cli

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestFlagsGivenTwice checks that a flag that takes one value is refused if it is given twice, in any form. A flag that
// takes several values may be repeated. A flag overrides the config file.
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
		_, err := Parse(&f, Info{}, Call{Args: strings.Fields(c.line)}, io.Discard, io.Discard, config)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v, want no error", c.line, err)
		case c.wrong != "" && (err == nil || !strings.HasPrefix(err.Error(), c.wrong) || !errors.As(err, &Input{})):
			t.Errorf("%s: %v, want %q, an error of the input", c.line, err, c.wrong)
		}
		if got := f.Fit; c.wrong == "" && strings.Contains(c.line, "--data a") &&
			(got.Data != "a" || *got.Epochs != 2) {
			t.Errorf("%s: %+v, want the values of the line", c.line, got)
		}
		if got := f.Fit; strings.Contains(c.line, "--where") &&
			(!slices.Equal(got.Where, []string{"a=1", "a=1", "b=2"}) ||
				!slices.Equal(got.Drive, []string{"x", "y", "z"})) {
			t.Errorf("%s: %+v, want every value", c.line, got)
		}
	}
}

// TestParseAdvises checks that the error of a wrong command line is one line that shows the right spelling.
func TestParseAdvises(t *testing.T) {
	type flags struct {
		Data     string
		Run      string
		Behavior []string `aliases:"behaviour" sep:"none"`
		Smooth   float64
		Units    bool
	}
	for _, c := range []struct{ line, want string }{
		{"-data reach.nwb", "-data: flags have two dashes; write --data"},
		{"-data=reach.nwb", "-data: flags have two dashes; write --data"},
		{"--units -behaviour hand", "-behaviour: flags have two dashes; write --behaviour"},
		{"reach.nwb", "reach.nwb has no flag; write --data reach.nwb"},
		{"--smooth 1 reach.nwb", "reach.nwb has no flag; write --data reach.nwb"},
		{"--units reach.nwb", "reach.nwb has no flag; write --data reach.nwb"},
		{"it's.nwb", `it's.nwb has no flag; write --data 'it'\''s.nwb'`},
		{"--data a.nwb b.nwb", "b.nwb: --data is given already and takes one value; leave one out"},
		{".", ". has no flag; write --run ."},
		{"reach", "unexpected argument reach; --help-all lists the flags"},
		{"--behavor hand", `unknown flag --behavor, did you mean one of "--behavior", "--behaviour"?; --help-all lists the flags`},
		{"--nothing", "unknown flag --nothing; --help-all lists the flags"},
	} {
		var out, errs bytes.Buffer
		_, err := Parse(new(flags), Info{}, Call{Args: strings.Fields(c.line)}, &out, &errs)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.line, err, c.want)
		}
	}
	for _, line := range []string{"--smooth -1 --data -data", "--behaviour hand --behavior arm", "--data=a.nwb"} {
		var out, errs bytes.Buffer
		var f flags
		if c, err := Parse(&f, Info{}, Call{Args: strings.Fields(line)}, &out, &errs); err != nil || c == nil {
			t.Errorf("%s: %v, want no error", line, err)
		}
	}
}

// TestParseAdvisesCommands checks the advice for the flags of a subcommand.
func TestParseAdvisesCommands(t *testing.T) {
	var f struct {
		Reach struct{ Data string } `cmd:""`
	}
	var out, errs bytes.Buffer
	if _, err := Parse(&f, Info{}, Call{Args: []string{"reach", "a.nwb"}}, &out, &errs); err == nil ||
		err.Error() != "a.nwb has no flag; write --data a.nwb" {
		t.Errorf("%v, want that --data is advised", err)
	}
}
