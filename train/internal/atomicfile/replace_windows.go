package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

// replace fills a temporary file beside the path, syncs it and renames it. Windows promises no more than that the name
// is of one file or the other, which is why renameio leaves it out.
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
