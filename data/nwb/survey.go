package nwb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"facrnn/data/hdf5/reader"
)

// contents lists the parts of a file that can be modelled. The survey reads only few of their values.
type contents struct {
	file        *file
	series      []*series // in the order of their paths
	units       unitTable // the table of units that is taken by default; without a group if there is none
	unitTables  []unitTable
	tables      []table           // of time intervals, the trials first, then of events
	electrodes  *group            // the table of electrodes; nil if there is none
	planes      []*group          // tables of ROIs
	withoutData []fault           // series whose data are missing
	links       map[string]uint64 // addresses of groups, by the paths of soft links to them
}

// survey finds the parts of an open file. Damage of a part is an error, unless the file is lenient.
func survey(f *file) (*contents, error) {
	root := f.h5.Root()
	version, err := groupText(root, "nwb_version")
	if err != nil {
		return nil, err
	}
	kind, err := groupText(root, "neurodata_type")
	if err != nil {
		return nil, err
	}
	if version == "" && kind != "NWBFile" {
		return nil, errors.New("an HDF5 file, but not NWB (the root has no nwb_version): give an NWB 2 file")
	}
	in := &contents{file: f, links: map[string]uint64{}}
	if err := in.visit(root, "", nil, map[uint64]bool{}); err != nil {
		return nil, err
	}
	slices.SortStableFunc(in.series, func(a, b *series) int { return cmp.Compare(a.path, b.path) })
	in.sortTables()
	in.units.electrodes = in.electrodes
	for i := range in.unitTables {
		in.unitTables[i].electrodes = in.electrodes
	}
	return in, nil
}

// visit finds the series, units and tables in a group and in the groups below it. If several links lead to a group,
// it is listed once, under its first path without a soft link, so that circular links end. Damage of the structure is
// an error, because it might hide a part that changes the result. A part that the reader does not support is skipped.
func (in *contents) visit(o *reader.Group, at string, within []string, seen map[uint64]bool) error {
	const deepest = 64
	if len(within) > deepest {
		return fmt.Errorf("damaged: groups are nested more than %d levels deep: copy or download the file again",
			deepest)
	}
	seen[o.Address()] = true
	g, err := in.file.newGroup(at, o, within)
	if err != nil {
		return err
	}
	in.file.groups[o.Address()] = g
	if err := in.classify(g); err != nil && !in.file.pass(g.path, err) {
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
			in.links[below] = child.Group.Address()
		}
		if child.Soft != "" || seen[child.Group.Address()] {
			continue
		}
		if err := in.visit(child.Group, below, within, seen); err != nil && !in.file.pass(below, err) {
			return err
		}
	}
	return nil
}

// classify adds a group to the list of its kind.
func (in *contents) classify(g *group) error {
	switch {
	case g.kind == "Units" || g.path == "units":
		in.unitTables = append(in.unitTables, unitTable{group: g})
		if in.units.group == nil || g.path == "units" {
			in.units.group = g
		}
	case g.path == electrodesPath:
		in.electrodes = g
	case len(g.within) > 0 && g.within[len(g.within)-1] == "ImageSegmentation":
		in.planes = append(in.planes, g)
	case g.has("start_time") && (g.has("stop_time") || g.path == trialsPath || g.brokenLinks["stop_time"] != nil):
		in.tables = append(in.tables, table{g})
	case g.has("data"):
		return in.classifySeries(g)
	case g.has("timestamp"), g.isEventTimes():
		in.tables = append(in.tables, table{g})
	case g.has("timestamps") || g.has("starting_time"):
		in.withoutData = append(in.withoutData, fault{g.path, g.noData(), g})
	}
	return nil
}

// classifySeries adds a group that has data to the list of series. A series whose samples are events is also a table
// of events.
func (in *contents) classifySeries(g *group) error {
	s, err := newSeries(g)
	switch {
	case damaged(err) && !in.file.lenient:
		return err
	case err != nil:
		in.file.skipped = append(in.file.skipped, fault{g.path, err, g})
	case s != nil:
		in.series = append(in.series, s)
		if s.isEvents() {
			in.tables = append(in.tables, table{g})
		}
	}
	return nil
}

// noData returns an error that says why a series has no data.
func (g *group) noData() error {
	switch files, err := g.external(), g.brokenLinks["data"]; {
	case err != nil:
		return err
	case files != "":
		return fmt.Errorf("%s: %s", g.path, files)
	}
	return fmt.Errorf("%s has no data: write its data into the file", g.path)
}

// sortTables puts the table of trials first, and events last.
func (in *contents) sortTables() {
	rank := func(t table) int {
		switch {
		case t.path == trialsPath:
			return 0
		case !t.isEvents():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(in.tables, func(a, b table) int { return cmp.Compare(rank(a), rank(b)) })
}

// find returns the series with a name or path. It fails if the series cannot be used. See lookUp.
func (in *contents) find(name string) (*series, error) {
	s, err := in.lookUp(name)
	if err == nil && s.unusable != "" {
		return nil, fmt.Errorf("%s: %s", s.path, s.unusable)
	}
	return s, err
}

// lookUp returns the series with a name or path, which may be the path of a soft link to it.
func (in *contents) lookUp(name string) (*series, error) {
	if at, ok := in.links[strings.Trim(name, "/")]; ok {
		for _, s := range in.series {
			if s.object.Address() == at {
				name = s.path
			}
		}
	}
	s, err := pick(in.series, func(s *series) string { return s.path }, "series", name)
	if err != nil {
		parts := slices.Concat(in.file.skipped, in.withoutData)
		if p, fail := pick(parts, func(p fault) string { return p.path }, "", name); fail == nil {
			err = p.err
		}
		return nil, err
	}
	return s, nil
}
