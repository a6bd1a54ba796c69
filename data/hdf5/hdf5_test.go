package hdf5

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reader "github.com/scigolib/hdf5"
	"pgregory.net/rapid"
)

// write writes a file with what fill puts into its root group, and returns its path.
func write(t testing.TB, fill func(*Group)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.h5")
	w, err := Create(path)
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
func everything(g *Group) {
	a := g.Group("a")
	for i := range 40 {
		a.Attr(fmt.Sprintf("k%d", i), float64(i))
	}
	a.Attr("yes", true)
	a.Attr("names", []string{"x", "", "zé"})
	a.Attr("halves", []float32{1, 2.5})
	a.Dataset("chunked", ramp(301*7*5), []int{301, 7, 5}, Options{Chunk: []int{2, 3, 4}, Deflate: 6, Shuffle: true})
	a.Dataset("flat", ramp(301*35), []int{301, 35}, Options{})
	d := a.Dataset("int16", []int16{-1, 2, 3}, nil, Options{})
	d.Attr("unit", "V")
	a.Dataset("uint64", []uint64{1, 1 << 63}, nil, Options{})
	a.Dataset("scalar", uint8(7), nil, Options{})
	a.Dataset("bools", []bool{true, false, true}, nil, Options{})
	ss := make([]string, 130000)
	for i := range ss {
		ss[i] = fmt.Sprint("s", i)
	}
	a.Dataset("strings", ss, nil, Options{})
	a.Dataset("growing", []string{"2024"}, nil, Options{Chunk: []int{1}, Unlimited: true})
	a.Dataset("none", []float32{}, []int{0, 3}, Options{})
	a.Dataset("ref", d.Ref(), nil, Options{})
	a.Link("again", d)
	a.SoftLink("soft", "/a/int16")
	a.SoftLink("round", "/a/round")
	for i := range 300 {
		g.Group(fmt.Sprintf("g%d", i))
	}
}

// contents opens a file and finds its datasets and groups by their paths.
func contents(t testing.TB, path string) (map[string]*reader.Dataset, map[string]*reader.Group) {
	t.Helper()
	f, err := reader.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	sets, groups := map[string]*reader.Dataset{}, map[string]*reader.Group{}
	f.Walk(func(path string, o reader.Object) {
		switch o := o.(type) {
		case *reader.Dataset:
			sets[path] = o
		case *reader.Group:
			groups[path] = o
		}
	})
	return sets, groups
}

func TestReadsBack(t *testing.T) {
	sets, groups := contents(t, write(t, everything))
	if len(groups) != 302 {
		t.Errorf("%d groups, 302 were written", len(groups))
	}
	for path, want := range map[string]struct {
		info   string
		values []float64
	}{
		"/a/chunked": {"float (size=8 bytes), 3D array [301 7 5], chunked (chunks=[2 3 4 8])", ramp(301 * 35)},
		"/a/flat":    {"float (size=8 bytes), 2D array [301 x 35], contiguous", ramp(301 * 35)},
		"/a/int16":   {"integer (size=2 bytes), 1D array [3], contiguous", []float64{-1, 2, 3}},
		"/a/again":   {"integer (size=2 bytes), 1D array [3], contiguous", []float64{-1, 2, 3}},
		"/a/uint64":  {"integer (size=8 bytes), 1D array [2], contiguous", []float64{1, 1 << 63}},
		"/a/scalar":  {"integer (size=1 bytes), scalar, contiguous", []float64{7}},
		"/a/none":    {"float (size=4 bytes), 2D array [0 x 3], contiguous", []float64{}},
	} {
		if info, err := sets[path].Info(); err != nil || !strings.HasPrefix(info, "Dataset: "+want.info) {
			t.Errorf("%s: %s, %v", path, info, err)
		}
		got, err := sets[path].Read()
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if d := cmp.Diff(want.values, got); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	// Booleans and references cannot be read by the library, but they are there.
	for path, want := range map[string]string{"/a/bools": "class_8 (size=1 bytes), 1D array [3]", "/a/ref": "class_7 (size=8 bytes), scalar"} {
		if info, err := sets[path].Info(); err != nil || !strings.Contains(info, want) {
			t.Errorf("%s: %s, %v", path, info, err)
		}
	}
}

func TestTextReadsBack(t *testing.T) {
	sets, groups := contents(t, write(t, everything))
	ss, err := sets["/a/strings"].ReadVLenBytes()
	if err != nil || len(ss) != 130000 || string(ss[129999]) != "s129999" || string(ss[60000]) != "s60000" {
		t.Errorf("%d strings, %v", len(ss), err)
	}
	if s, err := sets["/a/growing"].ReadVLenBytes(); err != nil || len(s) != 1 || string(s[0]) != "2024" {
		t.Errorf("%q, %v", s, err)
	}
	if u, err := sets["/a/int16"].ReadAttribute("unit"); err != nil || u != "V" {
		t.Errorf("unit %v, %v", u, err)
	}
	attributes, err := groups["/a/"].Attributes()
	if err != nil || len(attributes) != 43 {
		t.Errorf("%d attributes, %v; 43 were written", len(attributes), err)
	}
	for _, a := range attributes {
		var want any
		switch a.Name {
		case "k39":
			want = 39.0
		case "names":
			want = []string{"x", "", "zé"}
		case "halves":
			want = []float32{1, 2.5}
		default:
			continue
		}
		got, err := a.ReadValue()
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", a.Name, err, d)
		}
	}
}

// A file that the caller opened gets the same bytes, and stays open.
func TestNew(t *testing.T) {
	want, err := os.ReadFile(write(t, everything))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "t.h5"))
	if err != nil {
		t.Fatal(err)
	}
	w := New(f)
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

