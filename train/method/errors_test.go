package method

import (
	"strings"
	"testing"

	"facrnn/data"
)

// TestWhoseError checks that an error of a setting does not begin with the path of the recording; an error of the
// recording does.
func TestWhoseError(t *testing.T) {
	still := func(rec *data.Recording) { clear(rec.Activity.Data) }
	for _, c := range []struct {
		args   []string
		change func(*data.Recording)
		want   string
	}{
		{[]string{"--groups=3,x"}, nil, "--groups 3,x: "},
		{[]string{"--scale=odd"}, nil, "--scale odd: "},
		{[]string{"--scale=sqrt"}, nil, "--scale sqrt: "},
		{[]string{"--split=half"}, nil, "--split half: "},
		{[]string{"--split=blocks", "--test-fraction=2"}, nil, "--split blocks: "},
		{[]string{"--lags=0"}, nil, "--lags is 0"},
		{[]string{"--epochs=0"}, nil, "epochs is 0"},
		{[]string{"--observation=poisson"}, nil, "--observation poisson "},
		{nil, still, "a.npz: no channel ever changes"},
		{nil, func(rec *data.Recording) { rec.Channels = nil }, "a.npz: "},
	} {
		rec := signed(t)
		rec.Source.Path = "a.npz"
		if c.change != nil {
			c.change(rec)
		}
		if _, err := flags(t, c.args...).Resolve(rec); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v: %v, want an error that begins with %q", c.args, err, c.want)
		}
	}
}
