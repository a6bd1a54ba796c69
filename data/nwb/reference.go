package nwb

import (
	"slices"

	"facrnn/data/hdf5/reader"
)

// tableOf returns the table that a column of rows of a table refers to; nil where it refers to none that is there.
func (g *group) tableOf(column string) *group {
	attributes, err := g.sets[column].Attributes()
	g.file.note(err)
	for _, a := range attributes {
		if a.Name != "table" {
			continue
		}
		to, err := a.References()
		g.file.note(err)
		if len(to) > 0 {
			return g.file.groups[to[0]]
		}
	}
	return nil
}

// rowsOf returns the column of a series that says which rows of a table its channels are, of ROIs or electrodes or what
// an extension has; empty where there is none.
func (g *group) rowsColumn() string {
	for _, name := range [...]string{"rois", "electrodes"} {
		if g.has(name) {
			return name
		}
	}
	for _, name := range g.children {
		if !g.has(name) {
			continue
		}
		attributes, err := g.sets[name].Attributes()
		kind, err := firstText(attributes, "neurodata_type", err)
		g.file.note(err)
		if slices.Contains(kind, "DynamicTableRegion") {
			return name
		}
	}
	return ""
}

// referred returns the names of the groups that a column refers to, empty where a reference leads to none; nil where it
// refers to no groups.
func (f *file) referredNames(d *dataset) ([]string, error) {
	groups, err := f.referredGroups(d)
	if groups == nil {
		return nil, err
	}
	names := make([]string, len(groups))
	for i, g := range groups {
		if g != nil {
			names[i] = g.name()
		}
	}
	if err == nil {
		err = textsFit(names)
	}
	return names, err
}

// referredGroups returns the groups that a column refers to, nil where a reference leads to none; none at all if no
// reference leads to one.
func (f *file) referredGroups(d *dataset) ([]*group, error) {
	to, err := d.set.References(maxValues)
	if err != nil {
		return nil, unreadable(err)
	}
	groups := make([]*group, len(to))
	for i, address := range to {
		groups[i] = f.groups[address]
	}
	if !slices.ContainsFunc(groups, func(g *group) bool { return g != nil }) {
		return nil, nil
	}
	return groups, nil
}

// placesOf returns the locations of the groups of electrodes that a column of the units refers to; nil where it has
// none.
func (g *group) placesOf(column string) []string {
	d := g.optional(column)
	if d == nil || d.class != reader.Reference {
		return nil
	}
	groups, err := g.file.referredGroups(d)
	g.file.note(err)
	places, known := make([]string, len(groups)), map[*group]string{nil: ""}
	for i, to := range groups {
		place, ok := known[to]
		if !ok {
			place, err = groupText(to.object, "location")
			g.file.note(err)
			known[to] = place
		}
		places[i] = place
	}
	return places
}
