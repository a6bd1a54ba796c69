package reader

import "errors"

// References returns an attribute's values, if they refer to objects: the addresses of the objects, equal to
// [Group.Address].
func (a Attribute) References() ([]uint64, error) {
	if a.err != nil {
		return nil, a.err
	}
	return references(&a.typ, a.raw, a.f.mark)
}

// References reads all elements as references to objects, up to most; see [Attribute.References].
func (d *Dataset) References(most int) ([]uint64, error) {
	b, err := d.raw(most)
	if err != nil {
		return nil, err
	}
	return references(&d.typ, b, d.o.f.mark)
}

// references converts elements to references. References to regions of datasets, and references of HDF5 1.12, have
// another length. mark is the mark of their file.
func references(t *Type, b []byte, mark uint64) ([]uint64, error) {
	const width = 8
	if t.Class != Reference || t.Size != width {
		return nil, errors.New("it holds " + t.Class.String() + ", not references to objects")
	}
	all := make([]uint64, len(b)/width)
	for i := range all {
		all[i] = little.Uint64(b[width*i:]) | mark
	}
	return all, nil
}
