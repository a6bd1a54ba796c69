package console

import (
	"bytes"
	"strings"
	"testing"
)

// TestParseAdvises: a command line that cannot be read is an error of one line that says how to write it.
func TestParseAdvises(t *testing.T) {
	type flags struct {
		Data     string
		Run      string
		Behavior []string `aliases:"behaviour" sep:"none"`
		Smooth   float64
		Units    bool
	}
	for _, c := range []struct{ line, want string }{
		{"-data reach.nwb", "-data: flags have two dashes: --data"},
		{"-data=reach.nwb", "-data: flags have two dashes: --data"},
		{"--units -behaviour hand", "-behaviour: flags have two dashes: --behaviour"},
		{"reach.nwb", "reach.nwb: it has no flag: say --data reach.nwb"},
		{"--smooth 1 reach.nwb", "reach.nwb: it has no flag: say --data reach.nwb"},
		{"--units reach.nwb", "reach.nwb: it has no flag: say --data reach.nwb"},
		{"it's.nwb", `it's.nwb: it has no flag: say --data 'it'\''s.nwb'`},
		{"--data a.nwb b.nwb", "b.nwb: --data is given already, and takes one value: leave one out"},
		{".", ".: it has no flag: say --run ."},
		{"reach", "unexpected argument reach: --help lists the flags"},
		{"--behavor hand", `unknown flag --behavor, did you mean one of "--behavior", "--behaviour"?: --help lists the flags`},
		{"--nothing", "unknown flag --nothing: --help lists the flags"},
	} {
		var out, errs bytes.Buffer
		_, err := Parse(new(flags), strings.Fields(c.line), &out, &errs)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.line, err, c.want)
		}
	}
	for _, line := range []string{"--smooth -1 --data -data", "--behaviour hand --behavior arm", "--data=a.nwb"} {
		var out, errs bytes.Buffer
		var f flags
		if c, err := Parse(&f, strings.Fields(line), &out, &errs); err != nil || c == nil {
			t.Errorf("%s: %v, want no error", line, err)
		}
	}
}

// TestParseAdvisesCommands: flags of a subcommand are advised of after its name.
func TestParseAdvisesCommands(t *testing.T) {
	var f struct {
		Reach struct{ Data string } `cmd:""`
	}
	var out, errs bytes.Buffer
	if _, err := Parse(&f, []string{"reach", "a.nwb"}, &out, &errs); err == nil || err.Error() != "a.nwb: it has no flag: say --data a.nwb" {
		t.Errorf("%v, want that --data is advised", err)
	}
}
