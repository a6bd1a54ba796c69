package reader

import (
	"errors"
	"math/bits"

	"facrnn/data/hdf5"
)

// dense visits what is kept in a fractal heap, by the index of its names: a B-tree of version 2 with records of a kind,
// in which the identifier begins after some bytes.
func (f *File) dense(heap, index uint64, kind byte, before int, visit func(b []byte) error) error {
	h, err := f.fractal(heap)
	if err != nil {
		return err
	}
	return f.tree2(index, kind, func(record []byte) error {
		if len(record) < before+h.identifier {
			return damage("a record of an index is too short")
		}
		b, err := h.get(record[before : before+h.identifier])
		if err != nil {
			return err
		}
		if err := f.keep(len(b)); err != nil {
			return err
		}
		return visit(b)
	})
}

// tree2 visits the records of a B-tree of version 2.
func (f *File) tree2(address uint64, kind byte, visit func(record []byte) error) error {
	b, err := f.at(address, 38)
	if err != nil {
		return err
	}
	if b, err = checked(b); err != nil {
		return err
	}
	if string(b[:4]) != "BTHD" || b[5] != kind {
		return damage("an index has no head where it should be")
	}
	size, depth := uint64(little.Uint32(b[6:])), int(little.Uint16(b[12:]))
	t := tree2{f: f, record: uint64(little.Uint16(b[10:])), seen: map[uint64]bool{}, visit: visit}
	const deepest = 16
	if size <= nodeFrame || size > f.size || t.record == 0 || depth > deepest {
		return damage("the head of an index makes no sense")
	}
	if err := t.measure(size, depth); err != nil {
		return err
	}
	root, n := little.Uint64(b[16:]), uint64(little.Uint16(b[24:]))
	if root == nowhere {
		return nil
	}
	return t.node(root, n, depth)
}

// tree2 is a B-tree of version 2, of which nodes at each depth above the leaves, at 0, hold so much.
type tree2 struct {
	f      *File
	record uint64   // bytes of one
	most   []uint64 // records of a node
	// bytes of a pointer to a node below, with the number of its records and, above the lowest two, of all below it
	pointer []uint64
	seen    map[uint64]bool
	visit   func(record []byte) error
}

// nodeFrame is the bytes of a node beside its records and pointers: signature, version, type, checksum.
const nodeFrame = 10

// measure works out what nodes of a size hold. How many records a node may have at each depth says how many bytes the
// numbers of records take.
func (t *tree2) measure(size uint64, depth int) error {
	most := (size - nodeFrame) / t.record
	t.most, t.pointer = []uint64{most}, []uint64{0}
	all := most // records of a node and all below it
	for d := 1; d <= depth; d++ {
		p := 8 + width(most)
		if d > 1 {
			p += width(all)
		}
		if size < nodeFrame+p {
			return damage("the head of an index makes no sense")
		}
		most = (size - nodeFrame - p) / (t.record + p)
		all = min(1<<40, (most+1)*all+most)
		t.most, t.pointer = append(t.most, most), append(t.pointer, p)
	}
	return nil
}

// node visits the n records of a node, and between them the records of the nodes below it.
func (t *tree2) node(address, n uint64, depth int) error {
	if t.seen[address] || n > t.most[depth] {
		return damage("an index leads back to itself")
	}
	t.seen[address] = true
	signature, length := "BTLF", nodeFrame+n*t.record
	if depth > 0 {
		signature, length = "BTIN", length+(n+1)*t.pointer[depth]
	}
	b, err := t.f.at(address, length)
	if err != nil {
		return err
	}
	if b, err = checked(b); err != nil {
		return err
	}
	if string(b[:4]) != signature {
		return damage("an index has no node where it should be")
	}
	records, children := b[6:6+n*t.record], b[6+n*t.record:]
	for i := uint64(0); i <= n; i++ {
		if depth > 0 {
			c := children[i*t.pointer[depth]:]
			if err := t.node(little.Uint64(c), number(c[8:8+width(t.most[depth-1])]), depth-1); err != nil {
				return err
			}
		}
		if i < n {
			if err := t.visit(records[i*t.record : (i+1)*t.record]); err != nil {
				return err
			}
		}
	}
	return nil
}

// width is how many bytes numbers up to most take.
func width(most uint64) uint64 { return uint64(bits.Len64(most)+7) / 8 }

// fractal is a fractal heap.
type fractal struct {
	f          *File
	identifier int    // bytes of one
	offset     uint64 // bytes of an offset
	length     uint64 // bytes of a length
	columns    uint64
	start      uint64 // bytes of a block of the first rows
	direct     uint64 // bytes of a direct block at most
	root       uint64
	rows       uint64               // of the root, 0 for a direct block
	sealed     bool                 // direct blocks have checksums
	right      map[uint64]bool      // addresses of blocks whose checksum is right
	large      uint64               // address of the index of objects kept apart for their size
	apart      map[uint64][2]uint64 // these, by number: address and length; nil until one was looked for
}

