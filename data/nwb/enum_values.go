package nwb

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

// bytes reads the n elements of size bytes of a dataset with one dimension.
func (f rawFile) bytes(messages map[int][]byte, n, size int) ([]byte, error) {
	const compact, contiguous, chunked = 0, 1, 2
	b := messages[messageLayout]
	if len(b) < 4 || b[0] != 3 && (b[0] != 4 || b[1] == chunked) {
		return nil, errors.New("its layout is of a version not known")
	}
	whole := n * size
	if n == 0 {
		return nil, nil
	}
	switch b[1] {
	case compact:
		if len(b) < 4+whole {
			return nil, errShort
		}
		return b[4 : 4+whole], nil
	case contiguous:
		if len(b) < 18 {
			return nil, errShort
		}
		return f.at(little.Uint64(b[2:]), uint64(whole))
	case chunked:
		const dimensions = 2 // the elements, and the bytes of each
		if len(b) < 19 || b[2] != dimensions {
			return nil, errShort
		}
		filters, err := parseFilters(messages[messageFilters])
		if err != nil {
			return nil, err
		}
		c := chunks{rawFile: f, filters: filters, size: size, each: int(little.Uint32(b[11:])) * size, out: make([]byte, whole)}
		if c.each == 0 || c.each > mostRaw {
			return nil, errors.New("its chunks have no size that can be")
		}
		c.want = (whole + c.each - 1) / c.each
		if err := c.node(little.Uint64(b[3:]), -1); err != nil {
			return nil, err
		}
		if c.found != c.want {
			return nil, fmt.Errorf("it has %d of %d chunks", c.found, c.want)
		}
		return c.out, nil
	}
	return nil, errors.New("its layout is not known")
}

// chunks puts the chunks of a dataset together.
type chunks struct {
	rawFile
	filters []uint16
	size    int    // bytes of an element
	each    int    // bytes of a chunk
	out     []byte // the elements
	found   int
	want    int
	nodes   int
}

// node reads a node of the version 1 B-tree that indexes the chunks; level is the one expected, -1 at the root.
func (c *chunks) node(address uint64, level int) error {
	const head, key, child, most = 24, 24, 8, 1 << 16
	if c.nodes++; c.nodes > most {
		return errors.New("the index of its chunks goes on for too long")
	}
	b, err := c.at(address, head)
	if err != nil {
		return err
	}
	if string(b[:4]) != "TREE" || b[4] != 1 || level >= 0 && int(b[5]) != level {
		return errors.New("the index of its chunks is damaged")
	}
	level = int(b[5])
	n := int(little.Uint16(b[6:]))
	b, err = c.at(address+head, uint64(n*(key+child)))
	if err != nil {
		return err
	}
	for ; n > 0; n, b = n-1, b[key+child:] {
		at := little.Uint64(b[key:])
		if level > 0 {
			err = c.node(at, level-1)
		} else {
			err = c.chunk(at, little.Uint32(b), little.Uint32(b[4:]), little.Uint64(b[8:]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// chunk reads one chunk of so many bytes on disk, whose first element is number first. Bits of skipped stand for filters left out.
func (c *chunks) chunk(address uint64, bytesOnDisk, skipped uint32, first uint64) error {
	to := first * uint64(c.size)
	if c.found == c.want || first > mostValues || to >= uint64(len(c.out)) || to%uint64(c.each) != 0 {
		return errors.New("one of its chunks lies outside, or is there twice")
	}
	b, err := c.at(address, uint64(bytesOnDisk))
	if err != nil {
		return err
	}
	for i := len(c.filters) - 1; i >= 0; i-- {
		if skipped>>i&1 != 0 {
			continue
		}
		if b, err = unfilter(c.filters[i], b, c.size, c.each); err != nil {
			return err
		}
	}
	if len(b) != c.each {
		return fmt.Errorf("a chunk of %d bytes, not %d", len(b), c.each)
	}
	copy(c.out[to:], b)
	c.found++
	return nil
}

// Filters of chunks, by their registered numbers.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
)

// unfilter undoes a filter on a chunk of elements of size bytes, which has each bytes in the end.
func unfilter(filter uint16, b []byte, size, each int) ([]byte, error) {
	const checksum = 4
	switch filter {
	case filterDeflate:
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(z, int64(each+checksum+1))) // no more than is of use
	case filterShuffle:
		out, n := make([]byte, len(b)), len(b)/size
		copy(out[n*size:], b[n*size:]) // what is left over is as it was
		for i := range n {
			for k := range size {
				out[i*size+k] = b[k*n+i]
			}
		}
		return out, nil
	case filterFletcher32:
		if len(b) < checksum {
			return nil, errShort
		}
		return b[:len(b)-checksum], nil
	}
	return nil, fmt.Errorf("a filter of number %d", filter)
}

// parseFilters is the numbers of the filters of a filter message, in the order in which they were applied.
func parseFilters(b []byte) ([]uint16, error) {
	if b == nil {
		return nil, nil
	}
	if len(b) < 2 || b[0] != 1 && b[0] != 2 {
		return nil, errors.New("its filters are of a version not known")
	}
	first := b[0] == 1
	filters := make([]uint16, b[1])
	b = b[2:]
	if first {
		b = b[min(6, len(b)):] // reserved
	}
	for i := range filters {
		head := 8 // number, length of the name, flags, how many values
		if len(b) < 6 {
			return nil, errShort
		}
		filters[i] = little.Uint16(b)
		named := first || filters[i] >= 256
		if !named {
			head = 6
		}
		if len(b) < head {
			return nil, errShort
		}
		end := head + 4*int(little.Uint16(b[head-2:]))
		if named {
			end += int(little.Uint16(b[2:]))
		}
		if first {
			end = (end + 7) / 8 * 8 // padded
		}
		if len(b) < end {
			return nil, errShort
		}
		b = b[end:]
	}
	return filters, nil
}
