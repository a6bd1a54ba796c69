package rundir

import (
	"fmt"
	"os"

	"facrnn/train/internal/atomicfile"
)

// GoneError is the error if the folder of a run, its config.toml or its lock is removed while a program writes to the
// folder.
type GoneError struct {
	Path     string
	Replaced bool // there is another one of that name now
}

// Error says what has gone, and that no results were saved.
func (e *GoneError) Error() string {
	how := "was removed"
	if e.Replaced {
		how = "was replaced"
	}
	return fmt.Sprintf("%s: it %s while the program was writing to the folder: nothing was saved of the results: "+
		"run again with another --out", e.Path, how)
}

// Held returns a [*GoneError] if the folder is no longer the one that was created or opened, or has lost its
// config.toml or its lock. Later results would be lost, or mixed with the results of another run.
func (f *Folder) Held() error {
	if err := f.locked(); err != nil || !f.run {
		return err
	}
	if _, err := os.Stat(f.Path("config.toml")); os.IsNotExist(err) {
		return &GoneError{Path: f.Path("config.toml")}
	}
	return nil
}

// locked is Held without config.toml.
func (f *Folder) locked() error {
	if f.lock == nil {
		return nil
	}
	path := f.Path(atomicfile.LockName)
	switch now, err := os.Stat(path); {
	case os.IsNotExist(err):
		if _, err := os.Stat(f.Dir); os.IsNotExist(err) {
			path = f.Dir
		}
		return &GoneError{Path: path}
	case err == nil && !os.SameFile(f.lock, now):
		return &GoneError{Path: path, Replaced: true}
	}
	return nil // what the system does not say is for the next write to find
}
