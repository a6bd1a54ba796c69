package reader

import "fmt"

// blosc is the head of a frame of Blosc. The frame holds blocks of size bytes, the last one of fewer.
type blosc struct {
	flags   byte
	element int // bytes
	size    int // of a block
}

// unblosc undoes the filter Blosc, up to most bytes: a head, the places of the blocks, and the blocks. Each block is
// shuffled by bytes, by bits or not at all. It is then packed in one piece, or in one piece per byte of an element.
// The format: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
func unblosc(b []byte, most int) ([]byte, error) {
	const head, version, stored = 16, 2, 2
	broken := damage("a chunk cannot be unpacked (Blosc)")
	if len(b) < head {
		return nil, broken
	}
	if b[0] > version {
		return nil, Packed{"Blosc2"}
	}
	total, size := uint64(little.Uint32(b[4:])), uint64(little.Uint32(b[8:]))
	h := blosc{flags: b[2], element: int(b[3])}
	if total > uint64(most) || h.element == 0 {
		return nil, broken
	}
	if h.flags&stored != 0 {
		if uint64(len(b)-head) < total {
			return nil, broken
		}
		return b[head : head+total], nil
	}
	unpack, err := h.codec()
	if err != nil {
		return nil, err
	}
	if size == 0 || uint64(len(b)-head)/4 < (total+size-1)/size {
		return nil, broken
	}
	h.size = int(min(size, uint64(most)))
	out, tmp := make([]byte, total), make([]byte, min(total, size))
	for i, rest := 0, out; len(rest) > 0; i++ {
		at := uint64(little.Uint32(b[head+4*i:]))
		n := min(h.size, len(rest))
		if at > uint64(len(b)) || !h.block(tmp[:n], b[at:], unpack) {
			return nil, broken
		}
		h.unshuffle(rest[:n], tmp[:n])
		rest = rest[n:]
	}
	return out, nil
}

// codec returns the codec of the blocks.
func (h blosc) codec() (codec, error) {
	switch format := h.flags >> 5; format {
	case 0:
		return blosclz, nil
	case 1:
		return lz4Block, nil
	case 2:
		return snappyBlock, nil
	case 3:
		return zlibStream, nil
	case 4:
		return zstdFrames()
	default:
		return nil, Packed{fmt.Sprintf("Blosc with a codec of number %d", format)}
	}
}

// block unpacks a block into out; false if it cannot be.
func (h blosc) block(out, b []byte, unpack codec) bool {
	const whole, mostPieces, leastPiece = 0x10, 16, 128 // whole is the flag of blocks in one piece
	pieces := 1
	if h.flags&whole == 0 && h.element <= mostPieces && h.size/h.element >= leastPiece && len(out) == h.size {
		pieces = h.element
	}
	if len(out)%pieces != 0 {
		return false
	}
	n := len(out) / pieces
	for ; len(out) > 0; out = out[n:] {
		packed, rest, ok := part(b, little)
		switch {
		case !ok:
			return false
		case len(packed) == n:
			copy(out, packed)
		case unpack(out[:n], packed) != nil:
			return false
		}
		b = rest
	}
	return true
}

// unshuffle undoes on a block what was done before it was packed.
func (h blosc) unshuffle(out, b []byte) {
	const byBytes, byBits = 1, 4
	n := len(b) / h.element * h.element
	switch {
	case h.flags&byBytes != 0:
		unshuffle(out, b, h.element)
	case h.flags&byBits != 0 && n/h.element%8 == 0:
		unbits(out, b[:n], h.element)
		copy(out[n:], b[n:])
	default:
		copy(out, b)
	}
}

// blosclz unpacks BloscLZ: runs of literals, and copies of what came before, from up to 8191 bytes back, or 65535
// more.
func blosclz(out, b []byte) error {
	const far = 1<<13 - 1
	done := 0
	for first := true; len(b) > 0; first = false {
		control := int(b[0])
		b = b[1:]
		if first { // which cannot be a copy
			control &= 31
		}
		if control < 32 {
			n := control + 1
			if n > len(b) || n > len(out)-done {
				return errSize
			}
			done += copy(out[done:], b[:n])
			b = b[n:]
			continue
		}
		n, back := control>>5+2, control&31<<8
		next := func() (v int) {
			if len(b) == 0 {
				n = len(out) + 1 // it is cut short
				return 0
			}
			v, b = int(b[0]), b[1:]
			return v
		}
		for more := 255; control>>5 == 7 && more == 255 && n <= len(out); {
			more = next()
			n += more
		}
		low := next()
		if back += low; low == 255 && back == far {
			back += next() << 8
			back += next()
		}
		if back++; back > done || n > len(out)-done {
			return errSize
		}
		for range n { // byte by byte: a copy may overlap what it makes
			out[done] = out[done-back]
			done++
		}
	}
	if done != len(out) {
		return errSize
	}
	return nil
}
