package nwb

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"facrnn/data/hdf5/reader"
)

// dataset is a dataset of an HDF5 file, with its shape and type, which are known before its values are read.
type dataset struct {
	set   *reader.Dataset
	shape []int // empty for a single value
	class reader.Class
	size  int   // of an element, in bytes
	chunk []int // shape of the chunks in which it is stored; nil if it is in one piece
}

// newDataset reads the shape and type of a dataset.
func newDataset(set *reader.Dataset) (*dataset, error) {
	t, err := set.Type()
	if err != nil {
		return nil, unreadable(err)
	}
	shape, err := set.Shape()
	if err != nil {
		return nil, unreadable(err)
	}
	return &dataset{set: set, shape: shape, class: t.Class, size: t.Size, chunk: set.Chunk()}, nil
}

// unreadable returns an error for data that the reader of HDF5 cannot read. It adds the remedy, except to errors that
// have their own: damage, and links that lead nowhere.
func unreadable(err error) error {
	way := rewrite
	switch {
	case damaged(err), errors.As(err, &reader.Lost{}):
		return err
	case errors.As(err, &reader.Packed{}):
		way = "rewrite the file with gzip by h5repack (-f GZIP=4)"
	}
	return fmt.Errorf("it cannot be read (%w): %s", err, way)
}

// len returns the number of values.
func (d *dataset) len() int {
	n := 1
	for _, s := range d.shape {
		n *= s
	}
	return n
}

func (d *dataset) isInteger() bool { return d.class == reader.Integer }
func (d *dataset) isNumeric() bool { return d.class == reader.Integer || d.class == reader.Float }

// isList reports whether the values are a list. A single value counts as a list, because MATLAB writes it for a list
// of one. So does a table of one row or one column, which MATLAB writes for longer lists.
func (d *dataset) isList() bool { return len(d.shape) == 0 || d.shape[d.axis()] == d.len() }

// axis returns the dimension of a list that is longer than 1.
func (d *dataset) axis() int {
	for i, n := range d.shape {
		if n != 1 {
			return i
		}
	}
	return 0
}

// layout says where a dataset holds the value of each row of a table.
type layout struct {
	rows, stride int   // the value of row i is number i*stride of those between from and to, row-major
	from, to     []int // nil for all values
	each         int   // number of values in a row
}

// layout finds the value of each row of a table with the given number of rows. For a list these are its values. For a
// matrix with one row or one column for each row of the table, it is the first value of each. ok is false for other
// shapes.
func (d *dataset) layout(rows int) (l layout, ok bool) {
	shape := d.shape
	switch {
	case d.isList() && d.len() == rows:
		return layout{rows: rows, stride: 1, each: 1}, true
	case len(shape) != 2 || rows == 0 || d.len() == 0:
		return l, false
	case shape[0] == rows:
		return layout{rows, shape[1], []int{0, 0}, []int{rows, 1}, shape[1]}, true
	case shape[1] == rows:
		return layout{rows, 1, []int{0, 0}, []int{1, rows}, shape[0]}, true
	}
	return l, false
}

// pickRows returns the value of each row among all values of a dataset.
func pickRows[T any](l layout, all []T) []T {
	if all == nil || l.stride == 1 && len(all) == l.rows {
		return all
	}
	picked := make([]T, l.rows)
	for i := range picked {
		picked[i] = all[i*l.stride]
	}
	return picked
}

// isWords reports whether the dataset holds text or an enumeration, which the method words reads.
func (d *dataset) isWords() bool {
	return d.class == reader.Enumeration || d.class == reader.Variable || d.class == reader.Text
}

// holds returns the name of the type of the elements.
func (d *dataset) holds() string { return d.class.String() }

// rewrite is the remedy for data that the reader of HDF5 cannot read.
const rewrite = "rewrite the file with h5repack or pynwb, or export it to .npz"

// maxValues is the largest number of values that are read at once, 1 GB as float64.
const maxValues = 1 << 27

// floats reads all values, row-major.
func (d *dataset) floats() ([]float64, error) { return d.box(nil, nil) }

// rows reads the rows first to last (excluded); a row is one step of the first dimension.
func (d *dataset) rows(first, last int) ([]float64, error) {
	from, to := make([]int, len(d.shape)), slices.Clone(d.shape)
	from[0], to[0] = first, last
	return d.box(from, to)
}

