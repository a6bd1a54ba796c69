package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Array is one array with row-major values (the last index varies fastest).
type Array struct {
	Shape []int // empty for a single value
	Data  any   // []float32, []float64, []int8 ... []int64, []uint8 ... []uint64, []bool or []string
}

// readNPY reads one array from an npy stream. It widens half precision to float32, turns Fortran order into row-major
// order, and leaves bytes after the values unread. Arrays of objects, records, complex numbers and dates are errors.
// Memory use grows with the bytes in the stream, not with the size in the header.
func readNPY(r io.Reader) (Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return Array{}, err
	}
	values, err := h.values(r)
	if err != nil {
		return Array{}, err
	}
	return Array{Shape: h.shape, Data: values}, nil
}

func (h header) values(r io.Reader) (any, error) {
	const most = 1 << 28 // 1 GB as float32; a file of 1 MB may unpack to this size
	if !h.numeric() && h.dtype() != "string" {
		return nil, h.foreign()
	}
	if b, ok := r.(bounded); ok {
		if size := max(1, uint64(h.size)); uint64(h.total) > b.bytes/size {
			return nil, cutShort(0, h, io.EOF)
		}
		if h.total > most {
			return nil, unsupported{fmt.Sprintf("its %d values are more than memory should hold", h.total),
				"average them into longer bins"}
		}
	}
	switch h.dtype() {
	case "float16":
		bits, err := numbers[uint16](r, h)
		return widen(bits), err
	case "float32":
		return numbers[float32](r, h)
	case "float64":
		return numbers[float64](r, h)
	case "int8":
		return numbers[int8](r, h)
	case "int16":
		return numbers[int16](r, h)
	case "int32":
		return numbers[int32](r, h)
	case "int64":
		return numbers[int64](r, h)
	case "uint8":
		return numbers[uint8](r, h)
	case "uint16":
		return numbers[uint16](r, h)
	case "uint32":
		return numbers[uint32](r, h)
	case "uint64":
		return numbers[uint64](r, h)
	case "bool":
		return numbers[bool](r, h)
	}
	return texts(r, h)
}

// bounded is a stream with a known maximum length, whatever size a header in it states.
type bounded struct {
	io.Reader
	bytes uint64
}

// numbers reads the values of an array in steps, so that memory grows with the data. It reads all values at once if
// the stream may be long enough.
func numbers[T any](r io.Reader, h header) ([]T, error) {
	const step = 1 << 16
	var zero T
	size := binary.Size(zero)
	buf := make([]byte, size*min(step, h.total))
	room := min(step, h.total)
	if b, ok := r.(bounded); ok && uint64(h.total) <= b.bytes/uint64(size) {
		room = h.total
	}
	x := make([]T, 0, room)
	for len(x) < h.total {
		n := min(step, h.total-len(x))
		if _, err := io.ReadFull(r, buf[:n*size]); err != nil {
			return nil, cutShort(len(x), h, err)
		}
		x = slices.Grow(x, n)[:len(x)+n]
		if _, err := binary.Decode(buf[:n*size], h.order, x[len(x)-n:]); err != nil {
			return nil, err
		}
	}
	return rowMajor(x, h), nil
}

// texts reads strings of fixed width, padded with zeros: UTF-32 code points ('U') or bytes ('S').
func texts(r io.Reader, h header) ([]string, error) {
	if h.size > maxString {
		return nil, unsupported{fmt.Sprintf("strings of %d characters are too long", h.size), "save shorter ones"}
	}
	if h.size == 0 && h.total > maxString {
		return nil, errors.New("the strings have no characters, so the array's length cannot be checked")
	}
	if h.total > maxStrings {
		return nil, unsupported{fmt.Sprintf("%d strings are too many", h.total), "save a number in place of each"}
	}
	var x []string
	runes, raw := make([]rune, h.size), make([]byte, h.size)
	for range h.total {
		var s string
		var err error
		if h.kind == "U" {
			err = binary.Read(r, h.order, runes)
			s = string(runes)
		} else {
			_, err = io.ReadFull(r, raw)
			s = string(raw)
		}
		if err != nil {
			return nil, cutShort(len(x), h, err)
		}
		x = append(x, strings.TrimRight(s, "\x00"))
	}
	return rowMajor(x, h), nil
}

func cutShort(have int, h header, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the values are cut short: %d of %d were read: %w", have, h.total, err)
}

// widen converts IEEE half-precision bit patterns to float32, exactly.
func widen(bits []uint16) []float32 {
	x := make([]float32, len(bits))
	for i, b := range bits {
		sign, exponent, mantissa := uint32(b>>15)<<31, uint32(b>>10&31), uint32(b&1023)
		switch exponent {
		case 31: // infinite or NaN
			x[i] = math.Float32frombits(sign | 0x7f800000 | mantissa<<13)
		case 0: // zero or subnormal
			x[i] = math.Float32frombits(sign | math.Float32bits(float32(mantissa)/(1<<24)))
		default:
			x[i] = math.Float32frombits(sign | (exponent+112)<<23 | mantissa<<13)
		}
	}
	return x
}

// rowMajor returns values stored in Fortran order in row-major order.
func rowMajor[T any](x []T, h header) []T {
	if !h.fortran || len(h.shape) < 2 {
		return x
	}
	y, at := make([]T, len(x)), make([]int, len(h.shape))
	for i := range y {
		from := 0
		for k := len(h.shape) - 1; k >= 0; k-- {
			from = from*h.shape[k] + at[k]
		}
		y[i] = x[from]
		for k := len(h.shape) - 1; k >= 0; k-- {
			if at[k]++; at[k] < h.shape[k] {
				break
			}
			at[k] = 0
		}
	}
	return y
}
