package nwb

import (
	"strings"

	"facrnn/data"
)

// session is what the file says of its session and subject. A text that cannot be read is left out, for a fit can do without.
func (f *file) session() data.Session {
	root, err := f.newGroup("", f.h5.Root(), nil)
	f.note(err)
	general := f.child(root, "general")
	subject := f.child(general, "subject")
	return data.Session{
		Identifier:    f.text(root, "identifier"),
		Description:   f.text(root, "session_description"),
		Start:         f.text(root, "session_start_time"),
		Reference:     f.text(root, "timestamps_reference_time"),
		ID:            f.text(general, "session_id"),
		Experiment:    f.text(general, "experiment_description"),
		Institution:   f.text(general, "institution"),
		Lab:           f.text(general, "lab"),
		Experimenters: f.texts(general, "experimenter"),
		Keywords:      f.texts(general, "keywords"),
		Subject: data.Subject{
			ID:           f.text(subject, "subject_id"),
			Species:      f.text(subject, "species"),
			Sex:          f.text(subject, "sex"),
			Age:          f.text(subject, "age"),
			AgeReference: f.attribute(subject, "age", "reference"),
			DateOfBirth:  f.text(subject, "date_of_birth"),
			Genotype:     f.text(subject, "genotype"),
			Strain:       f.text(subject, "strain"),
			Weight:       f.text(subject, "weight"),
			Description:  f.text(subject, "description"),
		},
	}
}

// child is a group in a group; nil where there is none.
func (f *file) child(g *group, name string) *group {
	if g == nil {
		return nil
	}
	children, err := g.object.Children()
	f.note(err)
	for _, c := range children {
		if c.Group == nil || c.Name != name {
			continue
		}
		inner, err := f.newGroup(strings.TrimPrefix(g.path+"/"+name, "/"), c.Group, nil)
		f.note(err)
		return inner
	}
	return nil
}

// texts are the values of a dataset of texts, without empty ones; nil where there is no such dataset, or it cannot be read.
func (f *file) texts(g *group, name string) (all []string) {
	if g == nil {
		return nil
	}
	for _, s := range f.strings(g, name) {
		if s = strings.TrimSpace(valid(s)); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// text is the first of texts; empty where there is none.
func (f *file) text(g *group, name string) string {
	if all := f.texts(g, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// attribute is an attribute of text of a dataset; empty where there is none.
func (f *file) attribute(g *group, name, attribute string) string {
	if g == nil {
		return ""
	}
	d, err := f.dataset(g, name)
	f.note(err)
	if d == nil {
		return ""
	}
	return f.textOf(d, g.path+"/"+name, attribute)
}
