package reader

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// Filters of chunks, by their registered numbers.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
	filterLZF        = 32000
)

// unfilter undoes a filter on a chunk of elements of size bytes, which has whole bytes in the end.
func unfilter(filter uint16, b []byte, size, whole int) ([]byte, error) {
	const checksum = 4
	switch filter {
	case filterDeflate:
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, damage("a chunk cannot be unpacked (%v)", err)
		}
		out := bytes.NewBuffer(make([]byte, 0, whole+checksum+bytes.MinRead))
		if _, err := out.ReadFrom(io.LimitReader(z, int64(whole+checksum+1))); err != nil { // no more than is of use
			return nil, damage("a chunk cannot be unpacked (%v)", err)
		}
		return out.Bytes(), nil
	case filterShuffle:
		out, n := make([]byte, len(b)), len(b)/size
		copy(out[n*size:], b[n*size:]) // what is left over is as it was
		for k := range size {
			plane := b[k*n : (k+1)*n]
			for i, v := range plane {
				out[i*size+k] = v
			}
		}
		return out, nil
	case filterFletcher32:
		end := len(b) - checksum
		if end < 0 || fletcher32(b[:end]) != little.Uint32(b[end:]) {
			return nil, damage("the checksum of a chunk is wrong")
		}
		return b[:end], nil
	case filterLZF:
		return unlzf(b, whole+checksum)
	}
	return nil, fmt.Errorf("its chunks are packed by a filter of number %d", filter)
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
	out := make([]byte, 0, most)
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

// parseFilters is the numbers of the filters of a filter message, in the order in which they were applied.
func parseFilters(b []byte) ([]uint16, error) {
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
	filters := make([]uint16, b[1])
	b = b[2:]
	if first {
		b = b[min(6, len(b)):] // reserved
	}
	for i := range filters {
		head := 8 // number, length of the name, flags, how many values
		if len(b) < 6 {
			return nil, short
		}
		filters[i] = little.Uint16(b)
		named := first || filters[i] >= 256
		if !named {
			head = 6
		}
		if len(b) < head {
			return nil, short
		}
		end := head + 4*int(little.Uint16(b[head-2:]))
		if named {
			end += int(little.Uint16(b[2:]))
		}
		if first {
			end = (end + 7) / 8 * 8 // padded
		}
		if len(b) < end {
			return nil, short
		}
		b = b[end:]
	}
	return filters, nil
}
