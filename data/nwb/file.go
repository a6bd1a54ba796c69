package nwb

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/scigolib/hdf5"
)

// file is an NWB file open for reading, with the parts of it that matter found.
type file struct {
	path       string // as given, for errors
	size       int64  // in bytes
	h5         *hdf5.File
	series     []*series // in the order of their paths
	units      *group    // nil where there are none
	tables     []*group  // of time intervals, the trials first
	electrodes *group    // the table of electrodes; nil where there is none
	planes     []*group  // tables of ROIs
	faults     []fault   // parts that could not be looked into
	empty      []fault   // series without data that could be found
}

// fault is why a part of the file is passed over.
type fault struct {
	path string
	err  error // begins with a path
}

// group is an HDF5 group with its path ("processing/ecephys/rates") and the parts in it.
type group struct {
	path     string
	kind     string // the NWB type
	object   *hdf5.Group
	sets     map[string]*hdf5.Dataset
	within   []string // the NWB types of the groups around it, from the root
	children []string // names, in the file's order
}

func (g *group) name() string { return path.Base(g.path) }

// openFile opens and surveys a file. Errors name it.
func openFile(name string) (*file, error) {
	h5, size, err := openHDF5(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &file{path: name, size: size, h5: h5}
	root := h5.Root()
	if groupText(root, "nwb_version") == "" && groupText(root, "neurodata_type") != "NWBFile" {
		_ = h5.Close() // read only
		return nil, fmt.Errorf("%s: an HDF5 file, but not NWB (the root has no nwb_version): give an NWB 2 file", name)
	}
	f.survey(root, "", nil)
	slices.SortStableFunc(f.series, func(a, b *series) int { return cmp.Compare(a.path, b.path) })
	f.sortTables()
	return f, nil
}

// survey finds the series, units and tables in a group and below. The library leaves soft links out.
func (f *file) survey(o *hdf5.Group, at string, within []string) {
	g := newGroup(at, o, within)
	f.classify(g)
	within = append(within[:len(within):len(within)], g.kind)
	for _, child := range o.Children() {
		below := strings.TrimPrefix(at+"/"+child.Name(), "/")
		// The specifications are the file's own copy of the NWB schema.
		if inner, ok := child.(*hdf5.Group); ok && below != "specifications" {
			f.survey(inner, below, within)
		}
	}
}

func newGroup(at string, o *hdf5.Group, within []string) *group {
	g := &group{path: at, kind: groupText(o, "neurodata_type"), object: o, sets: map[string]*hdf5.Dataset{}, within: within}
	for _, child := range o.Children() {
		g.children = append(g.children, child.Name())
		if d, ok := child.(*hdf5.Dataset); ok {
			g.sets[child.Name()] = d
		}
	}
	return g
}

// classify files a group where it belongs.
func (f *file) classify(g *group) {
	switch {
	case g.kind == "Units" || g.path == "units":
		if f.units == nil || g.path == "units" {
			f.units = g
		}
	case g.path == electrodesPath:
		f.electrodes = g
	case len(g.within) > 0 && g.within[len(g.within)-1] == "ImageSegmentation":
		f.planes = append(f.planes, g)
	case g.has("start_time") && g.has("stop_time"):
		f.tables = append(f.tables, g)
	case g.has("data"):
		if s, err := f.newSeries(g); err != nil {
			f.faults = append(f.faults, fault{g.path, err})
		} else if s != nil {
			f.series = append(f.series, s)
		}
	case g.has("timestamps") || g.has("starting_time"):
		f.empty = append(f.empty, fault{g.path, fmt.Errorf("%s has no data in it, or a soft link, which the built-in HDF5 reader does not follow: write the data into it", g.path)})
	}
}

// sortTables puts the table of trials first.
func (f *file) sortTables() {
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
	d, err := newDataset(g.sets[name], f.size)
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
	if err != nil || d == nil {
		return nil
	}
	if !d.isInteger() {
		return d.texts()
	}
	x, err := d.floats()
	if err != nil {
		return nil
	}
	s := make([]string, len(x))
	for i, v := range x {
		s[i] = fmt.Sprint(int64(v))
	}
	return s
}

// hash is the SHA-256 of a file's bytes, hexadecimal.
func hash(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
