package nwb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"facrnn/data"
	"facrnn/data/hdf5/reader"
)

// file is an NWB file that is open for reading, with everything that was found on the way.
type file struct {
	path     string // as given, for errors
	h5       *reader.File
	unclosed string // how the file shows that its writer never closed it; empty if the writer did

	ctx         context.Context
	progress    func(what string, done, total int64) error // is called with the progress; an error ends the reading
	lenient     bool                                       // damage of a part is one of the faults, not an error
	blockValues int                                        // of a series read at once, at most
	// a series is not read if more values are taken; 0 for no bound
	outline int

	groups  map[uint64]*group // by address, to find the target of a reference
	at      string            // the part that was looked into last, for panicked
	skipped []fault           // parts that could not be looked into
	damage  error             // the first in a part that a recording can do without; see note
	remarks []string          // on the columns that were read, for the recording's notes
}

// fault is the reason why a part of the file is skipped.
type fault struct {
	path string
	err  error  // begins with a path
	of   *group // a series that could not be read; else nil
}

// newFile returns a file that is not open yet. If ctx ends, reading ends.
func newFile(ctx context.Context, name string, progress data.Progress) *file {
	return &file{
		path: name, groups: map[uint64]*group{}, blockValues: blockElements, ctx: ctx,
		progress: withContext(ctx, progress),
	}
}

// open opens the file. Its errors do not name the file.
func (f *file) open() (err error) {
	if f.h5, f.unclosed, err = openHDF5(f.path); err != nil {
		return err
	}
	f.h5.Follow(f.ctx.Err)
	return nil
}

// pass reports whether an error of a part is tolerated. If it is, pass adds it to the skipped parts.
func (f *file) pass(at string, err error) bool {
	if f.lenient {
		f.skipped = append(f.skipped, fault{path: at, err: err})
	}
	return f.lenient
}

// note keeps the first error of damage in a part that a recording does not need, such as names. In the end, all
// damage is an error. A missing part is no damage.
func (f *file) note(err error) {
	switch {
	case !damaged(err):
	case f.lenient:
		at, _, _ := strings.Cut(err.Error(), ": ")
		f.pass(at, err)
	case f.damage == nil:
		f.damage = err
	}
}

// remark adds a note for the recording, unless there is the same note already.
func (f *file) remark(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(f.remarks, note) {
		f.remarks = append(f.remarks, note)
	}
}

// damaged reports whether an error says that the file is damaged.
func damaged(err error) bool { return errors.As(err, &reader.Damage{}) }
