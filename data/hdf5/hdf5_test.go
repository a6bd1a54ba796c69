package hdf5_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data/hdf5"
	"facrnn/data/hdf5/reader"
)

// write writes a file whose root group is filled by fill, and returns its path.
func write(t testing.TB, fill func(*hdf5.Group)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.h5")
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	fill(w.Root())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

// everything is a group with every kind of value the writer knows.
func everything(g *hdf5.Group) {
	a := g.Group("a")
	for i := range 40 {
		a.Attr(fmt.Sprintf("k%d", i), float64(i))
	}
	a.Attr("yes", true)
	a.Attr("names", []string{"x", "", "zé"})
	a.Attr("halves", []float32{1, 2.5})
	a.Dataset("chunked", ramp(301*7*5), []int{301, 7, 5},
		hdf5.Options{Chunk: []int{2, 3, 4}, Deflate: 6, Shuffle: true})
	a.Dataset("flat", ramp(301*35), []int{301, 35}, hdf5.Options{})
	d := a.Dataset("int16", []int16{-1, 2, 3}, nil, hdf5.Options{})
	d.Attr("unit", "V")
	a.Dataset("uint64", []uint64{1, 1 << 63}, nil, hdf5.Options{})
	a.Dataset("scalar", uint8(7), nil, hdf5.Options{})
	a.Dataset("bools", []bool{true, false, true}, nil, hdf5.Options{})
	ss := make([]string, 130000)
	for i := range ss {
		ss[i] = fmt.Sprint("s", i)
	}
	a.Dataset("strings", ss, nil, hdf5.Options{})
	a.Dataset("growing", []string{"2024"}, nil, hdf5.Options{Chunk: []int{1}, Unlimited: true})
	a.Dataset("none", []float32{}, []int{0, 3}, hdf5.Options{})
	a.Dataset("ref", d.Ref(), nil, hdf5.Options{})
	a.Link("again", d)
	a.SoftLink("soft", "/a/int16")
	a.SoftLink("round", "/a/round")
	for i := range 300 {
		g.Group(fmt.Sprintf("g%d", i))
	}
}

// contents opens a file and finds its datasets and groups by their paths. Soft links are left out.
func contents(t testing.TB, path string) (map[string]*reader.Dataset, map[string]*reader.Group) {
	t.Helper()
	f, err := reader.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read only
	sets, groups := map[string]*reader.Dataset{}, map[string]*reader.Group{"/": f.Root()}
	var walk func(at string, g *reader.Group)
	walk = func(at string, g *reader.Group) {
		children, err := g.Children()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range children {
			switch {
			case c.Soft != "":
			case c.Err != nil:
				t.Errorf("%s%s: %v", at, c.Name, c.Err)
			case c.Dataset != nil:
				sets[at+c.Name] = c.Dataset
			case c.Group != nil:
				groups[at+c.Name] = c.Group
				walk(at+c.Name+"/", c.Group)
			}
		}
	}
	walk("/", f.Root())
	return sets, groups
}

// keep says where TestReadsBack writes its file, so that another library can check it; see testdata/check_h5py.py.
var keep = flag.String("keep", "", "write the file of TestReadsBack to this path too")

func TestReadsBack(t *testing.T) {
	path := write(t, everything)
	if *keep != "" {
		b, err := os.ReadFile(path)
		if err = errors.Join(err, os.WriteFile(*keep, b, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	sets, groups := contents(t, path)
	if len(groups) != 302 {
		t.Errorf("%d groups, 302 were written", len(groups))
	}
	for path, want := range map[string]struct {
		shape, chunk []int
		class        reader.Class
		size         int
		values       []float64
	}{
		"/a/chunked": {[]int{301, 7, 5}, []int{2, 3, 4}, reader.Float, 8, ramp(301 * 35)},
		"/a/flat":    {[]int{301, 35}, nil, reader.Float, 8, ramp(301 * 35)},
		"/a/int16":   {[]int{3}, nil, reader.Integer, 2, []float64{-1, 2, 3}},
		"/a/again":   {[]int{3}, nil, reader.Integer, 2, []float64{-1, 2, 3}},
		"/a/uint64":  {[]int{2}, nil, reader.Integer, 8, []float64{1, 1 << 63}},
		"/a/scalar":  {[]int{}, nil, reader.Integer, 1, []float64{7}},
		"/a/none":    {[]int{0, 3}, nil, reader.Float, 4, []float64{}},
	} {
		d := sets[path]
		typ, err := d.Type()
		if err != nil {
			t.Fatal(path, err)
		}
		shape, _ := d.Shape()
		got := fmt.Sprint(shape, d.Chunk(), typ.Class, typ.Size)
		if want := fmt.Sprint(want.shape, want.chunk, want.class, want.size); got != want {
			t.Errorf("%s: shape, chunk, class and size are %s, not %s", path, got, want)
		}
		values, err := d.Floats(nil, nil, 1<<20)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if d := cmp.Diff(want.values, values); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	if got, err := sets["/a/bools"].Integers(3); err != nil || !slices.Equal(got, []int64{1, 0, 1}) {
		t.Errorf("booleans come back as %v, %v", got, err)
	}
	if got, err := sets["/a/ref"].References(1); err != nil || len(got) != 1 || got[0] == 0 {
		t.Errorf("a reference comes back as %v, %v", got, err)
	}
}

func TestTextReadsBack(t *testing.T) {
	sets, groups := contents(t, write(t, everything))
	ss, err := sets["/a/strings"].Texts(1 << 20)
	if err != nil || len(ss) != 130000 || ss[129999] != "s129999" || ss[60000] != "s60000" {
		t.Errorf("%d strings, %v", len(ss), err)
	}
	if s, err := sets["/a/growing"].Texts(1); err != nil || len(s) != 1 || s[0] != "2024" {
		t.Errorf("%q, %v", s, err)
	}
	unit, err := sets["/a/int16"].Attributes()
	if err != nil || len(unit) != 1 || unit[0].Name != "unit" {
		t.Fatalf("attributes %v, %v", unit, err)
	}
	if u, err := unit[0].Texts(); err != nil || !slices.Equal(u, []string{"V"}) {
		t.Errorf("unit %v, %v", u, err)
	}
	attributes, err := groups["/a"].Attributes()
	if err != nil || len(attributes) != 43 {
		t.Errorf("%d attributes, %v; 43 were written", len(attributes), err)
	}
	got := map[string]string{}
	for _, a := range attributes {
		numbers, _ := a.Numbers()
		texts, _ := a.Texts()
		got[a.Name] = fmt.Sprintf("%v %q", numbers, texts)
	}
	for name, want := range map[string]string{"k39": "[39] []", "names": `[] ["x" "" "zé"]`, "halves": "[1 2.5] []"} {
		if got[name] != want {
			t.Errorf("%s: %s, not %s", name, got[name], want)
		}
	}
}

// TestNew checks that a file opened by the caller gets the same bytes, and stays open.
func TestNew(t *testing.T) {
	want, err := os.ReadFile(write(t, everything))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "t.h5"))
	if err != nil {
		t.Fatal(err)
	}
	w := hdf5.New(f)
	everything(w.Root())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("the file was closed before its owner did: %v", err)
	}
	if got, err := os.ReadFile(f.Name()); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v; Create's are %d", len(got), err, len(want))
	}
}

// TestTextsLieTogether checks that short texts are stored together: a hundred attributes take little more than their
// headers. Texts of any length are read back.
func TestTextsLieTogether(t *testing.T) {
	lengths := []int{0, 1, 7, 8, 9, 4000, 4048, 4056, 4064, 4065, 5000, 1 << 20, 3}
	path := write(t, func(g *hdf5.Group) {
		for i := range 100 {
			g.Attr(fmt.Sprintf("k%d", i), "word")
		}
	})
	if info, err := os.Stat(path); err != nil || info.Size() > 20000 {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
	sets, _ := contents(t, write(t, func(g *hdf5.Group) {
		all := make([]string, len(lengths))
		for i, n := range lengths {
			all[i] = strings.Repeat(string(rune('a'+i)), n)
			g.Dataset(fmt.Sprint("one", i), all[i], nil, hdf5.Options{})
		}
		g.Dataset("all", all, nil, hdf5.Options{})
	}))
	all, err := sets["/all"].Texts(100)
	if err != nil || len(all) != len(lengths) {
		t.Fatalf("%d texts, %v", len(all), err)
	}
	for i, n := range lengths {
		want := strings.Repeat(string(rune('a'+i)), n)
		if all[i] != want {
			t.Errorf("the text of %d bytes comes back as %d", n, len(all[i]))
		}
		if one, err := sets[fmt.Sprint("/one", i)].Texts(1); err != nil || len(one) != 1 || one[0] != want {
			t.Errorf("the text of %d bytes alone: %v", n, err)
		}
	}
}

// TestAnyArray checks that any array is read back, with any chunks and filters.
func TestAnyArray(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 3).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		o := hdf5.Options{Deflate: rapid.IntRange(0, 2).Draw(t, "deflate"), Shuffle: rapid.Bool().Draw(t, "shuffle"),
			BigEndian: rapid.Bool().Draw(t, "big")}
		if rapid.Bool().Draw(t, "chunked") {
			for range shape {
				o.Chunk = append(o.Chunk, rapid.IntRange(1, 5).Draw(t, "chunk"))
			}
		}
		path := filepath.Join(dir, "any.h5")
		w, err := hdf5.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w.Root().Dataset("x", ramp(n), shape, o)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := reader.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }() // read only
		all, err := f.Root().Children()
		if err != nil || len(all) != 1 || all[0].Dataset == nil {
			t.Fatalf("%+v, %v is not one dataset", all, err)
		}
		got, err := all[0].Dataset.Floats(nil, nil, n)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(ramp(n), got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestWriterRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		want string
	}{
		"a shape of other size": {func(g *hdf5.Group) { g.Dataset("x", ramp(5), []int{2, 3}, hdf5.Options{}) },
			"5 values"},
		"a chunk of other rank": {func(g *hdf5.Group) {
			g.Dataset("x", ramp(6), []int{2, 3},
				hdf5.Options{Chunk: []int{2}})
		}, "chunk"},
		"a name twice": {func(g *hdf5.Group) {
			g.Dataset("x", 1, nil, hdf5.Options{})
			g.Dataset("x", 2,
				nil, hdf5.Options{})
		}, "exists"},
		"a name too long": {func(g *hdf5.Group) { g.Group(strings.Repeat("x", 256)) }, "255"},
		"booleans in an order": {func(g *hdf5.Group) {
			g.Dataset("x", []bool{true}, nil,
				hdf5.Options{BigEndian: true})
		}, "order of bytes"},
		"a type it does not know":    {func(g *hdf5.Group) { g.Dataset("x", 1i, nil, hdf5.Options{}) }, "complex128"},
		"an attribute over its room": {func(g *hdf5.Group) { g.Attr("x", ramp(10000)) }, "attribute"},
	} {
		w, err := hdf5.Create(filepath.Join(t.TempDir(), "t.h5"))
		if err != nil {
			t.Fatal(err)
		}
		c.fill(w.Root())
		if err := w.Close(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
