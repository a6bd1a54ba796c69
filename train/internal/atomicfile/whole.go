// Package atomicfile writes files completely or not at all. It writes under a temporary name in the same folder, and
// renames the file after it is on the disk. If the program or the machine stops before that, the old file does not
// change.
//
// [Lock] locks a folder for one program.
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

// Error holds the path of a file that could not be written, and the reason.
type Error struct {
	Path string
	Err  error
}

// Error returns the path and the system's message, without the name of a temporary file.
func (e *Error) Error() string { return e.Path + ": " + cause(e.Err).Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// cause returns the system's message without a file name, which may be the name of a temporary file.
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

// Write creates or replaces a file in an existing folder. If it fails, the error is an [*Error] and the old file does
// not change.
func Write(path string, fill func(io.Writer) error) error {
	return WriteFile(path, func(f *os.File) error {
		b := bufio.NewWriterSize(f, 1<<16)
		return errors.Join(fill(b), b.Flush())
	})
}

// WriteFile writes a file like [Write], for formats that are not written from the beginning to the end.
func WriteFile(path string, fill func(*os.File) error) error {
	if err := replace(path, fill); err != nil {
		return &Error{path, err}
	}
	return nil
}

// Read reads a regular file. It returns an error for anything else, because opening a named pipe can wait forever.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &os.PathError{Op: "read", Path: path, Err: errors.New("this is a folder or a device, not a file")}
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// leftover matches the names of temporary files: a dot, the file's name and a number.
var leftover = regexp.MustCompile(`^\..+\.[a-z]+[0-9]+$`)

// Sweep removes the temporary files that a killed program left in a folder. A missing folder is not an error.
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
