package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"

	"facrnn/data"
	"facrnn/data/npz"
)

// export writes a recording to an .npz file under a temporary name and renames it, so that path never holds half a file.
func export(path string, r *data.Recording) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	const readable = 0o644 // temporary files are their owner's alone
	w := bufio.NewWriter(f)
	if err := errors.Join(npz.Save(w, npz.Arrays(r), false), w.Flush(), f.Chmod(readable), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
