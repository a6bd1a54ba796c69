package reader

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data/hdf5"
)

// later lists the files that testdata/later.py writes with h5py in three versions of the format: HDF5 1.8, which has
// only one index of chunks, 1.10, and 2.0. Two of them begin with a block for other use.
var later = []string{"later_108.h5.gz", "later_110.h5.gz", "later_200.h5.gz"}

// unzipped returns the bytes of a file of testdata.
func unzipped(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return b
}

// children returns the children of a group by name; the group is given by its path, the root by an empty path.
func children(t testing.TB, f *File, path string) map[string]Child {
	t.Helper()
	g := f.Root()
	for name := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' }) {
		all, err := g.Children()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(c Child) bool { return c.Name == name })
		if i < 0 || all[i].Group == nil {
			t.Fatal("no group ", path)
		}
		g = all[i].Group
	}
	all, err := g.Children()
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]Child{}
	for _, c := range all {
		m[c.Name] = c
	}
	return m
}

func newFile(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestIndexes checks that whatever the index of the chunks, those that were written are found, and what was not is the
// fill value, 7.
func TestIndexes(t *testing.T) {
	const rows, columns, fill = 20, 3, 7
	all, part := make([]float64, rows*columns), make([]float64, rows*columns)
	deep := make([]float64, rows*columns) // what is left of 30 rows of 20
	for i := range all {
		r, c := i/columns, i%columns
		all[i], part[i], deep[i] = float64(i), fill, float64(20*r+c)
		if 2 <= r && r < 11 && 1 <= c {
			part[i] = all[i]
		}
	}
	want := map[string][]float64{"single": all, "fixed": part, "paged": part, "extensible": part, "second": part,
		"tree": part, "deep": deep}
	for _, name := range []string{"single", "fixed", "paged", "extensible", "second", "tree", "deep"} {
		want[name+"_gz"] = want[name]
	}
	want["implicit"], want["shrunk"], want["unwritten"] = part, part, slices.Repeat([]float64{fill}, rows*columns)
	want["float_scale"], want["int_scale"], want["scale_gz"], want["bzip2"] = all, all, all, all
	for _, file := range later {
		sets := children(t, newFile(t, unzipped(t, file)), "chunks")
		for name, values := range want {
			d := sets[name].Dataset
			for _, first := range [][]int{{0, 0}, {1, 0}, {2, 1}, {7, 2}, {19, 2}} {
				for _, last := range [][]int{{20, 3}, {8, 3}, {20, 2}, {2, 2}} {
					last = []int{max(first[0], last[0]), max(first[1], last[1])}
					var box []float64
					for r := first[0]; r < last[0]; r++ {
						box = append(box, values[r*columns+first[1]:r*columns+last[1]]...)
					}
					if got, err := d.Floats(first, last, 100); err != nil || !slices.Equal(got, box) {
						t.Errorf("%s, %s: %v to %v is %v, not %v, %v", file, name, first, last, got, box, err)
					}
				}
			}
		}
		for _, name := range []string{"many", "many_gz"} {
			got, err := sets[name].Dataset.Floats(nil, nil, 140000)
			if err != nil {
				t.Error(file, name, err)
				continue
			}
			written := map[int]float64{}
			for i, v := range got {
				if v != fill {
					written[i] = v
				}
			}
			if d := cmp.Diff(map[int]float64{3: 1, 1000: 2, 67001: 3, 139990: 5, 139999: 4}, written); d != "" {
				t.Error(file, name, d)
			}
		}
		if got, err := sets["zstd"].Dataset.Floats(nil, nil, 100); !errors.As(err, &Damage{}) {
			t.Errorf("%s: a chunk that is no frame of Zstandard is %v, %v", file, got, err)
		}
	}
}

// TestUnwritten checks that unwritten values are the fill value, zero or empty. No more are made than the caller
// accepts.
func TestUnwritten(t *testing.T) {
	for _, file := range later {
		sets := children(t, newFile(t, unzipped(t, file)), "pieces")
		for name, want := range map[string]float64{"unwritten": -1.5, "zero": 0} {
			if got, err := sets[name].Dataset.Floats([]int{1, 0}, []int{4, 1}, 3); err != nil ||
				!slices.Equal(got, []float64{want, want, want}) {
				t.Error(file, name, got, err)
			}
			if got, err := sets[name].Dataset.Floats(nil, nil, 7); err == nil {
				t.Error(file, name, "more than most are made", got)
			}
		}
		for name, want := range map[string][]string{"texts": {"none", "none", "none", "none"},
			"chunked_texts": {"a", "bé", "", "c"}} {
			if got, err := sets[name].Dataset.Texts(4); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q, %v", file, name, got, err)
			}
		}
		if got, err := sets["vast"].Dataset.Floats([]int{1 << 30}, []int{1<<30 + 2}, 2); err == nil ||
			!errors.As(err, &Damage{}) {
			t.Error(file, "a file of some kB is said to have room for a terabyte", got, err)
		}
	}
}

