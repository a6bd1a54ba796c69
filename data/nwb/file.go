package nwb

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"facrnn/data"
	"facrnn/data/hdf5/reader"
)

// file is an NWB file open for reading, with the parts of it that matter found.
type file struct {
	path       string // as given, for errors
	h5         *h5File
	series     []*series         // in the order of their paths
	units      *group            // those that are taken; nil where there are none
	sorted     []*group          // all tables of units
	tables     []*group          // of time intervals, the trials first, then of events
	electrodes *group            // the table of electrodes; nil where there is none
	planes     []*group          // tables of ROIs
	groups     map[uint64]*group // by address, to find what is referred to
	faults     []fault           // parts that could not be looked into
	empty      []fault           // series without data that could be found
	links      map[string]uint64 // addresses of groups, by the paths of soft links to them
	damage     error             // in what can be done without; see note
	lenient    bool              // damage of a part is one of the faults, not an error
	remarks    []string          // on what was read, for the recording's notes
	doubts     []string          // of which dimension of the activity is time

	ctx         context.Context
	at          string                                     // the part that was looked into last, for panicked
	unclosed    string                                     // how the file shows that its writer never closed it; empty where it did
	follow      func(what string, done, total int64) error // is called again and again; an error ends the reading
	blockValues int                                        // of a series read at once, at most
	outline     int                                        // series of which more values are taken are not read; 0 for no bound
}

// fault is why a part of the file is passed over.
type fault struct {
	path string
	err  error  // begins with a path
	of   *group // a series that could not be looked into; else nil
}

// group is an HDF5 group with its path ("processing/ecephys/rates") and the parts in it.
type group struct {
	path     string
	kind     string // the NWB type
	object   *h5Group
	sets     map[string]*h5Dataset
	lost     map[string]error // why links in it lead nowhere
	within   []string         // the NWB types of the groups around it, from the root
	children []string         // names, in the file's order
	columns  []string         // of a table, in its own order
}

func (g *group) name() string { return path.Base(g.path) }

// newFile is a file that is not open yet; ctx ends its reading.
func newFile(ctx context.Context, name string, progress data.Progress) *file {
	return &file{
		path: name, links: map[string]uint64{}, groups: map[uint64]*group{}, blockValues: blockElements, ctx: ctx,
		follow: follow(ctx, progress),
	}
}

// open opens and surveys the file, of which damage is an error unless the file is lenient. Errors do not name it.
func (f *file) open() (err error) {
	if f.h5, f.unclosed, err = openHDF5(f.path); err != nil {
		return err
	}
	f.h5.Follow(f.ctx.Err)
	return f.surveyAll()
}

func (f *file) surveyAll() error {
	root := f.h5.Root()
	version, err := groupText(root, "nwb_version")
	if err != nil {
		return err
	}
	kind, err := groupText(root, "neurodata_type")
	if err != nil {
		return err
	}
	if version == "" && kind != "NWBFile" {
		return errors.New("an HDF5 file, but not NWB (the root has no nwb_version): give an NWB 2 file")
	}
	if err := f.survey(root, "", nil, map[uint64]bool{}); err != nil {
		return err
	}
	slices.SortStableFunc(f.series, func(a, b *series) int { return cmp.Compare(a.path, b.path) })
	f.sortTables()
	return nil
}

// survey finds the series, units and tables in a group and below. A group that several links lead to is taken once, under the first
// of its paths that is not a soft link's, so that links in a circle end. Damage of the structure is an error, for what it hides
// might change what is read; what the reader has no means to read is passed over, and noted.
func (f *file) survey(o *h5Group, at string, within []string, seen map[uint64]bool) error {
	const deepest = 64
	if len(within) > deepest {
		return fmt.Errorf("damaged: groups lie in groups, more than %d deep: copy or download the file again", deepest)
	}
	seen[o.Address()] = true
	g, err := f.newGroup(at, o, within)
	if err != nil {
		return err
	}
	f.groups[o.Address()] = g
	if err := f.classify(g); err != nil && !f.pass(g.path, err) {
		return err
	}
	within = append(within[:len(within):len(within)], g.kind)
	children, err := o.Children()
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(at, "/"), unreadable(err))
	}
	for _, child := range children {
		below := strings.TrimPrefix(at+"/"+child.Name, "/")
		// The specifications are the file's own copy of the NWB schema.
		if child.Group == nil || below == "specifications" {
			continue
		}
		if child.Soft != "" {
			f.links[below] = child.Group.Address()
		}
		if child.Soft != "" || seen[child.Group.Address()] {
			continue
		}
		if err := f.survey(child.Group, below, within, seen); err != nil && !f.pass(below, err) {
			return err
		}
	}
	return nil
}

// pass reports whether an error of a part is passed over, and makes it a fault.
func (f *file) pass(at string, err error) bool {
	if f.lenient {
		f.faults = append(f.faults, fault{path: at, err: err})
	}
	return f.lenient
}

