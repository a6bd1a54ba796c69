package nwb

import (
	"slices"

	"facrnn/data/hdf5/reader"
)

// tableOf returns the table that a column of row numbers refers to; nil if the file has no such table.
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

// rowsColumn returns the column of a series with the table rows of its channels, such as ROIs or electrodes, or a
// column of an extension. It is empty if there is none.
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

// referredNames returns the names of the groups that a column refers to. A name is empty if the target is missing.
// The result is nil if the column refers to no groups.
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

// referredGroups returns the groups that a column refers to, nil for each missing target. The result is empty if no
// reference leads to a group.
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

// placesOf returns the locations of the groups of electrodes that a column of the units refers to; nil if there is no
// such column.
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
