// Package atomicfile writes files that are there whole or not at all: under another name in the same folder, and
// renamed once they are on the disk. A program or a machine that stops half way leaves the file as it was before.
//
// [Lock] keeps a folder for one program.
//
// It imports nothing of the project. Start with [Write].
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// Error is a file that could not be written, and why.
type Error struct {
	Path string
	Err  error
}

// Error returns the path and what the system said of it, which names a file of its own no more.
func (e *Error) Error() string { return e.Path + ": " + cause(e.Err).Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// cause is what the system said, without the name of the file it said it of, which may be that of a temporary one.
func cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// Write makes or replaces a file in a folder that is there. Where it fails, which is an [*Error], the file stays as it
// was.
func Write(path string, fill func(io.Writer) error) error {
	return WriteFile(path, func(f *os.File) error {
		b := bufio.NewWriterSize(f, 1<<16)
		return errors.Join(fill(b), b.Flush())
	})
}

// WriteFile is Write for formats that are not written from the beginning to the end.
func WriteFile(path string, fill func(*os.File) error) error {
	if err := replace(path, fill); err != nil {
		return &Error{path, err}
	}
	return nil
}

// Read reads a file. It refuses what is not one: to open a named pipe may wait for ever.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &os.PathError{Op: "read", Path: path, Err: errors.New("a folder or a device, not a file")}
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// leftover is how temporary files are called: a dot, the file's own name and a number.
var leftover = regexp.MustCompile(`^\..+\.[a-z]+[0-9]+$`)

// Sweep removes the temporary files that a program which was killed has left in a folder; one that does not exist has
// none.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if leftover.MatchString(e.Name()) && e.Type().IsRegular() {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
