package reader

import (
	"fmt"
)

// chunk is where one is.
type chunk struct {
	address uint64
	size    uint32 // in the file
	skipped uint32 // bits for filters left out
	at      []int  // its first element
}

// index lists the chunks of a dataset. All that the shape asks for must be there, each in its place, and apart in the file.
func (d *Dataset) index() ([]chunk, error) {
	l, f := d.layout, d.o.f
	rank := len(d.shape)
	whole, want := d.typ.Size, 1
	const most = 1<<32 - 1 // bytes of a chunk, by the format
	for i, c := range l.chunk {
		if c == 0 || whole > most/c {
			return nil, damage("its chunks have no size that can be")
		}
		whole *= c
		want *= (d.shape[i] + c - 1) / c
	}
	if l.address == nowhere {
		return nil, fmt.Errorf("it has 0 of %d chunks: its values were never written", want)
	}
	var all []chunk
	stored := uint64(0)
	err := f.tree(l.address, 1, 8*(rank+2), func(key []byte, address uint64) error {
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
		if n := len(all); n > 0 && !less(all[n-1].at, c.at) {
			return damage("its chunks are out of order, or one is there twice")
		}
		if stored += uint64(c.size); stored > f.size {
			return damage("its chunks are larger than the file")
		}
		if uint64(whole) > expansion*uint64(c.size)+expansion {
			return damage("a chunk is too small to hold what it should")
		}
		all = append(all, c)
		return nil
	})
	if err == nil && len(all) != want {
		err = fmt.Errorf("it has %d of %d chunks: the others were never written, or are lost: cut it where its values end, or copy the file again", len(all), want)
	}
	return all, err
}

func less(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// readChunks is read for values in chunks.
func (d *Dataset) readChunks(first, last, count int, begin func(count int) error, piece func(at int, b []byte)) error {
	message, err := d.o.own(messageFilters)
	if err != nil {
		return err
	}
	filters, err := parseFilters(message)
	if err != nil {
		return err
	}
	all, err := d.index()
	if err != nil {
		return err
	}
	if err := begin(count); err != nil {
		return err
	}
	size := d.typ.Size
	whole := size
	for _, c := range d.layout.chunk {
		whole *= c
	}
	skip := first * (d.count / d.shape[0])
	for _, c := range all {
		if c.at[0] >= last || c.at[0]+d.layout.chunk[0] <= first {
			continue
		}
		b, err := d.o.f.at(c.address, uint64(c.size))
		if err != nil {
			return err
		}
		if err := d.o.f.spend(uint64(whole)); err != nil {
			return err
		}
		for i := len(filters) - 1; i >= 0; i-- {
			if c.skipped>>i&1 != 0 {
				continue
			}
			if b, err = unfilter(filters[i], b, size, whole); err != nil {
				return err
			}
		}
		if len(b) != whole {
			return damage("a chunk has %d bytes, not %d", len(b), whole)
		}
		d.runs(c.at, first, last, func(to, from, n int) {
			piece(to-skip, b[from*size:(from+n)*size])
		})
	}
	return nil
}

// runs visits the runs of elements that a chunk and some rows of the whole have in common: where a run begins in the whole and in
// the chunk, and how long it is.
func (d *Dataset) runs(at []int, first, last int, visit func(to, from, n int)) {
	var visitDim func(dim, to, from int)
	visitDim = func(dim, to, from int) {
		begin, end := 0, min(d.layout.chunk[dim], d.shape[dim]-at[dim])
		if dim == 0 {
			begin, end = max(begin, first-at[0]), min(end, last-at[0])
		}
		to, from = to*d.shape[dim]+at[dim], from*d.layout.chunk[dim]
		if dim == len(at)-1 {
			if begin < end {
				visit(to+begin, from+begin, end-begin)
			}
			return
		}
		for i := begin; i < end; i++ {
			visitDim(dim+1, to+i, from+i)
		}
	}
	visitDim(0, 0, 0)
}
