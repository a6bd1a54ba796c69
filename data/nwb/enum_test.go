package nwb

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/scigolib/hdf5"
	"pgregory.net/rapid"

	h5w "facrnn/data/hdf5"
)

// booleans writes a file of one dataset of booleans and returns it with its bytes.
func booleans(t interface {
	Helper()
	Fatal(...any)
}, path string, values []bool, o h5w.Options) {
	t.Helper()
	w, err := h5w.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	d := w.Root().Dataset("b", values, nil, o)
	d.Attr("description", "whether") // so that the header has more in it
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// readBooleans reads that dataset.
func readBooleans(path string) (enumeration, error) {
	h5, err := hdf5.Open(path)
	if err != nil {
		return enumeration{}, err
	}
	defer func() { _ = h5.Close() }() // read only
	info, err := os.Stat(path)
	if err != nil {
		return enumeration{}, err
	}
	d, err := newDataset(h5.Root().Children()[0].(*hdf5.Dataset), info.Size())
	if err != nil {
		return enumeration{}, err
	}
	return readEnumeration(h5, d)
}

// TestBooleansReadBack: whatever the values and the layout, what was written is read.
func TestBooleansReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.h5")
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Bool(), 0, 300).Draw(t, "values")
		var o h5w.Options
		if chunk := rapid.IntRange(0, 40).Draw(t, "chunk"); chunk > 0 {
			o = h5w.Options{Chunk: []int{chunk}, Deflate: rapid.IntRange(0, 9).Draw(t, "deflate"), Shuffle: rapid.Bool().Draw(t, "shuffle")}
		}
		booleans(t, path, values, o)
		e, err := readBooleans(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[int64]string{0: "FALSE", 1: "TRUE"}, e.names); d != "" {
			t.Fatal(d)
		}
		if len(e.values) != len(values) {
			t.Fatalf("%d of %d values", len(e.values), len(values))
		}
		for i, v := range e.values {
			if (v == 1) != values[i] {
				t.Fatalf("value %d is %d, was %v", i, v, values[i])
			}
		}
	})
}

