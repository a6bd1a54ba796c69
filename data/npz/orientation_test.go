package npz

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
)

// TestOrientationDoubt checks the warning about activity with at least twice as many channels as bins, unless another
// array shows which dimension is time. Activity of trials whose rows have names is also warned about.
func TestOrientationDoubt(t *testing.T) {
	names := func(n int) Array { return Vector(make([]string, n)) }
	for name, c := range map[string]struct {
		arrays map[string]Array
		want   string // in the warning; empty for none
	}{
		"nothing but activity": {map[string]Array{"x": zeros(3, 6)},
			"The array x may be stored as channels x time: it is read as 3 bins of 6 channels, and nothing in the " +
				"file says which dimension is time. Give --transpose"},
		"more bins":           {map[string]Array{"x": zeros(6, 3)}, ""},
		"nearly as many bins": {map[string]Array{"x": zeros(4, 6)}, ""},
		"times":               {map[string]Array{"x": zeros(2, 6), "time": Vector([]float64{0, 1})}, ""},
		"trials":              {map[string]Array{"x": zeros(2, 6), "trial": Ints([]int{0, 1})}, ""},
		"behaviour":           {map[string]Array{"x": zeros(2, 6), "behavior": zeros(2, 1)}, ""},
		"three dimensions":    {map[string]Array{"x": zeros(2, 2, 9)}, ""},
		"names of the rows of trials": {map[string]Array{"x": zeros(2, 5, 9), "channel": names(5)},
			"it is read as 10 bins of 9 channels, and the array channel has 5 values, one for each of its rows"},
		"names of the channels of trials": {map[string]Array{"x": zeros(2, 5, 9), "channel": names(9)}, ""},
		"names of channels":               {map[string]Array{"x": zeros(2, 6), "channel": names(6)}, ""},
		"names of the rows": {map[string]Array{"x": zeros(5, 6), "channel": names(5)},
			"the array channel has 5 values, one for each of its rows"},
	} {
		r, err := Recording(written(t, c.arrays), data.Selection{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if text := strings.Join(r.Warnings, " "); (text == "") != (c.want == "") ||
			!strings.Contains(text, c.want) {
			t.Errorf("%s: warnings %q, want %q", name, r.Warnings, c.want)
		}
	}
}

// TestTranspose checks that --transpose swaps the last two dimensions.
func TestTranspose(t *testing.T) {
	x := Array{Shape: []int{2, 3}, Data: []float32{0, 2, 4, 1, 3, 5}}
	byTrials := Array{Shape: []int{2, 2, 3}, Data: []float32{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}}
	for name, c := range map[string]struct {
		arrays     map[string]Array
		want       []float32
		bins, each int
	}{
		"channels x time": {map[string]Array{"x": x, "time": Vector([]float64{0, 1, 2})},
			[]float32{0, 1, 2, 3, 4, 5}, 3, 0},
		"trials x channels x time": {map[string]Array{"x": byTrials}, []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
			6, 3},
	} {
		r, err := Recording(written(t, c.arrays), data.Selection{Transpose: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(c.want, r.Activity.Data); d != "" || r.Bins() != c.bins || r.Activity.Cols != 2 ||
			len(r.Channels) != 2 || len(r.Warnings) > 0 {
			t.Errorf("%s: %s, %d bins, warnings %q", name, d, r.Bins(), r.Warnings)
		}
		if c.each > 0 && r.BinsPerTrial()[1] != c.each {
			t.Errorf("%s: trials of %v bins, want %d", name, r.BinsPerTrial(), c.each)
		}
	}
}

// TestMisfit checks that the error of an array that fits the other dimension of the activity names the flag that
// helps.
func TestMisfit(t *testing.T) {
	for name, c := range map[string]struct {
		arrays map[string]Array
		sel    data.Selection
		want   string
	}{
		"times": {map[string]Array{"x": zeros(2, 3), "time": Vector([]float64{0, 1, 2})}, data.Selection{},
			"it has the size of the other dimension of x, which may be stored as channels x time: give --transpose"},
		"trials": {map[string]Array{"x": zeros(2, 3), "trial": Ints([]int{0, 0, 1})}, data.Selection{},
			"give --transpose"},
		"behaviour": {map[string]Array{"x": zeros(2, 3), "behavior": zeros(3, 2)}, data.Selection{},
			"give --transpose"},
		"turned": {map[string]Array{"x": zeros(2, 3), "time": Vector([]float64{0, 1})},
			data.Selection{Transpose: true}, "it fits the activity as it is stored: leave --transpose out"},
		"by trials": {map[string]Array{"x": zeros(4, 2, 3), "velocity": zeros(4, 3, 2)}, data.Selection{},
			"give --transpose"},
		"fits never": {map[string]Array{"x": zeros(2, 3), "time": Vector([]float64{0, 1, 2, 3})}, data.Selection{},
			"must hold values for each of its bins: correct its shape"},
	} {
		if _, err := Recording(written(t, c.arrays), c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
