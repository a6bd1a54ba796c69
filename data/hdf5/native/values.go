//go:build libhdf5

package native

// #include "native.h"
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"facrnn/data/hdf5/reader"
)

// The kinds of values, as reader has them.
type (
	Class = reader.Class
	Type  = reader.Type
)

// source is where values come from: a dataset or an attribute.
type source struct {
	id        C.hid_t
	attribute C.int
	described bool
	err       error
	about     C.nw_about
	typ       Type
	shape     []int
	chunk     []int
	count     int
}

// describe asks for type and shape, once.
func (s *source) describe() error {
	if s.described {
		return s.err
	}
	s.described = true
	if s.err = report(func(why *C.char) bool { return C.nw_describe(s.id, s.attribute, &s.about, why) >= 0 }); s.err != nil {
		return s.err
	}
	s.typ, s.count = Type{Class: Class(s.about.class), Size: int(s.about.size)}, 1
	for i := range int(s.about.rank) {
		s.shape = append(s.shape, int(s.about.shape[i]))
		s.count *= int(s.about.shape[i])
		if s.about.chunked != 0 {
			s.chunk = append(s.chunk, int(s.about.chunk[i]))
		}
	}
	if s.typ.Class == reader.Enumeration {
		s.typ.Names, s.err = s.names()
	}
	return s.err
}

