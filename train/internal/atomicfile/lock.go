package atomicfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// LockName is the file that is locked while a program writes to a folder. It is never removed, because removing a
// lock file safely is difficult.
const LockName = ".lock"

// ErrTaken is the error of Lock if another program has locked the folder.
var ErrTaken = errors.New("another program is writing there")

// Lock locks a folder for one program at a time, and returns a function that unlocks it. Some network file systems
// have no locks; there, it does not exclude other programs.
func Lock(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, LockName)
	l := flock.New(path, flock.SetPermissions(0o644))
	switch ok, err := l.TryLock(); {
	case errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK):
		return func() {}, nil
	case err != nil:
		return nil, &Error{Path: path, Err: err}
	case !ok:
		return nil, fmt.Errorf("%s: %w; wait until it ends, or stop it", dir, ErrTaken)
	}
	return func() { _ = l.Close() }, nil // the lock ends with the program at the latest
}
