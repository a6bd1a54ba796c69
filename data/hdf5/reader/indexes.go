package reader

import (
	"fmt"
	"math/bits"
	"slices"
)

// The kinds of indexes of chunks.
const (
	indexTree        = 0 // a B-tree of version 1, the only one up to layouts of version 3
	indexSingle      = 1
	indexImplicit    = 2
	indexFixed       = 3
	indexExtensible  = 4
	indexTreeSecond  = 5 // a B-tree of version 2
	filteredSingle   = 2 // flags of a layout
	plainPartialEdge = 1
)

// chunksLayout holds the description of chunks in a layout of version 4 or 5.
type chunksLayout struct {
	kind       byte
	plainEdges bool   // chunks that reach out of the shape are not filtered
	filtered   bool   // of a single one
	size       uint64 // of a single one that is
	skipped    uint32
}

// parseChunks takes a layout of version 4 or 5 apart: flags, number of dimensions, bytes of a size, sizes, the kind of
// index, what that kind has to say, address.
func (l *layout) parseChunks(b []byte) error {
	short := damage("a layout is cut short")
	if len(b) < 5 {
		return short
	}
	flags, rank, width := b[2], int(b[3])-1, int(b[4])
	b = b[5:]
	if rank < 1 || rank > 32 || width < 1 || width > 8 || len(b) < width*(rank+1)+1 {
		return short
	}
	for i := range rank + 1 {
		n := number(b[i*width : (i+1)*width])
		if n > 1<<32 {
			return damage("its chunks have no size that can be")
		}
		l.chunk = append(l.chunk, int(n))
	}
	l.chunk, l.element = l.chunk[:rank], l.chunk[rank]
	b = b[width*(rank+1):]
	c := &l.chunks
	c.kind, c.plainEdges = b[0], flags&plainPartialEdge != 0
	b = b[1:]
	said, ok := map[byte]int{indexSingle: 0, indexImplicit: 0, indexFixed: 1, indexExtensible: 5,
		indexTreeSecond: 6}[c.kind]
	if !ok {
		return fmt.Errorf("its chunks are indexed in a way of number %d", c.kind)
	}
	if c.filtered = c.kind == indexSingle && flags&filteredSingle != 0; c.filtered {
		said = 12
	}
	if len(b) < said+8 {
		return short
	}
	if c.filtered {
		c.size, c.skipped = little.Uint64(b), little.Uint32(b[8:])
	}
	l.address = little.Uint64(b[said:])
	return nil
}

// findBy takes up all chunks by an index of a kind.
func (x *index) findBy(kind byte) error {
	l, f, rank := x.d.layout, x.d.o.f, len(x.grid)
	switch kind {
	case indexTree:
		return f.tree(l.address, 1, 8*(rank+2), func(key []byte, address uint64) error {
			place := make([]uint64, rank)
			for i, c := range l.chunk {
				at := little.Uint64(key[8+8*i:])
				if place[i] = at / uint64(c); at%uint64(c) != 0 {
					return damage("one of its chunks is not where it should be")
				}
			}
			return x.add(place, chunk{address: address, size: uint64(little.Uint32(key)),
				skipped: little.Uint32(key[4:])})
		})
	case indexSingle:
		c := chunk{address: l.address, size: uint64(x.whole)}
		if l.chunks.filtered {
			c.size, c.skipped = l.chunks.size, l.chunks.skipped
		}
		return x.add(make([]uint64, rank), c)
	case indexImplicit:
		return x.findImplicit()
	case indexFixed:
		return x.findFixed()
	case indexExtensible:
		return x.findExtensible()
	}
	return x.findTree()
}

// findTree takes up the chunks of a B-tree of version 2: their address, with filters the size and what is skipped, and
// the place.
func (x *index) findTree() error {
	kind := byte(10)
	if x.filters != nil {
		kind = 11
	}
	rank := len(x.grid)
	return x.d.o.f.tree2(x.d.layout.address, kind, func(record []byte) error {
		head := len(record) - 8*rank
		if head < 8 {
			return damage("a record of an index has no length that can be")
		}
		place := make([]uint64, rank)
		for i := range place {
			place[i] = little.Uint64(record[head+8*i:])
		}
		c, _, err := x.element(record[:head])
		if err != nil {
			return err
		}
		return x.add(place, c)
	})
}

