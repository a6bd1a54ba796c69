package reader

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data/hdf5"
)

// file writes a file and returns its path.
func file(t interface {
	Helper()
	Fatal(...any)
}, path string, fill func(*hdf5.Group)) string {
	t.Helper()
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

// booleans writes a file of one dataset of booleans.
func booleans(t interface {
	Helper()
	Fatal(...any)
}, path string, values []bool, o hdf5.Options) {
	t.Helper()
	file(t, path, func(g *hdf5.Group) {
		g.Dataset("b", values, nil, o).Attr("description", "whether") // so that the header has more in it
	})
}

// readBooleans reads that dataset.
func readBooleans(path string) ([]int64, map[int64]string, error) {
	f, err := Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }() // read only
	children, err := f.Root().Children()
	if err != nil || len(children) != 1 || children[0].Dataset == nil {
		return nil, nil, fmt.Errorf("%v, %w", children, err)
	}
	d := children[0].Dataset
	values, err := d.Integers(1 << 20)
	return values, d.typ.Names, err
}

// TestBooleansReadBack checks that whatever the values and the layout, what was written is read.
func TestBooleansReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.h5")
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Bool(), 0, 300).Draw(t, "values")
		var o hdf5.Options
		if chunk := rapid.IntRange(0, 40).Draw(t, "chunk"); chunk > 0 {
			o = hdf5.Options{Chunk: []int{chunk}, Deflate: rapid.IntRange(0, 9).Draw(t, "deflate"),
				Shuffle: rapid.Bool().Draw(t, "shuffle")}
		}
		booleans(t, path, values, o)
		got, names, err := readBooleans(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[int64]string{0: "FALSE", 1: "TRUE"}, names); d != "" {
			t.Fatal(d)
		}
		if len(got) != len(values) {
			t.Fatalf("%d of %d values", len(got), len(values))
		}
		for i, v := range got {
			if (v == 1) != values[i] {
				t.Fatalf("value %d is %d, was %v", i, v, values[i])
			}
		}
	})
}

// TestParseEnum checks that names are padded before version 3; the integers have a size, an order and a sign.
func TestParseEnum(t *testing.T) {
	base := func(size byte, flags byte) []byte { return []byte{0x10, flags, 0, 0, size, 0, 0, 0, 0, 0, size * 8, 0} }
	head := func(version, members, size byte) []byte { return []byte{version<<4 | 8, members, 0, 0, size, 0, 0, 0} }
	for name, c := range map[string]struct {
		message []byte
		want    map[int64]string
	}{
		"version 1, padded": {slices.Concat(head(1, 2, 1), base(1, 8),
			[]byte("FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01")), map[int64]string{0: "FALSE", 1: "TRUE"}},
		"version 3": {slices.Concat(head(3, 2, 1), base(1, 8), []byte("FALSE\x00TRUE\x00\x00\x01")),
			map[int64]string{0: "FALSE", 1: "TRUE"}},
		"below zero": {slices.Concat(head(3, 1, 1), base(1, 8), []byte("no\x00\xff")),
			map[int64]string{-1: "no"}},
		"without a sign": {slices.Concat(head(3, 1, 1), base(1, 0), []byte("no\x00\xff")),
			map[int64]string{255: "no"}},
		"two bytes": {slices.Concat(head(3, 1, 2), base(2, 8), []byte("x\x00\x01\x02")),
			map[int64]string{0x201: "x"}},
		"big-endian": {slices.Concat(head(3, 1, 4), base(4, 9), []byte("x\x00\x00\x00\x01\x02")),
			map[int64]string{0x102: "x"}},
		"eight bytes": {slices.Concat(head(3, 1, 8), base(8, 8), []byte("x\x00\xfe\xff\xff\xff\xff\xff\xff\xff")),
			map[int64]string{-2: "x"}},
	} {
		got, err := parseType(c.message)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(c.want, got.Names); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		for n := range c.message { // cut short, it is an error, never a panic
			if _, err := parseType(c.message[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes pass", name, n, len(c.message))
			}
		}
	}
}

// TestUnfilter checks that the bytes of like significance come apart again, checksums are verified, and copies may
// overlap what they make.
func TestUnfilter(t *testing.T) {
	undo := func(number uint16, in string, size, whole int) ([]byte, error) {
		return filter{number: number}.undo([]byte(in), &Type{Size: size}, whole)
	}
	for _, c := range []struct {
		filter   uint16
		in, want string
		size     int
	}{
		{filterShuffle, "acebdf", "abcdef", 2},
		{filterShuffle, "acebdf-", "abcdef-", 2},
		{filterLZF, "\x01ab\x80\x01\x00c", "ababababc", 1},
	} {
		if got, err := undo(c.filter, c.in, c.size, len(c.want)); err != nil || string(got) != c.want {
			t.Errorf("filter %d: %q, %v", c.filter, got, err)
		}
	}
	for filter, in := range map[uint16]string{999: "x", filterFletcher32: "abcd1234", filterDeflate: "not packed",
		filterLZF: "\x80\x01"} {
		if got, err := undo(filter, in, 1, 1); err == nil {
			t.Errorf("filter %d makes %q of %q", filter, got, in)
		}
	}
}

// TestParseFilters checks that version 1 has names and pads, version 2 has names only from 256 on.
func TestParseFilters(t *testing.T) {
	le := binary.LittleEndian
	entry := func(numbers ...uint16) (b []byte) {
		for _, n := range numbers {
			b = le.AppendUint16(b, n)
		}
		return b
	}
	first := slices.Concat([]byte{1, 2, 0, 0, 0, 0, 0, 0}, entry(2, 8, 1, 1), []byte("shuffle\x00"), entry(7, 0, 0, 0),
		entry(1, 8, 1, 1), []byte("deflate\x00"), entry(8, 0, 0, 0))
	second := slices.Concat([]byte{2, 3}, entry(2, 1, 1, 9, 0), entry(300, 3, 0, 0), []byte("abc"),
		entry(1, 0, 1, 10, 0))
	for _, c := range []struct {
		message []byte
		want    []filter
	}{{nil, nil}, {first, []filter{{2, []uint32{7}}, {1, []uint32{8}}}}, {second,
		[]filter{{2, []uint32{9}}, {300, nil}, {1, []uint32{10}}}}} {
		got, err := parseFilters(c.message)
		if err != nil {
			t.Error(err)
		} else if d := cmp.Diff(c.want, got, cmp.AllowUnexported(filter{})); d != "" {
			t.Error(d)
		}
		for n := 1; n < len(c.message); n++ {
			if got, err := parseFilters(c.message[:n]); err == nil {
				t.Errorf("%d of %d bytes pass as %v", n, len(c.message), got)
			}
		}
	}
}

// TestDamagedBooleans checks that an index that is none is an error and not a row of FALSE.
func TestDamagedBooleans(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.h5")
	booleans(t, path, make([]bool, 100), hdf5.Options{Chunk: []int{10}, Deflate: 1})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tree := bytes.Index(whole, []byte("TREE"))
	for what, damage := range map[string]func(b []byte){
		"there twice":              func(b []byte) { copy(b[tree+24:], b[tree+24+32:tree+24+64]) },
		"an index has no node":     func(b []byte) { b[tree+4] = 0 },
		"one of its chunks is not": func(b []byte) { b[tree+24+8] = 3 },
	} {
		b := slices.Clone(whole)
		damage(b)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _, err := readBooleans(path); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, %v; want an error that says %q", got, err, what)
		}
	}
}

