package nwb

import (
	"bytes"
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