// TestKeptTypes checks that a type may be an object of its own. What is no number is an error that says what it is.
func TestKeptTypes(t *testing.T) {
	for _, file := range later {
		f := newFile(t, unzipped(t, file))
		sets := children(t, f, "types")
		if got, err := sets["of_kept"].Dataset.Floats(nil, nil, 3); err != nil ||
			!slices.Equal(got, []float64{1, -2, 3}) {
			t.Error(file, got, err)
		}
		typ, err := sets["of_enum"].Dataset.Type()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[int64]string{0: "no", 1: "yes"}, typ.Names); d != "" {
			t.Error(file, d)
		}
		all, err := children(t, f, "")["types"].Group.Attributes()
		if err != nil || len(all) != 1 {
			t.Fatal(file, all, err)
		}
		if got, err := all[0].Numbers(); err != nil || !slices.Equal(got, []float64{4, -5}) {
			t.Error(file, got, err)
		}
		for name, want := range map[string]string{"compound": "compound values", "reference": "references",
			"long_double": "floating-point numbers of 16 bytes"} {
			if _, err := sets[name].Dataset.Floats(nil, nil, 10); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s: %v", file, name, err)
			}
		}
		root := children(t, f, "")
		for name, want := range map[string]string{"outside": "its values are in another file, ", "virtual": "virtual"} {
			if c, ok := root[name]; ok {
				if _, err := c.Dataset.Floats(nil, nil, 10); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s, %s: %v", file, name, err)
				}
			}
		}
	}
}

// TestLinks checks that soft links are followed by paths from the root or from their group, through other links. The
// error of a missing target names the target.
func TestLinks(t *testing.T) {
	for _, file := range later {
		f := newFile(t, unzipped(t, file))
		all, single := children(t, f, "links"), children(t, f, "chunks")["single"].Dataset
		for _, name := range []string{"hard", "absolute", "relative", "chain", "through"} {
			if c := all[name]; c.Err != nil || c.Dataset != single || (c.Soft == "") != (name == "hard") {
				t.Errorf("%s, %s: %+v", file, name, c)
			}
		}
		if c := all["group"]; c.Group == nil || c.Group.Address() != children(t, f, "")["chunks"].Group.Address() ||
			c.Soft != "/chunks" {
			t.Errorf("%s: %+v", file, c)
		}
		for name, want := range map[string]string{
			"loop": "circles", "pool": "circles", "dangling": "/chunks/nothing, which is missing",
			"in_dataset": "/chunks/single/x, which is missing",
			"outside":    "another file, other.nwb, to /acquisition/x", "through_outside": "another file, other.nwb",
		} {
			if c := all[name]; !errors.As(c.Err, &Lost{}) || !strings.Contains(c.Err.Error(), want) ||
				c.Dataset != nil || c.Group != nil {
				t.Errorf("%s, %s: %+v", file, name, c)
			}
		}
	}
}

