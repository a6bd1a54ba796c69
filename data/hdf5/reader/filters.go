package reader

import (
	"bytes"
	"compress/bzip2"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"
)

// Filters of chunks, by their registered numbers.
const (
	filterDeflate     = 1
	filterShuffle     = 2
	filterFletcher32  = 3
	filterScaleOffset = 6
	filterBzip2       = 307
	filterLZF         = 32000
	filterBlosc       = 32001
	filterLZ4         = 32004
	filterBitshuffle  = 32008
	filterZstandard   = 32015
)

// filter is a filter that was applied to chunks.
type filter struct {
	number uint16
	values []uint32 // that it was given
}

// Packed is the error of chunks with a filter that this package cannot undo.
type Packed struct{ By string }

func (p Packed) Error() string { return "its chunks are packed by " + p.By }

// foreign returns an error that names an unsupported filter.
func (f filter) foreign() error {
	name := map[uint16]string{4: "szip", 5: "n-bit", 305: "LZO", 32013: "ZFP", 32026: "Blosc2"}[f.number]
	if name == "" {
		name = fmt.Sprintf("a filter of number %d", f.number)
	}
	return Packed{name}
}

// undo undoes the filter on a chunk of elements of a type, which has whole bytes in the end.
func (f filter) undo(b []byte, t *Type, whole int) ([]byte, error) {
	const more = 32 // bytes that a filter applied before may have added: a checksum, what scale-offset says
	const checksum = 4
	size := t.Size
	switch f.number {
	case filterDeflate:
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, damage("a chunk cannot be unpacked (%v)", err)
		}
		return inflate(z, len(b), whole+more)
	case filterBzip2:
		return inflate(bzip2.NewReader(bytes.NewReader(b)), len(b), whole+more)
	case filterScaleOffset:
		return f.unscale(b, t, whole)
	case filterShuffle:
		out := make([]byte, len(b))
		unshuffle(out, b, size)
		return out, nil
	case filterFletcher32:
		end := len(b) - checksum
		if end < 0 || fletcher32(b[:end]) != little.Uint32(b[end:]) {
			return nil, damage("the checksum of a chunk is wrong")
		}
		return b[:end], nil
	case filterLZF:
		return unlzf(b, whole+more)
	case filterBlosc:
		return unblosc(b, whole+more)
	case filterLZ4:
		return unlz4(b, whole+more)
	case filterBitshuffle:
		return f.unbitshuffle(b, whole+more)
	case filterZstandard:
		return unzstd(b, whole+more)
	}
	return nil, f.foreign()
}

// unshuffle puts the bytes of elements of a size together again: b has their first bytes, then their second ones, and
// so on. Bytes that are left over stay as they are.
func unshuffle(out, b []byte, size int) {
	n := len(b) / size
	copy(out[n*size:], b[n*size:])
	for k := range size {
		for i, v := range b[k*n : (k+1)*n] {
			out[i*size+k] = v
		}
	}
}

// inflate reads unpacked bytes, up to one byte more than most. Memory grows with the bytes that exist, not with a
// claimed size.
func inflate(r io.Reader, packed, most int) ([]byte, error) {
	out := bytes.NewBuffer(make([]byte, 0, min(most, 8*packed)+bytes.MinRead))
	if _, err := out.ReadFrom(io.LimitReader(r, int64(most+1))); err != nil {
		return nil, damage("a chunk cannot be unpacked (%v)", err)
	}
	return out.Bytes(), nil
}

// unscale undoes the filter scale-offset. It stores numbers of a few bits each, the highest bit first; the least value
// must be added. For floating-point numbers they are units of 10^-digits. The highest number stands for the fill
// value. The bit count, and the least value with its length, come first.
func (f filter) unscale(b []byte, t *Type, whole int) ([]byte, error) {
	const head = 21
	broken := damage("a chunk cannot be unpacked (scale-offset)")
	if len(b) < head || len(f.values) < 8 {
		return nil, broken
	}
	const digits, least, defined = 0, 2, 1 // ways of scaling, and that there is a fill value
	usual := t.Class == Float && t.Size > 2 && f.values[0] == digits || t.Class == Integer && f.values[0] == least
	if !usual {
		return nil, errors.New("its chunks are packed by scale-offset in a way that is not usual")
	}
	width, size := int(little.Uint32(b)), t.Size
	if width > 8*size {
		return nil, broken
	}
	n := whole / size
	offset := number(b[5 : 5+min(8, b[4])])
	b = b[head:]
	if width == 8*size { // as they were
		if len(b) < whole {
			return nil, broken
		}
		return b[:whole], nil
	}
	if uint64(len(b))*8 < uint64(n)*uint64(width) {
		return nil, broken
	}
	var fill uint64
	for i, v := range f.values[8:min(10, len(f.values))] {
		fill |= uint64(v) << (32 * i)
	}
	out, top := make([]byte, whole), uint64(1)<<width-1
	scale := math.Pow10(int(int32(f.values[1])))
	next := bitReader(b, width)
	for i := range n {
		v := next()
		switch {
		case width > 0 && v == top && f.values[7] == defined:
			v = fill
		case t.Class == Integer:
			v += offset
		case size == 4:
			v = uint64(math.Float32bits(float32(v)/float32(scale) + math.Float32frombits(uint32(offset))))
		default:
			v = math.Float64bits(float64(v)/scale + math.Float64frombits(offset))
		}
		t.put(out[i*size:(i+1)*size], v)
	}
	return out, nil
}