// entries reads the elements of a list from first to last (excluded).
func (d *dataset) entries(first, last int) ([]float64, error) {
	if len(d.shape) == 0 {
		x, err := d.floats()
		if err != nil {
			return nil, err
		}
		return x[min(first, len(x)):min(last, len(x))], nil
	}
	from, to := make([]int, len(d.shape)), slices.Clone(d.shape)
	from[d.axis()], to[d.axis()] = first, last
	return d.box(from, to)
}

// box reads the elements with first[i] <= index i < last[i] in every dimension, row-major. With nil it reads all
// elements.
func (d *dataset) box(first, last []int) ([]float64, error) {
	x, err := d.set.Floats(first, last, maxValues)
	if err != nil {
		return nil, unreadable(err)
	}
	return x, nil
}

// texts reads text of fixed or variable length.
func (d *dataset) texts() ([]string, error) {
	most := maxValues
	if d.class == reader.Text {
		most = maxText / d.size
	}
	s, err := d.set.Texts(most)
	if err != nil {
		return nil, unreadable(err)
	}
	return s, textsFit(s)
}

// words reads text. From an enumeration, such as booleans, it reads the names of the values, and their numbers too.
func (d *dataset) words() (texts []string, numbers []float64, err error) {
	if d.class != reader.Enumeration {
		texts, err = d.texts()
		return texts, nil, err
	}
	e, err := d.enumeration()
	for _, v := range e.values {
		texts, numbers = append(texts, e.names[v]), append(numbers, float64(v))
	}
	if err == nil {
		err = textsFit(texts)
	}
	return texts, numbers, err
}

// enumeration holds the values of a dataset and the names of the values.
type enumeration struct {
	values []int64
	names  map[int64]string
}

// enumeration reads a dataset of an enumeration, such as booleans.
func (d *dataset) enumeration() (enumeration, error) {
	var e enumeration
	t, err := d.set.Type()
	if err == nil {
		e.names = t.Names
		e.values, err = d.set.Integers(maxValues)
	}
	if err != nil {
		return e, unreadable(err)
	}
	return e, nil
}

// number returns the first value of a numeric attribute, or otherwise if it is missing.
func (d *dataset) number(attribute string, otherwise float64) (float64, error) {
	attributes, err := d.set.Attributes()
	if err != nil {
		return 0, unreadable(err)
	}
	for _, a := range attributes {
		if a.Name != attribute {
			continue
		}
		x, err := a.Numbers()
		if err != nil {
			return 0, fmt.Errorf("its attribute %s: %w", attribute, unreadable(err))
		}
		if len(x) > 0 {
			return x[0], nil
		}
	}
	return otherwise, nil
}

// groupTexts returns the values of a text attribute of a group; nil if it is missing or holds something else.
func groupTexts(g *reader.Group, attribute string) ([]string, error) {
	attributes, err := g.Attributes()
	return firstText(attributes, attribute, err)
}

// firstText returns the texts of the attribute with a name. Only damage is an error. An attribute of another type
// holds no name or unit, and is ignored.
func firstText(all []reader.Attribute, name string, err error) ([]string, error) {
	var s []string
	for _, a := range all {
		if a.Name == name {
			s, err = a.Texts()
			break
		}
	}
	if errors.As(err, &reader.Damage{}) {
		return nil, fmt.Errorf("its attribute %s: %w", name, err)
	}
	return s, nil
}

func groupText(g *reader.Group, attribute string) (string, error) {
	s, err := groupTexts(g, attribute)
	if len(s) > 0 {
		return s[0], err
	}
	return "", err
}

// linkedNotes returns notes on values that are in other files. The activity is the series, or the units if there are
// no series.
func (f *file) linkedNotes(activity []*series, units unitTable) []string {
	from := map[string]bool{}
	for _, s := range activity {
		from[s.data.set.File()] = true
	}
	if len(activity) == 0 && units.has("spike_times") {
		from[units.sets["spike_times"].File()] = true
	}
	var all []string
	for _, name := range f.h5.Linked() {
		what := "Some values are"
		if from[name] {
			what = "The activity is"
		}
		note := "%s read from %s by an external link; the checksum covers %s only."
		all = append(all, fmt.Sprintf(note, what, name, filepath.Base(f.path)))
	}
	return all
}