// names are what the values of an enumeration are called.
func (s *source) names() (map[int64]string, error) {
	names := map[int64]string{}
	for i := range s.about.members {
		var value C.int64_t
		err := report(func(why *C.char) bool {
			name := C.nw_member(s.id, s.attribute, i, &value, why)
			if name == nil {
				return false
			}
			names[int64(value)] = C.GoString(name)
			C.H5free_memory(unsafe.Pointer(name))
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// floats reads a box, or everything where first is nil.
func (s *source) floats(first, last []int, most int) ([]float64, error) {
	if err := s.describe(); err != nil {
		return nil, err
	}
	if !s.typ.IsNumber() {
		return nil, fmt.Errorf("it holds %s, not numbers", s.typ.Class)
	}
	n := s.count
	var from, count []C.hsize_t
	if first != nil && len(s.shape) > 0 {
		if len(first) != len(s.shape) || len(last) != len(s.shape) {
			return nil, fmt.Errorf("%d and %d bounds for %d dimensions", len(first), len(last), len(s.shape))
		}
		n = 1
		for i, size := range s.shape {
			if first[i] < 0 || last[i] < first[i] || last[i] > size {
				return nil, fmt.Errorf("%d to %d of %d", first[i], last[i], size)
			}
			n *= last[i] - first[i]
			from, count = append(from, C.hsize_t(first[i])), append(count, C.hsize_t(last[i]-first[i]))
		}
	}
	if n > most {
		return nil, fmt.Errorf("its %d values are too many to read in one piece", n)
	}
	x := make([]float64, n)
	if n == 0 {
		return x, nil
	}
	return x, report(func(why *C.char) bool {
		return C.nw_doubles(s.id, s.attribute, unsafe.SliceData(from), unsafe.SliceData(count), (*C.double)(&x[0]), why) >= 0
	})
}

// integers reads everything as integers.
func (s *source) integers(most int) ([]int64, error) {
	if err := s.describe(); err != nil {
		return nil, err
	}
	if c := s.typ.Class; c != reader.Integer && c != reader.Enumeration {
		return nil, fmt.Errorf("it holds %s, not integers", c)
	}
	if s.count > most {
		return nil, fmt.Errorf("its %d values are too many to read in one piece", s.count)
	}
	x := make([]int64, s.count)
	if len(x) == 0 {
		return x, nil
	}
	return x, report(func(why *C.char) bool {
		return C.nw_integers(s.id, s.attribute, C.int64_t(len(x)), (*C.int64_t)(&x[0]), why) >= 0
	})
}

// references reads everything as references to objects: their addresses.
func (s *source) references(most int) ([]uint64, error) {
	const width = 8 // of those to objects; others are longer
	if err := s.describe(); err != nil {
		return nil, err
	}
	if s.typ.Class != reader.Reference || s.typ.Size != width {
		return nil, fmt.Errorf("it holds %s, not references to objects", s.typ.Class)
	}
	if s.count > most {
		return nil, fmt.Errorf("its %d values are too many to read in one piece", s.count)
	}
	x := make([]uint64, s.count)
	if len(x) == 0 {
		return x, nil
	}
	return x, report(func(why *C.char) bool {
		return C.nw_references(s.id, s.attribute, C.int64_t(len(x)), (*C.uint64_t)(&x[0]), why) >= 0
	})
}

// texts reads text of either kind.
func (s *source) texts(most int) ([]string, error) {
	if err := s.describe(); err != nil {
		return nil, err
	}
	n := s.count
	switch {
	case s.about.text == 0:
		return nil, fmt.Errorf("it holds %s, not text", s.typ.Class)
	case n > most || s.typ.Class == reader.Text && n > most/max(1, s.typ.Size):
		return nil, fmt.Errorf("its %d values are too many to read in one piece", n)
	case n == 0:
		return []string{}, nil
	case s.typ.Class == reader.Text:
		return s.fixed(n)
	}
	all := make([]string, n)
	texts := (*[1 << 40]*C.char)(C.calloc(C.size_t(n), C.size_t(unsafe.Sizeof(uintptr(0)))))[:n:n]
	defer C.free(unsafe.Pointer(&texts[0]))
	return all, report(func(why *C.char) bool {
		if C.nw_variable(s.id, s.attribute, &texts[0], why) < 0 {
			return false
		}
		for i, t := range texts {
			if t != nil {
				all[i] = C.GoString(t)
			}
		}
		C.nw_reclaim(&texts[0], C.int64_t(n))
		return true
	})
}

// fixed reads n texts of fixed length, without what fills them up.
func (s *source) fixed(n int) ([]string, error) {
	raw := make([]byte, n*s.typ.Size)
	var padding C.int
	err := report(func(why *C.char) bool {
		return C.nw_fixed(s.id, s.attribute, (*C.char)(unsafe.Pointer(&raw[0])), &padding, why) >= 0
	})
	all := make([]string, n)
	for i := range all {
		text, _, _ := strings.Cut(string(raw[i*s.typ.Size:(i+1)*s.typ.Size]), "\x00")
		if padding != 0 {
			text = strings.TrimRight(text, " ")
		}
		all[i] = text
	}
	return all, err
}

// Dataset is an array of values.
type Dataset struct {
	o      object
	values *source
}

func (d *Dataset) source() *source {
	if d.values == nil {
		d.values = &source{id: d.o.id}
	}
	return d.values
}

// read is the source of values that are about to be read, unless the reading is to end.
func (d *Dataset) read() (*source, error) { return d.source(), d.o.f.check() }

// Type is what the elements are.
func (d *Dataset) Type() (*Type, error) {
	err := d.source().describe()
	return &d.values.typ, err
}

// Shape is how many elements there are in each dimension; empty for a single value.
func (d *Dataset) Shape() ([]int, error) {
	err := d.source().describe()
	return d.values.shape, err
}

// Chunk is the shape of the chunks it is stored in; nil where it is in one piece.
func (d *Dataset) Chunk() []int {
	_ = d.source().describe() // there are no chunks then
	return slices.Clone(d.values.chunk)
}

// Floats reads the elements with first[i] <= index i < last[i] in every dimension as numbers, row-major; all of them where both are nil. It is
// an error if there are more than most.
func (d *Dataset) Floats(first, last []int, most int) ([]float64, error) {
	s, err := d.read()
	if err != nil {
		return nil, err
	}
	return s.floats(first, last, most)
}

// Texts reads all elements as text, up to most.
func (d *Dataset) Texts(most int) ([]string, error) {
	s, err := d.read()
	if err != nil {
		return nil, err
	}
	return s.texts(most)
}

// Integers reads all elements of an enumeration, or integers, up to most.
func (d *Dataset) Integers(most int) ([]int64, error) {
	s, err := d.read()
	if err != nil {
		return nil, err
	}
	return s.integers(most)
}

// References reads all elements as references to objects, up to most: the addresses of these, as [Group.Address] has them.
func (d *Dataset) References(most int) ([]uint64, error) {
	s, err := d.read()
	if err != nil {
		return nil, err
	}
	return s.references(most)
}

// Attributes of the dataset.
func (d *Dataset) Attributes() ([]Attribute, error) { return d.o.attributes() }

// Attributes of the group.
func (g *Group) Attributes() ([]Attribute, error) {
	if g.err != nil {
		return nil, g.err
	}
	return g.o.attributes()
}

// Attribute is a named value of a group or dataset.
type Attribute struct {
	Name    string
	numbers []float64
	texts   []string
	refs    []uint64
	err     error
}

// attributes reads the attributes of an object: they are small.
func (o object) attributes() ([]Attribute, error) {
	var n C.int64_t
	if err := report(func(why *C.char) bool { n = C.nw_attributes(o.id, why); return n >= 0 }); err != nil {
		return nil, err
	}
	var all []Attribute
	for i := range n {
		var name [C.nwName]C.char
		s := source{attribute: 1}
		if err := report(func(why *C.char) bool { s.id = C.nw_attribute(o.id, i, &name[0], why); return s.id >= 0 }); err != nil {
			return nil, err
		}
		const most = 1 << 20
		a := Attribute{Name: C.GoString(&name[0])}
		switch err := s.describe(); {
		case err != nil:
			a.err = err
		case s.typ.IsNumber():
			a.numbers, a.err = s.floats(nil, nil, most)
		case s.about.text != 0:
			a.texts, a.err = s.texts(most)
		case s.typ.Class == reader.Reference:
			a.refs, a.err = s.references(most)
		default:
			a.err = fmt.Errorf("it holds %s", s.typ.Class)
		}
		all = append(all, a)
		library.Lock()
		C.nw_close_attribute(s.id)
		library.Unlock()
	}
	return all, nil
}

// Numbers are its values, if it has numbers.
func (a Attribute) Numbers() ([]float64, error) {
	if a.err == nil && a.numbers == nil {
		return nil, errors.New("it holds something else, not numbers")
	}
	return a.numbers, a.err
}

// Texts are its values, if it has text.
func (a Attribute) Texts() ([]string, error) {
	if a.err == nil && a.texts == nil {
		return nil, errors.New("it holds something else, not text")
	}
	return a.texts, a.err
}

// References are its values, if they refer to objects: the addresses of these.
func (a Attribute) References() ([]uint64, error) {
	if a.err == nil && a.refs == nil {
		return nil, errors.New("it holds something else, not references to objects")
	}
	return a.refs, a.err
}