// TestLinksThatMultiply checks that soft links by paths through soft links, each several times, end, though they would
// take longer than anybody waits.
func TestLinksThatMultiply(t *testing.T) {
	path := file(t, filepath.Join(t.TempDir(), "x.h5"), func(g *hdf5.Group) {
		const deep = 40
		for i := range deep {
			next := fmt.Sprintf("l%02d/", i+1)
			g.SoftLink(fmt.Sprintf("l%02d", i), strings.Repeat(next, 30))
		}
		g.SoftLink(fmt.Sprintf("l%02d", deep), ".")
	})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read only
	all := children(t, f, "")
	if c := all["l40"]; c.Group == nil || c.Group.Address() != f.Root().Address() {
		t.Errorf("%+v", c)
	}
	if c := all["l00"]; !errors.As(c.Err, &Lost{}) {
		t.Errorf("%+v", c)
	}
}

// TestVastElements checks that an unwritten value is not made if a single element is too large.
func TestVastElements(t *testing.T) {
	d := &Dataset{
		o: &object{f: &File{size: 1000}}, parsed: true, shape: []int{4}, count: 4,
		typ: Type{Class: Text, Size: 1 << 31}, layout: layout{class: contiguous, address: nowhere},
	}
	if err := d.room(); err == nil {
		t.Error("1 kB has room for 8 GB")
	}
	if _, err := d.Texts(1 << 27); err == nil {
		t.Error("8 GB are made of nothing")
	}
}

// TestFill checks the fill value of every version; without a value, of no size, or cut short.
func TestFill(t *testing.T) {
	for _, c := range []struct {
		kind    int
		message string
		want    string // empty for zero
		wrong   bool
	}{
		{messageFill, "\x01\x01\x00\x01\x02\x00\x00\x00ab", "ab", false},
		{messageFill, "\x02\x01\x00\x01\x02\x00\x00\x00ab", "ab", false},
		{messageFill, "\x02\x01\x00\x00", "", false},
		{messageFill, "\x03\x20\x02\x00\x00\x00ab", "ab", false},
		{messageFill, "\x03\x20\x02\x00\x00\x00\x00\x00", "", false},
		{messageFill, "\x03\x10", "", false},
		{messageOldFill, "\x02\x00\x00\x00ab", "ab", false},
		{messageOldFill, "\xff\xff\xff\xff", "", false},
		{messageOldFill, "\x03\x00\x00\x00abc", "", true},
		{messageFill, "\x03\x20\x02\x00\x00\x00a", "", true},
		{messageFill, "\x03\x20\x02", "", true},
		{messageFill, "\x09\x20\x02\x00\x00\x00ab", "", true},
	} {
		o := &object{messages: []message{{kind: c.kind, data: []byte(c.message)}}}
		got, err := o.fill(2)
		if string(got) != c.want || (err != nil) != c.wrong {
			t.Errorf("%q: %q, %v", c.message, got, err)
		}
	}
}

// TestManyAttributes checks that in a header and its continuations, in a heap, and apart from it for their size.
func TestManyAttributes(t *testing.T) {
	for _, file := range later {
		all, err := children(t, newFile(t, unzipped(t, file)), "")["attributes"].Group.Attributes()
		if err != nil {
			t.Fatal(file, err)
		}
		got := map[string]int{}
		for _, a := range all {
			x, err := a.Numbers()
			if err != nil || len(x) == 0 {
				t.Fatal(file, a.Name, err)
			}
			got[a.Name] = int(x[len(x)-1])
		}
		want := map[string]int{"big": 399, "huge": 8999}
		if file == later[0] {
			want = map[string]int{}
		}
		for i := range 40 {
			want[fmt.Sprint("k", i)] = i
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(file, d)
		}
	}
}

// counting counts the bytes that are read.
type counting struct {
	r    io.ReaderAt
	n    int
	most int
}

func (c *counting) ReadAt(b []byte, at int64) (int, error) {
	c.n += len(b)
	c.most = max(c.most, len(b))
	return c.r.ReadAt(b, at)
}

