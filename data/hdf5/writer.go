package hdf5

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// undefined is the address that stands for no object.
const undefined = ^uint64(0)

var le = binary.LittleEndian

// Writer is a file being written. After the first error, nothing more is written, and Close returns the error.
type Writer struct {
	f    File
	own  io.Closer // the file, where the writer opened it
	b    *bufio.Writer
	off  uint64
	err  error
	root *Group
	heap *heap // for strings; nil before the first
}

// File is the output of a Writer, such as an empty *os.File. It is written front to back, except for parts that are
// filled in later.
type File interface {
	io.Writer
	io.WriterAt
}

// Group is a group of a file being written. Its links and attributes are kept in memory until Close.
type Group struct {
	w     *Writer
	attrs [][]byte
	links []outLink
	addr  uint64 // of the object header, once it is written
}

// outLink is one entry of a group: exactly one of group, dataset and soft is set.
type outLink struct {
	name    string
	group   *Group
	dataset *Dataset
	soft    string
}

// Dataset is a dataset whose values are on disk already; attributes may be added until Close or Ref.
type Dataset struct {
	w        *Writer
	messages [][]byte
	addr     uint64 // of the object header, once it is written
}

// Options say how the values of a dataset are stored. The zero value writes them contiguously, uncompressed.
type Options struct {
	Chunk     []int // shape of a chunk, one number a dimension; nil for one piece
	Deflate   int   // 1 (fast) to 9 (small); 0 for none; needs Chunk
	Shuffle   bool  // bytes of like significance together, which deflates better; needs Chunk
	Unlimited bool  // the dimensions may grow later, by another library; needs Chunk
	BigEndian bool  // the most significant byte of a number comes first
}

// Create opens path for writing and replaces an existing file. The file is readable only after Close. To avoid a
// partial file after a crash, write to a temporary name and rename it.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := New(f)
	w.own = f
	return w, nil
}

// New writes to a file that the caller opened and closes after Close.
func New(f File) *Writer {
	w := &Writer{f: f, b: bufio.NewWriterSize(f, 1<<20)}
	w.root = &Group{w: w}
	w.put(make([]byte, superblockSize)) // filled in by Close
	return w
}

const superblockSize = 48

// Root returns the root group.
func (w *Writer) Root() *Group { return w.root }

func (w *Writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}

// put appends b at the next multiple of 8 and returns its address.
func (w *Writer) put(b []byte) uint64 {
	if r := w.off % 8; r != 0 {
		_, err := w.b.Write(make([]byte, 8-r))
		w.fail(err)
		w.off += 8 - r
	}
	at := w.off
	_, err := w.b.Write(b)
	w.fail(err)
	w.off += uint64(len(b))
	return at
}

// Group returns the child group with this name, and creates it if necessary.
func (g *Group) Group(name string) *Group {
	for _, l := range g.links {
		if l.name == name && l.group != nil {
			return l.group
		}
	}
	child := &Group{w: g.w}
	g.link(outLink{name: name, group: child})
	return child
}

// Link adds a second name for a dataset.
func (g *Group) Link(name string, d *Dataset) { g.link(outLink{name: name, dataset: d}) }

// SoftLink adds a name for the object at target, an absolute path.
func (g *Group) SoftLink(name, target string) { g.link(outLink{name: name, soft: target}) }

func (g *Group) link(l outLink) {
	if l.name == "" || len(l.name) > 255 {
		g.w.fail(fmt.Errorf("hdf5: the name %q does not have 1 to 255 bytes", l.name))
		return
	}
	for _, other := range g.links {
		if other.name == l.name {
			g.w.fail(fmt.Errorf("hdf5: %q exists already", l.name))
			return
		}
	}
	g.links = append(g.links, l)
}

// Attr adds an attribute: a string, bool or number, a slice of these, or a [Ref].
func (g *Group) Attr(name string, v any) { g.attrs = append(g.attrs, g.w.attribute(name, v)) }

// Attr adds an attribute: a string, bool or number, a slice of these, or a [Ref].
func (d *Dataset) Attr(name string, v any) { d.messages = append(d.messages, d.w.attribute(name, v)) }

// Dataset writes v: a scalar, or the row-major values of an array of the given shape; a nil shape stands for one
// dimension.
func (g *Group) Dataset(name string, v any, shape []int, o Options) *Dataset {
	d := &Dataset{w: g.w}
	g.link(outLink{name: name, dataset: d})
	val, err := g.w.encode(v)
	if err == nil && o.BigEndian {
		err = val.swap()
	}
	if err == nil {
		err = d.write(val, shape, o)
	}
	if err != nil {
		g.w.fail(fmt.Errorf("hdf5: dataset %q: %w", name, err))
	}
	return d
}

