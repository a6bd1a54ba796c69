package reader

import (
	"cmp"
	"slices"
	"sort"
)

// chunk is the place of a chunk in the file.
type chunk struct {
	number  int // in the grid of chunks, row-major
	address uint64
	size    uint64 // in the file
	skipped uint32 // bits for filters left out
}

// index is an index of the chunks of a dataset.
type index struct {
	d        *Dataset
	filters  []filter
	grid     []int   // how many chunks there are in each dimension
	whole    int     // bytes of an unpacked chunk
	chunks   []chunk // those that were written, by number, unless they are implicit
	implicit bool    // one after another, all of them
	limits   places  // of implicit ones
	err      error   // why they cannot be found
}

// findChunks lists the chunks, once. Each must be in its place, and all apart in the file.
func (d *Dataset) findChunks() (*index, error) {
	if d.index == nil {
		d.index = &index{d: d, whole: d.typ.Size}
		d.index.err = d.index.find()
	}
	return d.index, d.index.err
}

func (x *index) find() error {
	d := x.d
	message, err := d.o.own(messageFilters)
	if err != nil {
		return err
	}
	if x.filters, err = parseFilters(message); err != nil {
		return err
	}
	for i, c := range d.layout.chunk {
		x.whole *= c
		x.grid = append(x.grid, (d.shape[i]+c-1)/c)
	}
	if d.layout.address == nowhere {
		return nil
	}
	if err := x.findBy(d.layout.chunks.kind); err != nil {
		return err
	}
	byNumber := func(a, b chunk) int { return cmp.Compare(a.number, b.number) }
	if !slices.IsSortedFunc(x.chunks, byNumber) {
		slices.SortFunc(x.chunks, byNumber)
	}
	for i := range x.chunks {
		if i > 0 && x.chunks[i].number == x.chunks[i-1].number {
			return damage("one of its chunks is there twice")
		}
	}
	return nil
}

// add takes up a chunk, by its place in the grid.
func (x *index) add(place []uint64, c chunk) error {
	edge := false
	for i, p := range place {
		if p >= uint64(x.grid[i]) {
			return nil // what a dataset had before it was made smaller
		}
		c.number = c.number*x.grid[i] + int(p)
		edge = edge || (int(p)+1)*x.d.layout.chunk[i] > x.d.shape[i]
	}
	if edge && x.d.layout.chunks.plainEdges {
		c.skipped = ^uint32(0)
	}
	// bytes of a chunk that may be packed to next to nothing, and that packing may add
	const small, more = 1 << 26, 1 << 12
	if c.size == 0 || x.whole > small && uint64(x.whole) > expansion*(c.size+1) {
		return damage("a chunk is too small to hold what it should")
	}
	if c.size > 2*uint64(x.whole)+more {
		return damage("a chunk is larger than its values")
	}
	x.chunks = append(x.chunks, c)
	return x.d.o.f.store(c.size)
}

// between returns the written chunks of numbers first to last (excluded).
func (x *index) between(first, last int) []chunk {
	if x.implicit {
		all := make([]chunk, last-first)
		for i := range all {
			all[i] = x.at(first + i)
		}
		return all
	}
	from := func(number int) int {
		return sort.Search(len(x.chunks), func(i int) bool { return x.chunks[i].number >= number })
	}
	return x.chunks[from(first):from(last)]
}

// touched visits the chunks that a box touches: those in some row of the grid at a time, and how many they would be if
// all of them had been written.
func (x *index) touched(part box, visit func(all []chunk) error) (want int, err error) {
	rank := len(x.grid)
	first, size, begin := make([]int, rank), make([]int, rank), make([]int, rank)
	for i, c := range x.d.layout.chunk {
		first[i] = part.first[i] / c
		size[i] = (part.first[i]+part.size[i]-1)/c + 1 - first[i]
	}
	blocks := box{first, size}
	err = runs(size, box{first, x.grid}, box{begin, size},
		func(from, _, n int) error { return visit(x.between(from, from+n)) })
	return blocks.count(), err
}

// readChunks is read for values in chunks.
func (d *Dataset) readChunks(part box, begin func(count int), piece func(at int, b []byte)) error {
	x, err := d.findChunks()
	if err != nil {
		return err
	}
	rank, size, count := len(part.size), d.typ.Size, part.count()
	missing := 0 // elements of chunks that were never written, at most
	if !x.implicit {
		have := 0
		want, err := x.touched(part, func(all []chunk) error {
			have += len(all)
			return d.o.f.step()
		})
		if err != nil {
			return err
		}
		if missing = want - have; missing > 0 {
			missing = min(count, min(missing, count)*(x.whole/size))
		}
	}
	if err := d.unwritten(count, missing, begin, piece); err != nil {
		return err
	}
	keep := d.o.f.keeper(d.o)
	from, to := box{make([]int, rank), d.layout.chunk}, box{make([]int, rank), part.size}
	common := make([]int, rank)
	_, err = x.touched(part, func(all []chunk) error {
		for _, c := range all {
			if err := d.o.f.step(); err != nil {
				return err
			}
			number, elements := c.number, 1
			for i := rank - 1; i >= 0; i-- {
				at := number % x.grid[i] * d.layout.chunk[i]
				number /= x.grid[i]
				from.first[i], to.first[i] = max(0, part.first[i]-at), max(0, at-part.first[i])
				common[i] = min(part.first[i]+part.size[i], at+d.layout.chunk[i]) - max(part.first[i], at)
				elements *= common[i]
			}
			b, err := keep.chunk(c.number, elements*size < x.whole, func() ([]byte, error) { return x.unpack(c) })
			if err != nil {
				return err
			}
			_ = runs(common, from, to, func(from, to, n int) error { // which has no errors of its own
				piece(to, b[from*size:(from+n)*size])
				return nil
			})
		}
		return nil
	})
	keep.done()
	return err
}

// unpack reads a chunk.
func (x *index) unpack(c chunk) ([]byte, error) {
	f := x.d.o.f
	b, err := f.values(c.address, c.size)
	if err != nil {
		return nil, err
	}
	if backed := expansion * (c.size + 1); uint64(x.whole) > backed {
		if err := f.spend(uint64(x.whole) - backed); err != nil {
			return nil, err
		}
	}
	for i := len(x.filters) - 1; i >= 0; i-- {
		if c.skipped>>i&1 != 0 {
			continue
		}
		if b, err = x.filters[i].undo(b, &x.d.typ, x.whole); err != nil {
			return nil, err
		}
	}
	if len(b) != x.whole {
		return nil, damage("a chunk has %d bytes, not %d", len(b), x.whole)
	}
	return b, nil
}

// kept holds unpacked chunks of a dataset that the last box used in part: the next box is likely to begin in them.
type kept struct {
	of     *object
	chunks map[int][]byte
}

// keeper reads a box with the chunks that are kept from the box before.
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

// chunk returns the chunk with this number, and unpacks it unless it was kept. It keeps the chunk if it may be needed
// again and if there is space.
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