// newGroup looks at a group and what is in it. Errors name it.
func (f *file) newGroup(at string, o *h5Group, within []string) (*group, error) {
	g := &group{path: at, object: o, sets: map[string]*h5Dataset{}, lost: map[string]error{}, within: within}
	where := cmp.Or(at, "the root")
	f.at = where
	children, err := o.Children()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, unreadable(err))
	}
	if g.kind, err = groupText(o, "neurodata_type"); err == nil {
		g.columns, err = groupTexts(o, "colnames")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	for _, child := range children {
		if child.Err != nil {
			name := strings.TrimPrefix(at+"/"+child.Name, "/")
			err := fmt.Errorf("%s: %w", name, unreadable(child.Err))
			if damaged(err) && !f.lenient {
				return nil, err
			}
			f.faults = append(f.faults, fault{path: name, err: err})
			g.lost[child.Name] = err
		}
		g.children = append(g.children, child.Name)
		if child.Dataset != nil {
			g.sets[child.Name] = child.Dataset
		}
	}
	if g.columns == nil {
		g.columns = slices.DeleteFunc(append([]string{}, g.children...), func(n string) bool { return n == "id" })
	}
	return g, nil
}

// damaged reports whether an error is one of damage.
func damaged(err error) bool { return errors.As(err, &reader.Damage{}) }

// classify files a group where it belongs.
func (f *file) classify(g *group) error {
	switch {
	case g.kind == "Units" || g.path == "units":
		f.sorted = append(f.sorted, g)
		if f.units == nil || g.path == "units" {
			f.units = g
		}
	case g.path == electrodesPath:
		f.electrodes = g
	case len(g.within) > 0 && g.within[len(g.within)-1] == "ImageSegmentation":
		f.planes = append(f.planes, g)
	case g.has("start_time") && (g.has("stop_time") || g.path == trialsPath || g.lost["stop_time"] != nil):
		f.tables = append(f.tables, g)
	case g.has("data"):
		if s, err := f.newSeries(g); damaged(err) && !f.lenient {
			return err
		} else if err != nil {
			f.faults = append(f.faults, fault{g.path, err, g})
		} else if s != nil {
			f.series = append(f.series, s)
			if s.isEvents() {
				f.tables = append(f.tables, g)
			}
		}
	case g.has("timestamp"), g.isEventTimes():
		f.tables = append(f.tables, g)
	case g.has("timestamps") || g.has("starting_time"):
		f.empty = append(f.empty, fault{g.path, f.noData(g), g})
	}
	return nil
}

// noData is why a series has none.
func (f *file) noData(g *group) error {
	switch files, err := f.external(g), g.lost["data"]; {
	case err != nil:
		return err
	case files != "":
		return fmt.Errorf("%s: %s", g.path, files)
	}
	return fmt.Errorf("%s has no data in it: write the data into it", g.path)
}

// sortTables puts the table of trials first, and events last.
func (f *file) sortTables() {
	slices.SortStableFunc(f.tables, func(a, b *group) int {
		switch {
		case a.isEvents() == b.isEvents():
			return 0
		case a.isEvents():
			return 1
		}
		return -1
	})
	for i, t := range f.tables {
		if t.path == trialsPath {
			copy(f.tables[1:i+1], f.tables[:i])
			f.tables[0] = t
		}
	}
}

// has reports whether the group holds a dataset of that name.
func (g *group) has(name string) bool { return g.sets[name] != nil }

// dataset is a dataset of the group; nil where there is none.
func (f *file) dataset(g *group, name string) (*dataset, error) {
	if !g.has(name) {
		return nil, nil
	}
	f.at = g.path + "/" + name
	d, err := newDataset(g.sets[name])
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", g.path, name, err)
	}
	return d, nil
}

// floats reads a numeric dataset of the group, which must be there.
func (f *file) floats(g *group, name string) ([]float64, error) {
	d, err := f.dataset(g, name)
	if err != nil {
		return nil, err
	}
	if err := g.lost[name]; d == nil && err != nil {
		return nil, err
	}
	if d == nil {
		return nil, fmt.Errorf("%s has no %s, which it needs", g.path, name)
	}
	x, err := d.floats()
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", g.path, name, err)
	}
	return x, nil
}

// strings reads a dataset of the group as text, integers as their digits; nil where there is none or it holds something else.
func (f *file) strings(g *group, name string) []string {
	d, err := f.dataset(g, name)
	if d == nil {
		f.note(err)
		return nil
	}
	if !d.isInteger() {
		s, err := d.texts()
		if err != nil {
			f.note(fmt.Errorf("%s/%s: %w", g.path, name, err))
		}
		return s
	}
	x, err := f.floats(g, name)
	if err != nil {
		f.note(err)
		return nil
	}
	s := make([]string, len(x))
	for i, v := range x {
		s[i] = fmt.Sprint(int64(v))
	}
	return s
}

// note keeps the first error of damage in what a recording can do without, such as names: damage is an error in the end, wherever
// it is, but what a file merely does not have is none.
func (f *file) note(err error) {
	if f.lenient && damaged(err) {
		at, _, _ := strings.Cut(err.Error(), ": ")
		f.pass(at, err)
		return
	}
	if f.damage == nil && damaged(err) {
		f.damage = err
	}
}

// hash is the SHA-256 of a file's bytes, hexadecimal. follow is told how many are done, and may end it.
func hash(name string, follow func(what string, done, total int64) error) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	const piece = 1 << 24
	h, done := sha256.New(), int64(0)
	for {
		n, err := io.CopyN(h, f, piece)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		done += n
		if err := follow("checksum of "+filepath.Base(name), done, max(done, info.Size())); err != nil {
			return "", err
		}
		if err != nil {
			return fmt.Sprintf("%x", h.Sum(nil)), nil
		}
	}
}
