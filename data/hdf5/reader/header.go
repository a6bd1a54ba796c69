package reader

import (
	"fmt"

	"facrnn/data/hdf5"
)

// Messages of an object's header, by type.
const (
	messageDataspace     = 0x01
	messageLinkInfo      = 0x02
	messageDatatype      = 0x03
	messageOldFill       = 0x04
	messageFill          = 0x05
	messageLink          = 0x06
	messageExternal      = 0x07
	messageLayout        = 0x08
	messageGroupInfo     = 0x0a
	messageFilters       = 0x0b
	messageAttribute     = 0x0c
	messageContinuation  = 0x10
	messageSymbolTable   = 0x11
	messageAttributeInfo = 0x15
)

// object is a group, a dataset or something else, by its header.
type object struct {
	f         *File
	address   uint64
	messages  []message
	children  []Child // once they were asked for
	asked     bool
	attrs     []Attribute // once they were asked for
	wrong     error       // why they cannot be read
	described bool
	linked    []link          // the links of a group, once they were asked for
	named     map[string]link // the links of a group, once one was looked for
	set       *Dataset        // what a dataset is known to be, by whatever link it is reached
}

type message struct {
	kind   int
	shared bool // the message is kept elsewhere in the file
	data   []byte
}

// first returns the first message of a kind; nil if it is missing.
func (o *object) first(kind int) *message {
	for i := range o.messages {
		if o.messages[i].kind == kind {
			return &o.messages[i]
		}
	}
	return nil
}

// own returns the data of the first message of a kind; nil if it is missing.
func (o *object) own(kind int) ([]byte, error) {
	m := o.first(kind)
	switch {
	case m == nil:
		return nil, nil
	case m.shared:
		return o.f.shared(m.data, kind)
	}
	return m.data, nil
}

// shared returns the data of a message of a kind that another object has, such as a named type, by what stands in its
// place.
func (f *File) shared(b []byte, kind int) ([]byte, error) {
	at := 2
	if len(b) > 0 && b[0] == 1 {
		at = 8
	}
	if len(b) < at+8 {
		return nil, damage("a header ends inside a message")
	}
	const committed = 2 // from version 3 on
	if b[0] < 1 || b[0] > 3 || b[0] == 3 && b[1] != committed {
		return nil, fmt.Errorf("a part of its header (message %d) is kept in a table of the file", kind)
	}
	o, err := f.object(little.Uint64(b[at:]))
	if err != nil {
		return nil, err
	}
	m := o.first(kind)
	if m == nil || m.shared {
		return nil, damage("a part of a header is not where it should be")
	}
	return m.data, nil
}

// object reads the header at an address, once.
func (f *File) object(address uint64) (*object, error) {
	if o := f.objects[address]; o != nil {
		return o, nil
	}
	h := &header{f: f}
	if err := h.read(address); err != nil {
		return nil, err
	}
	o := &object{f: f, address: address, messages: h.messages}
	f.objects[address] = o
	return o, nil
}

// header is an object's header being read.
type header struct {
	f        *File
	second   bool // version 2
	head     int  // bytes before the data of a message
	blocks   int
	messages []message
}

// block reads a part of a header.
func (h *header) block(address, size uint64) ([]byte, error) {
	b, err := h.f.at(address, size)
	if err == nil {
		err = h.f.keep(len(b))
	}
	return b, err
}

// keep counts bytes of headers, and of what else is said of objects, all of which are kept: they lie apart in the file.
func (f *File) keep(bytes int) error {
	if f.headers += uint64(bytes); f.headers > f.size {
		return damage("headers lie over one another")
	}
	return nil
}

func (h *header) read(address uint64) error {
	const prefix = 16
	b, err := h.f.at(address, prefix)
	if err != nil {
		return err
	}
	switch {
	case string(b[:4]) == "OHDR":
		if b[4] != 2 {
			return fmt.Errorf("a header of version %d", b[4])
		}
		return h.readSecond(address, b[5])
	case b[0] != 1:
		return damage("there is no header at %d, where an object should be", address)
	}
	h.head = 8
	block, err := h.block(address+prefix, uint64(little.Uint32(b[8:])))
	if err != nil {
		return err
	}
	return h.parse(block)
}

// readSecond reads a header of version 2.
func (h *header) readSecond(address uint64, flags byte) error {
	h.second, h.head = true, 4
	before := uint64(6)  // bytes before the length
	if flags&0x20 != 0 { // times
		before += 16
	}
	if flags&0x10 != 0 { // limits on attributes
		before += 4
	}
	if flags&4 != 0 { // messages are numbered
		h.head += 2
	}
	width := uint64(1) << (flags & 3)
	b, err := h.f.at(address+before, width)
	if err != nil {
		return err
	}
	size := number(b)
	const checksum = 4
	if size > h.f.size {
		return damage("a header is longer than the file")
	}
	before += width
	block, err := h.block(address, before+size+checksum)
	if err != nil {
		return err
	}
	if block, err = checked(block); err != nil {
		return err
	}
	return h.parse(block[before:])
}

// number returns a number of up to 8 bytes.
func number(b []byte) uint64 {
	var v [8]byte
	copy(v[:], b)
	return little.Uint64(v[:])
}

// checked returns a block without the checksum at its end, which must be right.
func checked(b []byte) ([]byte, error) {
	end := len(b) - 4
	if end < 0 || hdf5.Checksum(b[:end]) != little.Uint32(b[end:]) {
		return nil, damage("the checksum of a header is wrong")
	}
	return b[:end], nil
}

// parse takes the messages of a block, and of those that continue it.
func (h *header) parse(b []byte) error {
	const most = 1 << 12 // a header has a few blocks; more go round in circles
	if h.blocks++; h.blocks > most {
		return damage("a header is too long")
	}
	for len(b) >= h.head {
		var kind, size, flags int
		if h.second {
			kind, size, flags = int(b[0]), int(little.Uint16(b[1:])), int(b[3])
		} else {
			kind, size, flags = int(little.Uint16(b)), int(little.Uint16(b[2:])), int(b[4])
		}
		if len(b) < h.head+size {
			if h.second && kind == 0 && size == 0 {
				break
			}
			return damage("a header ends inside a message")
		}
		data := b[h.head : h.head+size]
		b = b[h.head+size:]
		switch kind {
		case 0: // nothing
		case messageContinuation:
			if err := h.more(data); err != nil {
				return err
			}
		default:
			const shared = 2
			h.messages = append(h.messages, message{kind, flags&shared != 0, data})
		}
	}
	return nil
}

// more reads the block that a message of continuation points to.
func (h *header) more(data []byte) error {
	if len(data) < 16 {
		return damage("a header is not continued where it says")
	}
	b, err := h.block(little.Uint64(data), little.Uint64(data[8:]))
	if err != nil {
		return err
	}
	if h.second { // between a signature and a checksum
		if b, err = checked(b); err != nil {
			return err
		}
		if len(b) < 4 || string(b[:4]) != "OCHK" {
			return damage("a header is not continued where it says")
		}
		b = b[4:]
	}
	return h.parse(b)
}