// TestEachChunkOnce checks that reading a series block by block reads every chunk once, even if blocks end within
// chunks. A box reads only the chunks that it touches.
func TestEachChunkOnce(t *testing.T) {
	b := unzipped(t, later[0])
	r := &counting{r: bytes.NewReader(b)}
	f, err := New(r, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	d := children(t, f, "chunks")["many_rows"].Dataset // 100 chunks of 10 x 100 x 2 bytes
	if _, err := d.Floats([]int{0, 0}, []int{1, 1}, 1); err != nil {
		t.Fatal(err)
	}
	const chunk = 10 * 100 * 2
	before := r.n
	if _, err := d.Floats([]int{505, 50}, []int{506, 51}, 1); err != nil || r.n-before != chunk {
		t.Errorf("%d bytes for one element, %v", r.n-before, err)
	}
	before = r.n
	work := f.work
	for row := 0; row < 1000; row += 7 {
		if _, err := d.Floats([]int{row, 0}, []int{min(1000, row+7), 100}, 700); err != nil {
			t.Fatal(err)
		}
	}
	if r.n-before != 100*chunk {
		t.Errorf("%d bytes read of %d", r.n-before, 100*chunk)
	}
	if f.work != work {
		t.Error("reading values draws on the allowance, which a large series would use up")
	}
}

// TestColumns checks that a column of values in one piece is not read by a million short reads.
func TestColumns(t *testing.T) {
	b := unzipped(t, later[0])
	r := &counting{r: bytes.NewReader(b)}
	f, err := New(r, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	d := children(t, f, "pieces")["rows"].Dataset // 1000 x 100 x 2 bytes
	before := r.n
	got, err := d.Floats([]int{0, 42}, []int{1000, 43}, 1000)
	if err != nil || got[1] != 142%128 {
		t.Fatal(got[:2], err)
	}
	if n := r.n - before; n > 1000*100*2 || r.most < n/2 {
		t.Errorf("%d bytes are read, %d at once", n, r.most)
	}
}

// TestDamageIsSeen checks that a byte that is another in an index, a heap or a header with a checksum is an error, or
// changes nothing.
func TestDamageIsSeen(t *testing.T) {
	whole := unzipped(t, "small.h5.gz")
	want := children(t, newFile(t, whole), "chunks")["tree_gz"].Dataset
	values, err := want.Floats(nil, nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	if anyDamage(newFile(t, whole)) {
		t.Fatal("the file is damaged before it is struck")
	}
	r := rand.New(rand.NewPCG(1, 2))
	seen := 0
	for _, mark := range []string{"BTHD", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EADB", "FRHP", "FHDB"} {
		for at := 0; ; at++ {
			i := bytes.Index(whole[at:], []byte(mark))
			if i < 0 {
				break
			}
			at += i
			b := slices.Clone(whole)
			b[at+5+r.IntN(20)] ^= 1 << r.IntN(8)
			f, err := New(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				continue
			}
			if wrong := anyDamage(f); wrong {
				seen++
			} else if got, err := children(t, f, "chunks")["tree_gz"].Dataset.Floats(nil, nil, 100); err == nil &&
				!slices.Equal(got, values) {
				t.Errorf("%s at %d: damage is not seen", mark, at)
			}
		}
	}
	if seen < 30 {
		t.Errorf("damage of %d structures is seen", seen)
	}
}

// anyDamage reports whether something in a file is damaged, apart from two datasets that are made so.
func anyDamage(f *File) bool {
	found := false
	note := func(err error) { found = found || errors.As(err, &Damage{}) }
	var walk func(g *Group, depth int)
	walk = func(g *Group, depth int) {
		_, err := g.Attributes()
		note(err)
		all, err := g.Children()
		note(err)
		for _, c := range all {
			note(c.Err)
			switch {
			case c.Name == "vast" || c.Name == "zstd":
			case c.Dataset != nil:
				_, err = c.Dataset.Floats(nil, nil, 1<<20)
				note(err)
			case c.Group != nil && depth < 5:
				walk(c.Group, depth+1)
			}
		}
	}
	walk(f.Root(), 0)
	return found
}
