package nwb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"facrnn/data/hdf5/reader"
)

// openHDF5 opens a file. It checks the first bytes before, for errors that say what to do.
func openHDF5(path string) (h5 *reader.File, unclosed string, err error) {
	if unclosed, err = precheck(path); err != nil {
		return nil, unclosed, err
	}
	if h5, err = reader.Open(path); err != nil {
		return nil, unclosed, unreadable(err)
	}
	return h5, unclosed, nil
}

// precheck returns an error if a file is not HDF5 or not complete. unclosed says how the file shows that its writer
// never closed it; it is empty if the writer did.
func precheck(path string) (unclosed string, err error) {
	const most = 96 // bytes of a superblock, with which HDF5 begins
	info, err := os.Stat(path)
	if err != nil {
		return "", plain(err)
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a regular file: give an NWB 2 file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", plain(err)
	}
	defer func() { _ = f.Close() }() // read only
	begin, err := reader.Begin(f, info.Size())
	if err != nil {
		return "", errors.New("not an HDF5 file, so not NWB either: give an NWB 2 file")
	}
	b := make([]byte, most)
	if _, err := f.ReadAt(b, begin); err != nil {
		return "", fmt.Errorf("truncated: it ends inside the superblock (%w): copy or download it again", err)
	}
	unclosed = notClosed(b, begin, info.Size())
	if end, ok := endOf(b); ok && end > uint64(info.Size()) {
		return unclosed, fmt.Errorf("truncated: it has %d of %d bytes: copy or download it again", info.Size(), end)
	}
	return unclosed, nil
}

// notClosed says how a superblock shows that the program that wrote the file never closed it; empty if it does not.
// One sign is the flag of a file that is open for writing, which closing removes. The other is an end that is not the
// end of the file. The file has size bytes, and HDF5 begins at begin.
func notClosed(superblock []byte, begin, size int64) string {
	const flags, writing = 11, 1 | 4 // in versions 2 and 3: open for writing, or for writing while others read
	if v := superblock[8]; (v == 2 || v == 3) && superblock[flags]&writing != 0 {
		return "its header says that it is open for writing"
	}
	// The end counts from the beginning of the file, or from the beginning of HDF5 if a block was put before it
	// later.
	if end, ok := endOf(superblock); ok && end < uint64(size) && end+uint64(begin) != uint64(size) {
		return fmt.Sprintf("its header counts %d of its %d bytes", end, size)
	}
	return ""
}

// endOf returns the end of the file as its superblock has it, and false if it has none.
func endOf(superblock []byte) (uint64, bool) {
	var sizes, end int // where the number of bytes of an address is, and the address of the end
	switch superblock[8] {
	case 0:
		sizes, end = 13, 40
	case 1:
		sizes, end = 13, 44
	case 2, 3:
		sizes, end = 9, 28
	default:
		return 0, false
	}
	at := binary.LittleEndian.Uint64(superblock[end:])
	return at, superblock[sizes] == 8 && at != ^uint64(0)
}

// plain removes the operation and the path from an error of the operating system.
func plain(err error) error {
	var p *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: check the path", fs.ErrNotExist)
	case errors.As(err, &p):
		return fmt.Errorf("%w: check the path and the permission to read it", p.Err)
	}
	return err
}