// TestParseEnum: names are padded before version 3; the integers have a size, an order and a sign.
func TestParseEnum(t *testing.T) {
	base := func(size byte, flags byte) []byte { return []byte{0x10, flags, 0, 0, size, 0, 0, 0, 0, 0, size * 8, 0} }
	head := func(version, members, size byte) []byte { return []byte{version<<4 | 8, members, 0, 0, size, 0, 0, 0} }
	for name, c := range map[string]struct {
		message []byte
		want    map[int64]string
	}{
		"version 1, padded": {slices.Concat(head(1, 2, 1), base(1, 8), []byte("FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01")), map[int64]string{0: "FALSE", 1: "TRUE"}},
		"version 3":         {slices.Concat(head(3, 2, 1), base(1, 8), []byte("FALSE\x00TRUE\x00\x00\x01")), map[int64]string{0: "FALSE", 1: "TRUE"}},
		"below zero":        {slices.Concat(head(3, 1, 1), base(1, 8), []byte("no\x00\xff")), map[int64]string{-1: "no"}},
		"without a sign":    {slices.Concat(head(3, 1, 1), base(1, 0), []byte("no\x00\xff")), map[int64]string{255: "no"}},
		"two bytes":         {slices.Concat(head(3, 1, 2), base(2, 8), []byte("x\x00\x01\x02")), map[int64]string{0x201: "x"}},
		"big-endian":        {slices.Concat(head(3, 1, 4), base(4, 9), []byte("x\x00\x00\x00\x01\x02")), map[int64]string{0x102: "x"}},
		"eight bytes":       {slices.Concat(head(3, 1, 8), base(8, 8), []byte("x\x00\xfe\xff\xff\xff\xff\xff\xff\xff")), map[int64]string{-2: "x"}},
	} {
		got, err := parseEnum(c.message)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(c.want, got.names); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		for n := range c.message { // cut short, it is an error, never a panic
			if _, err := parseEnum(c.message[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes pass", name, n, len(c.message))
			}
		}
	}
}

// TestUnfilter: the bytes of like significance come apart again, and a checksum is left out.
func TestUnfilter(t *testing.T) {
	for _, c := range []struct {
		filter   uint16
		in, want string
		size     int
	}{
		{filterShuffle, "acebdf", "abcdef", 2},
		{filterShuffle, "acebdf-", "abcdef-", 2},
		{filterFletcher32, "abcd1234", "abcd", 1},
	} {
		if got, err := unfilter(c.filter, []byte(c.in), c.size, len(c.want)); err != nil || string(got) != c.want {
			t.Errorf("filter %d: %q, %v", c.filter, got, err)
		}
	}
	for filter, in := range map[uint16]string{32000: "x", filterFletcher32: "abc", filterDeflate: "not packed"} {
		if got, err := unfilter(filter, []byte(in), 1, 1); err == nil {
			t.Errorf("filter %d makes %q of %q", filter, got, in)
		}
	}
}

// TestParseFilters: version 1 has names and pads, version 2 has names only from 256 on.
func TestParseFilters(t *testing.T) {
	le := binary.LittleEndian
	entry := func(numbers ...uint16) (b []byte) {
		for _, n := range numbers {
			b = le.AppendUint16(b, n)
		}
		return b
	}
	first := slices.Concat([]byte{1, 2, 0, 0, 0, 0, 0, 0}, entry(2, 8, 1, 1), []byte("shuffle\x00"), make([]byte, 8), entry(1, 8, 1, 1), []byte("deflate\x00"), make([]byte, 8))
	second := slices.Concat([]byte{2, 3}, entry(2, 1, 1), make([]byte, 4), entry(300, 3, 0, 0), []byte("abc"), entry(1, 0, 1), make([]byte, 4))
	for _, c := range []struct {
		message []byte
		want    []uint16
	}{{nil, nil}, {first, []uint16{2, 1}}, {second, []uint16{2, 300, 1}}} {
		got, err := parseFilters(c.message)
		if err != nil {
			t.Error(err)
		} else if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
		for n := 1; n < len(c.message); n++ {
			if got, err := parseFilters(c.message[:n]); err == nil {
				t.Errorf("%d of %d bytes pass as %v", n, len(c.message), got)
			}
		}
	}
}

// TestDamagedBooleans: a missing chunk, or an index that is none, is an error and not a row of FALSE.
func TestDamagedBooleans(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.h5")
	booleans(t, path, make([]bool, 100), h5w.Options{Chunk: []int{10}, Deflate: 1})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tree := bytes.Index(whole, []byte("TREE"))
	for what, damage := range map[string]func(b []byte){
		"of 10 chunks":           func(b []byte) { b[tree+6] = 9 },
		"index of its chunks":    func(b []byte) { b[tree+4] = 0 },
		"one of its chunks lies": func(b []byte) { b[tree+24+8] = 3 },
	} {
		b := slices.Clone(whole)
		damage(b)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if e, err := readBooleans(path); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, %v; want an error that says %q", e.values, err, what)
		}
	}
}

// FuzzBooleans: whatever the bytes, reading ends, and ends in as many values as the dataset has or an error.
func FuzzBooleans(f *testing.F) {
	for _, o := range []h5w.Options{{}, {Chunk: []int{3}, Deflate: 1, Shuffle: true}} {
		path := filepath.Join(f.TempDir(), "b.h5")
		booleans(f, path, []bool{true, false, true, true, false, false, true}, o)
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := rawFile{bytes.NewReader(b)}
		for at := range min(len(b), 4096) { // wherever a header may be
			if b[at] != 'O' && b[at] != 1 {
				continue
			}
			messages, err := r.header(uint64(at))
			if err != nil {
				continue
			}
			if _, err := parseEnum(messages[messageDatatype]); err != nil {
				continue
			}
			if got, err := r.bytes(messages, 7, 1); err == nil && len(got) != 7 {
				t.Errorf("%d values of 7", len(got))
			}
		}
	})
}
