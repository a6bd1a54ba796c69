package rundir

import (
	"io"

	"facrnn/train/internal/atomicfile"
)

// WriteError is a file that could not be written, and why.
type WriteError = atomicfile.Error

// WriteFile creates or replaces one file in an existing folder. A program that is killed leaves the old file or the new
// one. The error is a [*WriteError].
func WriteFile(path string, fill func(io.Writer) error) error { return atomicfile.Write(path, fill) }

// Lock keeps a folder that is no run, such as an experiment's, for one program at a time. The function that it returns
// lets others in.
func Lock(dir string) (unlock func(), err error) { return atomicfile.Lock(dir) }
