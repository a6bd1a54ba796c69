package rundir

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/nwb"
	"facrnn/graph"
	"facrnn/layers"
)

// TestNWB checks that results.nwb holds the latents of latents.npz as series, bin by bin; read by the project's own
// reader.
func TestNWB(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	o.Filtered = data.NewMatrix(40, 3)
	for i := range o.Filtered.Data {
		o.Filtered.Data[i] = float32(i)
	}
	f, fitted := finish(t, o)
	held := data.NewMatrix(40, 1)
	for _, bin := range o.Split.Test {
		held.Data[bin] = 1
	}
	for name, want := range map[string]data.Matrix{"latents": fitted.Mu, "latents_filtered": o.Filtered,
		"split": held} {
		got, err := nwb.Read(f.Path("results.nwb"), data.Selection{Series: name})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Activity.Data, want.Data) || got.Activity.Cols != want.Cols {
			t.Errorf("%s is not what latents.npz holds", name)
		}
		if !slices.Equal(got.Time, o.Recording.Time) || !slices.Equal(got.Trial, o.Recording.Trial) {
			t.Errorf("%s: times or trials are not the recording's", name)
		}
		if !strings.HasPrefix(got.Session.Identifier, "a-facrnn-") {
			t.Errorf("the identifier is %s", got.Session.Identifier)
		}
	}
	file, err := os.ReadFile(f.Path("results.nwb"))
	if err != nil {
		t.Fatal(err)
	}
	// the settings, a unit, the source's hash
	for _, want := range []string{"seed = 4\n", "n05", "abc", "facrnn unversioned build, method facrnn"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("results.nwb does not say %q", want)
		}
	}
}

// TestNWBOfMLP checks that it is there without a connectivity.
func TestNWBOfMLP(t *testing.T) {
	f, fitted := finish(t, small(t, graph.Config{Structure: layers.Partition{2, 1},
		Decoder: layers.MLPDecoder{Hidden: 4}}))
	got, err := nwb.Read(f.Path("results.nwb"), data.Selection{Series: "latents"})
	if err != nil || !slices.Equal(got.Activity.Data, fitted.Mu.Data) {
		t.Errorf("the latents are not what was worked out: %v", err)
	}
}
