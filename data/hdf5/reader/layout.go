package reader

import (
	"bytes"
	"errors"
	"fmt"
)

// fill returns an element of a size that was never written: by a fill value message, of one of three versions, or an
// old one; nil for zero.
func (o *object) fill(size int) ([]byte, error) {
	b, err := o.own(messageFill)
	if err != nil {
		return nil, err
	}
	short := damage("a fill value is cut short")
	defined := true
	switch {
	case b == nil:
		if b, err = o.own(messageOldFill); b == nil {
			return nil, err
		}
	case len(b) < 2 || b[0] < 3 && len(b) < 4:
		return nil, short
	case b[0] == 3:
		defined = b[1]&0x20 != 0
		b = b[2:]
	case b[0] == 1 || b[0] == 2:
		defined = b[3] != 0
		b = b[4:]
	default:
		return nil, fmt.Errorf("a fill value of version %d", b[0])
	}
	if !defined {
		return nil, nil
	}
	if len(b) < 4 {
		return nil, short
	}
	n := int(int32(little.Uint32(b)))
	if n <= 0 {
		return nil, nil
	}
	if n > len(b)-4 || n != size {
		return nil, short
	}
	fill := b[4 : 4+n]
	if len(bytes.Trim(fill, "\x00")) == 0 {
		return nil, nil
	}
	return fill, nil
}

// The ways in which values are kept.
const (
	compact    = 0
	contiguous = 1
	chunked    = 2
	virtual    = 3
)

// layout is where values are.
type layout struct {
	class   byte
	raw     []byte // of a compact one
	address uint64
	size    uint64 // bytes of a contiguous one
	chunk   []int  // shape of a chunk
	element int    // bytes, by the chunks' layout
	chunks  chunksLayout
}

func parseLayout(b []byte) (layout, error) {
	short := damage("a layout is cut short")
	var l layout
	if len(b) < 4 {
		return l, short
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
		if b[0] > 3 {
			return l, l.parseChunks(b)
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
	case virtual:
		return l, errors.New("a virtual dataset, whose values are in other datasets")
	default:
		return l, fmt.Errorf("a layout of class %d", l.class)
	}
	return l, nil
}

// expansion is how many times as many bytes inflating gives at most as it reads.
const expansion = 1032

// maxUnwritten is how many bytes of values that nothing in the file stands for, for they were never written, are made
// at once.
const maxUnwritten = 1 << 27

// room returns an error if the file cannot hold the values of the shape. Unwritten values take no space, so a large
// shape may be valid. But a shape far beyond any real data is refused.
func (d *Dataset) room() error {
	size := uint64(d.typ.Size)
	l, room := d.layout, d.o.f.size
	switch {
	case l.class == compact:
		room = uint64(len(l.raw))
	case l.class == contiguous && l.address != nowhere:
		room = min(room, l.size)
	default:
		room = max(maxUnwritten, expansion*min(room, 1<<50))
	}
	if l.class == chunked {
		if err := d.chunksFit(); err != nil {
			return err
		}
	}
	if d.count > 0 && uint64(d.count) > room/size {
		return Damage{fmt.Sprintf("its shape, %v, asks for more than the file holds", d.shape)}
	}
	return nil
}

// chunksFit returns an error unless the chunks have as many dimensions as the values, and a size that can be: no edge
// is 0, and one is less than 4 GB.
func (d *Dataset) chunksFit() error {
	const most = 1<<32 - 1 // bytes of a chunk
	if len(d.layout.chunk) != len(d.shape) || d.layout.element != d.typ.Size {
		return damage("its chunks do not fit its shape or type")
	}
	whole := d.typ.Size
	for _, c := range d.layout.chunk {
		if c <= 0 || whole > most/c {
			return damage("its chunks of shape %v have no size that can be", d.layout.chunk)
		}
		whole *= c
	}
	return nil
}
