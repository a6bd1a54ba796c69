package npz

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// writeNPY writes one array as an npy stream. It fails if Array does not list the type of Data, or if the product of
// the shape is not the number of values.
func writeNPY(w io.Writer, a Array) error {
	descr, values, count, err := encode(a.Data)
	if err != nil {
		return err
	}
	total := 1
	for _, n := range a.Shape {
		total *= n
	}
	if total != count {
		return fmt.Errorf("an array of shape %v cannot hold %d values", a.Shape, count)
	}
	if _, err := w.Write(encodeHeader(descr, a.Shape)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, values)
}

// encode returns the NumPy type of the data, the values to write, and their number.
func encode(data any) (descr string, values any, count int, err error) {
	switch x := data.(type) {
	case []float32:
		return "<f4", x, len(x), nil
	case []float64:
		return "<f8", x, len(x), nil
	case []int8:
		return "|i1", x, len(x), nil
	case []int16:
		return "<i2", x, len(x), nil
	case []int32:
		return "<i4", x, len(x), nil
	case []int64:
		return "<i8", x, len(x), nil
	case []uint8:
		return "|u1", x, len(x), nil
	case []uint16:
		return "<u2", x, len(x), nil
	case []uint32:
		return "<u4", x, len(x), nil
	case []uint64:
		return "<u8", x, len(x), nil
	case []bool:
		return "|b1", x, len(x), nil
	case []string:
		width, runes := fixedWidth(x)
		return fmt.Sprintf("<U%d", width), runes, len(x), nil
	}
	return "", nil, 0, fmt.Errorf("cannot write values of type %T", data)
}

// fixedWidth returns the strings in NumPy's layout: all as wide as the widest string, padded with zeros.
func fixedWidth(x []string) (width int, runes []rune) {
	width = 1
	for _, s := range x {
		width = max(width, utf8.RuneCountInString(s))
	}
	runes = make([]rune, width*len(x))
	for i, s := range x {
		copy(runes[i*width:], []rune(s))
	}
	return width, runes
}

// encodeHeader pads the header with spaces so that the values start at a multiple of 64 bytes, as NumPy does.
func encodeHeader(descr string, shape []int) []byte {
	var tuple strings.Builder
	for i, n := range shape {
		if i > 0 {
			tuple.WriteString(", ")
		}
		fmt.Fprint(&tuple, n)
	}
	if len(shape) == 1 {
		tuple.WriteString(",") // a Python tuple of one element
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple.String())
	const lead = len(magic) + 4 // the version and the header's length
	text += strings.Repeat(" ", (64-(lead+len(text)+1)%64)%64) + "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}
