package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

// replace fills a temporary file in the folder of path, syncs it and renames it. renameio does not support Windows,
// which only guarantees that the name refers to either the old or the new file.
func replace(path string, fill func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"*")
	if err != nil {
		return err
	}
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name()) // the first error counts
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return nil
}
