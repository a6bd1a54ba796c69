package reader

import "math/bits"

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

// pages takes up n elements that lie in pages with checksums, of which used says, a bit each from a bit on, which there
// are.
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

// findFixed takes up the chunks of a fixed array: a head, and a block of all elements, or of which pages of them there
// are, before these.
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

// findExtensible reads the chunks of an extensible array. It has a head and a block. The block holds the first
// elements, the addresses of the first element blocks, and of blocks with further addresses. The blocks form rows.
// Every second row has twice as many blocks, and the other rows have blocks twice as large.
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
	if a.size < 8 || numberBits > 64 || pageBits > 32 || !power(least) || !power(pointers) || pointers < 2 ||
		uint64(bits.Len64(least)) > numberBits {
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

// more takes up the elements of a row of an extensible array that has a block of its own: which pages there are of
// every block of elements, where these have pages, and their addresses.
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
	// The bits of one block follow the bits of the block before, whatever space is allocated for them.
	for i := range count {
		if err := a.block(first+i*n, n, little.Uint64(addresses[8*i:]), pages, i*(n/a.page)); err != nil {
			return err
		}
	}
	return nil
}

// block reads a block of n elements of an extensible array, if it exists. From bit on, pages says which of its pages
// exist.
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