func (f *File) fractal(address uint64) (*fractal, error) {
	b, err := f.at(address, 146)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != "FRHP" {
		return nil, damage("a heap is not where it should be")
	}
	if little.Uint16(b[7:]) != 0 {
		return nil, errors.New("a heap that is compressed")
	}
	if b, err = checked(b); err != nil {
		return nil, err
	}
	h := &fractal{
		f: f, identifier: int(little.Uint16(b[5:])), offset: uint64(little.Uint16(b[128:])+7) / 8,
		columns: uint64(little.Uint16(b[110:])), start: little.Uint64(b[112:]), direct: little.Uint64(b[120:]),
		root: little.Uint64(b[132:]), rows: uint64(little.Uint16(b[140:])),
		sealed: b[9]&2 != 0, right: map[uint64]bool{}, large: little.Uint64(b[22:]),
	}
	h.length = width(min(h.direct, uint64(little.Uint32(b[10:]))))
	power := func(x uint64) bool { return bits.OnesCount64(x) == 1 }
	if !power(h.columns) || !power(h.start) || !power(h.direct) || h.start > h.direct || h.direct > 1<<32 ||
		h.offset > 8 || h.rows > 64 {
		return nil, damage("the head of a heap makes no sense")
	}
	return h, nil
}

// get returns the object with this identifier.
func (h *fractal) get(id []byte) ([]byte, error) {
	const managed, tiny = 0, 2
	switch {
	case len(id) == 0:
	case id[0]>>4&3 == managed && uint64(len(id)) >= 1+h.offset+h.length:
		return h.managed(number(id[1:1+h.offset]), number(id[1+h.offset:1+h.offset+h.length]))
	case id[0]>>4&3 == tiny && len(id) <= 17 && len(id) >= 2+int(id[0]&15):
		return id[1 : 2+id[0]&15], nil
	case id[0]>>4&3 == 1:
		return h.huge(id[1:])
	}
	return nil, damage("an object of a heap has no place")
}

// managed reads length bytes at an offset in the heap's own address space. The heap's blocks form this space row by
// row. Blocks of the first two rows have the same size; in any other row, blocks are twice as large as in the row
// before.
func (h *fractal) managed(offset, length uint64) ([]byte, error) {
	lost := damage("an object of a heap lies outside it")
	address, rows := h.root, h.rows
	if rows == 0 {
		if offset > h.start || length > h.start-offset {
			return nil, lost
		}
		return h.piece(address, h.start, offset, length)
	}
	const deepest = 64
	for range deepest {
		row, first, size := uint64(0), uint64(0), h.start
		for ; offset-first >= size*h.columns; row++ {
			if row+1 >= rows {
				return nil, lost
			}
			first += size * h.columns
			if row > 0 {
				size *= 2
			}
		}
		column := (offset - first) / size
		// Before the entries: signature, version, address of the heap, offset of the block.
		entries := 13 + h.offset
		if err := h.check(address, "FHIB", entries+8*rows*h.columns+4, entries+8*rows*h.columns); err != nil {
			return nil, err
		}
		b, err := h.f.at(address+entries+8*(row*h.columns+column), 8)
		if err != nil {
			return nil, err
		}
		address, offset = little.Uint64(b), offset-first-column*size
		if size <= h.direct {
			if length > size-offset {
				return nil, lost
			}
			return h.piece(address, size, offset, length)
		}
		rows = uint64(bits.Len64(size/(h.start*h.columns))-1) + 1
	}
	return nil, lost
}

// piece is length bytes at an offset of a direct block of a size.
func (h *fractal) piece(address, size, offset, length uint64) ([]byte, error) {
	checksum := uint64(0)
	if h.sealed {
		checksum = 13 + h.offset
	}
	if err := h.check(address, "FHDB", size, checksum); err != nil {
		return nil, err
	}
	return h.f.at(address+offset, length)
}

// check looks at a block of a size, once: its signature, and its checksum, which is at a place in it unless that is 0.
func (h *fractal) check(address uint64, signature string, size, checksum uint64) error {
	if h.right[address] {
		return nil
	}
	b, err := h.f.at(address, size)
	if err != nil {
		return err
	}
	if uint64(len(b)) < max(13, checksum+4) || string(b[:4]) != signature {
		return damage("a heap has no block where it should be")
	}
	if checksum > 0 {
		want := little.Uint32(b[checksum:])
		if signature == "FHIB" { // there it ends the block
			b = b[:checksum]
		} else { // and here it is taken of the block with none in it
			clear(b[checksum : checksum+4])
		}
		if hdf5.Checksum(b) != want {
			return damage("the checksum of a heap is wrong")
		}
	}
	h.right[address] = true
	return nil
}

// huge returns an object that is kept apart for its size, by what identifies it: its address and its length, where
// these have room, or its number in an index.
func (h *fractal) huge(id []byte) ([]byte, error) {
	if len(id) >= 16 {
		return h.f.at(little.Uint64(id), little.Uint64(id[8:]))
	}
	if h.apart == nil {
		h.apart = map[uint64][2]uint64{}
		const direct, record = 1, 24
		err := h.f.tree2(h.large, direct, func(b []byte) error {
			if len(b) != record {
				return damage("a record of an index has no length that can be")
			}
			h.apart[little.Uint64(b[16:])] = [2]uint64{little.Uint64(b), little.Uint64(b[8:])}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	at, ok := h.apart[number(id)]
	if !ok {
		return nil, damage("an object of a heap has no place")
	}
	return h.f.at(at[0], at[1])
}