func (d *Dataset) write(v value, shape []int, o Options) error {
	if v.scalar {
		shape = nil
	} else if shape == nil {
		shape = []int{v.count}
	}
	n := 1
	for _, s := range shape {
		n *= s
	}
	if n != v.count {
		return fmt.Errorf("%d values for the shape %v", v.count, shape)
	}
	d.messages = append(d.messages,
		message(msgDataspace, dataspace(shape, v.scalar, o.Unlimited && o.Chunk != nil)),
		message(msgDatatype, v.datatype),
		message(msgFillValue, []byte{3, 0x0a})) // the default: zeros
	if o.Chunk == nil || v.scalar || n == 0 {
		at := undefined
		if n > 0 {
			at = d.w.put(v.raw)
		}
		layout := le.AppendUint64([]byte{3, layoutContiguous}, at)
		d.messages = append(d.messages, message(msgLayout, le.AppendUint64(layout, uint64(len(v.raw)))))
		return nil
	}
	if len(o.Chunk) != len(shape) {
		return fmt.Errorf("a chunk of shape %v for the shape %v", o.Chunk, shape)
	}
	if f := pipeline(v.size(), o); f != nil {
		d.messages = append(d.messages, message(msgFilters, f))
	}
	tree, err := d.w.chunks(v.raw, shape, v.size(), o)
	if err != nil {
		return err
	}
	layout := le.AppendUint64([]byte{3, layoutChunked, byte(len(shape) + 1)}, tree)
	for _, c := range o.Chunk {
		layout = le.AppendUint32(layout, uint32(c))
	}
	d.messages = append(d.messages, message(msgLayout, le.AppendUint32(layout, uint32(v.size()))))
	return nil
}

// Ref writes the dataset's header, after which it takes no more attributes, and returns a reference to it.
func (d *Dataset) Ref() Ref {
	if d.addr == 0 {
		d.addr = d.w.header(d.messages)
	}
	return Ref(d.addr)
}

// header writes an object header of version 2. Without a message that says where attributes are (here: nowhere else),
// the C library reads but does not count them.
func (w *Writer) header(messages [][]byte) uint64 {
	nowhere := le.AppendUint64(le.AppendUint64([]byte{0, 0}, undefined), undefined)
	messages = append([][]byte{message(msgAttrInfo, nowhere)}, messages...)
	n := 0
	for _, m := range messages {
		n += len(m)
	}
	b := append([]byte("OHDR"), 2, 2) // version 2; the size below takes 4 bytes
	b = le.AppendUint32(b, uint32(n))
	for _, m := range messages {
		b = append(b, m...)
	}
	return w.put(le.AppendUint32(b, Checksum(b)))
}

// Ref writes the group and all below it, which take nothing more then, and returns a reference to it.
func (g *Group) Ref() Ref {
	if g.addr == 0 {
		g.addr = g.write()
	}
	return Ref(g.addr)
}

// write writes the group after everything below it, and returns its address.
func (g *Group) write() uint64 {
	info := le.AppendUint64(le.AppendUint64([]byte{0, 0}, undefined), undefined) // no fractal heap
	messages := append([][]byte{message(msgLinkInfo, info), message(msgGroupInfo, []byte{0, 0})}, g.attrs...)
	for _, l := range g.links {
		b := []byte{1, 0x10} // version 1; the name is UTF-8
		if l.soft != "" {
			b = []byte{1, 0x18, 1} // with a link type: soft
		}
		b = append(append(b, 1, byte(len(l.name))), l.name...)
		switch {
		case l.group != nil:
			b = le.AppendUint64(b, uint64(l.group.Ref()))
		case l.dataset != nil:
			b = le.AppendUint64(b, uint64(l.dataset.Ref()))
		default:
			b = append(le.AppendUint16(b, uint16(len(l.soft))), l.soft...)
		}
		messages = append(messages, message(msgLink, b))
	}
	return g.w.header(messages)
}

// Close writes the groups and the superblock, and closes the file if Create opened it. It returns the first error of
// the writer.
func (w *Writer) Close() error {
	root := uint64(w.root.Ref())
	w.endHeap()
	w.put(nil)
	w.fail(w.b.Flush())
	sb := append([]byte(signature), 2, 8, 8, 0)
	for _, a := range []uint64{0, undefined, w.off, root} {
		sb = le.AppendUint64(sb, a)
	}
	_, err := w.f.WriteAt(le.AppendUint32(sb, Checksum(sb)), 0)
	w.fail(err)
	if w.own == nil {
		return w.err
	}
	return errors.Join(w.err, w.own.Close())
}
