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
	"facrnn/data/sharedtest"
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

func (a account) attributes(path string, all map[string]attribute) {
	for name, of := range all {
		n, errN := of.Numbers()
		s, errS := of.Texts()
		switch {
		case errS == nil:
			a[path+"@"+name] = fmt.Sprintf("%q", s)
		case errN == nil:
			a[path+"@"+name] = fmt.Sprint(n)
		} // what is neither is of no use to anybody
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

// folder is a group of either library, and node what a link in one leads to.
type (
	folder interface {
		Address() uint64
		attributes() (map[string]attribute, error)
		nodes() ([]node, error)
	}
	node struct {
		name       string
		err        error
		group      folder // nil for anything else
		set        values
		typ        func() (*reader.Type, error)
		attributes func() (map[string]attribute, error)
	}
	ofReader  struct{ *reader.Group }
	ofLibrary struct{ *Group }
)

func (g ofReader) attributes() (map[string]attribute, error)  { return named(g.Attributes()) }
func (g ofLibrary) attributes() (map[string]attribute, error) { return named(g.Attributes()) }

// named are attributes by their names.
func named[A attribute](all []A, err error) (map[string]attribute, error) {
	m := map[string]attribute{}
	for _, a := range all {
		switch a := any(a).(type) {
		case reader.Attribute:
			m[a.Name] = a
		case Attribute:
			m[a.Name] = a
		}
	}
	return m, err
}

func (g ofReader) nodes() (all []node, err error) {
	children, err := g.Children()
	for _, c := range children {
		n := node{name: c.Name, err: c.Err}
		if c.Group != nil {
			n.group = ofReader{c.Group}
		}
		if d := c.Dataset; d != nil {
			n.set, n.typ, n.attributes = d, d.Type, func() (map[string]attribute, error) { return named(d.Attributes()) }
		}
		all = append(all, n)
	}
	return all, err
}

func (g ofLibrary) nodes() (all []node, err error) {
	children, err := g.Children()
	for _, c := range children {
		n := node{name: c.Name, err: c.Err}
		if c.Group != nil {
			n.group = ofLibrary{c.Group}
		}
		if d := c.Dataset; d != nil {
			n.set, n.typ, n.attributes = d, d.Type, func() (map[string]attribute, error) { return named(d.Attributes()) }
		}
		all = append(all, n)
	}
	return all, err
}

// folder writes down a group and what is in it, but for circles: above are the addresses of the groups around it.
func (a account) folder(path string, g folder, above ...uint64) error {
	above = append(above[:len(above):len(above)], g.Address())
	attributes, err := g.attributes()
	if err != nil {
		return err
	}
	a.attributes(path, attributes)
	nodes, err := g.nodes()
	for _, n := range nodes {
		at := path + "/" + n.name
		switch {
		case n.err != nil:
			a[at] = "unreadable"
		case n.group != nil && !slices.Contains(above, n.group.Address()):
			if err := a.folder(at, n.group, above...); err != nil {
				return err
			}
		case n.set != nil:
			t, err := n.typ()
			a.dataset(at, n.set, t, err)
			attributes, err := n.attributes()
			if err != nil {
				return err
			}
			a.attributes(at, attributes)
		}
	}
	return err
}

// TestAgrees: the built-in reader and libhdf5 give the same, to the last bit, of all files that the tests have, wherever both
// read it: an old libhdf5 does not know all of the newest format, nor filters that come as plugins, and the built-in reader not all of the oldest.
func TestAgrees(t *testing.T) {
	paths, err := filepath.Glob("../reader/testdata/*.h5")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no files", err)
	}
	for _, path := range append(paths, sharedtest.Glob(t, "nwb/*.nwb", "nwb/others/*.nwb")...) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want := account{}
			f, err := Open(path)
			if err != nil {
				t.Skip("libhdf5 refuses it: ", err)
			}
			if err := want.folder("", ofLibrary{f.Root()}); err != nil {
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
			if err := got.folder("", ofReader{r.Root()}); err != nil {
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
			if len(got) == 0 {
				t.Error("nothing is compared")
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
