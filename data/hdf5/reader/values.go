package reader

import (
	"bytes"
	"fmt"
	"slices"
)

// Dataset is an array of values.
type Dataset struct {
	o      *object
	parsed bool
	err    error
	typ    Type
	shape  []int
	limits []uint64 // to what each dimension may grow
	count  int
	layout layout
	fill   []byte // an element that was never written; nil for zero
	stored bool   // whether the file has room for all values, which is looked into before the first are read
	index  *index // of its chunks, once it was asked for
}

// Type returns the type of the elements.
func (d *Dataset) Type() (*Type, error) {
	err := d.parse()
	return &d.typ, err
}

// Shape returns the number of elements in each dimension; empty for a single value.
func (d *Dataset) Shape() ([]int, error) {
	err := d.parse()
	return d.shape, err
}

// parse takes type, shape and layout from the header, once.
func (d *Dataset) parse() error {
	if d.parsed {
		return d.err
	}
	d.parsed = true
	d.err = d.o.f.where(func() error {
		var parts [3][]byte
		for i, kind := range [...]int{messageDatatype, messageDataspace, messageLayout} {
			b, err := d.o.own(kind)
			if err != nil {
				return err
			}
			if b == nil {
				return damage("the header of a dataset lacks its type, shape or layout")
			}
			parts[i] = b
		}
		var err error
		if d.typ, err = parseType(parts[0]); err != nil {
			return err
		}
		if d.shape, d.limits, d.count, err = parseShape(parts[1]); err != nil {
			return err
		}
		if d.layout, err = parseLayout(parts[2]); err != nil {
			return err
		}
		if err := d.o.external(); err != nil {
			return err
		}
		if d.fill, err = d.o.fill(d.typ.Size); err != nil {
			return err
		}
		return d.room()
	}())
	return d.err
}

// File returns the name of the linked file that contains the dataset, relative to the folder of the opened file. It
// returns "" if the dataset is in the opened file.
func (d *Dataset) File() string { return d.o.f.name }

// Chunk returns the shape of the chunks in which the values are stored. It returns nil if the values are contiguous,
// so that any part can be read without the rest.
func (d *Dataset) Chunk() []int {
	if d.parse() != nil || d.layout.class != chunked {
		return nil
	}
	return slices.Clone(d.layout.chunk)
}

// Floats reads a box of the values as numbers, row-major: the elements with first[i] <= index i < last[i] in every
// dimension i, or all elements if both are nil. A single value has no dimensions. Only the pieces and chunks that
// contain the box are read and unpacked. It fails if the box has more than most elements.
func (d *Dataset) Floats(first, last []int, most int) ([]float64, error) {
	if err := d.parse(); err != nil {
		return nil, err
	}
	if !d.typ.IsNumber() {
		return nil, fmt.Errorf("it holds %s, not numbers", d.typ.Class)
	}
	var x []float64
	err := d.read(first, last, most, func(count int) { x = make([]float64, count) },
		func(at int, b []byte) { d.typ.floats(x[at:at+len(b)/d.typ.Size], b) })
	return x, err
}

// raw reads the bytes of all elements, up to most of them, and up to 1 GB.
func (d *Dataset) raw(most int) ([]byte, error) {
	if err := d.parse(); err != nil {
		return nil, err
	}
	const mostBytes = 1 << 30
	var x []byte
	err := d.read(nil, nil, min(most, mostBytes/d.typ.Size), func(count int) { x = make([]byte, count*d.typ.Size) },
		func(at int, b []byte) { copy(x[at*d.typ.Size:], b) })
	return x, err
}

// Texts reads all elements as text, up to most.
func (d *Dataset) Texts(most int) ([]string, error) {
	b, err := d.raw(most)
	if err != nil {
		return nil, err
	}
	return d.o.f.texts(&d.typ, b)
}

// Integers reads all elements of an enumeration, or integers, up to most.
func (d *Dataset) Integers(most int) ([]int64, error) {
	b, err := d.raw(most)
	if err != nil {
		return nil, err
	}
	if d.typ.Class != Integer && d.typ.Class != Enumeration {
		return nil, fmt.Errorf("it holds %s, not integers", d.typ.Class)
	}
	x := make([]int64, d.count)
	for i := range x {
		x[i] = d.typ.value(b[i*d.typ.Size:])
	}
	return x, nil
}

// box is a part of a dataset, or of a chunk: where it begins, and how many elements it has in each dimension.
type box struct{ first, size []int }

func (b box) count() int {
	n := 1
	for _, s := range b.size {
		n *= s
	}
	return n
}

// box returns the part between first and last, which may be nil.
func (d *Dataset) box(first, last []int) (box, error) {
	if first == nil {
		first = make([]int, len(d.shape))
	}
	if last == nil {
		last = d.shape
	}
	outside := fmt.Errorf("from %v to %v is no part of its shape, %v", first, last, d.shape)
	if len(first) != len(d.shape) || len(last) != len(d.shape) {
		return box{}, outside
	}
	b := box{first, make([]int, len(first))}
	for i := range first {
		if first[i] < 0 || last[i] < first[i] || last[i] > d.shape[i] {
			return box{}, outside
		}
		b.size[i] = last[i] - first[i]
	}
	return b, nil
}

