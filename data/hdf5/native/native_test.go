//go:build libhdf5

package native

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"facrnn/data/hdf5/reader"
)

const most = 1 << 22

// attribute is what the attributes of both libraries can do, and node a group or dataset of either, flattened.
type (
	attribute interface {
		Numbers() ([]float64, error)
		Texts() ([]string, error)
	}
	values interface {
		Floats(first, last []int, most int) ([]float64, error)
		Texts(most int) ([]string, error)
		Integers(most int) ([]int64, error)
		Shape() ([]int, error)
		Chunk() []int
	}
)

// account writes down all that a file says, one line a thing, by path.
type account map[string]string

func (a account) attribute(path string, of attribute) {
	n, errN := of.Numbers()
	s, errS := of.Texts()
	if errN != nil && errS != nil {
		return // neither numbers nor text: of no use to anybody
	}
	if errS == nil {
		a[path] = fmt.Sprintf("%q", s)
	} else {
		a[path] = fmt.Sprint(n)
	}
}

func (a account) dataset(path string, d values, t *reader.Type, err error) {
	if err != nil {
		a[path] = "unreadable"
		return
	}
	shape, _ := d.Shape()
	line := fmt.Sprint(t.Class, t.Names, shape, d.Chunk())
	switch t.Class {
	case reader.Integer, reader.Float:
		first, last := make([]int, len(shape)), make([]int, len(shape))
		for i, n := range shape {
			first[i], last[i] = n/3, n-n/4
		}
		var all, some []float64
		if all, err = d.Floats(nil, nil, most); err == nil {
			some, err = d.Floats(first, last, most)
		}
		line += summed(all) + summed(some)
	case reader.Enumeration:
		var x []int64
		x, err = d.Integers(most)
		line += fmt.Sprint(x)
	case reader.Text, reader.Variable:
		if s, err := d.Texts(most); err == nil { // else they are lists
			line += fmt.Sprintf("%q", s)
		}
	}
	if err != nil {
		line = "unreadable"
	}
	a[path] = line
}

// summed is the bits of numbers, in which a single one that is off shows.
func summed(x []float64) string {
	h := uint64(len(x))
	for _, v := range x {
		h = h*1099511628211 ^ math.Float64bits(v)
	}
	return fmt.Sprintf(" %d values %x", len(x), h)
}

func (a account) byReader(path string, g *reader.Group, above ...uint64) error {
	above = append(above[:len(above):len(above)], g.Address())
	attributes, err := g.Attributes()
	if err != nil {
		return err
	}
	for _, at := range attributes {
		a.attribute(path+"@"+at.Name, at)
	}
	children, err := g.Children()
	for _, c := range children {
		at := path + "/" + c.Name
		switch {
		case c.Err != nil:
			a[at] = "unreadable"
		case c.Group != nil && slices.Contains(above, c.Group.Address()): // a circle
		case c.Group != nil:
			if err := a.byReader(at, c.Group, above...); err != nil {
				return err
			}
		case c.Dataset != nil:
			t, err := c.Dataset.Type()
			a.dataset(at, c.Dataset, t, err)
			attributes, err := c.Dataset.Attributes()
			if err != nil {
				return err
			}
			for _, x := range attributes {
				a.attribute(at+"@"+x.Name, x)
			}
		}
	}
	return err
}

func (a account) byLibrary(path string, g *Group, above ...uint64) error {
	above = append(above[:len(above):len(above)], g.Address())
	attributes, err := g.Attributes()
	if err != nil {
		return err
	}
	for _, at := range attributes {
		a.attribute(path+"@"+at.Name, at)
	}
	children, err := g.Children()
	for _, c := range children {
		at := path + "/" + c.Name
		switch {
		case c.Err != nil:
			a[at] = "unreadable"
		case c.Group != nil && slices.Contains(above, c.Group.Address()): // a circle
		case c.Group != nil:
			if err := a.byLibrary(at, c.Group, above...); err != nil {
				return err
			}
		case c.Dataset != nil:
			t, err := c.Dataset.Type()
			a.dataset(at, c.Dataset, t, err)
			attributes, err := c.Dataset.Attributes()
			if err != nil {
				return err
			}
			for _, x := range attributes {
				a.attribute(at+"@"+x.Name, x)
			}
		}
	}
	return err
}

// TestAgrees: the built-in reader and libhdf5 give the same, to the last bit, of all files that the tests have, wherever both
// read it: an old libhdf5 does not know all of the newest format, nor filters that come as plugins, and the built-in reader not all of the oldest.
func TestAgrees(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../reader/testdata/*.h5", "../../../../shared/nwb/*.nwb", "../../../../shared/nwb/others/*.nwb"} {
		found, _ := filepath.Glob(pattern)
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		t.Fatal("there are no files")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want := account{}
			f, err := Open(path)
			if err != nil {
				t.Skip("libhdf5 refuses it: ", err)
			}
			if err := want.byLibrary("", f.Root()); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			r, err := reader.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }() // read only
			got := account{}
			if err := got.byReader("", r.Root()); err != nil {
				t.Fatal(err)
			}
			for at, line := range want {
				switch {
				case got[at] == line:
				case got[at] == "" || got[at] == "unreadable":
					t.Log(at, "is read by libhdf5 alone")
				case line == "unreadable":
					t.Log(at, "is read by the built-in reader alone")
				default:
					t.Errorf("%s: %.200s, want %.200s", at, got[at], line)
				}
			}
			for at := range got {
				if want[at] == "" {
					t.Errorf("%s is not there", at)
				}
			}
		})
	}
}

// TestMistakes: what is no HDF5 file, or not there, is an error, and nothing is printed.
func TestMistakes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	if _, err := Open(path); !os.IsNotExist(err) {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("no"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil {
		t.Error("no error")
	}
}
