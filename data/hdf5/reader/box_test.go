package reader

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data/hdf5"
)

// expected returns the elements of a box of an array whose elements are their numbers.
func expected(shape, first, last []int) []float64 {
	x := []float64{0}
	for i, s := range shape {
		var next []float64
		for _, v := range x {
			for k := first[i]; k < last[i]; k++ {
				next = append(next, v*float64(s)+float64(k))
			}
		}
		x = next
	}
	return x
}

// TestBoxes checks that a box has just its own elements, in order, whatever the layout, and whatever was read before.
func TestBoxes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.h5")
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 4).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		values := make([]int32, n)
		for i := range values {
			values[i] = int32(i)
		}
		var o hdf5.Options
		if n > 0 && rapid.Bool().Draw(t, "chunked") {
			o.Deflate = rapid.IntRange(0, 1).Draw(t, "deflate")
			for _, s := range shape {
				o.Chunk = append(o.Chunk, rapid.IntRange(1, s).Draw(t, "chunk"))
			}
		}
		file(t, path, func(g *hdf5.Group) { g.Dataset("x", values, shape, o) })
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }() // read only
		children, err := f.Root().Children()
		if err != nil {
			t.Fatal(err)
		}
		d := children[0].Dataset
		if diff := cmp.Diff(o.Chunk, d.Chunk()); diff != "" {
			t.Fatal(diff)
		}
		for range 5 {
			first, last := make([]int, len(shape)), make([]int, len(shape))
			for i, s := range shape {
				first[i] = rapid.IntRange(0, s).Draw(t, "first")
				last[i] = rapid.IntRange(first[i], s).Draw(t, "last")
			}
			want := expected(shape, first, last)
			got, err := d.Floats(first, last, len(want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]float64{}, want...), got); diff != "" {
				t.Fatalf("%v to %v of %v: %s", first, last, shape, diff)
			}
			if len(want) > 0 {
				if _, err := d.Floats(first, last, len(want)-1); err == nil {
					t.Fatal("more than most are read")
				}
			}
		}
	})
}

// TestNoBox checks that what is no part of the shape is an error.
func TestNoBox(t *testing.T) {
	_, all := opened(t, "old.h5")
	for _, c := range [][2][]int{{{0, 0}, {21, 3}}, {{-1, 0}, {2, 3}}, {{3, 0}, {2, 3}}, {{0}, {1}}, {{0, 0, 0}, nil},
		{{}, nil}} {
		if x, err := all["plain"].Dataset.Floats(c[0], c[1], 100); err == nil {
			t.Errorf("%v to %v: %v", c[0], c[1], x)
		}
	}
}
