package data

import (
	"strings"
	"testing"
)

// TestDidYouMean checks that a misspelt, shortened or differently written name suggests the choice, and that an
// unrelated name suggests nothing.
func TestDidYouMean(t *testing.T) {
	choices := []string{"start_time", "stop_time", "go_cue_time", "processing/ecephys/firing_rates",
		"processing/behavior/hand_velocity", "acquisition/x"}
	for name, want := range map[string]string{
		"go_cue": "go_cue_time", "gocue_time": "go_cue_time", "goCueTime": "go_cue_time", "go-cue-time": "go_cue_time",
		"cue_time":    "go_cue_time",
		"firing_rate": "processing/ecephys/firing_rates", "firingrates": "processing/ecephys/firing_rates",
		"ecephys/firing_rate":                "processing/ecephys/firing_rates",
		"processing/ecephys/firing_rate":     "processing/ecephys/firing_rates",
		"hand_velocty":                       "processing/behavior/hand_velocity",
		"velocity":                           "processing/behavior/hand_velocity",
		"processing/behaviour/hand_velocity": "processing/behavior/hand_velocity", "start": "start_time",
		"pupil": "", "y": "", "": "", "lfp": "",
	} {
		if got := strings.TrimSuffix(strings.TrimPrefix(DidYouMean(name, choices), "; did you mean "),
			"?"); got != want {
			t.Errorf("%q suggests %q, want %q", name, got, want)
		}
	}
}

// TestRepeated checks that several names in one flag cause an error with the correct form; other names are ignored.
func TestRepeated(t *testing.T) {
	known := func(name string) bool { return name == "a" || name == "b" }
	if err := Repeated("behavior", "a, b", known); err == nil ||
		!strings.HasSuffix(err.Error(), "give --behavior a --behavior b") {
		t.Errorf("a, b: the error is %v, want one that says how to give both", err)
	}
	for _, names := range []string{"a", "c,b", "a,c"} {
		if err := Repeated("behavior", names, known); err != nil {
			t.Errorf("%s: the error is %v, want none", names, err)
		}
	}
}

// TestCheckLength checks that a duration beyond the longest trial is an error. It suggests the value in seconds if
// milliseconds were probably meant.
func TestCheckLength(t *testing.T) {
	for _, c := range []struct {
		seconds, longest float64
		want             string
	}{
		{50, 0.7, "--smooth 50 s is longer than the longest trial (0.7 s): values are in seconds; did you mean 0.05 " +
			"or 50ms?"},
		{0.9, 0.7, "--smooth 0.9 s is longer than the longest trial (0.7 s): values are in seconds: give less"},
		{5000, 0.7, "--smooth 5000 s is longer than the longest trial (0.7 s): values are in seconds: give less"},
		{0.7, 0.7, ""}, {0.05, 0.7, ""}, {50, 0, ""},
	} {
		got := ""
		if err := CheckLength("smooth", c.seconds, "the longest trial", c.longest); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%g s beside %g s: %q, want %q", c.seconds, c.longest, got, c.want)
		}
	}
}
