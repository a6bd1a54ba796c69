package reader

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data/hdf5"
)

// TestReferences checks that those in datasets and attributes, to groups and datasets; nothing else is taken for one.
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
	if to, err := all["refs"].Dataset.References(3); err != nil ||
		!slices.Equal(to, []uint64{group, 0, all["x"].Dataset.o.address}) {
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
