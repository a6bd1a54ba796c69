package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// Class is the kind of values in a dataset or attribute.
type Class int

// The classes of HDF5.
const (
	Integer Class = iota
	Float
	Time
	Text // of fixed length
	Bits
	Opaque
	Compound
	Reference
	Enumeration // booleans among them
	Variable    // text or lists of variable length
	Array
	Complex
)

// String returns a description of the values for a message.
func (c Class) String() string {
	names := [...]string{"integer values", "float values", "times", "text", "bit fields", "opaque values",
		"compound values", "references",
		"booleans or another enumeration", "text or lists of variable length", "arrays", "complex numbers"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("values of class %d", int(c))
}

// Type is the type of an element.
type Type struct {
	Class  Class
	Size   int              // bytes of an element
	Names  map[int64]string // of the values of an enumeration
	order  binary.ByteOrder
	signed bool
	text   bool // of class Variable: text, not lists
}

// parseType takes a datatype message apart. Numbers of a make that is not usual are an error.
func parseType(b []byte) (Type, error) {
	if len(b) < 8 {
		return Type{}, damage("a type is cut short")
	}
	t := Type{Class: Class(b[0] & 0xf), Size: int(little.Uint32(b[4:])), order: little}
	if b[1]&1 != 0 {
		t.order = binary.BigEndian
	}
	var err error
	switch t.Class {
	case Integer:
		err = t.integer(b)
	case Float:
		err = t.float(b)
	case Enumeration:
		err = t.enumeration(b)
	case Variable:
		t.text = b[1]&0xf == 1
		if t.Size != 16 {
			err = damage("texts of variable length take %d bytes each, not 16", t.Size)
		}
	}
	if err == nil && t.Size == 0 {
		err = damage("elements have no size")
	}
	return t, err
}

func (t *Type) integer(b []byte) error {
	if len(b) < 12 {
		return damage("a type is cut short")
	}
	t.signed = b[1]&8 != 0
	whole := t.Size == 1 || t.Size == 2 || t.Size == 4 || t.Size == 8
	if !whole || little.Uint16(b[8:]) != 0 || int(little.Uint16(b[10:])) != 8*t.Size {
		return fmt.Errorf("integers of %d of %d bits", little.Uint16(b[10:]), 8*t.Size)
	}
	return nil
}

// float takes the three makes of IEEE 754: the places of sign, exponent and mantissa, and the bias.
func (t *Type) float(b []byte) error {
	if len(b) < 20 {
		return damage("a type is cut short")
	}
	makes := map[int][7]int{2: {15, 0, 16, 10, 5, 10, 15}, 4: {31, 0, 32, 23, 8, 23, 127},
		8: {63, 0, 64, 52, 11, 52, 1023}}
	got := [7]int{int(b[2]), int(little.Uint16(b[8:])), int(little.Uint16(b[10:])), int(b[12]), int(b[13]), int(b[15]),
		int(little.Uint32(b[16:]))}
	if want, ok := makes[t.Size]; !ok || got != want || b[14] != 0 || b[1]&0x40 != 0 {
		return fmt.Errorf("floating-point numbers of %d bytes that are not IEEE's", t.Size)
	}
	return nil
}

// enumeration takes the type of an enumeration apart: class and version, number of members, size; then the integer
// type, names and values.
func (t *Type) enumeration(b []byte) error {
	const base = 12 // bytes of the integer type
	if len(b) < 8+base {
		return damage("a type is cut short")
	}
	of, err := parseType(b[8 : 8+base])
	if err != nil {
		return err
	}
	if of.Class != Integer || of.Size != t.Size {
		return errors.New("an enumeration not of integers")
	}
	t.order, t.signed, t.Names = of.order, of.signed, map[int64]string{}
	version, members := b[0]>>4, int(little.Uint16(b[1:]))
	b = b[8+base:]
	names := make([]string, members)
	for i := range names {
		end := bytes.IndexByte(b, 0)
		if end < 0 {
			return damage("a type is cut short")
		}
		names[i] = string(b[:end])
		end++
		if version < 3 { // padded to a multiple of 8
			end = (end + 7) / 8 * 8
		}
		b = b[min(end, len(b)):]
	}
	if len(b) < members*t.Size {
		return damage("a type is cut short")
	}
	for i, name := range names {
		t.Names[t.value(b[i*t.Size:])] = name
	}
	return nil
}

// value returns the integer at the beginning of b.
func (t *Type) value(b []byte) int64 {
	var v uint64
	switch t.Size {
	case 1:
		v = uint64(b[0])
	case 2:
		v = uint64(t.order.Uint16(b))
	case 4:
		v = uint64(t.order.Uint32(b))
	default:
		v = t.order.Uint64(b)
	}
	if unused := 64 - 8*t.Size; t.signed {
		return int64(v<<unused) >> unused
	}
	return int64(v)
}

// IsNumber reports whether elements are integers or floating-point numbers.
func (t *Type) IsNumber() bool { return t.Class == Integer || t.Class == Float }

// floats turns elements into numbers; out is as long as there are elements.
func (t *Type) floats(out []float64, b []byte) {
	switch {
	case t.Class == Float && t.Size == 8 && t.order == little:
		for i := range out {
			out[i] = math.Float64frombits(little.Uint64(b[8*i:]))
		}
	case t.Class == Float && t.Size == 4 && t.order == little:
		for i := range out {
			out[i] = float64(math.Float32frombits(little.Uint32(b[4*i:])))
		}
	case t.Class == Float && t.Size == 8:
		for i := range out {
			out[i] = math.Float64frombits(t.order.Uint64(b[8*i:]))
		}
	case t.Class == Float && t.Size == 4:
		for i := range out {
			out[i] = float64(math.Float32frombits(t.order.Uint32(b[4*i:])))
		}
	case t.Class == Float:
		for i := range out {
			out[i] = half(t.order.Uint16(b[2*i:]))
		}
	case t.order == little:
		t.integers(out, b)
	default: // big
		for i := range out {
			if t.Size == 8 && !t.signed {
				out[i] = float64(t.order.Uint64(b[8*i:]))
			} else {
				out[i] = float64(t.value(b[t.Size*i:]))
			}
		}
	}
}

// integers converts little-endian integers as floats does, with one loop for each kind, because recordings contain
// gigabytes of them.
func (t *Type) integers(out []float64, b []byte) {
	switch {
	case t.Size == 1 && t.signed:
		for i := range out {
			out[i] = float64(int8(b[i]))
		}
	case t.Size == 1:
		for i := range out {
			out[i] = float64(b[i])
		}
	case t.Size == 2 && t.signed:
		for i := range out {
			out[i] = float64(int16(little.Uint16(b[2*i:])))
		}
	case t.Size == 2:
		for i := range out {
			out[i] = float64(little.Uint16(b[2*i:]))
		}
	case t.Size == 4 && t.signed:
		for i := range out {
			out[i] = float64(int32(little.Uint32(b[4*i:])))
		}
	case t.Size == 4:
		for i := range out {
			out[i] = float64(little.Uint32(b[4*i:]))
		}
	case t.signed:
		for i := range out {
			out[i] = float64(int64(little.Uint64(b[8*i:])))
		}
	default:
		for i := range out {
			out[i] = float64(little.Uint64(b[8*i:]))
		}
	}
}

// half returns a number of half precision.
func half(b uint16) float64 {
	sign, exponent, mantissa := 1.0, int(b>>10&31), float64(b&1023)/1024
	if b>>15 != 0 {
		sign = -1
	}
	switch {
	case exponent == 31 && mantissa != 0:
		return math.NaN()
	case exponent == 31:
		return math.Inf(int(sign))
	case exponent == 0:
		return sign * math.Ldexp(mantissa, -14)
	}
	return sign * math.Ldexp(1+mantissa, exponent-15)
}

// texts turns elements into text, of fixed or of variable length.
func (f *File) texts(t *Type, b []byte) ([]string, error) {
	if t.Class != Text && (t.Class != Variable || !t.text) {
		return nil, fmt.Errorf("it holds %s, not text", t.Class)
	}
	all := make([]string, len(b)/t.Size)
	for i := range all {
		if err := f.step(); err != nil {
			return nil, err
		}
		e := b[i*t.Size : (i+1)*t.Size]
		if t.Class == Variable {
			s, err := f.heapText(little.Uint64(e[4:]), little.Uint32(e[12:]), little.Uint32(e))
			if err != nil {
				return nil, err
			}
			all[i] = strings.TrimRight(s, "\x00")
			continue
		}
		s, _, _ := strings.Cut(string(e), "\x00")
		all[i] = strings.TrimRight(s, " ")
	}
	return all, nil
}

// heapText returns a text of a length, in the global heap at an address under a number.
func (f *File) heapText(address uint64, object, length uint32) (string, error) {
	if length == 0 || address == 0 || address == nowhere {
		return "", nil
	}
	objects, err := f.heap(address)
	if err != nil {
		return "", err
	}
	s, ok := objects[object]
	if !ok || uint64(length) > uint64(len(s)) {
		return "", damage("a text is not where it should be")
	}
	return s[:length], nil
}

// heap reads a global heap: all its objects, by number. All are kept, and together they are no more than the file.
func (f *File) heap(address uint64) (map[uint32]string, error) {
	if objects := f.heaps[address]; objects != nil {
		return objects, nil
	}
	const head = 16
	b, err := f.at(address, head)
	if err != nil {
		return nil, err
	}
	size := little.Uint64(b[8:])
	if string(b[:4]) != "GCOL" || b[4] != 1 || size < head {
		return nil, damage("texts are not where they should be")
	}
	if b, err = f.at(address, size); err != nil {
		return nil, err
	}
	if f.heaped += size; f.heaped > f.size {
		return nil, damage("texts lie over one another")
	}
	objects, all := map[uint32]string{}, string(b)
	for at := uint64(head); at+head <= size; {
		number, n := uint32(little.Uint16(b[at:])), little.Uint64(b[at+8:])
		if number == 0 { // what follows is free
			break
		}
		at += head
		if n > size-at {
			return nil, damage("a text ends outside its place")
		}
		objects[number] = all[at : at+n]
		at += (n + 7) / 8 * 8
	}
	f.heaps[address] = objects
	return objects, nil
}

// unlimited is the limit of a dimension that may grow without one.
const unlimited = ^uint64(0)

// parseShape parses a dataspace: the shape, empty for a single value, its limits, and the number of elements.
func parseShape(b []byte) (shape []int, limits []uint64, n int, err error) {
	short := damage("a shape is cut short")
	if len(b) < 4 {
		return nil, nil, 0, short
	}
	rank, at := int(b[1]), 8
	switch b[0] {
	case 1:
	case 2:
		at = 4
		const null = 2
		if b[3] == null {
			return []int{0}, []uint64{0}, 0, nil
		}
	default:
		return nil, nil, 0, fmt.Errorf("a shape of version %d", b[0])
	}
	limited := b[2]&1 != 0
	if rank > 32 || len(b) < at+8*rank || limited && len(b) < at+16*rank {
		return nil, nil, 0, short
	}
	shape, limits, n = make([]int, rank), make([]uint64, rank), 1
	const most = 1 << 48
	for i := range shape {
		s := little.Uint64(b[at+8*i:])
		if s > most {
			return nil, nil, 0, damage("a shape asks for %d rows or columns", s)
		}
		shape[i], limits[i] = int(s), s
		if limited {
			limits[i] = max(s, little.Uint64(b[at+8*(rank+i):]))
		}
		if n > 0 && s > 0 && uint64(n) > most/s {
			return nil, nil, 0, damage("a shape asks for more elements than can be")
		}
		n *= int(s)
	}
	return shape, limits, n, nil
}
