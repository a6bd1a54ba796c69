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

// chunksLayout is what a layout of version 4 or 5 says of its chunks.
type chunksLayout struct {
	kind       byte
	plainEdges bool   // chunks that reach out of the shape are not filtered
	filtered   bool   // of a single one
	size       uint64 // of a single one that is
	skipped    uint32
}

// parseChunks takes a layout of version 4 or 5 apart: flags, number of dimensions, bytes of a size, sizes, the kind of index, what
// that kind has to say, address.
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
	said, ok := map[byte]int{indexSingle: 0, indexImplicit: 0, indexFixed: 1, indexExtensible: 5, indexTreeSecond: 6}[c.kind]
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
			return x.add(place, chunk{address: address, size: uint64(little.Uint32(key)), skipped: little.Uint32(key[4:])})
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

// findTree takes up the chunks of a B-tree of version 2: their address, with filters the size and what is skipped, and the place.
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

// element takes an element of an index apart: the address of a chunk, and with filters its size, of as many bytes as are left, and
// what is skipped; false for a chunk that was never written.
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

// places is how an index that is an array numbers the chunks: row-major in the grid that the dataset may grow to, with the dimension
// that may grow without limit in front.
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

// of is the place in the grid of the chunk of a number.
func (p *places) of(number uint64) []uint64 {
	place := make([]uint64, len(p.order))
	for k := len(p.order) - 1; k > 0; k-- {
		place[p.order[k]] = number % p.limit[k]
		number /= p.limit[k]
	}
	place[p.order[0]] = number
	return place
}

// number is the number of the chunk at a place in the grid; false where there is none so high.
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

// at is the implicit chunk of a number.
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

// array is an index that is an array, of one kind or the other.
type array struct {
	x      *index
	p      places
	size   uint64 // bytes of an element
	page   uint64 // elements of a page
	offset uint64 // bytes of a number of an element
}

// take takes up the elements in b, of numbers from first on.
func (a *array) take(first uint64, b []byte) error {
	for ; uint64(len(b)) >= a.size; b, first = b[a.size:], first+1 {
		c, written, err := a.x.element(b[:a.size])
		if err != nil {
			return err
		}
		if !written {
			continue
		}
		if err := a.x.add(a.p.of(first), c); err != nil {
			return err
		}
	}
	return nil
}

// pages takes up n elements that lie in pages with checksums, of which used says, a bit each from a bit on, which there are.
func (a *array) pages(first, n, address uint64, used []byte, bit uint64) error {
	const checksum = 4
	for i := uint64(0); i*a.page < n; i++ {
		size := min(a.page, n-i*a.page) * a.size
		if k := bit + i; used[k/8]<<(k%8)&0x80 != 0 {
			b, err := a.x.d.o.f.at(address, size+checksum)
			if err != nil {
				return err
			}
			if b, err = checked(b); err != nil {
				return err
			}
			if err := a.take(first+i*a.page, b); err != nil {
				return err
			}
		}
		address += size + checksum
	}
	return nil
}

// findFixed takes up the chunks of a fixed array: a head, and a block of all elements, or of which pages of them there are, before
// these.
func (x *index) findFixed() error {
	b, err := x.block("FAHD", x.d.layout.address, 28)
	if err != nil {
		return err
	}
	a := array{x: x, size: uint64(b[6])}
	n, address, pageBits := little.Uint64(b[8:]), little.Uint64(b[16:]), b[7]
	if a.p, err = x.places(); err != nil || address == nowhere {
		return err
	}
	room := x.d.o.f.size
	if a.size < 8 || pageBits > 32 {
		return damage("the head of an index makes no sense")
	}
	const head, checksum = 14, 4
	a.page = 1 << pageBits
	if n <= a.page {
		if n > room {
			return damage("an index is larger than the file")
		}
		if b, err = x.block("FADB", address, head+n*a.size+checksum); err != nil {
			return err
		}
		return a.take(0, b[head:])
	}
	used := (n-1)/a.page/8 + 1
	if used > room || n > 1<<48 {
		return damage("an index is larger than the file")
	}
	if b, err = x.block("FADB", address, head+used+checksum); err != nil {
		return err
	}
	return a.pages(0, n, address+head+used+checksum, b[head:], 0)
}

