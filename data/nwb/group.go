package nwb

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"facrnn/data/hdf5/reader"
)

// group is an HDF5 group with its path ("processing/ecephys/rates") and its members.
type group struct {
	file        *file
	path        string
	kind        string // the NWB type
	object      *reader.Group
	sets        map[string]*reader.Dataset
	brokenLinks map[string]error // why links in it lead nowhere
	within      []string         // the NWB types of the groups around it, from the root
	children    []string         // names, in the file's order
	columns     []string         // of a table, in its own order
}

func (g *group) name() string { return path.Base(g.path) }

// newGroup reads the members of a group. Its errors name the group.
func (f *file) newGroup(at string, o *reader.Group, within []string) (*group, error) {
	g := &group{
		file: f, path: at, object: o, sets: map[string]*reader.Dataset{}, brokenLinks: map[string]error{},
		within: within,
	}
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
			f.skipped = append(f.skipped, fault{path: name, err: err})
			g.brokenLinks[child.Name] = err
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

// has reports whether the group holds a dataset with that name.
func (g *group) has(name string) bool { return g.sets[name] != nil }

// dataset returns a dataset of the group; nil if it is missing.
func (g *group) dataset(name string) (*dataset, error) {
	if !g.has(name) {
		return nil, nil
	}
	g.file.at = g.path + "/" + name
	d, err := newDataset(g.sets[name])
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", g.path, name, err)
	}
	return d, nil
}

// floats reads a numeric dataset of the group. It fails if the dataset is missing.
func (g *group) floats(name string) ([]float64, error) {
	d, err := g.dataset(name)
	if err != nil {
		return nil, err
	}
	if err := g.brokenLinks[name]; d == nil && err != nil {
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

// optional returns a dataset that a recording does not need; nil if it is missing or cannot be read.
func (g *group) optional(name string) *dataset {
	d, err := g.dataset(name)
	g.file.note(err)
	return d
}

// strings reads a dataset of the group as text, integers as their digits; nil if it is missing or holds something else.
func (g *group) strings(name string) []string {
	d := g.optional(name)
	if d == nil {
		return nil
	}
	if d.isInteger() {
		x, err := g.floats(name)
		g.file.note(err)
		return digits(x)
	}
	s, err := d.texts()
	if err != nil {
		g.file.note(fmt.Errorf("%s/%s: %w", g.path, name, err))
	}
	return s
}

// digits formats integers as texts.
func digits(x []float64) (texts []string) {
	for _, v := range x {
		texts = append(texts, fmt.Sprint(int64(v)))
	}
	return texts
}

// child returns a group in a group; nil if it is missing.
func (g *group) child(name string) *group {
	if g == nil {
		return nil
	}
	children, err := g.object.Children()
	g.file.note(err)
	for _, c := range children {
		if c.Group == nil || c.Name != name {
			continue
		}
		inner, err := g.file.newGroup(strings.TrimPrefix(g.path+"/"+name, "/"), c.Group, nil)
		g.file.note(err)
		return inner
	}
	return nil
}

// texts returns the values of a text dataset, without empty ones; nil if it is missing or cannot be read.
func (g *group) texts(name string) (all []string) {
	if g == nil {
		return nil
	}
	for _, s := range g.strings(name) {
		if s = strings.TrimSpace(valid(s)); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// text returns the first value of a text dataset; empty if there is none.
func (g *group) text(name string) string {
	if all := g.texts(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// attribute returns a text attribute of a dataset; empty if it is missing.
func (g *group) attribute(name, attribute string) string {
	if g == nil {
		return ""
	}
	d := g.optional(name)
	if d == nil {
		return ""
	}
	return g.textOf(d, name, attribute)
}

// textOf returns a text attribute of a dataset of the group; empty if it is missing.
func (g *group) textOf(d *dataset, name, attribute string) string {
	attributes, err := d.set.Attributes()
	all, err := firstText(attributes, attribute, err)
	if err != nil {
		g.file.note(fmt.Errorf("%s/%s: %w", g.path, name, err))
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
