package nwb

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/scigolib/hdf5"
)

// The library has no reader for enumerations, which is how h5py and pynwb store booleans. It says where a dataset's header lies,
// though, and lends its file: what follows reads a one-dimensional dataset of an enumeration from there. Whatever it is not sure
// of is an error. The format: https://docs.hdfgroup.org/archive/support/HDF5/doc/H5.format.html, sections III.A.1, IV.A.1 and IV.A.2.

// enumeration is the values of a dataset and what they are called.
type enumeration struct {
	values []int64
	names  map[int64]string
}

// Header messages, by type.
const (
	messageDatatype     = 0x03
	messageLayout       = 0x08
	messageFilters      = 0x0b
	messageContinuation = 0x10
)

var (
	little   = binary.LittleEndian
	errShort = errors.New("its header ends too early")
)

// readEnumeration reads a dataset of an enumeration.
func readEnumeration(h5 *hdf5.File, d *dataset) (enumeration, error) {
	var e enumeration
	if len(d.shape) != 1 {
		return e, fmt.Errorf("an enumeration of shape %s, not of one dimension", shapeText(d.shape))
	}
	if d.shape[0] > mostValues {
		return e, fmt.Errorf("%d values are too many", d.shape[0])
	}
	if sb := h5.Superblock(); sb.OffsetSize != 8 || sb.LengthSize != 8 || sb.BaseAddress != 0 {
		return e, errors.New("addresses in the file do not have 8 bytes")
	}
	r := rawFile{h5.Reader()}
	messages, err := r.header(d.set.Address())
	if err != nil {
		return e, err
	}
	t, err := parseEnum(messages[messageDatatype])
	if err != nil {
		return e, err
	}
	raw, err := r.bytes(messages, d.shape[0], t.size)
	if err != nil {
		return e, err
	}
	e.names, e.values = t.names, make([]int64, d.shape[0])
	for i := range e.values {
		e.values[i] = t.value(raw[i*t.size:])
	}
	return e, nil
}

// enumType is the type of an enumeration: an integer type, with names for values.
type enumType struct {
	size   int
	order  binary.ByteOrder
	signed bool
	names  map[int64]string
}

// value is the integer at the beginning of b.
func (t enumType) value(b []byte) int64 {
	var v uint64
	switch t.size {
	case 1:
		v = uint64(b[0])
	case 2:
		v = uint64(t.order.Uint16(b))
	case 4:
		v = uint64(t.order.Uint32(b))
	default:
		v = t.order.Uint64(b)
	}
	if unused := 64 - 8*t.size; t.signed {
		return int64(v<<unused) >> unused
	}
	return int64(v)
}

// parseEnum takes a datatype message apart: class and version, number of members, size; then the integer type, names and values.
func parseEnum(b []byte) (enumType, error) {
	const class, integer, base = 8, 0, 12 // bytes of the integer type
	if len(b) < 8+base || b[0]&0xf != class || b[8]&0xf != integer {
		return enumType{}, errors.New("its type is no enumeration of integers")
	}
	version, members := b[0]>>4, int(little.Uint16(b[1:]))
	t := enumType{size: int(little.Uint32(b[4:])), order: little, signed: b[9]&8 != 0, names: map[int64]string{}}
	if b[9]&1 != 0 {
		t.order = binary.BigEndian
	}
	if (t.size != 1 && t.size != 2 && t.size != 4 && t.size != 8) || int(little.Uint32(b[12:])) != t.size {
		return t, fmt.Errorf("an enumeration of %d bytes", t.size)
	}
	b = b[8+base:]
	names := make([]string, members)
	for i := range names {
		end := bytes.IndexByte(b, 0)
		if end < 0 {
			return t, errShort
		}
		names[i] = string(b[:end])
		end++
		if version < 3 { // padded to a multiple of 8
			end = (end + 7) / 8 * 8
		}
		b = b[min(end, len(b)):]
	}
	if len(b) < members*t.size {
		return t, errShort
	}
	for i, name := range names {
		t.names[t.value(b[i*t.size:])] = name
	}
	return t, nil
}

// rawFile reads parts of a file that damage may have put anywhere.
type rawFile struct{ r io.ReaderAt }

// mostRaw is how many bytes are read in one piece at most.
const mostRaw = 1 << 28

func (f rawFile) at(address, size uint64) ([]byte, error) {
	if address > 1<<62 || size > mostRaw {
		return nil, errors.New("an address or size in it is out of bounds")
	}
	// Memory grows with what the file holds, not with what it says.
	b, err := io.ReadAll(io.NewSectionReader(f.r, int64(address), int64(size)))
	if err == nil && uint64(len(b)) != size {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// header reads the messages of an object header, by type, of both versions.
func (f rawFile) header(address uint64) (map[int][]byte, error) {
	const prefix = 16
	b, err := f.at(address, prefix)
	if err != nil {
		return nil, err
	}
	h := rawHeader{rawFile: f, messages: map[int][]byte{}, head: 8}
	first, size := address+prefix, uint64(little.Uint32(b[8:]))
	switch {
	case string(b[:4]) == "OHDR" && b[4] == 2:
		flags := b[5]
		h.second, h.head = true, 4
		first = address + 6
		if flags&0x20 != 0 { // times
			first += 16
		}
		if flags&0x10 != 0 { // limits on attributes
			first += 4
		}
		if flags&4 != 0 { // messages are numbered
			h.head += 2
		}
		width := uint64(1) << (flags & 3)
		b, err := f.at(first, width)
		if err != nil {
			return nil, err
		}
		first, size = first+width, little.Uint64(append(b, make([]byte, 8)...))
	case b[0] != 1:
		return nil, errors.New("its header is of a version not known")
	}
	block, err := f.at(first, size)
	if err != nil {
		return nil, err
	}
	return h.messages, h.parse(block, 0)
}

// rawHeader is an object header being read.
type rawHeader struct {
	rawFile
	messages map[int][]byte
	second   bool // version 2
	head     int  // bytes before the data of a message
}

// parse takes the messages of a block, and of those that continue it.
func (h rawHeader) parse(b []byte, depth int) error {
	const deepest = 32 // a header has a few blocks; more go round in circles
	if depth > deepest {
		return errors.New("its header goes on for too long")
	}
	for len(b) >= h.head {
		var kind, size, flags int
		if h.second {
			kind, size, flags = int(b[0]), int(little.Uint16(b[1:])), int(b[3])
		} else {
			kind, size, flags = int(little.Uint16(b)), int(little.Uint16(b[2:])), int(b[4])
		}
		if len(b) < h.head+size {
			break // what is left is no message
		}
		data := b[h.head : h.head+size]
		b = b[h.head+size:]
		const shared = 2
		switch kind {
		case messageDatatype, messageLayout, messageFilters:
			if flags&shared != 0 {
				return errors.New("its type is kept elsewhere in the file")
			}
			h.messages[kind] = data
		case messageContinuation:
			if len(data) < 16 {
				return errShort
			}
			more, err := h.at(little.Uint64(data), little.Uint64(data[8:]))
			if err != nil {
				return err
			}
			if h.second { // between a signature and a checksum
				if len(more) < 8 || string(more[:4]) != "OCHK" {
					return errors.New("its header is not continued where it says")
				}
				more = more[4 : len(more)-4]
			}
			if err := h.parse(more, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

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
