package npz

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

const suffix = ".npy"

// Load reads the named arrays of the npz file at path, or all of them without names. A name the file does not hold is absent from
// the result. Errors name the file and the array.
func Load(path string, names ...string) (map[string]Array, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	m, err := LoadFrom(f, size, names...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// LoadFrom is Load for the size bytes of an npz file at r.
func LoadFrom(r io.ReaderAt, size int64, names ...string) (map[string]Array, error) {
	entries, err := entriesOf(r, size)
	if err != nil {
		return nil, err
	}
	m := map[string]Array{}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		if m[name], err = readArray(entries[name]); err != nil {
			return nil, fmt.Errorf("array %s: %w", name, err)
		}
	}
	return m, nil
}

// Save writes arrays to w as an npz file. The entries are in name order and bear no date, so that equal arrays give equal bytes
// (of a compressed file: with the same version of Go).
func Save(w io.Writer, m map[string]Array, compress bool) error {
	z := zip.NewWriter(w)
	method := zip.Store
	if compress {
		method = zip.Deflate
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name + suffix, Method: method})
		if err == nil {
			err = writeNPY(f, m[name])
		}
		if err != nil {
			return fmt.Errorf("array %s: %w", name, err)
		}
	}
	return z.Close()
}

// unopened adds to an error of the operating system, which names the path, what to do.
func unopened(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return fmt.Errorf("%s: %w: check the path, and that it may be read", of.Path, of.Err)
	}
	return err
}

func open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe might never end
		err = fmt.Errorf("%s: a folder or a device, not an .npz file: give a file", path)
	}
	if err != nil {
		return nil, 0, unopened(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, unopened(err)
	}
	if info, err = f.Stat(); err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// entriesOf maps the names of an npz file's arrays to where they are. Whatever else the zip holds is passed over.
func entriesOf(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not an .npz file, or a damaged one (%w): copy or write the file again", err)
	}
	entries := map[string]*zip.File{}
	for _, f := range z.File {
		if name, ok := strings.CutSuffix(f.Name, suffix); ok {
			if f.CompressedSize64 > uint64(size) {
				return nil, fmt.Errorf("not an .npz file, or a damaged one: %q is larger than the file that it is in: copy or write the file again", f.Name)
			}
			entries[name] = f
		}
	}
	return entries, nil
}

// readArray reads an entry's array. Nothing may come after it, so that the zip's checksum of all bytes is verified.
func readArray(entry *zip.File) (Array, error) {
	a, err := read(entry, func(r io.Reader) (Array, error) {
		a, err := readNPY(r)
		if err != nil {
			return a, err
		}
		var more [1]byte
		if _, err := io.ReadFull(r, more[:]); err == nil {
			return a, errors.New("there is more than its shape says")
		} else if !errors.Is(err, io.EOF) {
			return a, fmt.Errorf("damaged: %w", err)
		}
		return a, nil
	})
	if err != nil {
		return Array{}, fmt.Errorf("%w: copy the file again, or write it again", err)
	}
	return a, nil
}

// read opens a zip's entry and hands it to f.
func read[T any](entry *zip.File, f func(io.Reader) (T, error)) (T, error) {
	r, err := entry.Open()
	if err != nil {
		var zero T
		return zero, err
	}
	defer func() { _ = r.Close() }() // read only
	const most = 1032                // times as many bytes as it reads is what inflating can give
	return f(bounded{bufio.NewReaderSize(r, 1<<16), min(entry.UncompressedSize64, most*entry.CompressedSize64)})
}
