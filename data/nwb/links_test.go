package nwb

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestLinkedFile checks that a series that an external link leads to is read like one of the file, and a note names the
// other file.
func TestLinkedFile(t *testing.T) {
	path := laterFile(t)
	other := build(t, func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 2) })
	if err := os.Rename(other, filepath.Join(filepath.Dir(path), "other.nwb")); err != nil {
		t.Fatal(err)
	}
	r, err := Read(path, data.Selection{Series: "abroad", Trials: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Activity.Data, ramp(20)) || r.Source.Series != "acquisition/abroad" {
		t.Errorf("%s is %v", r.Source.Series, r.Activity.Data)
	}
	want := "The activity is read from other.nwb by an external link; the checksum covers later.nwb only."
	if !slices.Contains(r.Notes, want) {
		t.Errorf("no note among %q says %q", r.Notes, want)
	}
	own, err := Read(path, data.Selection{Series: "single", Trials: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(own.Notes, func(n string) bool { return strings.Contains(n, "The activity is read from") }) {
		t.Errorf("the activity is said to come from another file: %q", own.Notes)
	}
	if own.Source.SHA256 != r.Source.SHA256 {
		t.Error("the checksum is that of another file")
	}
	list, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(list.Series, func(s data.Series) bool { return s.Path == "acquisition/abroad" }) {
		t.Errorf("the list lacks acquisition/abroad: %+v", list.Series)
	}
}
