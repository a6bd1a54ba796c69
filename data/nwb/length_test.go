package nwb

import (
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// prefix is how an error begins: with the path of the file, or with a flag that is wrong whatever the file holds.
func prefix(err error, path string) string {
	if err != nil && strings.HasPrefix(err.Error(), "--") {
		return "--"
	}
	return path + ": "
}

// short fills a file with 200 s of a series at 20 Hz, in trials of 0.5 and 0.7 s around a cue.
func short(g *hdf5.Group) {
	rated(g, "processing/ecephys/firing_rates", ramp(8000), []int{4000, 2}, 0, 20)
	rated(g, "processing/behavior/hand", ramp(4000), nil, 0, 20)
	rated(g, "processing/behavior/eye", ramp(4000), nil, 0, 20)
	table := at(g, "intervals/trials", "TimeIntervals")
	table.Attr("colnames", []string{"start_time", "stop_time", "go_cue_time", "side", "contrast"})
	table.Dataset("start_time", []float64{10, 20}, nil, hdf5.Options{})
	table.Dataset("stop_time", []float64{10.7, 20.5}, nil, hdf5.Options{})
	table.Dataset("go_cue_time", []float64{10.1, 20.1}, nil, hdf5.Options{})
	table.Dataset("side", []string{"left", "right"}, nil, hdf5.Options{})
	table.Dataset("contrast", []float64{0.5, 0.25}, nil, hdf5.Options{})
}

// TestMilliseconds checks that durations in milliseconds, where seconds are wanted, are refused or warned of with the
// length of the longest trial.
func TestMilliseconds(t *testing.T) {
	path := build(t, short)
	for _, c := range []struct {
		sel  data.Selection
		want string
	}{
		{data.Selection{BinWidth: 50},
			"--bin-width 50 s is longer than the longest trial (0.7 s): values are in seconds; did you mean 0.05 or " +
				"50ms?"},
		{data.Selection{BinWidth: 500, Trials: "none"},
			"--bin-width 500 s is longer than the recording (200 s): values are in seconds; did you mean 0.5 or " +
				"500ms?"},
		{data.Selection{Smooth: 50},
			"--smooth 50 s is longer than the longest trial (0.7 s): values are in seconds; did you mean 0.05 or " +
				"50ms?"},
		{data.Selection{Align: "go_cue_time", Before: 201, After: 0.1},
			"--before 201 s is longer than the longest trial (0.7 s): values are in seconds; did you mean 0.201 or " +
				"201ms?"},
		{data.Selection{Align: "go_cue_time", After: 500},
			"--after 500 s is longer than the longest trial (0.7 s): values are in seconds; did you mean 0.5 or " +
				"500ms?"},
		{data.Selection{Align: "go_cue_time", After: 0.5, BinWidth: 20},
			"--bin-width 20 s is longer than the longest window around go_cue_time (0.5 s): values are in seconds; " +
				"did you mean 0.02 or 20ms?"},
	} {
		if _, err := Read(path, c.sel); err == nil || err.Error() != c.want {
			t.Errorf("%+v: %v; want %s", c.sel, err, c.want)
		}
	}
	r, err := Read(path, data.Selection{Align: "go_cue_time", Before: 10, After: 50})
	const want = "Windows reach into other trials: --after 50 s is longer than the longest trial (0.7 s): values are " +
		"in seconds; did you mean 0.05 or 50ms?"
	if err != nil || !slices.Contains(r.Warnings, want) {
		t.Errorf("%v; want the warning %q", err, want)
	}
	if r, err = Read(path, data.Selection{Align: "go_cue_time", Before: 1, After: 2}); err != nil ||
		len(r.Warnings) > 0 {
		t.Errorf("windows of 3 s: %v, warnings %q; want none", err, r.Warnings)
	}
}

// TestSuggests checks that a name that nothing has is answered with the name that is near, and with the columns that
// could be meant.
func TestSuggests(t *testing.T) {
	path := build(t, short)
	for _, c := range []struct {
		sel  data.Selection
		want string
	}{
		{data.Selection{Align: "go_cue", After: 1}, `intervals/trials: no column "go_cue" for --align: choose one that holds times, of start_time, stop_time, go_cue_time; did you mean go_cue_time?`},
		{data.Selection{Event: "cue_time"}, `no column "cue_time" for --event: choose one that holds times, of start_time, stop_time, go_cue_time; did you mean go_cue_time?`},
		{data.Selection{Series: "firing_rate"}, "did you mean processing/ecephys/firing_rates?"},
		{data.Selection{Trials: "trial"}, "did you mean intervals/trials?"},
		{data.Selection{Condition: "sides"}, "did you mean side?"},
		{data.Selection{Where: []string{"contrsat>0"}}, "did you mean contrast?"},
		{data.Selection{Behavior: []string{"hands"}}, `did you mean processing/behavior/hand?; "none" leaves it out`},
		{data.Selection{Drive: []string{"contrasts"}}, "did you mean contrast?"},
		{data.Selection{Behavior: []string{"hand,eye"}},
			"--behavior hand,eye: the flag takes one name and may be repeated: give --behavior hand --behavior eye"},
		{data.Selection{Drive: []string{"hand, contrast"}},
			"--drive hand, contrast: the flag takes one name and may be repeated: give --drive hand --drive contrast"},
	} {
		_, err := Read(path, c.sel)
		if err == nil || !strings.HasPrefix(err.Error(), prefix(err, path)) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%+v: %v; want an error that ends in %s", c.sel, err, c.want)
		}
	}
}