// Short texts lie together: a hundred attributes take little more than their headers, and texts of any length come back.
func TestTextsLieTogether(t *testing.T) {
	lengths := []int{0, 1, 7, 8, 9, 4000, 4048, 4056, 4064, 4065, 5000, 1 << 20, 3}
	path := write(t, func(g *Group) {
		for i := range 100 {
			g.Attr(fmt.Sprintf("k%d", i), "word")
		}
	})
	if info, err := os.Stat(path); err != nil || info.Size() > 20000 {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
	sets, _ := contents(t, write(t, func(g *Group) {
		all := make([]string, len(lengths))
		for i, n := range lengths {
			all[i] = strings.Repeat(string(rune('a'+i)), n)
			g.Dataset(fmt.Sprint("one", i), all[i], nil, Options{})
		}
		g.Dataset("all", all, nil, Options{})
	}))
	all, err := sets["/all"].ReadVLenBytes()
	if err != nil || len(all) != len(lengths) {
		t.Fatalf("%d texts, %v", len(all), err)
	}
	for i, n := range lengths {
		want := strings.Repeat(string(rune('a'+i)), n)
		if string(all[i]) != want {
			t.Errorf("the text of %d bytes comes back as %d", n, len(all[i]))
		}
		if one, err := sets[fmt.Sprint("/one", i)].ReadVLenBytes(); err != nil || len(one) != 1 || string(one[0]) != want {
			t.Errorf("the text of %d bytes alone: %v", n, err)
		}
	}
}

// Any array comes back, however it is chunked and packed.
func TestAnyArray(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 3).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		o := Options{Deflate: rapid.IntRange(0, 2).Draw(t, "deflate"), Shuffle: rapid.Bool().Draw(t, "shuffle"), BigEndian: rapid.Bool().Draw(t, "big")}
		if rapid.Bool().Draw(t, "chunked") {
			for range shape {
				o.Chunk = append(o.Chunk, rapid.IntRange(1, 5).Draw(t, "chunk"))
			}
		}
		path := filepath.Join(dir, "any.h5")
		w, err := Create(path)
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
		defer f.Close()
		x, ok := f.Root().Children()[0].(*reader.Dataset)
		if !ok {
			t.Fatal("no dataset")
		}
		got, err := x.Read()
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
		fill func(*Group)
		want string
	}{
		"a shape of other size":      {func(g *Group) { g.Dataset("x", ramp(5), []int{2, 3}, Options{}) }, "5 values"},
		"a chunk of other rank":      {func(g *Group) { g.Dataset("x", ramp(6), []int{2, 3}, Options{Chunk: []int{2}}) }, "chunk"},
		"a name twice":               {func(g *Group) { g.Dataset("x", 1, nil, Options{}); g.Dataset("x", 2, nil, Options{}) }, "exists"},
		"a name too long":            {func(g *Group) { g.Group(strings.Repeat("x", 256)) }, "255"},
		"booleans in an order":       {func(g *Group) { g.Dataset("x", []bool{true}, nil, Options{BigEndian: true}) }, "order of bytes"},
		"a type it does not know":    {func(g *Group) { g.Dataset("x", 1i, nil, Options{}) }, "complex128"},
		"an attribute over its room": {func(g *Group) { g.Attr("x", ramp(10000)) }, "attribute"},
	} {
		w, err := Create(filepath.Join(t.TempDir(), "t.h5"))
		if err != nil {
			t.Fatal(err)
		}
		c.fill(w.Root())
		if err := w.Close(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
