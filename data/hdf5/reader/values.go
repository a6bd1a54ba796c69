package reader

import (
	"errors"
	"fmt"
)

// Dataset is an array of values.
type Dataset struct {
	o      *object
	parsed bool
	err    error
	typ    Type
	shape  []int
	count  int
	layout layout
}

// Type is what the elements are.
func (d *Dataset) Type() (*Type, error) {
	err := d.parse()
	return &d.typ, err
}

// Shape is how many elements there are in each dimension; empty for a single value.
func (d *Dataset) Shape() ([]int, error) {
	err := d.parse()
	return d.shape, err
}

// parse takes type, shape and layout from the header, once.
func (d *Dataset) parse() error {
	if d.parsed {
		return d.err
	}
	d.parsed = true
	d.err = func() error {
		var parts [3][]byte
		for i, kind := range [...]int{messageDatatype, messageDataspace, messageLayout} {
			b, err := d.o.own(kind)
			if err != nil {
				return err
			}
			if b == nil {
				return damage("the header of a dataset lacks its type, shape or layout")
			}
			parts[i] = b
		}
		var err error
		if d.typ, err = parseType(parts[0]); err != nil {
			return err
		}
		if d.shape, d.count, err = parseShape(parts[1]); err != nil {
			return err
		}
		if d.layout, err = parseLayout(parts[2]); err != nil {
			return err
		}
		return d.room()
	}()
	return d.err
}

// The ways in which values are kept.
const (
	compact    = 0
	contiguous = 1
	chunked    = 2
)

// layout is where values are.
type layout struct {
	class   byte
	raw     []byte // of a compact one
	address uint64
	size    uint64 // bytes of a contiguous one
	chunk   []int  // shape of a chunk
	element int    // bytes, by the chunks' layout
}

func parseLayout(b []byte) (layout, error) {
	short := damage("a layout is cut short")
	var l layout
	if len(b) < 4 {
		return l, short
	}
	const later = "its chunks are indexed in a way of HDF5 1.10 or later"
	if b[0] == 5 && b[1] == chunked {
		return l, errors.New(later)
	}
	if b[0] < 3 || b[0] > 5 {
		return l, fmt.Errorf("a layout of version %d", b[0])
	}
	switch l.class = b[1]; l.class {
	case compact:
		n := int(little.Uint16(b[2:]))
		if len(b) < 4+n {
			return l, short
		}
		l.raw = b[4 : 4+n]
	case contiguous:
		if len(b) < 18 {
			return l, short
		}
		l.address, l.size = little.Uint64(b[2:]), little.Uint64(b[10:])
	case chunked:
		if b[0] == 4 {
			return l, errors.New(later)
		}
		rank := int(b[2]) - 1
		if rank < 1 || rank > 32 || len(b) < 11+4*(rank+1) {
			return l, short
		}
		l.address = little.Uint64(b[3:])
		for i := range rank {
			l.chunk = append(l.chunk, int(little.Uint32(b[11+4*i:])))
		}
		l.element = int(little.Uint32(b[11+4*rank:]))
	default:
		return l, fmt.Errorf("a layout of class %d", l.class)
	}
	return l, nil
}

// expansion is how many times as many bytes inflating gives at most as it reads.
const expansion = 1032

// room is an error where the file cannot hold what the shape asks for.
func (d *Dataset) room() error {
	size := uint64(d.typ.Size)
	room := d.o.f.size
	switch d.layout.class {
	case compact:
		room = uint64(len(d.layout.raw))
	case contiguous:
		room = min(room, d.layout.size)
		if d.layout.address == nowhere {
			room = d.o.f.size // never written; asking for the values is an error
		}
	case chunked:
		if len(d.layout.chunk) != len(d.shape) || d.layout.element != d.typ.Size {
			return damage("its chunks do not fit its shape or type")
		}
		if room < 1<<50 {
			room *= expansion
		}
	}
	if d.count > 0 && uint64(d.count) > room/size {
		return Damage{fmt.Sprintf("its shape, %v, asks for more than the file holds", d.shape)}
	}
	return nil
}

