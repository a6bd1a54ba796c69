package reader

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

var big = binary.BigEndian

// codec unpacks packed bytes into out. It is an error if they do not fill out to its last byte.
type codec func(out, packed []byte) error

var errSize = errors.New("it holds more or fewer bytes than it should")

// lz4Block unpacks a block of LZ4.
func lz4Block(out, packed []byte) error {
	n, err := lz4.UncompressBlock(packed, out)
	if err == nil && n != len(out) {
		err = errSize
	}
	return err
}

// snappyBlock unpacks a block of Snappy.
func snappyBlock(out, packed []byte) error {
	n, err := snappy.DecodedLen(packed)
	if err == nil && n != len(out) {
		err = errSize
	}
	if err == nil {
		_, err = snappy.Decode(out, packed)
	}
	return err
}

// zlibStream unpacks a stream of zlib, and verifies its checksum.
func zlibStream(out, packed []byte) error {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(z, out); err != nil {
		return err
	}
	if _, err := io.ReadFull(z, make([]byte, 1)); !errors.Is(err, io.EOF) {
		return errors.Join(errSize, err)
	}
	return nil
}

// zstdFrames returns a codec of Zstandard. It takes no memory for what it unpacks, and is for one goroutine at a
// time.
func zstdFrames() (codec, error) {
	z, err := newZstd()
	return func(out, packed []byte) error {
		got, err := z.DecodeAll(packed, out[:0:len(out)])
		if err == nil && len(got) != len(out) {
			err = errSize
		}
		return err
	}, err
}

// newZstd returns a decoder that unpacks no more than the slice that it is given has room for.
func newZstd() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
}

// unzstd unpacks frames of Zstandard, up to most bytes.
func unzstd(b []byte, most int) ([]byte, error) {
	z, err := newZstd()
	if err != nil {
		return nil, err
	}
	out, err := z.DecodeAll(b, make([]byte, 0, most))
	if err != nil {
		return nil, damage("a chunk cannot be unpacked (Zstandard: %v)", err)
	}
	return out, nil
}

// part takes the next block off packed bytes: its length in 4 bytes, and the block. false if packed ends before.
func part(packed []byte, order binary.ByteOrder) (block, rest []byte, ok bool) {
	if len(packed) < 4 {
		return nil, nil, false
	}
	n := order.Uint32(packed)
	packed = packed[4:]
	if uint64(n) > uint64(len(packed)) {
		return nil, nil, false
	}
	return packed[:n], packed[n:], true
}

// unlz4 undoes the filter LZ4: the number of bytes, the number of bytes in a block, then the blocks, each with its
// length. A block that would not shrink is stored unpacked.
func unlz4(b []byte, most int) ([]byte, error) {
	const head, ratio = 12, 256 // ratio is more than LZ4 can pack
	broken := damage("a chunk cannot be unpacked (LZ4)")
	if len(b) < head {
		return nil, broken
	}
	size, each := big.Uint64(b), uint64(big.Uint32(b[8:]))
	if size > uint64(most) || size > ratio*uint64(len(b)) || each == 0 {
		return nil, broken
	}
	out := make([]byte, size)
	b = b[head:]
	for rest := out; len(rest) > 0; {
		block, more, ok := part(b, big)
		n := min(each, uint64(len(rest)))
		switch {
		case !ok:
			return nil, broken
		case uint64(len(block)) == n:
			copy(rest, block)
		default:
			if err := lz4Block(rest[:n], block); err != nil {
				return nil, broken
			}
		}
		b, rest = more, rest[n:]
	}
	return out, nil
}

// unbitshuffle undoes the filter bitshuffle, with LZ4, Zstandard or nothing inside: blocks of elements of which the
// first bits come first, then the second ones, and so on. Up to 7 elements at the end stay as they are.
func (f filter) unbitshuffle(b []byte, most int) ([]byte, error) {
	const head, lz4Inside, zstdInside = 12, 2, 3
	broken := damage("a chunk cannot be unpacked (bitshuffle)")
	if len(f.values) < 4 || f.values[2] == 0 || uint64(f.values[2]) > uint64(most) {
		return nil, broken
	}
	const longest = 1 << 30 // of a block, in bytes; also where an int has 32 bits
	size, block, total := int(f.values[2]), int(min(f.values[3], longest)), len(b)
	if block == 0 {
		const target, least = 1 << 13, 128
		block = max(least, target/size&^7)
	}
	var unpack codec
	var err error
	if len(f.values) > 4 && f.values[4] != 0 {
		switch f.values[4] {
		case lz4Inside:
			unpack = lz4Block
		case zstdInside:
			unpack, err = zstdFrames()
		default:
			err = Packed{"bitshuffle with a codec that is unknown"}
		}
		if err != nil {
			return nil, err
		}
		if len(b) < head || big.Uint64(b) > uint64(most) {
			return nil, broken
		}
		total, block = int(big.Uint64(b)), int(min(big.Uint32(b[8:]), longest))/size
		b = b[head:]
	}
	if block == 0 || block%8 != 0 || total%size != 0 {
		return nil, broken
	}
	block = min(block, (total/size+7)&^7) // of a block that is too long, there is less
	out, bits := make([]byte, total), make([]byte, min(total, block*size))
	rest := out
	for len(rest) >= 8*size {
		n := min(block*size, len(rest)/(8*size)*8*size)
		packed, more, ok := b[:min(n, len(b))], b[min(n, len(b)):], len(b) >= n
		if unpack != nil {
			if packed, more, ok = part(b, big); ok {
				ok = unpack(bits[:n], packed) == nil
				packed = bits[:n]
			}
		}
		if !ok {
			return nil, broken
		}
		unbits(rest, packed, size)
		b, rest = more, rest[n:]
	}
	if len(b) < len(rest) {
		return nil, broken
	}
	copy(rest, b)
	return out, nil
}

// unbits puts the bits of elements of a size, a multiple of 8 of them, together again: b has the lowest bits of all
// their first bytes, then the next ones, and so on.
func unbits(out, b []byte, size int) {
	n := len(b) / size / 8 // bytes of a bit of all elements
	for k := range size {
		rows := b[8*k*n:]
		for m := range n {
			var x uint64 // a matrix of 8 x 8 bits, to be transposed
			for j := range 8 {
				x |= uint64(rows[j*n+m]) << (8 * j)
			}
			t := (x ^ x>>7) & 0x00aa00aa00aa00aa
			x ^= t ^ t<<7
			t = (x ^ x>>14) & 0x0000cccc0000cccc
			x ^= t ^ t<<14
			t = (x ^ x>>28) & 0x00000000f0f0f0f0
			x ^= t ^ t<<28
			for i := range 8 {
				out[(8*m+i)*size+k] = byte(x >> (8 * i))
			}
		}
	}
}
