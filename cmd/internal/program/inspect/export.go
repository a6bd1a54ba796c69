package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train/rundir"
)

// export writes a recording to an .npz file, of which path never holds a half. It does not write over the recording
// itself, nor over what is no file.
func export(path string, r *data.Recording) error {
	to, err := os.Stat(path)
	from, fromErr := os.Stat(r.Source.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // a new file
	case err == nil && !to.Mode().IsRegular():
		return cli.Input{Err: fmt.Errorf("%s: a folder or a device, not a file", path)}
	case err == nil && fromErr == nil && os.SameFile(to, from):
		return cli.Input{Err: fmt.Errorf("%s: the recording itself, which stays as it is", path)}
	}
	return rundir.WriteFile(path, func(w io.Writer) error { return npz.Save(w, npz.Arrays(r), false) })
}
