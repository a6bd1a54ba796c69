package recordings

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/npz"
)

func TestSelection(t *testing.T) {
	f := Flags{
		Data: "x.nwb", Series: "a", Units: true, Pixels: true, BinWidth: 0.1, Rate: 5, Trials: "b", Input: "c",
		Behavior: []string{"d"}, Drive: []string{"j"}, Condition: "k", Event: "l",
		WhereUnits: []string{"e=f"}, MinRate: 2, Smooth: 3, Where: []string{"g=h"}, Align: "i", Before: 4, After: 5,
	}
	want := data.Selection{
		Series: "a", Units: true, Pixels: true, BinWidth: 0.1, Rate: 5, Trials: "b", Input: "c",
		Behavior: []string{"d"},
		Drive:    []string{"j"}, Condition: "k", Event: "l",
		WhereUnits: []string{"e=f"}, MinRate: 2, Smooth: 3, Where: []string{"g=h"}, Align: "i", Before: 4, After: 5,
	}
	if d := cmp.Diff(want, f.Selection()); d != "" {
		t.Error(d)
	}
}

func writeNWB(t *testing.T, path string) {
	t.Helper()
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("nwb_version", "2.8.0")
	x := w.Root().Group("acquisition").Group("x")
	x.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 10.0)
	x.Dataset("data", []float32{1, 2, 3, 4, 5, 6}, []int{3, 2}, hdf5.Options{})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeNPZ(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x := npz.Array{Shape: []int{3, 2}, Data: []float32{1, 2, 3, 4, 5, 6}}
	if err := npz.Save(f, map[string]npz.Array{"activity": x}, false); err != nil {
		t.Fatal(err)
	}
}

// TestOpenAndList checks that the bytes of a file choose its reader, and that no name is the demo.
func TestOpenAndList(t *testing.T) {
	dir := t.TempDir()
	inNWB, inNPZ := filepath.Join(dir, "a.NWB"), filepath.Join(dir, "a.npz")
	writeNWB(t, inNWB)
	writeNPZ(t, inNPZ)
	for path, format := range map[string]string{inNWB: "nwb", inNPZ: "npz", "": "demo"} {
		r, err := Open(context.Background(), Flags{Data: path}, nil)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if err := r.Check(); err != nil || r.Source.Format != format {
			t.Errorf("%s: read as %s, %v", format, r.Source.Format, err)
		}
		c, err := List(context.Background(), Flags{Data: path}, nil)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if c.Format != format || len(c.Series) == 0 || !cmp.Equal(c.Series[0].Shape, []int{r.Bins(), r.Activity.Cols}) {
			t.Errorf("%s: listed as %+v", format, c)
		}
	}
}

func TestRefuses(t *testing.T) {
	for want, f := range map[string]Flags{
		"a.mat: ":            {Data: "a.mat"},
		"absent.nwb: ":       {Data: "absent.nwb"},
		"absent.npz: ":       {Data: "absent.npz"},
		"demo: ":             {Units: true},
		"demo: the embedded": {Where: []string{"a=b"}},
	} {
		if _, err := Open(context.Background(), f, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: %v", f, err)
		}
	}
	dir := t.TempDir()
	for _, kind := range []string{"nwb", "npz"} {
		circle := filepath.Join(dir, "a."+kind)
		if err := os.Symlink(circle, circle); err != nil {
			t.Skip(err)
		}
		_, err := Open(context.Background(), Flags{Data: circle}, nil)
		if err == nil || !strings.HasPrefix(err.Error(), circle+": ") ||
			!strings.HasSuffix(err.Error(), ": check the path, and that it may be read") {
			t.Errorf("a link to itself: %v", err)
		}
	}
	if _, err := List(context.Background(), Flags{Data: "noending"}, nil); err == nil {
		t.Error("a file of no kind was listed")
	}
}
