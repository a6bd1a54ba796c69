package reader

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// family is the files that are read as one: the file that was opened, and those that external links lead to.
type family struct {
	path  string  // of the file that was opened; empty if it has none
	files []*File // the file that was opened comes first
	kept  kept
	check func() error // may end the reading; see Follow
}

// Linked returns the names of the other files that values were read from, relative to the folder of the file that was
// opened.
func (f *File) Linked() []string {
	var all []string
	for _, other := range f.files {
		if other.read && other.name != "" {
			all = append(all, other.name)
		}
	}
	return all
}

// where adds to an error the name of a file that an external link led to.
func (f *File) where(err error) error {
	if err == nil || f.name == "" {
		return err
	}
	return fmt.Errorf("in the linked file %s: %w", f.name, err)
}

// outward says where an external link leads.
func (l link) outward() string {
	return fmt.Sprintf("it is a link into another file, %s, to %s there", l.file, l.soft)
}

// remedy says what helps against a file without its part.
func (l link) remedy() string {
	return "export both into one file with the links resolved (pynwb: export with link_data=False)"
}

// beside opens the file that an external link of f leads to, once. A file that was made to do harm might name any
// file of the machine. So only files in the folder of the file that was opened, and below it, are opened; symbolic
// links count by where they lead.
func (f *File) beside(l link) (*File, error) {
	lost := func(why, what string) error {
		return Lost{l.outward() + ", " + why + ": " + what + ", or " + l.remedy()}
	}
	const outside = "which lies outside the folder of the recording"
	const move = "move that file into the folder and link to its name only"
	const each = 1 << 14 // bytes that take as long as looking for a file
	if err := errors.Join(f.spend(each), f.check()); err != nil {
		return nil, err
	}
	if f.path == "" {
		return nil, lost("but the recording has no folder to look in", "give the recording by its path")
	}
	real, err := filepath.EvalSymlinks(f.path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(real)
	name, ok := f.inside(folder, filepath.FromSlash(l.file))
	if !ok {
		return nil, lost(outside, move)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // read only
	info, err := root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, lost("which is missing in the folder of the recording", "put that file there")
	case err != nil && errors.Is(err, fs.ErrPermission):
		return nil, lost("which may not be read", "change its permissions")
	case err != nil: // a symbolic link leads out of the folder, or round in circles
		return nil, lost(outside, move)
	case !info.Mode().IsRegular():
		return nil, lost("which is not a regular file", "put a copy of that file there")
	}
	for _, other := range f.files {
		if os.SameFile(info, other.info) {
			return other, nil
		}
	}
	return f.openBeside(root, name, lost)
}

// openBeside opens a file of the family's folder.
func (f *File) openBeside(root *os.Root, name string, lost func(why, what string) error) (*File, error) {
	const most, shift = 32, 48 // files, and bits of an address
	if len(f.files) == most {
		return nil, lost(fmt.Sprintf("but links lead to more than %d files", most), "copy it into the recording")
	}
	r, err := root.Open(name)
	if err != nil {
		return nil, lost("which cannot be opened", "change its permissions")
	}
	number := uint64(len(f.files))
	other, err := adopt(r, f.family)
	switch {
	case errors.As(err, &Damage{}):
		return nil, fmt.Errorf("in the linked file %s: %w", name, err)
	case err != nil:
		return nil, lost(fmt.Sprintf("which cannot be read (%v)", err), "put the file that is meant there")
	}
	other.name, other.mark = filepath.ToSlash(name), number<<shift
	return other, nil
}

// inside returns the name, relative to a folder, of a file that a link of f names; false if it lies outside, or may do
// so.
func (f *File) inside(folder, name string) (string, bool) {
	if slices.Contains(strings.Split(filepath.ToSlash(name), "/"), "..") {
		return "", false
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.FromSlash(filepath.Dir(f.name)), name)
		return name, filepath.IsLocal(name)
	}
	real, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return "", false
	}
	name, err = filepath.Rel(folder, filepath.Join(real, filepath.Base(name)))
	return name, err == nil && filepath.IsLocal(name)
}

// external returns the error of values that are kept in other files, without any structure of HDF5: it names the first
// of them.
func (o *object) external() error {
	b, err := o.own(messageExternal)
	if b == nil {
		return err
	}
	const head = 16 // version, number of files, and where the names are; then, of each file: name, first byte, bytes
	if len(b) < head+8 {
		return damage("a list of other files is cut short")
	}
	heap, err := o.f.localHeap(little.Uint64(b[8:]))
	if err != nil {
		return err
	}
	name, err := heapName(heap, little.Uint64(b[head:]))
	if err != nil {
		return err
	}
	return Lost{"its values are in another file, " + name + ", which is not HDF5: write the values into this file"}
}
