package reader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"facrnn/data/hdf5"
)

var little = binary.LittleEndian

// nowhere is the address of what a file does not have.
const nowhere = ^uint64(0)

// Damage is the error of a file that contradicts itself, or ends too early.
type Damage struct{ What string }

func (d Damage) Error() string {
	return "damaged: " + d.What + ": copy or download the file again"
}

func damage(format string, args ...any) error { return Damage{fmt.Sprintf(format, args...)} }

// File is an HDF5 file open for reading. It is for one goroutine at a time.
type File struct {
	r       io.ReaderAt
	size    uint64
	close   func() error
	root    *object
	objects map[uint64]*object // by address
	headers uint64             // bytes of their headers
	heaps   map[uint64]map[uint32]string
	heaped  uint64 // bytes of the heaps
	kept    kept
	work    uint64 // bytes read and unpacked so far; see spend
}

// Open opens the file at path. Errors do not name it.
func Open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := r.Stat()
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	f, err := New(r, info.Size())
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	f.close = r.Close
	return f, nil
}

// New reads the size bytes of a file at r.
func New(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: uint64(max(0, size)), objects: map[uint64]*object{}, heaps: map[uint64]map[uint32]string{}}
	root, err := f.superblock()
	if err != nil {
		return nil, err
	}
	f.root, err = f.object(root)
	return f, err
}

// Close closes a file that Open opened.
func (f *File) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}

// Root is the group that holds all others.
func (f *File) Root() *Group { return &Group{f.root} }

// superblock returns the address of the root's header.
func (f *File) superblock() (uint64, error) {
	const signature = "\x89HDF\r\n\x1a\n"
	const length = 96 // of the longest, up to what is of use
	b, err := f.at(0, min(length, f.size))
	if err != nil {
		return 0, err
	}
	if len(b) < 48 || string(b[:8]) != signature {
		return 0, errors.New("not an HDF5 file")
	}
	sizes, base, root := b[9:11], little.Uint64(b[12:]), little.Uint64(b[36:])
	switch b[8] {
	case 0, 1:
		shift := 4 * int(b[8]) // version 1 has a number more
		if len(b) < 72+shift {
			return 0, damage("it ends inside the superblock")
		}
		sizes, base, root = b[13:15], little.Uint64(b[24+shift:]), little.Uint64(b[64+shift:])
	case 2, 3:
		if hdf5.Checksum(b[:44]) != little.Uint32(b[44:]) {
			return 0, damage("the checksum of the superblock is wrong")
		}
	default:
		return 0, fmt.Errorf("a superblock of version %d", b[8])
	}
	if sizes[0] != 8 || sizes[1] != 8 || base != 0 {
		return 0, errors.New("addresses in the file do not have 8 bytes, or do not begin at 0")
	}
	return root, nil
}

// at reads size bytes; memory is taken only for what the file has.
func (f *File) at(address, size uint64) ([]byte, error) {
	if address > f.size || size > f.size-address {
		return nil, damage("an address or a length in it lies outside the file")
	}
	const each = 512 // bytes that take as long as beginning to read
	if err := f.spend(max(each, size)); err != nil {
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

// spend is an error once far more has been read or unpacked than there is: 64 times the file, and some seconds' worth.
func (f *File) spend(bytes uint64) error {
	const times, free = 64, 1 << 31
	if f.work += bytes; f.work > times*f.size+free {
		return damage("reading it goes round in circles")
	}
	return nil
}
