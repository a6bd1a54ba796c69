//go:build !windows

package atomicfile

import (
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// replace fills a temporary file in the folder of path, syncs it and renames it.
func replace(path string, fill func(*os.File) error) error {
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer func() { _ = f.Cleanup() }() // does nothing after the rename; otherwise the first error counts
	if err := fill(f.File); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}