// findExtensible takes up the chunks of an extensible array: a head, and a block with the first elements, the addresses of the first
// blocks of elements, and those of blocks with addresses of more. The blocks make up rows: in every second row there are twice as
// many, and in the others they are twice as large.
func (x *index) findExtensible() error {
	b, err := x.block("EAHD", x.d.layout.address, 72)
	if err != nil {
		return err
	}
	a := array{x: x, size: uint64(b[6])}
	if a.p, err = x.places(); err != nil {
		return err
	}
	numberBits, inside, least, pointers, pageBits := uint64(b[7]), uint64(b[8]), uint64(b[9]), uint64(b[10]), b[11]
	address := little.Uint64(b[60:])
	power := func(n uint64) bool { return bits.OnesCount64(n) == 1 }
	if a.size < 8 || numberBits > 64 || pageBits > 32 || !power(least) || !power(pointers) || pointers < 2 || uint64(bits.Len64(least)) > numberBits {
		return damage("the head of an index makes no sense")
	}
	if address == nowhere {
		return nil
	}
	a.page, a.offset = 1<<pageBits, (numberBits+7)/8
	rows := numberBits - uint64(bits.Len64(least)) + 2
	direct := 2 * uint64(bits.Len64(pointers)-1) // rows whose blocks have their address here
	if direct > rows {
		return damage("the head of an index makes no sense")
	}
	const head, checksum = 14, 4
	blocks := 2 * (pointers - 1)
	if b, err = x.block("EAIB", address, head+inside*a.size+8*(blocks+rows-direct)+checksum); err != nil {
		return err
	}
	if err := a.take(0, b[head:head+inside*a.size]); err != nil {
		return err
	}
	b = b[head+inside*a.size:]
	first := inside
	for row := range rows {
		count, n := uint64(1)<<(row/2), least<<((row+1)/2)
		if row >= direct {
			if at := little.Uint64(b); at != nowhere {
				if err := a.more(first, count, n, at); err != nil {
					return err
				}
			}
			b, first = b[8:], first+count*n
			continue
		}
		for range count {
			if err := a.block(first, n, little.Uint64(b), nil, 0); err != nil {
				return err
			}
			b, first = b[8:], first+n
		}
	}
	return nil
}

// more takes up the elements of a row of an extensible array that has a block of its own: which pages there are of every block of
// elements, where these have pages, and their addresses.
func (a *array) more(first, count, n, address uint64) error {
	used := uint64(0)
	if n > a.page {
		used = (n/a.page + 7) / 8
	}
	const head, checksum = 14, 4
	if room := a.x.d.o.f.size; count > room || used > room/count {
		return damage("an index is larger than the file")
	}
	before := head + a.offset
	b, err := a.x.block("EASB", address, before+count*(used+8)+checksum)
	if err != nil {
		return err
	}
	pages, addresses := b[before:before+count*used], b[before+count*used:]
	for i := range count { // the bits of one block follow those of the other, whatever room there is for them
		if err := a.block(first+i*n, n, little.Uint64(addresses[8*i:]), pages, i*(n/a.page)); err != nil {
			return err
		}
	}
	return nil
}

// block takes up a block of n elements of an extensible array, if it is there; pages says, from a bit on, which pages it has of them.
func (a *array) block(first, n, address uint64, pages []byte, bit uint64) error {
	if address == nowhere {
		return nil
	}
	const head, checksum = 14, 4
	before := head + a.offset
	if n <= a.page {
		if n > a.x.d.o.f.size {
			return damage("an index is larger than the file")
		}
		b, err := a.x.block("EADB", address, before+n*a.size+checksum)
		if err != nil {
			return err
		}
		return a.take(first, b[before:])
	}
	if len(pages) == 0 {
		return damage("an index has pages where none can be")
	}
	if _, err := a.x.block("EADB", address, before+checksum); err != nil {
		return err
	}
	return a.pages(first, n, address+before+checksum, pages, bit)
}
