package reader

import (
	"errors"
	"math/bits"
)

// dense visits what is kept in a fractal heap, by the index of its names: a B-tree of version 2 with records of a kind, in which
// the identifier begins after some bytes.
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
	const frame = 10 // signature, version, type, checksum
	size, record, depth := uint64(little.Uint32(b[6:])), uint64(little.Uint16(b[10:])), int(little.Uint16(b[12:]))
	const deepest = 16
	if size <= frame || size > f.size || record == 0 || depth > deepest {
		return damage("the head of an index makes no sense")
	}
	// How many records a node may have at each depth says how many bytes the numbers of records take.
	most, all := []uint64{(size - frame) / record}, []uint64{(size - frame) / record}
	pointer := []uint64{0}
	for d := 1; d <= depth; d++ {
		p := 8 + width(most[d-1])
		if d > 1 {
			p += width(all[d-1])
		}
		if size < frame+p {
			return damage("the head of an index makes no sense")
		}
		n := (size - frame - p) / (record + p)
		pointer, most, all = append(pointer, p), append(most, n), append(all, min(1<<40, (n+1)*all[d-1]+n))
	}
	seen := map[uint64]bool{}
	var node func(address, n uint64, depth int) error
	node = func(address, n uint64, depth int) error {
		if seen[address] || n > most[depth] {
			return damage("an index leads back to itself")
		}
		seen[address] = true
		length := frame + n*record
		if depth > 0 {
			length += (n + 1) * pointer[depth]
		}
		b, err := f.at(address, length)
		if err != nil {
			return err
		}
		if b, err = checked(b); err != nil {
			return err
		}
		want := "BTLF"
		if depth > 0 {
			want = "BTIN"
		}
		if string(b[:4]) != want {
			return damage("an index has no node where it should be")
		}
		records, children := b[6:6+n*record], b[6+n*record:]
		for i := uint64(0); i <= n; i++ {
			if depth > 0 {
				c := children[i*pointer[depth]:]
				if err := node(little.Uint64(c), number(c[8:8+width(most[depth-1])]), depth-1); err != nil {
					return err
				}
			}
			if i < n {
				if err := visit(records[i*record : (i+1)*record]); err != nil {
					return err
				}
			}
		}
		return nil
	}
	root, n := little.Uint64(b[16:]), uint64(little.Uint16(b[24:]))
	if root == nowhere {
		return nil
	}
	return node(root, n, depth)
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
	rows       uint64 // of the root, 0 for a direct block
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
	}
	h.length = width(min(h.direct, uint64(little.Uint32(b[10:]))))
	power := func(x uint64) bool { return bits.OnesCount64(x) == 1 }
	if !power(h.columns) || !power(h.start) || !power(h.direct) || h.start > h.direct || h.direct > 1<<32 || h.offset > 8 || h.rows > 64 {
		return nil, damage("the head of a heap makes no sense")
	}
	return h, nil
}

// get is what an identifier stands for.
func (h *fractal) get(id []byte) ([]byte, error) {
	const managed, tiny = 0, 2
	switch {
	case len(id) == 0:
	case id[0]>>4&3 == managed && uint64(len(id)) >= 1+h.offset+h.length:
		return h.managed(number(id[1:1+h.offset]), number(id[1+h.offset:1+h.offset+h.length]))
	case id[0]>>4&3 == tiny && len(id) <= 17 && len(id) >= 2+int(id[0]&15):
		return id[1 : 2+id[0]&15], nil
	case id[0]>>4&3 == 1:
		return nil, errors.New("an object of a heap that is kept apart for its size")
	}
	return nil, damage("an object of a heap has no place")
}

// managed reads length bytes at an offset of the heap's own address space, which its blocks make up row by row: those of the first
// two rows have the same size, those of any other row twice that of the row before.
func (h *fractal) managed(offset, length uint64) ([]byte, error) {
	lost := damage("an object of a heap lies outside it")
	address, rows := h.root, h.rows
	if rows == 0 {
		if offset > h.start || length > h.start-offset {
			return nil, lost
		}
		return h.f.at(address+offset, length)
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
		entry := 13 + h.offset + 8*(row*h.columns+column)
		b, err := h.f.at(address, 4)
		if err != nil {
			return nil, err
		}
		if string(b) != "FHIB" {
			return nil, damage("a heap has no block where it should be")
		}
		if b, err = h.f.at(address+entry, 8); err != nil {
			return nil, err
		}
		address, offset = little.Uint64(b), offset-first-column*size
		if size <= h.direct {
			if length > size-offset {
				return nil, lost
			}
			if address > h.f.size {
				return nil, lost
			}
			return h.f.at(address+offset, length)
		}
		rows = uint64(bits.Len64(size/(h.start*h.columns))-1) + 1
	}
	return nil, lost
}
