package npz

import (
	"archive/zip"
	"bufio"
	"context"
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

// Load reads the named arrays of the npz file at path, or all arrays if no names are given. A name that the file lacks
// is absent from the result. Errors name the file and the array.
func Load(path string, names ...string) (map[string]Array, error) {
	f, size, err := open(context.Background(), path)
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

// LoadFrom reads like Load, from the size bytes of an npz file at r.
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

// Save writes arrays to w as an npz file. The entries are in name order and have no date, so equal arrays give equal
// bytes (if compressed, only with the same version of Go).
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

// unopened adds a remedy to an error of the operating system, which names the path.
func unopened(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return fmt.Errorf("%s: %w: check the path and its read permission", of.Path, of.Err)
	}
	return err
}

// reading opens the file at path for do, and closes it afterwards. If ctx has ended, it returns the error of ctx,
// whatever do returns.
func reading[T any](ctx context.Context, path string, do func(r io.ReaderAt, size int64) (*T, error)) (*T, error) {
	f, size, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	got, err := do(f, size)
	if ended := ctx.Err(); ended != nil {
		return nil, fmt.Errorf("%s: %w", path, ended)
	}
	return got, err
}

// watched is an open file whose reads fail after its context ends.
type watched struct {
	*os.File
	ctx context.Context
}

// ReadAt implements io.ReaderAt.
func (w watched) ReadAt(b []byte, at int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.File.ReadAt(b, at)
}

func open(ctx context.Context, path string) (w watched, size int64, err error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe might block
		err = fmt.Errorf("%s: a folder or a device, not an .npz file: give a file", path)
	}
	if err != nil {
		return w, 0, unopened(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return w, 0, unopened(err)
	}
	if info, err = f.Stat(); err != nil {
		_ = f.Close()
		return w, 0, err
	}
	return watched{f, ctx}, info.Size(), nil
}

// entry is an unread array in a file.
type entry struct {
	open  func() (io.ReadCloser, error)
	bytes uint64 // maximum size, unpacked
}

// entriesOf maps the names of a file's arrays to their entries. Other parts of a zip are ignored. The single array of
// an .npy file gets the name of the activity.
func entriesOf(r io.ReaderAt, size int64) (map[string]*entry, error) {
	if isNPY(r) {
		whole := func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(r, 0, size)), nil }
		return map[string]*entry{activityNames[0]: {whole, uint64(size)}}, nil
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not an .npz file, or a damaged one (%w): copy or write the file again", err)
	}
	entries := map[string]*entry{}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, suffix)
		switch {
		case !ok:
			continue
		case f.CompressedSize64 > uint64(size):
			return nil, fmt.Errorf("not an .npz file, or a damaged one: %q is larger than the whole file: copy or "+
				"write the file again", f.Name)
		case entries[name] != nil:
			return nil, fmt.Errorf("it holds the array %q twice: write the file again with each "+
				"array once", name)
		}
		const most = 1032 // DEFLATE unpacks to at most 1032 times its input
		entries[name] = &entry{f.Open, min(f.UncompressedSize64, most*f.CompressedSize64)}
	}
	return entries, nil
}

// isNPY reports whether a file is a single array in NumPy's format.
func isNPY(r io.ReaderAt) bool {
	var b [len(magic)]byte
	_, err := r.ReadAt(b[:], 0)
	return err == nil && string(b[:]) == magic
}

// readArray reads an entry's array. No bytes may follow the array, so the zip's checksum of all bytes is verified.
func readArray(e *entry) (Array, error) {
	a, err := read(e, func(r io.Reader) (Array, error) {
		a, err := readNPY(r)
		if err != nil {
			return a, err
		}
		var more [1]byte
		if _, err := io.ReadFull(r, more[:]); err == nil {
			return a, errors.New("it has more values than its shape says")
		} else if !errors.Is(err, io.EOF) {
			return a, fmt.Errorf("damaged: %w", err)
		}
		return a, nil
	})
	switch {
	case errors.As(err, &unsupported{}):
		return Array{}, err
	case err != nil:
		return Array{}, fmt.Errorf("%w: copy the file again, or write it again", err)
	}
	return a, nil
}

// read opens an entry and passes it to f.
func read[T any](e *entry, f func(io.Reader) (T, error)) (T, error) {
	r, err := e.open()
	if err != nil {
		var zero T
		return zero, err
	}
	defer func() { _ = r.Close() }() // read only
	return f(bounded{bufio.NewReaderSize(r, 1<<16), e.bytes})
}
