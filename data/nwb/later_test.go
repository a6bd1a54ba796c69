package nwb

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
)

// laterFile returns a file of the newest format of HDF5, made by testdata/later.py.
func laterFile(t testing.TB) string {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", "later.nwb.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }() // read only
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "later.nwb")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLater checks that whatever the index of the chunks, and whatever links lead there, a series is read. What was
// never written is the fill value, 7 in the first three of 20 samples of three channels.
func TestLater(t *testing.T) {
	path := laterFile(t)
	c, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	rates := map[string]float64{}
	for _, s := range c.Series {
		rates[s.Path] = s.Rate
	}
	want := map[string]float64{"acquisition/implicit": 0, "processing/behavior/hand": 10}
	for _, name := range []string{"a_clock", "single", "fixed", "paged", "extensible", "tree", "deep", "scaled",
		"unwritten"} {
		want["acquisition/"+name] = 10
	}
	if d := cmp.Diff(want, rates, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); d != "" {
		t.Error(d)
	}
	for _, name := range []string{"a_clock", "single", "fixed", "paged", "extensible", "tree", "deep", "scaled",
		"unwritten", "processing/again", "hand"} {
		r, err := Read(path, data.Selection{Series: name, Trials: "none"})
		if err != nil {
			t.Error(name, err)
			continue
		}
		for i, got := range r.Activity.Data {
			want := float32(i)
			switch {
			case name == "unwritten":
				want = 2.5
			case name == "deep" && i < 9:
				want = float32(i/3*20 + i%3)
			case name != "a_clock" && i < 9:
				want = 7
			}
			if got != want {
				t.Errorf("%s: value %d is %v, not %v", name, i, got, want)
			}
		}
	}
	for name, want := range map[string]string{
		"implicit": "acquisition/implicit/timestamps: it is a soft link to ../a_clock",
		"abroad": "acquisition/abroad: it is a link into another file, other.nwb, to /acquisition/x there, which " +
			"is missing in the folder of the recording: put that file there"} {
		if _, err := Read(path, data.Selection{Series: name}); err == nil || !strings.Contains(err.Error(), want) {
			t.Error(name, err)
		}
	}
	r, err := Read(path, data.Selection{Units: true, Where: []string{"is_successful=true"}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Activity.Cols != 2 || r.Time[len(r.Time)-1] >= 1 {
		t.Errorf("%d units to %v s", r.Activity.Cols, r.Time[len(r.Time)-1])
	}
}
