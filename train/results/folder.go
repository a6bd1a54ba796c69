package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Folder is a run's folder.
type Folder struct{ Dir string }

// Create makes the folder, and refuses one that holds a run already.
func Create(dir string) (*Folder, error) {
	for _, name := range []string{"config.toml", "summary.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return nil, fmt.Errorf("%s: holds a run already: choose another --out", dir)
		}
	}
	f := &Folder{Dir: dir}
	err := os.MkdirAll(dir, 0o755)
	if err == nil { // that it can be written to is found out before the work, not after
		err = f.write("config.toml", func(*os.File) error { return nil })
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot write there (%w): choose another --out", dir, cause(err))
	}
	return f, nil
}

// cause is what the system said, without the name of the file it said it of.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Path is a file in the folder.
func (f *Folder) Path(name string) string { return filepath.Join(f.Dir, name) }

// Write writes a file of the folder whole.
func (f *Folder) Write(name string, contents []byte) error {
	return f.write(name, func(w *os.File) error {
		_, err := w.Write(contents)
		return err
	})
}

// write makes a file under a temporary name and renames it when it is whole and on the disk.
func (f *Folder) write(name string, fill func(*os.File) error) (err error) {
	path := f.Path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(tmp.Name()))
		}
	}()
	if err := errors.Join(fill(tmp), tmp.Sync(), tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
