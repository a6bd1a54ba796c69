package nwb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"facrnn/data/hdf5/reader"
)

// openHDF5 opens a file after a look at its first bytes, for errors that say what to do.
func openHDF5(path string) (h5 *h5File, unclosed string, err error) {
	if unclosed, err = precheck(path); err != nil {
		return nil, unclosed, err
	}
	if h5, err = reader.Open(path); err != nil {
		return nil, unclosed, unreadable(err)
	}
	return h5, unclosed, nil
}

// precheck tells a file that is not HDF5, or not complete. It says how a file shows that its writer never closed it,
// if it does.
func precheck(path string) (unclosed string, err error) {
	const most = 96 // bytes of a superblock, with which HDF5 begins
	info, err := os.Stat(path)
	if err != nil {
		return "", plain(err)
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("not an HDF5 file: it is not a regular file: give an NWB 2 file")
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

// notClosed says how a superblock shows that its file, of size bytes, was never closed by the program that wrote it: by
// the flag of a file that is open for writing, which closing takes away, or by an end that is not the file's; empty
// where it shows neither. HDF5 begins at begin.
func notClosed(superblock []byte, begin, size int64) string {
	const flags, writing = 11, 1 | 4 // in versions 2 and 3: open for writing, or for writing while others read
	if v := superblock[8]; (v == 2 || v == 3) && superblock[flags]&writing != 0 {
		return "its header says that it is open for writing"
	}
	// The end counts from the beginning of the file, or from that of HDF5 in files that got a block in front later.
	if end, ok := endOf(superblock); ok && end < uint64(size) && end+uint64(begin) != uint64(size) {
		return fmt.Sprintf("its header counts %d of its %d bytes", end, size)
	}
	return ""
}

// endOf is where the file should end by its superblock; false where that does not say.
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

// plain leaves out of an error of the operating system what was tried, and the path.
func plain(err error) error {
	var p *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: check the path", fs.ErrNotExist)
	case errors.As(err, &p):
		return fmt.Errorf("%w: check the path, and that it may be read", p.Err)
	}
	return err
}
