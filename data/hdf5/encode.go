package hdf5

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
)

// Ref is a reference to a dataset or group that is already written; see Dataset.Ref and Group.Ref.
type Ref uint64

// value is an encoded value: the bytes of its elements, and their type and shape.
type value struct {
	datatype []byte // the datatype message
	raw      []byte
	count    int
	scalar   bool
}

// size returns the number of bytes of one element.
func (v value) size() int { return int(le.Uint32(v.datatype[4:])) }

// encode encodes a string, a bool, any number or a Ref, or a slice of one of these.
func (w *Writer) encode(v any) (value, error) {
	switch x := v.(type) {
	case string:
		return value{stringType(), w.strings([]string{x}), 1, true}, nil
	case []string:
		return value{stringType(), w.strings(x), len(x), false}, nil
	case bool:
		return value{boolType(), bools(x), 1, true}, nil
	case []bool:
		return value{boolType(), bools(x...), len(x), false}, nil
	case Ref:
		return value{datatype(classReference, 0, 0, 8), le.AppendUint64(nil, uint64(x)), 1, true}, nil
	case []Ref:
		raw, err := binary.Append(nil, le, x)
		return value{datatype(classReference, 0, 0, 8), raw, len(x), false}, err
	case int:
		return w.encode(int64(x))
	case []int:
		wide := make([]int64, len(x))
		for i, k := range x {
			wide[i] = int64(k)
		}
		return w.encode(wide)
	}
	t := reflect.TypeOf(v)
	if t == nil {
		return value{}, fmt.Errorf("nil cannot be written")
	}
	scalar := t.Kind() != reflect.Slice
	if !scalar {
		t = t.Elem()
	}
	dt, ok := numberType(t.Kind())
	if !ok {
		return value{}, fmt.Errorf("type %T cannot be written", v)
	}
	raw, err := binary.Append(nil, le, v)
	return value{dt, raw, len(raw) / int(t.Size()), scalar}, err
}

// swap puts the most significant byte of numbers first.
func (v value) swap() error {
	if class := v.datatype[0] & 0xf; class != classInteger && class != classFloat {
		return fmt.Errorf("only numbers have an order of bytes")
	}
	v.datatype[1] |= 1
	for x := range slices.Chunk(v.raw, v.size()) {
		slices.Reverse(x)
	}
	return nil
}

func numberType(k reflect.Kind) ([]byte, bool) {
	switch k {
	case reflect.Float64:
		return datatype(classFloat, 0x20, 63, 8, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0), true
	case reflect.Float32:
		return datatype(classFloat, 0x20, 31, 4, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0), true
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integerType(1<<(k-reflect.Int8), true), true
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return integerType(1<<(k-reflect.Uint8), false), true
	}
	return nil, false
}

// datatype returns a datatype message of version 1: a class, its first two bytes of flags, the element's size, and
// properties.
func datatype(class byte, flags0, flags1 byte, size int, properties ...byte) []byte {
	return append(le.AppendUint32([]byte{0x10 | class, flags0, flags1, 0}, uint32(size)), properties...)
}

func integerType(size int, signed bool) []byte {
	flags := byte(0)
	if signed {
		flags = 8
	}
	return datatype(classInteger, flags, 0, size, 0, 0, byte(size*8), 0)
}

// stringType returns a variable-length UTF-8 string: its length, and where it is in a global heap.
func stringType() []byte { return datatype(classVariable, 1, 1, 16, integerType(1, false)...) }

// boolType returns the enumeration that h5py reads as bool.
func boolType() []byte {
	b := datatype(classEnum, 2, 0, 1, append(integerType(1, true), "FALSE\x00TRUE\x00\x00\x01"...)...)
	b[0] = 0x30 | classEnum // version 3: the names are not padded
	return b
}

func bools(x ...bool) []byte {
	raw := make([]byte, len(x))
	for i, b := range x {
		if b {
			raw[i] = 1
		}
	}
	return raw
}

// message prefixes the data of a header message with its type and size.
func message(kind byte, data []byte) []byte {
	b := append([]byte{kind, 0, 0, 0}, data...)
	le.PutUint16(b[1:], uint16(len(data)))
	return b
}

// dataspace returns a dataspace message of version 2.
func dataspace(shape []int, scalar, unlimited bool) []byte {
	if scalar {
		return []byte{2, 0, 0, 0}
	}
	b := []byte{2, byte(len(shape)), 0, 1}
	for _, s := range shape {
		b = le.AppendUint64(b, uint64(s))
	}
	if unlimited {
		b[2] = 1
		for range shape {
			b = le.AppendUint64(b, undefined)
		}
	}
	return b
}

// attribute returns an attribute message of version 3. A message holds less than 64 kB.
func (w *Writer) attribute(name string, v any) []byte {
	val, err := w.encode(v)
	if err == nil && len(val.raw)+len(name) > 60000 {
		err = fmt.Errorf("%d bytes are too many for an attribute", len(val.raw))
	}
	if err != nil {
		w.fail(fmt.Errorf("hdf5: attribute %q: %w", name, err))
		return nil
	}
	space := dataspace([]int{val.count}, val.scalar, false)
	b := []byte{3, 0}
	b = le.AppendUint16(b, uint16(len(name)+1))
	b = le.AppendUint16(b, uint16(len(val.datatype)))
	b = le.AppendUint16(b, uint16(len(space)))
	b = append(append(append(b, 1), name...), 0) // the name is UTF-8, and ends in a zero
	return message(msgAttribute, append(append(append(b, val.datatype...), space...), val.raw...))
}
