package reader

import (
	"errors"
	"path/filepath"
	"testing"

	"facrnn/data/hdf5"
)

// TestFollowEndsReading checks that an error of the follow function ends every kind of reading, at any of its calls.
// Loops in memory also call it.
func TestFollowEndsReading(t *testing.T) {
	const rows = 1 << 12
	texts := make([]string, rows)
	for i := range texts {
		texts[i] = "abc"
	}
	path := file(t, filepath.Join(t.TempDir(), "f.h5"), func(g *hdf5.Group) {
		g.Dataset("texts", texts, nil, hdf5.Options{})
		g.Dataset("chunks", make([]float32, 2*rows), []int{rows, 2}, hdf5.Options{Chunk: []int{1, 2}, Deflate: 1})
	})
	for name, c := range map[string]struct {
		least int // calls
		read  func(d *Dataset) error
	}{
		"texts": {rows >> 10, func(d *Dataset) error { _, err := d.Texts(rows); return err }},
		"chunks": {rows >> 10, func(d *Dataset) error {
			_,
				err := d.Floats([]int{0, 0}, []int{rows, 1}, rows)
			return err
		}},
	} {
		calls, end, stop := 0, -1, errors.New("stop")
		read := func() error {
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			children, err := f.Root().Children()
			if err != nil {
				t.Fatal(err)
			}
			calls = 0
			f.Follow(func() error {
				if calls++; end >= 0 && calls > end {
					return stop
				}
				return nil
			})
			for _, child := range children {
				if child.Name == name {
					return c.read(child.Dataset)
				}
			}
			return errors.New("it is not there")
		}
		if err := read(); err != nil || calls < c.least {
			t.Fatalf("%s: %v, after %d calls", name, err, calls)
		}
		all := calls
		for _, end = range []int{0, 1, all / 2, all - 1} {
			if err := read(); !errors.Is(err, stop) || calls != end+1 {
				t.Errorf("%s: %v, after %d calls, not %d", name, err, calls, end+1)
			}
		}
	}
}