// read passes the elements of a box, up to most, to its functions. It calls begin with their count, after checking
// that the file holds them. Then it calls piece with consecutive elements and the number of the first one in the box.
func (d *Dataset) read(first, last []int, most int, begin func(count int), piece func(at int, b []byte)) error {
	d.o.f.read = true
	return d.o.f.where(d.readBox(first, last, most, begin, piece))
}

func (d *Dataset) readBox(first, last []int, most int, begin func(count int), piece func(at int, b []byte)) error {
	part, err := d.box(first, last)
	if err != nil {
		return err
	}
	count, size := part.count(), d.typ.Size
	l := d.layout
	switch {
	case count > most:
		return fmt.Errorf("its %d values are too many to read in one piece", count)
	case count == 0:
		begin(0)
		return nil
	case l.class == chunked:
		return d.readChunks(part, begin, piece)
	case l.class == contiguous && l.address == nowhere:
		return d.unwritten(count, count, begin, piece)
	}
	if total := uint64(d.count) * uint64(size); l.class == contiguous && !d.stored {
		if l.address > d.o.f.size || total > d.o.f.size-l.address {
			return damage("its values lie outside the file")
		}
		if err := d.o.f.store(total); err != nil {
			return err
		}
		d.stored = true
	}
	begin(count)
	if l.class == compact {
		return runs(part.size, box{part.first, d.shape}, box{make([]int, len(part.size)), part.size},
			func(from, to, n int) error {
				piece(to, l.raw[from*size:(from+n)*size])
				return nil
			})
	}
	return d.readPiece(part, piece)
}

// unwritten begins to read a box of count elements, up to some of which were never written: it hands out the fill value
// for all.
func (d *Dataset) unwritten(count, some int, begin func(count int), piece func(at int, b []byte)) error {
	size := d.typ.Size
	if some > maxUnwritten/size {
		return fmt.Errorf("%d of its values were never written, or are lost: cut it where its values end, or copy "+
			"the file again", some)
	}
	if err := d.o.f.spend(uint64(some) * uint64(size)); err != nil {
		return err
	}
	begin(count)
	if some == 0 || d.fill == nil {
		return nil
	}
	b := bytes.Repeat(d.fill, min(count, 1<<16/size+1))
	for at := 0; at < count; at += len(b) / size {
		piece(at, b[:min(len(b), (count-at)*size)])
	}
	return nil
}

// readPiece is read for values in one piece. What lies between the runs of a box is read with them where it is short: a
// million short reads take longer than all that lies between.
func (d *Dataset) readPiece(part box, piece func(at int, b []byte)) error {
	const window, gap = 1 << 20, 1 << 15 // bytes
	size := d.typ.Size
	step := max(1, window/size)
	end := 0 // of the box's last element
	for i, s := range d.shape {
		end = end*s + part.first[i] + part.size[i] - 1
	}
	end++
	var b []byte
	begin, before := 0, 0 // where b begins, and where the last run ended
	return runs(part.size, box{part.first, d.shape}, box{make([]int, len(part.size)), part.size},
		func(from, to, n int) error {
			for n > 0 {
				if from >= begin+len(b)/size {
					length := min(step, n)
					if n < step && (from-before)*size <= gap {
						length = min(step, end-from)
					}
					var err error
					if b, err = d.o.f.values(d.layout.address+uint64(from*size), uint64(length*size)); err != nil {
						return err
					}
					begin = from
				}
				k := min(n, begin+len(b)/size-from)
				piece(to, b[(from-begin)*size:(from-begin+k)*size])
				from, to, n = from+k, to+k, n-k
			}
			before = from
			return nil
		})
}

// runs visits the runs of consecutive elements when a block of the given size is copied between two arrays. For each
// array, from and to give the block's start and the array's size.
func runs(size []int, from, to box, visit func(from, to, n int) error) error {
	rank := len(size)
	strides := func(b box) (stride []int, begin int) {
		stride = make([]int, rank)
		for i, n := rank-1, 1; i >= 0; i, n = i-1, n*b.size[i] {
			stride[i] = n
			begin += n * b.first[i]
		}
		return stride, begin
	}
	f, fromBegin := strides(from)
	t, toBegin := strides(to)
	// The last dimensions are one run as far as the block is all of both arrays in them.
	last, n := rank, 1
	for last > 0 {
		last--
		n *= size[last]
		if size[last] != from.size[last] || size[last] != to.size[last] {
			break
		}
	}
	var visitDim func(dim, from, to int) error
	visitDim = func(dim, from, to int) error {
		if dim == last {
			return visit(from, to, n)
		}
		for i := range size[dim] {
			if err := visitDim(dim+1, from+i*f[dim], to+i*t[dim]); err != nil {
				return err
			}
		}
		return nil
	}
	return visitDim(0, fromBegin, toBegin)
}
