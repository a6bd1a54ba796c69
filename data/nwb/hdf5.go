package nwb

import (
	"errors"
	"fmt"
	"slices"

	"facrnn/data/hdf5/reader"
)

// dataset is a dataset of an HDF5 file with what can be told of it before its values are read.
type dataset struct {
	set   *h5Dataset
	shape []int // empty for a single value
	class reader.Class
	size  int   // of an element, in bytes
	chunk []int // shape of the chunks in which it is stored; nil where it is in one piece
}

// newDataset looks at a dataset.
func newDataset(set *h5Dataset) (*dataset, error) {
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

// unreadable is the error of what the reader of HDF5 cannot read; that of damage says what to do itself.
func unreadable(err error) error {
	if errors.As(err, &reader.Damage{}) {
		return err
	}
	return fmt.Errorf("it cannot be read by %s (%w): %s", libraryName, err, wayOut)
}

// len is the number of values.
func (d *dataset) len() int {
	n := 1
	for _, s := range d.shape {
		n *= s
	}
	return n
}

func (d *dataset) isInteger() bool { return d.class == reader.Integer }
func (d *dataset) isNumeric() bool { return d.class == reader.Integer || d.class == reader.Float }

// holds says what the elements are.
func (d *dataset) holds() string { return d.class.String() }

// mostValues is how many values are read in one piece at most, 1 GB as float64.
const mostValues = 1 << 27

// floats reads all values, row-major.
func (d *dataset) floats() ([]float64, error) { return d.box(nil, nil) }

// block is how many rows rows should read at once: as many as make up blockElements, in whole chunks.
func (d *dataset) block() int {
	if d.len() <= blockElements {
		return d.shape[0]
	}
	width := d.len() / d.shape[0]
	n := max(1, blockElements/width)
	if len(d.chunk) > 0 {
		n = max(1, n/d.chunk[0]) * d.chunk[0]
	}
	return max(1, min(n, mostValues/width))
}

// rows reads the rows first to last (excluded); a row is one step of the first dimension.
func (d *dataset) rows(first, last int) ([]float64, error) {
	from, to := make([]int, len(d.shape)), slices.Clone(d.shape)
	from[0], to[0] = first, last
	return d.box(from, to)
}

// box reads the elements with first[i] <= index i < last[i] in every dimension, row-major; with nil, all of them.
func (d *dataset) box(first, last []int) ([]float64, error) {
	x, err := d.set.Floats(first, last, mostValues)
	if err != nil {
		return nil, unreadable(err)
	}
	return x, nil
}

// texts reads text of either kind.
func (d *dataset) texts() ([]string, error) {
	s, err := d.set.Texts(mostValues)
	if err != nil {
		return nil, unreadable(err)
	}
	return s, nil
}

// enumeration is the values of a dataset and what they are called.
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
		e.values, err = d.set.Integers(mostValues)
	}
	if err != nil {
		return e, unreadable(err)
	}
	return e, nil
}

// number is the first value of a numeric attribute, or otherwise where there is none.
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

// groupTexts are the values of a string attribute of a group; nil where there is none, or it holds something else.
func groupTexts(g *h5Group, attribute string) ([]string, error) {
	attributes, err := g.Attributes()
	return firstText(attributes, attribute, err)
}

// firstText are the texts of an attribute among some. Of what went wrong, only damage is an error: what else an attribute may hold
// is nothing that a name or a unit is taken from.
func firstText(all []h5Attribute, name string, err error) ([]string, error) {
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

func groupText(g *h5Group, attribute string) (string, error) {
	s, err := groupTexts(g, attribute)
	if len(s) > 0 {
		return s[0], err
	}
	return "", err
}
