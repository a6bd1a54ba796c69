//go:build libhdf5

package native

// #cgo pkg-config: hdf5
// #include "native.h"
import "C"

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"facrnn/data/hdf5/reader"
)

// library is held while libhdf5 works: as most systems build it, it is for one thread at a time.
var library sync.Mutex

// Damage is what reader has; libhdf5 does not tell it from what it cannot read, so nothing here returns one.
type Damage = reader.Damage

// File is an HDF5 file open for reading. It is for one goroutine at a time.
type File struct {
	id    C.hid_t
	open  []C.hid_t    // objects
	check func() error // may end the reading; see Follow
}

// Follow sets a function that is called before values are read. Its error ends the reading. Nothing ends a call of the
// library early.
func (f *File) Follow(check func() error) { f.check = check }

// report is a call of a C function that may write why it failed.
func report(call func(why *C.char) bool) error {
	library.Lock()
	defer library.Unlock()
	var why [C.nwErr]C.char
	if call(&why[0]) {
		return nil
	}
	return errors.New(C.GoString(&why[0]))
}

// Open opens the file at path. Errors do not name it.
func Open(path string) (*File, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	f := &File{check: func() error { return nil }}
	return f, report(func(why *C.char) bool {
		f.id = C.nw_open(name, why)
		return f.id >= 0
	})
}

// Close closes the file and all that was opened in it.
func (f *File) Close() error {
	library.Lock()
	defer library.Unlock()
	for _, id := range f.open {
		C.nw_close(id)
	}
	f.open = nil
	C.nw_close_file(f.id)
	return nil
}

// Root is the group that holds all others.
func (f *File) Root() *Group {
	g := &Group{o: object{f: f, id: -1}}
	g.err = report(func(why *C.char) bool {
		g.o.id = C.nw_root(f.id, why)
		return g.o.id >= 0
	})
	f.open = append(f.open, g.o.id)
	return g
}

// object is a group or a dataset.
type object struct {
	f  *File
	id C.hid_t
}

// Group is a group of objects.
type Group struct {
	o        object
	err      error
	asked    bool
	children []Child
}

// Child is what a link in a group leads to: a group, a dataset, neither of the two (a named type), or what cannot be read.
type Child struct {
	Name    string
	Soft    string // the path by which a soft link leads there; empty for another link
	Group   *Group
	Dataset *Dataset
	Err     error
}

// address tells objects apart, in all files that are open; 0 where the library cannot say.
func (o object) address() uint64 {
	library.Lock()
	defer library.Unlock()
	var a C.uint64_t
	if C.nw_address(o.id, &a) < 0 {
		return 0
	}
	return uint64(a)
}

// Address tells groups apart: a group that is reached by two links has one address.
func (g *Group) Address() uint64 { return g.o.address() }

// Children are the objects of the group, those that links of every kind lead to.
func (g *Group) Children() ([]Child, error) {
	if g.err != nil || g.asked {
		return g.children, g.err
	}
	if err := g.o.f.check(); err != nil {
		return nil, err
	}
	var n C.int64_t
	if err := report(func(why *C.char) bool { n = C.nw_count(g.o.id, why); return n >= 0 }); err != nil {
		return nil, err
	}
	for i := range n {
		g.children = append(g.children, g.child(i))
	}
	g.asked = true
	return g.children, nil
}

func (g *Group) child(i C.int64_t) Child {
	var name, path, other [C.nwName]C.char
	var kind C.int
	o := object{f: g.o.f}
	err := report(func(why *C.char) bool {
		o.id = C.nw_child(g.o.id, i, &name[0], &path[0], &other[0], &kind, why)
		return o.id >= 0
	})
	c, to := Child{Name: C.GoString(&name[0])}, C.GoString(&path[0])
	file := C.GoString(&other[0])
	if file == "" {
		c.Soft = to
	}
	switch {
	case err != nil && file != "":
		c.Err = reader.Lost{What: fmt.Sprintf("it is a link into another file, %s, to %s there, which is not to be had: put that file beside this one", file, to)}
	case err != nil && c.Soft != "":
		c.Err = reader.Lost{What: fmt.Sprintf("it is a soft link to %s, which is not there: write the data into it", c.Soft)}
	case err != nil:
		c.Err = err
	}
	if err != nil {
		return c
	}
	g.o.f.open = append(g.o.f.open, o.id)
	switch kind {
	case C.nwGroup:
		c.Group = &Group{o: o}
	case C.nwDataset:
		c.Dataset = &Dataset{o: o}
	}
	return c
}
