package reader

import "errors"

// Attribute is a named value of a group or dataset, read when asked for.
type Attribute struct {
	Name  string
	f     *File
	typ   Type
	count int
	raw   []byte
	err   error // why it cannot be read
}

// Attributes returns the attributes of the group.
func (g *Group) Attributes() ([]Attribute, error) { return g.o.attributes() }

// Attributes returns the attributes of the dataset.
func (d *Dataset) Attributes() ([]Attribute, error) { return d.o.attributes() }

// attributes returns the attributes of an object, and reads them only once.
func (o *object) attributes() ([]Attribute, error) {
	if !o.described {
		o.attrs, o.wrong = o.findAttributes()
		o.described = true
	}
	return o.attrs, o.wrong
}

func (o *object) findAttributes() ([]Attribute, error) {
	var all []Attribute
	add := func(b []byte) error {
		a, err := o.f.parseAttribute(b)
		if err == nil {
			all = append(all, a)
		}
		return err
	}
	for _, m := range o.messages {
		if m.kind != messageAttribute || m.shared {
			continue
		}
		if err := add(m.data); err != nil {
			return nil, err
		}
	}
	info, err := o.own(messageAttributeInfo)
	if err != nil || info == nil {
		return all, err
	}
	heap, index, err := denseAddresses(info, 2)
	if err != nil || heap == nowhere {
		return all, err
	}
	err = o.f.dense(heap, index, 8, 0, add)
	return all, err
}

// parseAttribute parses an attribute message: name, type, shape and value, padded to multiples of 8 in version 1.
func (f *File) parseAttribute(b []byte) (Attribute, error) {
	short := damage("an attribute is cut short")
	a := Attribute{f: f}
	if len(b) < 8 {
		return a, short
	}
	version, flags, head := b[0], b[1], 8
	switch version {
	case 1:
		flags = 0
	case 2:
	case 3:
		head = 9 // with a character set
	default:
		return a, damage("an attribute of version %d", version)
	}
	var parts [3][]byte
	at := head
	for i := range parts {
		n := int(little.Uint16(b[2+2*i:]))
		if len(b) < at+n {
			return a, short
		}
		parts[i] = b[at : at+n]
		if at += n; version == 1 {
			at += -n & 7
		}
	}
	if len(b) < at || len(parts[0]) > maxName {
		return a, short
	}
	a.raw = b[at:]
	name := parts[0]
	for len(name) > 0 && name[len(name)-1] == 0 {
		name = name[:len(name)-1]
	}
	a.Name = string(name)
	for i, kind := range [...]int{1: messageDatatype, messageDataspace} {
		if i > 0 && flags>>(i-1)&1 != 0 {
			if parts[i], a.err = f.shared(parts[i], kind); a.err != nil {
				return a, nil
			}
		}
	}
	if a.typ, a.err = parseType(parts[1]); a.err != nil {
		return a, nil
	}
	if _, _, a.count, a.err = parseShape(parts[2]); a.err != nil {
		return a, nil
	}
	if a.count > len(a.raw)/a.typ.Size {
		return a, short
	}
	a.raw = a.raw[:a.count*a.typ.Size]
	return a, nil
}

// Numbers returns the attribute's values, if it has numbers.
func (a Attribute) Numbers() ([]float64, error) {
	switch {
	case a.err != nil:
		return nil, a.err
	case !a.typ.IsNumber():
		return nil, errors.New("it holds " + a.typ.Class.String() + ", not numbers")
	}
	x := make([]float64, a.count)
	a.typ.floats(x, a.raw)
	return x, nil
}

// Texts returns the attribute's values, if it has text.
func (a Attribute) Texts() ([]string, error) {
	if a.err != nil {
		return nil, a.err
	}
	return a.f.texts(&a.typ, a.raw)
}
