package reader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"facrnn/data/hdf5"
)

var little = binary.LittleEndian

// nowhere is the address that stands for no object.
const nowhere = ^uint64(0)

// Damage is the error of a file that contradicts itself, or ends too early.
type Damage struct{ What string }

func (d Damage) Error() string {
	return "damaged: " + d.What + ": copy or download the file again"
}

func damage(format string, args ...any) error { return Damage{fmt.Sprintf(format, args...)} }

// Lost is the error of a link whose target is missing. It says what to do.
type Lost struct{ What string }

func (l Lost) Error() string { return l.What }

// File is an HDF5 file open for reading. It is for one goroutine at a time.
type File struct {
	*family
	name    string      // of a linked file, relative to the family's folder; empty for the file that was opened
	info    fs.FileInfo // nil if it was not opened by path
	mark    uint64      // which the addresses of its objects get; see Address
	read    bool        // whether values of its datasets were read
	r       io.ReaderAt // from the superblock on
	size    uint64      // of that
	close   func() error
	root    *object
	objects map[uint64]*object // by address
	headers uint64             // bytes of their headers
	heaps   map[uint64]map[uint32]string
	heaped  uint64 // bytes of the heaps
	stored  uint64 // bytes of the values of the datasets that were looked into
	work    uint64 // bytes read so far; see spend
	steps   int    // of loops; see step
}

// Follow sets a function that is called by every read, and by every loop that may be long without a read. Its error
// ends the reading, and every later call returns it. Without Follow nothing ends the reading early.
func (f *File) Follow(check func() error) { f.check = check }

// step is called in each round of a loop that may be long; now and then it checks whether reading must end.
func (f *File) step() error {
	const each = 1 << 10 // rounds
	if f.steps++; f.steps%each != 0 {
		return nil
	}
	return f.check()
}

// Open opens the file at path. External links in it are followed to files in its folder and below. Errors do not
// name the file at path.
func Open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return adopt(r, &family{path: path})
}

// adopt reads a file that was opened by path, as one of a family.
func adopt(r *os.File, of *family) (*File, error) {
	info, err := r.Stat()
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	f, err := newMember(r, info.Size(), of)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	f.close, f.info = r.Close, info
	return f, nil
}

// New reads the size bytes of a file at r. It has no folder, so that external links in it are not followed.
func New(r io.ReaderAt, size int64) (*File, error) { return newMember(r, size, &family{}) }

func newMember(r io.ReaderAt, size int64, of *family) (*File, error) {
	if of.check == nil {
		of.check = func() error { return nil }
	}
	f := &File{family: of, objects: map[uint64]*object{}, heaps: map[uint64]map[uint32]string{}}
	begin, err := Begin(r, size)
	if err != nil {
		return nil, err
	}
	f.r, f.size = io.NewSectionReader(r, begin, size-begin), uint64(size-begin)
	root, err := f.superblock()
	if err != nil {
		return nil, err
	}
	if f.root, err = f.object(root); err != nil {
		return nil, err
	}
	of.files = append(of.files, f)
	return f, nil
}

// Close closes a file that Open opened, and those that links in it led to.
func (f *File) Close() error {
	var all []error
	for _, f := range f.files {
		if f.close != nil {
			all = append(all, f.close())
		}
	}
	return errors.Join(all...)
}

// Root returns the group that holds all others.
func (f *File) Root() *Group { return &Group{f.root} }

// Begin returns the offset of HDF5 in a file of size bytes: 0, or behind a block for other use, such as MATLAB's, of
// 512 bytes, 1024 bytes, and so on. Addresses in the file count from this offset.
func Begin(r io.ReaderAt, size int64) (int64, error) {
	const signature, first = "\x89HDF\r\n\x1a\n", 512
	var b [len(signature)]byte
	for at := int64(0); at <= size-int64(len(b)); at = max(first, 2*at) {
		if _, err := r.ReadAt(b[:], at); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if string(b[:]) == signature {
			return at, nil
		}
		if at > size/2 {
			break
		}
	}
	return 0, errors.New("not an HDF5 file")
}

// superblock returns the address of the root's header.
func (f *File) superblock() (uint64, error) {
	const length = 96 // bytes of the longest superblock, up to its last used field
	b, err := f.at(0, min(length, f.size))
	if err != nil {
		return 0, err
	}
	if len(b) < 48 {
		return 0, damage("it ends inside the superblock")
	}
	sizes, root := b[9:11], little.Uint64(b[36:])
	switch b[8] {
	case 0, 1:
		shift := 4 * int(b[8]) // version 1 has a number more
		if len(b) < 72+shift {
			return 0, damage("it ends inside the superblock")
		}
		sizes, root = b[13:15], little.Uint64(b[64+shift:])
	case 2, 3:
		if hdf5.Checksum(b[:44]) != little.Uint32(b[44:]) {
			return 0, damage("the checksum of the superblock is wrong")
		}
	default:
		return 0, fmt.Errorf("a superblock of version %d", b[8])
	}
	if sizes[0] != 8 || sizes[1] != 8 {
		return 0, errors.New("addresses in the file do not have 8 bytes")
	}
	return root, nil
}

// at reads size bytes of structure; memory is taken only for bytes that exist in the file.
func (f *File) at(address, size uint64) ([]byte, error) {
	const each = 512 // bytes that take as long as beginning to read
	if err := f.spend(max(each, min(size, f.size))); err != nil {
		return nil, err
	}
	return f.values(address, size)
}

// values reads values like at, but uses no allowance: the caller decides how often they are read.
func (f *File) values(address, size uint64) ([]byte, error) {
	if address > f.size || size > f.size-address {
		return nil, damage("an address or a length in it lies outside the file")
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	b := make([]byte, size)
	n, err := f.r.ReadAt(b, int64(address))
	switch {
	case uint64(n) == size:
		return b, nil
	case errors.Is(err, io.EOF):
		return nil, damage("it ends too early")
	}
	return nil, err
}

// spend returns an error if far more was read, or made from nothing, than the file holds: 64 times the file, and a few
// seconds of work.
func (f *File) spend(bytes uint64) error {
	const times, free = 64, 1 << 31
	if f.work += bytes; f.work > times*f.size+free {
		return damage("reading it goes round in circles, or it asks for far more values than it holds")
	}
	return nil
}

// store counts bytes of values, which lie apart in the file.
func (f *File) store(bytes uint64) error {
	if f.stored += min(bytes, f.size+1); f.stored > f.size {
		return damage("its values are larger than the file, or lie over one another")
	}
	return nil
}