// Pieces reports whether some rows can be read without the others.
func (d *Dataset) Pieces() bool { return d.parse() == nil && d.layout.class == contiguous }

// Floats reads the rows first to last (excluded) as numbers, row-major; a row is one step of the first dimension, and a single
// value is one row. It is an error if there are more than most.
func (d *Dataset) Floats(first, last, most int) ([]float64, error) {
	if err := d.parse(); err != nil {
		return nil, err
	}
	if !d.typ.IsNumber() {
		return nil, fmt.Errorf("it holds %s, not numbers", d.typ.Class)
	}
	var x []float64
	err := d.read(first, last, func(count int) error {
		if count > most {
			return fmt.Errorf("its %d values are too many to read in one piece", count)
		}
		x = make([]float64, count)
		return nil
	}, func(at int, b []byte) { d.typ.floats(x[at:at+len(b)/d.typ.Size], b) })
	return x, err
}

// raw reads the bytes of all elements.
func (d *Dataset) raw(most int) ([]byte, error) {
	if err := d.parse(); err != nil {
		return nil, err
	}
	rows := 1
	if len(d.shape) > 0 {
		rows = d.shape[0]
	}
	var x []byte
	err := d.read(0, rows, func(count int) error {
		if count > most {
			return fmt.Errorf("its %d values are too many to read in one piece", count)
		}
		x = make([]byte, count*d.typ.Size)
		return nil
	}, func(at int, b []byte) { copy(x[at*d.typ.Size:], b) })
	return x, err
}

// Texts reads all elements as text, up to most.
func (d *Dataset) Texts(most int) ([]string, error) {
	b, err := d.raw(most)
	if err != nil {
		return nil, err
	}
	return d.o.f.texts(&d.typ, b)
}

// Integers reads all elements of an enumeration, or integers, up to most.
func (d *Dataset) Integers(most int) ([]int64, error) {
	b, err := d.raw(most)
	if err != nil {
		return nil, err
	}
	if d.typ.Class != Integer && d.typ.Class != Enumeration {
		return nil, fmt.Errorf("it holds %s, not integers", d.typ.Class)
	}
	x := make([]int64, d.count)
	for i := range x {
		x[i] = d.typ.value(b[i*d.typ.Size:])
	}
	return x, nil
}

// read hands out the elements of some rows piece by piece: first their count, once it is known that the file holds them; then bytes
// of elements that follow one another, with the number of the first of them.
func (d *Dataset) read(first, last int, begin func(count int) error, piece func(at int, b []byte)) error {
	rows, width := 1, d.count
	if len(d.shape) > 0 && d.count > 0 {
		rows = d.shape[0]
		width /= rows
	}
	if d.count == 0 {
		rows, width = last, 0
	}
	if first < 0 || last < first || last > rows {
		return fmt.Errorf("rows %d to %d of %d", first, last, rows)
	}
	count, size := (last-first)*width, d.typ.Size
	l := d.layout
	switch {
	case count == 0:
		return begin(0)
	case l.class == chunked:
		return d.readChunks(first, last, count, begin, piece)
	case l.class == compact:
		if err := begin(count); err != nil {
			return err
		}
		piece(0, l.raw[first*width*size:last*width*size])
		return nil
	case l.address == nowhere:
		return errors.New("its values were never written")
	}
	f := d.o.f
	if total := uint64(d.count) * uint64(size); l.address > f.size || total > f.size-l.address {
		return damage("its values lie outside the file")
	}
	if err := begin(count); err != nil {
		return err
	}
	const most = 1 << 20
	step := max(1, most/size)
	for at := 0; at < count; at += step {
		n := min(step, count-at)
		b, err := f.at(l.address+uint64((first*width+at)*size), uint64(n*size))
		if err != nil {
			return err
		}
		piece(at, b)
	}
	return nil
}
