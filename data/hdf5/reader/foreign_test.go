package reader

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// opened opens a file under testdata, written by h5py 3, and returns the children of its root by name.
func opened(t *testing.T, name string) (*File, map[string]Child) {
	t.Helper()
	f, err := Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read only
	return f, named(t, f.Root())
}

func named(t *testing.T, g *Group) map[string]Child {
	t.Helper()
	all, err := g.Children()
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]Child{}
	for _, c := range all {
		if c.Err != nil {
			t.Error(c.Name, c.Err)
		}
		m[c.Name] = c
	}
	return m
}

// TestForeignFiles checks files of the C library in its oldest and newest format: few and many groups and attributes,
// and every filter, order and type.
func TestForeignFiles(t *testing.T) {
	x := make([]float64, 60)
	for i := range x {
		x[i] = float64(i)
	}
	for _, name := range []string{"old.h5", "new.h5"} {
		f, all := opened(t, name)
		attributes, err := f.Root().Attributes()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, a := range attributes {
			s, err := a.Texts()
			n, wrong := a.Numbers()
			if err != nil && wrong != nil {
				t.Error(a.Name, err, wrong)
			}
			got[a.Name] = fmt.Sprintf("%q %v", s, n)
		}
		if d := cmp.Diff(map[string]string{"title": `["ü"] []`, "fixed": `["abc"] []`, "n": `[] [1.5 2.5]`, "list": `["a" "" "ccc"] []`}, got); d != "" {
			t.Error(name, d)
		}
		if many := named(t, all["many"].Group); len(many) != 21 || many["g19"].Group == nil ||
			many["back"].Group.Address() != f.Root().Address() {
			t.Errorf("%s: %d children", name, len(many))
		}
		if attributes, err = all["attributes"].Group.Attributes(); err != nil || len(attributes) != 13 {
			t.Errorf("%s: %d attributes, %v", name, len(attributes), err)
		}
		for _, a := range attributes {
			n, _ := a.Numbers()
			s, _ := a.Texts()
			if want := "k" + fmt.Sprintf("%02v", n[:min(1, len(n))]); len(n) == 1 &&
				strings.Trim(want, "k[]") != strings.TrimLeft(a.Name, "k") || a.Name == "long" &&
				(len(s) != 1 || s[0] != strings.Repeat("x", 300)) {
				t.Errorf("%s: %s is %v %q", name, a.Name, n, s)
			}
		}
		for _, set := range []string{"plain", "big", "half", "lzf", "gz", "fl", "odd"} {
			d := all[set].Dataset
			got, err := d.Floats(nil, nil, 1<<10)
			if err != nil {
				t.Error(name, set, err)
			} else if d := cmp.Diff(x, got); d != "" {
				t.Error(name, set, d)
			}
			if got, err := d.Floats([]int{5, 0}, []int{9, 3}, 1<<10); err != nil || !slices.Equal(got, x[15:27]) {
				t.Errorf("%s, %s: rows 5 to 8 are %v, %v", name, set, got, err)
			}
		}
		if v, err := all["bool"].Dataset.Integers(10); err != nil || !slices.Equal(v, []int64{1, 0, 1}) {
			t.Error(name, v, err)
		}
		for set, want := range map[string][]string{"s": {"a", "bé", ""}, "fs": {"ab", "c"}} {
			if v, err := all[set].Dataset.Texts(10); err != nil || !slices.Equal(v, want) {
				t.Errorf("%s, %s: %q, %v", name, set, v, err)
			}
		}
		if v, err := all["scalar"].Dataset.Floats(nil, nil, 1); err != nil || len(v) != 1 || v[0] != 4.25 {
			t.Error(name, v, err)
		}
		if v, err := all["unwritten"].Dataset.Floats(nil, nil, 100); err != nil ||
			!slices.Equal(v, make([]float64, len(v))) {
			t.Errorf("%s: values that were never written are %v, %v", name, v, err)
		}
		if c, ok := all["dtype"]; !ok || c.Group != nil || c.Dataset != nil {
			t.Errorf("%s: %+v is no named type", name, c)
		}
		if name == "new.h5" {
			continue
		}
		if v, err := all["many_chunks"].Dataset.Floats([]int{300}, []int{600}, 1000); err != nil || len(v) != 300 ||
			v[0] != 300 || v[299] != 599 {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		if v, err := all["fl_odd"].Dataset.Floats(nil, nil, 2000); err != nil || v[1000] != 1000%256 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestManyLinks checks a group with very many links, which are kept in a heap of several blocks: 200 links to groups,
// and soft links to missing objects.
func TestManyLinks(t *testing.T) {
	f, err := Open(filepath.Join("testdata", "dense.h5"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read only
	groups, lost := 0, 0
	for _, c := range children(t, f, "many") {
		switch {
		case c.Group != nil:
			groups++
		case errors.As(c.Err, &Lost{}) && c.Soft == "/x":
			lost++
		}
	}
	if groups != 200 || lost != 50 {
		t.Errorf("%d groups, %d lost links", groups, lost)
	}
}