// bitReader returns a function that reads numbers of width bits in sequence, the highest bit first. The bytes must
// hold all numbers that are read.
func bitReader(b []byte, width int) (next func() uint64) {
	have, bits := 0, uint64(0) // unused bits of the bytes read
	return func() (v uint64) {
		for need := width; need > 0; {
			if have == 0 {
				bits, have, b = uint64(b[0]), 8, b[1:]
			}
			k := min(need, have)
			v = v<<k | bits>>(have-k)&(1<<k-1)
			need, have = need-k, have-k
		}
		return v
	}
}

// put writes the low bytes of a number as an element of 1, 2, 4 or 8 bytes.
func (t *Type) put(e []byte, v uint64) {
	switch len(e) {
	case 1:
		e[0] = byte(v)
	case 2:
		t.order.PutUint16(e, uint16(v))
	case 4:
		t.order.PutUint32(e, uint32(v))
	default:
		t.order.PutUint64(e, v)
	}
}

// fletcher32 is Fletcher's checksum of 32 bits over numbers of 16 bits, the high byte first.
func fletcher32(b []byte) uint32 {
	var one, two uint32
	fold := func() {
		one, two = one&0xffff+one>>16, two&0xffff+two>>16
	}
	const most = 360 // numbers until the sums must be folded
	for i := 0; i+1 < len(b); {
		for k := 0; k < most && i+1 < len(b); k++ {
			one += uint32(b[i])<<8 | uint32(b[i+1])
			two += one
			i += 2
		}
		fold()
	}
	if len(b)%2 != 0 {
		one += uint32(b[len(b)-1]) << 8
		two += one
		fold()
	}
	fold()
	return two<<16 | one
}

// unlzf unpacks LibLZF's format to most bytes: runs of literals, and copies of what came before.
func unlzf(b []byte, most int) ([]byte, error) {
	broken := damage("a chunk cannot be unpacked (lzf)")
	out := make([]byte, 0, min(most, 8*len(b)))
	for len(b) > 0 {
		control := int(b[0])
		b = b[1:]
		if control < 1<<5 {
			n := control + 1
			if len(b) < n || len(out)+n > most {
				return nil, broken
			}
			out, b = append(out, b[:n]...), b[n:]
			continue
		}
		n := control >> 5
		if n == 7 {
			if len(b) == 0 {
				return nil, broken
			}
			n += int(b[0])
			b = b[1:]
		}
		if len(b) == 0 {
			return nil, broken
		}
		from := len(out) - (control&0x1f)<<8 - int(b[0]) - 1
		b = b[1:]
		n += 2
		if from < 0 || len(out)+n > most {
			return nil, broken
		}
		for i := range n { // byte by byte: a copy may overlap what it makes
			out = append(out, out[from+i])
		}
	}
	return out, nil
}

// parseFilters returns the filters of a filter message in the order of their application; nil if there are none.
func parseFilters(b []byte) ([]filter, error) {
	if b == nil {
		return nil, nil
	}
	short := damage("a list of filters is cut short")
	if len(b) < 2 {
		return nil, short
	}
	if b[0] != 1 && b[0] != 2 {
		return nil, fmt.Errorf("filters of version %d", b[0])
	}
	first := b[0] == 1
	const most = 32
	if b[1] > most {
		return nil, damage("%d filters are too many", b[1])
	}
	filters := make([]filter, b[1])
	b = b[2:]
	if first {
		b = b[min(6, len(b)):] // reserved
	}
	for i := range filters {
		head := 8 // number, length of the name, flags, how many values
		if len(b) < 6 {
			return nil, short
		}
		n := little.Uint16(b)
		filters[i].number = n
		named := first || n >= 256
		if !named {
			head = 6
		}
		if len(b) < head {
			return nil, short
		}
		values := int(little.Uint16(b[head-2:]))
		if named {
			head += int(little.Uint16(b[2:]))
		}
		end := head + 4*values
		if first {
			end = (end + 7) / 8 * 8 // padded
		}
		if len(b) < end {
			return nil, short
		}
		for k := range values {
			filters[i].values = append(filters[i].values, little.Uint32(b[head+4*k:]))
		}
		b = b[end:]
	}
	if len(filters) == 0 {
		return nil, nil
	}
	return filters, nil
}
