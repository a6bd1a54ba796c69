package npz

import (
	"slices"
	"strings"
	"testing"

	"facrnn/data"
)

// TestBehaviour checks that an array may be spelt behaviour, and so may the names of its columns.
func TestBehaviour(t *testing.T) {
	path := written(t, map[string]Array{"x": zeros(4, 2), "behaviour": zeros(4, 2),
		"behaviour_names": Vector([]string{"left", "right"})})
	r, err := Recording(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Behavior.Cols != 2 || r.BehaviorName != "behaviour" ||
		!slices.Equal(r.BehaviorNames, []string{"left", "right"}) {
		t.Errorf("behaviour %s of %d columns %q, want behaviour of left and right", r.BehaviorName, r.Behavior.Cols,
			r.BehaviorNames)
	}
	c, err := List(path)
	if err != nil || !slices.ContainsFunc(c.Series, func(s data.Series) bool {
		return s.Name == "behaviour" &&
			s.Role == "behavior"
	}) {
		t.Errorf("listed as %+v, %v; want behaviour with its role", c.Series, err)
	}
}

// TestSuggests checks that an unknown name suggests a near name, and that several names in one flag suggest one flag
// for each.
func TestSuggests(t *testing.T) {
	path := written(t, map[string]Array{"firing_rates": zeros(4, 2), "hand": zeros(4, 2), "eye": zeros(4, 2),
		"time": Vector([]float64{0, 0.1, 0.2, 0.3})})
	for _, c := range []struct {
		sel  data.Selection
		want string
	}{
		{data.Selection{Series: "firing_rate"}, "name one of these with --series; did you mean firing_rates?"},
		{data.Selection{Series: "firing_rates", Behavior: []string{"hands"}},
			"name one of these with --behavior; did you mean hand?"},
		{data.Selection{Series: "firing_rates", Behavior: []string{"hand,eye"}},
			"--behavior hand,eye: the flag takes one name and may be repeated: give --behavior hand --behavior eye"},
		{data.Selection{Series: "firing_rates", Drive: []string{"hand, eye"}}, "give --drive hand --drive eye"},
		{data.Selection{Series: "firing_rates", Smooth: 50},
			"--smooth 50 s is longer than the recording (0.4 s): values are in seconds; did you mean 0.05 or 50ms?"},
	} {
		if _, err := Recording(path, c.sel); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%+v: %v; want an error that ends in %s", c.sel, err, c.want)
		}
	}
}
