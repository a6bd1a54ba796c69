package hdf5

import (
	"bytes"
	"compress/zlib"
	"errors"
)

// treeWidth is the number of children of a node of a chunk index: twice the format's default K of 32.
const treeWidth = 64

// treeEntry is a child of a node: the key of its first chunk, and its address.
type treeEntry struct {
	key  []byte
	addr uint64
}

// pipeline returns the filter message, or nil without filters.
func pipeline(size int, o Options) []byte {
	var n byte
	var f []byte
	if o.Shuffle {
		n++
		f = le.AppendUint32(append(f, filterShuffle, 0, 0, 0, 1, 0), uint32(size))
	}
	if o.Deflate > 0 {
		n++
		f = le.AppendUint32(append(f, filterDeflate, 0, 0, 0, 1, 0), uint32(o.Deflate))
	}
	if n == 0 {
		return nil
	}
	return append([]byte{2, n}, f...)
}

// chunks writes the chunks and their index, and returns the index's address.
func (w *Writer) chunks(raw []byte, shape []int, size int, o Options) (uint64, error) {
	bytesOfChunk := size
	for _, c := range o.Chunk {
		if c <= 0 {
			return 0, errors.New("a chunk without elements")
		}
		bytesOfChunk *= c
	}
	var entries []treeEntry
	chunk := make([]byte, bytesOfChunk)
	at := make([]int, len(shape))
	for ok := true; ok; ok = advance(at, shape, o.Chunk) {
		clear(chunk)
		eachRun(shape, o.Chunk, at, func(whole, part, n int) {
			copy(chunk[part*size:], raw[whole*size:(whole+n)*size])
		})
		packed, err := pack(chunk, size, o)
		if err != nil {
			return 0, err
		}
		entries = append(entries, treeEntry{chunkKey(len(packed), at), w.put(packed)})
	}
	end := make([]int, len(shape)) // the key past the last chunk
	end[0] = (shape[0] + o.Chunk[0] - 1) / o.Chunk[0] * o.Chunk[0]
	return w.tree(entries, chunkKey(0, end)), nil
}

// advance moves at to the next chunk in row-major order; false past the last.
func advance(at, shape, chunk []int) bool {
	for i := len(at) - 1; i >= 0; i-- {
		if at[i] += chunk[i]; at[i] < shape[i] {
			return true
		}
		at[i] = 0
	}
	return false
}

// eachRun calls f for every run of elements that lie side by side in the array and in the chunk that begins at at: the
// run's first element in the array and in the chunk, and its length.
func eachRun(shape, chunk, at []int, f func(whole, part, n int)) {
	last := len(shape) - 1
	var visit func(dim, whole, part int)
	visit = func(dim, whole, part int) {
		n := min(chunk[dim], shape[dim]-at[dim])
		whole, part = whole*shape[dim]+at[dim], part*chunk[dim]
		if dim == last {
			if n > 0 {
				f(whole, part, n)
			}
			return
		}
		for i := range n {
			visit(dim+1, whole+i, part+i)
		}
	}
	visit(0, 0, 0)
}

// pack applies the filters to a chunk.
func pack(chunk []byte, size int, o Options) ([]byte, error) {
	if o.Shuffle {
		chunk = shuffle(chunk, size)
	}
	if o.Deflate == 0 {
		return chunk, nil
	}
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, o.Deflate)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(chunk)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

func shuffle(b []byte, size int) []byte {
	out, n := make([]byte, len(b)), len(b)/size
	for i := range n {
		for k := range size {
			out[k*n+i] = b[i*size+k]
		}
	}
	return out
}

// chunkKey returns a key of the chunk index: the chunk's bytes on disk, and its first element; the last dimension is
// within an element.
func chunkKey(size int, at []int) []byte {
	k := le.AppendUint64(nil, uint64(uint32(size))) // the upper half says which filters were left out: none
	for _, x := range at {
		k = le.AppendUint64(k, uint64(x))
	}
	return le.AppendUint64(k, 0)
}

// tree writes a version 1 B-tree, level by level, and returns the address of its root.
func (w *Writer) tree(entries []treeEntry, last []byte) uint64 {
	full := 24 + treeWidth*8 + (treeWidth+1)*len(last)
	stride := uint64((full + 7) / 8 * 8)
	for level := byte(0); ; level++ {
		n := (len(entries) + treeWidth - 1) / treeWidth
		base := w.put(nil)
		up := make([]treeEntry, n)
		for i := range n {
			part := entries[i*treeWidth : min(len(entries), (i+1)*treeWidth)]
			left, right, next := undefined, undefined, last
			if i > 0 {
				left = base + uint64(i-1)*stride
			}
			if i < n-1 {
				right, next = base+uint64(i+1)*stride, entries[(i+1)*treeWidth].key
			}
			b := append([]byte("TREE"), 1, level, byte(len(part)), 0)
			b = le.AppendUint64(le.AppendUint64(b, left), right)
			for _, e := range part {
				b = le.AppendUint64(append(b, e.key...), e.addr)
			}
			b = append(b, next...)
			b = append(b, make([]byte, int(stride)-len(b))...)
			up[i] = treeEntry{part[0].key, w.put(b)}
		}
		if n == 1 {
			return up[0].addr
		}
		entries = up
	}
}
