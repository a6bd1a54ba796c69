package reader

import (
	"fmt"
	"slices"
)

// chunk is where one is.
type chunk struct {
	address uint64
	size    uint32 // in the file
	skipped uint32 // bits for filters left out
	at      []int  // its first element
}

// index is where the chunks of a dataset are.
type index struct {
	filters []uint16
	chunks  []chunk
	whole   int // bytes of an unpacked chunk
}

// findChunks lists the chunks, once. All that the shape asks for must be there, each in its place, and apart in the file.
func (d *Dataset) findChunks() (*index, error) {
	if d.index != nil {
		return d.index, nil
	}
	message, err := d.o.own(messageFilters)
	if err != nil {
		return nil, err
	}
	x := &index{whole: d.typ.Size}
	if x.filters, err = parseFilters(message); err != nil {
		return nil, err
	}
	l, f := d.layout, d.o.f
	rank, want := len(d.shape), 1
	const most = 1<<32 - 1 // bytes of a chunk, by the format
	for i, c := range l.chunk {
		if c == 0 || x.whole > most/c {
			return nil, damage("its chunks have no size that can be")
		}
		x.whole *= c
		want *= (d.shape[i] + c - 1) / c
	}
	if l.address == nowhere {
		return nil, fmt.Errorf("it has 0 of %d chunks: its values were never written", want)
	}
	stored := uint64(0)
	err = f.tree(l.address, 1, 8*(rank+2), func(key []byte, address uint64) error {
		c := chunk{address: address, size: little.Uint32(key), skipped: little.Uint32(key[4:]), at: make([]int, rank)}
		for i := range c.at {
			at := little.Uint64(key[8+8*i:])
			if at%uint64(l.chunk[i]) != 0 {
				return damage("one of its chunks is not where it should be")
			}
			if at >= uint64(d.shape[i]) {
				return nil // what a dataset had before it was made smaller
			}
			c.at[i] = int(at)
		}
		if n := len(x.chunks); n > 0 && slices.Compare(x.chunks[n-1].at, c.at) >= 0 {
			return damage("its chunks are out of order, or one is there twice")
		}
		if stored += uint64(c.size); stored > f.size {
			return damage("its chunks are larger than the file")
		}
		if uint64(x.whole) > expansion*uint64(c.size)+expansion {
			return damage("a chunk is too small to hold what it should")
		}
		x.chunks = append(x.chunks, c)
		return nil
	})
	if err == nil && len(x.chunks) != want {
		err = fmt.Errorf("it has %d of %d chunks: the others were never written, or are lost: cut it where its values end, or copy the file again", len(x.chunks), want)
	}
	if err != nil {
		return nil, err
	}
	d.index = x
	return x, nil
}

// readChunks is read for values in chunks.
func (d *Dataset) readChunks(part box, begin func(count int) error, piece func(at int, b []byte)) error {
	x, err := d.findChunks()
	if err != nil {
		return err
	}
	if err := begin(part.count()); err != nil {
		return err
	}
	keep := d.o.f.keeper(d.o)
	rank, size := len(part.size), d.typ.Size
	from, to := box{make([]int, rank), d.layout.chunk}, box{make([]int, rank), part.size}
	common := make([]int, rank)
	for number, c := range x.chunks {
		count := 1
		for i, at := range c.at {
			from.first[i], to.first[i] = max(0, part.first[i]-at), max(0, at-part.first[i])
			common[i] = min(part.first[i]+part.size[i], at+d.layout.chunk[i]) - max(part.first[i], at)
			count *= max(0, common[i])
		}
		if count == 0 {
			continue
		}
		b, err := keep.chunk(number, count*size < x.whole, func() ([]byte, error) { return d.unpack(x, c) })
		if err != nil {
			return err
		}
		_ = runs(common, from, to, func(from, to, n int) error { // which has no errors of its own
			piece(to, b[from*size:(from+n)*size])
			return nil
		})
	}
	keep.done()
	return nil
}

// unpack reads a chunk.
func (d *Dataset) unpack(x *index, c chunk) ([]byte, error) {
	b, err := d.o.f.at(c.address, uint64(c.size))
	if err != nil {
		return nil, err
	}
	if err := d.o.f.spend(uint64(x.whole)); err != nil {
		return nil, err
	}
	for i := len(x.filters) - 1; i >= 0; i-- {
		if c.skipped>>i&1 != 0 {
			continue
		}
		if b, err = unfilter(x.filters[i], b, d.typ.Size, x.whole); err != nil {
			return nil, err
		}
	}
	if len(b) != x.whole {
		return nil, damage("a chunk has %d bytes, not %d", len(b), x.whole)
	}
	return b, nil
}

// kept are chunks of a dataset of which the last box to be read was not all, unpacked: the next box is likely to begin in them.
type kept struct {
	of     *object
	chunks map[int][]byte
}

// keeper is how a box is read with the chunks that are kept from the one before.
type keeper struct {
	f     *File
	now   kept
	bytes int
}

func (f *File) keeper(o *object) *keeper {
	if f.kept.of != o {
		f.kept = kept{}
	}
	return &keeper{f: f, now: kept{o, map[int][]byte{}}}
}

// chunk is the chunk of a number, unpacked where it was not kept; it is kept where it may be of use again, and there is room.
func (k *keeper) chunk(number int, again bool, unpack func() ([]byte, error)) ([]byte, error) {
	const most = 1 << 25 // bytes kept
	b, ok := k.f.kept.chunks[number]
	if !ok {
		var err error
		if b, err = unpack(); err != nil {
			return nil, err
		}
	}
	if again && len(b) <= most-k.bytes {
		k.now.chunks[number] = b
		k.bytes += len(b)
	}
	return b, nil
}

// done leaves the chunks of this box for the next.
func (k *keeper) done() { k.f.kept = k.now }