// element parses an element of an index: the address of a chunk and, with filters, its size (all remaining bytes) and
// the skipped filters. It returns false for an unwritten chunk.
func (x *index) element(b []byte) (chunk, bool, error) {
	c := chunk{size: uint64(x.whole)}
	if x.filters == nil {
		if len(b) != 8 {
			return c, false, damage("a record of an index has no length that can be")
		}
		c.address = little.Uint64(b)
		return c, c.address != nowhere, nil
	}
	if len(b) < 13 || len(b) > 20 {
		return c, false, damage("a record of an index has no length that can be")
	}
	end := len(b) - 4
	c.address, c.size, c.skipped = little.Uint64(b), number(b[8:end]), little.Uint32(b[end:])
	return c, c.address != nowhere, nil
}

// places is how an index that is an array numbers the chunks: row-major in the grid that the dataset may grow to, with
// the dimension that may grow without limit in front.
type places struct {
	order []int    // the dimensions, the slowest first
	limit []uint64 // chunks in each dimension, in that order; the first is of no use
}

func (x *index) places() (places, error) {
	var p places
	grows := slices.Index(x.d.limits, unlimited)
	if grows >= 0 {
		p.order = append(p.order, grows)
	}
	for i := range x.grid {
		if i != grows {
			p.order = append(p.order, i)
		}
	}
	for _, i := range p.order {
		c := uint64(x.d.layout.chunk[i])
		n := x.d.limits[i]/c + min(1, x.d.limits[i]%c)
		if n == 0 || len(p.limit) > 0 && x.d.limits[i] == unlimited {
			return p, damage("its chunks are indexed in a way that does not fit its shape")
		}
		p.limit = append(p.limit, n)
	}
	return p, nil
}

// of returns the place in the grid of the chunk of a number.
func (p *places) of(number uint64) []uint64 {
	place := make([]uint64, len(p.order))
	for k := len(p.order) - 1; k > 0; k-- {
		place[p.order[k]] = number % p.limit[k]
		number /= p.limit[k]
	}
	place[p.order[0]] = number
	return place
}

// number returns the number of the chunk at a place in the grid; false if no chunk has so high a number.
func (p *places) number(place []uint64) (uint64, bool) {
	n := uint64(0)
	for k, i := range p.order {
		if k > 0 {
			high, low := bits.Mul64(n, p.limit[k])
			if n = low; high != 0 {
				return 0, false
			}
		}
		sum, carry := bits.Add64(n, place[i], 0)
		if n = sum; carry != 0 {
			return 0, false
		}
	}
	return n, true
}

// findImplicit looks whether the file has room for all chunks, one after another; see at.
func (x *index) findImplicit() error {
	last := make([]uint64, len(x.grid))
	for i, n := range x.grid {
		if n == 0 {
			return nil
		}
		last[i] = uint64(n - 1)
	}
	p, err := x.places()
	if err != nil {
		return err
	}
	f := x.d.o.f
	n, ok := p.number(last)
	if room := f.size - min(f.size, x.d.layout.address); !ok || n >= room/uint64(x.whole) {
		return damage("its values lie outside the file")
	}
	x.implicit, x.limits = true, p
	return f.store((n + 1) * uint64(x.whole))
}

// at returns the implicit chunk of a number.
func (x *index) at(number int) chunk {
	c := chunk{number: number, size: uint64(x.whole)}
	place := make([]uint64, len(x.grid))
	for i := len(x.grid) - 1; i >= 0; i-- {
		place[i] = uint64(number % x.grid[i])
		number /= x.grid[i]
	}
	n, _ := x.limits.number(place) // the file has room for the last of them
	c.address = x.d.layout.address + n*uint64(x.whole)
	return c
}

// block reads a part of an index: signature, version 0, whether there are filters; the checksum is at its end.
func (x *index) block(signature string, address, size uint64) ([]byte, error) {
	b, err := x.d.o.f.at(address, size)
	if err != nil {
		return nil, err
	}
	if b, err = checked(b); err != nil {
		return nil, err
	}
	filtered := byte(0)
	if x.filters != nil {
		filtered = 1
	}
	if string(b[:4]) != signature || b[4] != 0 || b[5] != filtered {
		return nil, damage("an index has no block where it should be")
	}
	return b, nil
}
