package reader

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data/hdf5"
)

// TestSoftLinks: a soft link leads where its path does, from the root or from its own group, over other soft links, and past a circle
// nowhere.
func TestSoftLinks(t *testing.T) {
	path := file(t, filepath.Join(t.TempDir(), "f.h5"), func(g *hdf5.Group) {
		in := g.Group("a").Group("in")
		in.Dataset("x", []float64{1, 2}, nil, hdf5.Options{})
		in.SoftLink("beside", "x")
		in.SoftLink("dot", "./x")
		g.SoftLink("far", "/a//in/x")
		g.SoftLink("group", "/a/in")
		g.SoftLink("twice", "/group/beside")
		g.SoftLink("lost", "/a/y")
		g.SoftLink("through", "/a/in/x/z")
		g.SoftLink("self", "/self")
		g.SoftLink("there", "back/x")
		g.SoftLink("back", "there/y")
		g.SoftLink("root", "/")
	})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // read only
	all := named(t, f.Root())
	for _, name := range []string{"lost", "through", "self", "there", "back"} {
		if c, ok := all[name]; ok {
			t.Errorf("%s leads to %+v", name, c)
		}
	}
	inner := named(t, all["group"].Group)
	for name, c := range map[string]Child{"far": all["far"], "twice": all["twice"], "beside": inner["beside"], "dot": inner["dot"]} {
		if c.Dataset == nil || !c.Soft || c.Err != nil {
			t.Fatalf("%s leads to %+v", name, c)
		}
		if x, err := c.Dataset.Floats(0, 2, 2); err != nil || !slices.Equal(x, []float64{1, 2}) {
			t.Errorf("%s: %v, %v", name, x, err)
		}
	}
	if inner["x"].Soft || all["root"].Group.Address() != f.Root().Address() {
		t.Errorf("%+v, %+v", inner["x"], all["root"])
	}
}

// TestForeignSoftLinks: those of the C library, of its oldest format and of its newest.
func TestForeignSoftLinks(t *testing.T) {
	for _, name := range []string{"old.h5", "new.h5"} {
		_, all := opened(t, name)
		if c := all["soft"]; !c.Soft || c.Dataset == nil || c.Dataset.o != all["plain"].Dataset.o {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestReferences: those in datasets and attributes, to groups and datasets; nothing else is taken for one.
func TestReferences(t *testing.T) {
	path := file(t, filepath.Join(t.TempDir(), "f.h5"), func(g *hdf5.Group) {
		to, x := g.Group("a").Group("in"), g.Dataset("x", []int64{1}, nil, hdf5.Options{})
		refs := []hdf5.Ref{to.Ref(), 0, x.Ref()}
		d := g.Dataset("refs", refs, nil, hdf5.Options{})
		d.Attr("one", refs[0])
		d.Attr("other", 5)
	})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // read only
	all := named(t, f.Root())
	group := named(t, all["a"].Group)["in"].Group.Address()
	if to, err := all["refs"].Dataset.References(3); err != nil || !slices.Equal(to, []uint64{group, 0, all["x"].Dataset.o.address}) {
		t.Errorf("%v, %v", to, err)
	}
	attributes, err := all["refs"].Dataset.Attributes()
	if err != nil || len(attributes) != 2 {
		t.Fatal(attributes, err)
	}
	if to, err := attributes[0].References(); err != nil || !slices.Equal(to, []uint64{group}) {
		t.Errorf("%v, %v", to, err)
	}
	if _, err := attributes[1].References(); err == nil || !strings.Contains(err.Error(), "not references to objects") {
		t.Error(err)
	}
	if _, err := all["x"].Dataset.References(1); err == nil {
		t.Error("numbers are taken for references")
	}
}
