package atomicfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// LockName is the file that is locked while a program writes to a folder. It stays there: to remove a lock file safely
// is more trouble than it is worth.
const LockName = ".lock"

// ErrTaken is what Lock returns where another program has the folder.
var ErrTaken = errors.New("another program is writing there")

// Lock keeps a folder for one program at a time; what it returns lets others in. Some network file systems know no
// locks; there, two programs are not kept apart.
func Lock(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, LockName)
	l := flock.New(path, flock.SetPermissions(0o644))
	switch ok, err := l.TryLock(); {
	case errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK):
		return func() {}, nil
	case err != nil:
		return nil, &Error{Path: path, Err: err}
	case !ok:
		return nil, fmt.Errorf("%s: %w: wait until it ends, or stop it", dir, ErrTaken)
	}
	return func() { _ = l.Close() }, nil // the lock ends with the program at the latest
}