// everything reads all that a file holds.
func everything(f *File) {
	seen := map[uint64]bool{}
	var walk func(g *Group)
	walk = func(g *Group) {
		if seen[g.Address()] {
			return
		}
		seen[g.Address()] = true
		attributes, _ := g.Attributes()
		children, _ := g.Children()
		for _, c := range children {
			if c.Group != nil {
				walk(c.Group)
			}
			if d := c.Dataset; d != nil {
				more, _ := d.Attributes()
				attributes = append(attributes, more...)
				shape, _ := d.Shape()
				_, _ = d.Floats(nil, nil, 1<<20)
				half := slices.Clone(shape)
				for i := range half {
					half[i] /= 2
				}
				_, _ = d.Floats(half, shape, 1<<20)
				_, _ = d.Integers(1 << 20)
				_, _ = d.Texts(1 << 20)
				_, _ = d.References(1 << 20)
			}
		}
		for _, a := range attributes {
			_, _ = a.Numbers()
			_, _ = a.Texts()
			_, _ = a.References()
		}
	}
	walk(f.Root())
}

// FuzzReader checks that whatever the bytes, reading ends, and does not panic.
func FuzzReader(f *testing.F) {
	for _, o := range []hdf5.Options{{}, {Chunk: []int{3, 2}, Deflate: 1, Shuffle: true}} {
		path := file(f, filepath.Join(f.TempDir(), "f.h5"), func(g *hdf5.Group) {
			g.Attr("names", []string{"x", "", "zé"})
			g.Group("in").Group("in").Dataset("x", []float32{1, 2, 3, 4, 5, 6, 7, 8}, []int{4, 2}, o).Attr("unit", "V")
			g.Dataset("b", []bool{true, false, true}, nil, hdf5.Options{Chunk: []int{2}})
			g.Dataset("s", []string{"a", "b"}, nil, hdf5.Options{})
			g.SoftLink("soft", "/in/in/x")
		})
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	for _, name := range []string{"old.h5", "new.h5"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(unzipped(f, "small.h5.gz"))
	f.Add(unzipped(f, "packed.h5.gz"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		if h, err := New(bytes.NewReader(b), int64(len(b))); err == nil {
			everything(h)
		}
	})
}
