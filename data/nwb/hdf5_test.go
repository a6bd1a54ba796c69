package nwb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/hdf5/reader"
)

// openFile opens and surveys a file, which the caller closes.
func openFile(path string) (*contents, error) {
	f := newFile(context.Background(), path, nil)
	if err := f.open(); err != nil {
		return nil, err
	}
	return survey(f)
}

// open opens a file until the test ends.
func open(t *testing.T, path string) *contents {
	t.Helper()
	f, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.file.h5.Close() })
	return f
}

// rootOf returns the root of an open file.
func rootOf(t testing.TB, f *contents) *group {
	t.Helper()
	g, err := f.file.newGroup("", f.file.h5.Root(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestRows checks that a row is one step of the first dimension.
func TestRows(t *testing.T) {
	f := open(t, build(t, func(g *hdf5.Group) {
		stamped(g, "acquisition/x", "TimeSeries", ramp(20), []int{5, 4}, make([]float64, 5))
	}))
	for _, c := range []struct {
		first, last int
		want        []float64
	}{{1, 3, []float64{4, 5, 6, 7, 8, 9, 10, 11}}, {4, 5, []float64{16, 17, 18, 19}}} {
		got, err := f.series[0].data.rows(c.first, c.last)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("rows %d to %d: %s", c.first, c.last, d)
		}
	}
}

// TestBlockBefore checks that HDF5 may begin after a block of another use, as in files of MATLAB.
func TestBlockBefore(t *testing.T) {
	path := build(t, rich)
	want, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, before := range []int{512, 1024, 4096} {
		if err := os.WriteFile(path, append(bytes.Repeat([]byte("MATLAB 7.3"), before)[:before], whole...),
			0o600); err != nil {
			t.Fatal(err)
		}
		got, err := List(path)
		if err != nil {
			t.Error(before, err)
		} else if d := cmp.Diff(want, got); d != "" {
			t.Error(before, d)
		}
	}
	if err := os.WriteFile(path, append(make([]byte, 513), whole...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := List(path); err == nil || !strings.Contains(err.Error(), "not an HDF5 file") {
		t.Error("HDF5 that begins where it cannot:", err)
	}
}

// TestUnreadable checks that errors of unsupported data give the right remedy.
func TestUnreadable(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{reader.Packed{By: "szip"},
			"it cannot be read (its chunks are packed by szip): rewrite the file with gzip by h5repack (-f GZIP=4)"},
		{errors.New("odd"), "it cannot be read (odd): rewrite the file with h5repack or pynwb, or export it to .npz"},
		{reader.Lost{What: "a link: write the data"}, "a link: write the data"},
		{reader.Damage{What: "cut"}, "damaged: cut: copy or download the file again"},
	} {
		if got := unreadable(c.err).Error(); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

// resealed gives the headers of a file by the tests' writer the checksums that they ought to have, after a change.
func resealed(b []byte) []byte {
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], []byte("OHDR"))
		if i < 0 {
			return b
		}
		at += i
		width := 1 << (b[at+5] & 3)
		size := append(bytes.Clone(b[at+6:at+6+width]), make([]byte, 8)...)
		end := at + 6 + width + int(binary.LittleEndian.Uint64(size))
		binary.LittleEndian.PutUint32(b[end:], hdf5.Checksum(b[at:end]))
	}
}

// TestShapeWithoutRoom checks that a shape larger than the file is refused before memory is allocated.
func TestShapeWithoutRoom(t *testing.T) {
	for name, o := range map[string]hdf5.Options{"contiguous": {}, "chunked": {Chunk: []int{1000, 2}, Deflate: 1}} {
		path := build(t, func(g *hdf5.Group) {
			at(g, "acquisition/x", "TimeSeries").Dataset("data", ramp(2*12347), []int{12347, 2}, o)
			at(g, "acquisition/x", "").Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 2.0)
		})
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		size := binary.LittleEndian.AppendUint64(nil, 12347)
		if bytes.Count(whole, size) == 0 {
			t.Fatal("the shape is not where it was sought")
		}
		whole = bytes.ReplaceAll(whole, size, binary.LittleEndian.AppendUint64(nil, 1<<45))
		if err := os.WriteFile(path, resealed(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, data.Selection{}); err == nil ||
			!strings.Contains(err.Error(), "acquisition/x/data: damaged: its shape") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
