package reader

import (
	"bytes"
)

// Group is a group of objects.
type Group struct{ o *object }

// Child is what a link in a group leads to: a group, a dataset, neither of the two (a named type), or what cannot be read.
type Child struct {
	Name    string
	Group   *Group
	Dataset *Dataset
	Soft    bool // the link is one by a path, to what another name in the file leads to
	Err     error
}

// Address tells groups apart: a group that is reached by two links has one address.
func (g *Group) Address() uint64 { return g.o.address }

// mostName is how many bytes a name has at most; NWB's are far shorter, and every one is kept.
const mostName = 1 << 10

// Children are the objects of the group, in the file's order. External links, and soft ones that lead nowhere, are left out.
func (g *Group) Children() ([]Child, error) {
	o := g.o
	if o.asked {
		return o.children, nil
	}
	links, err := o.links()
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		c := Child{Name: l.name, Soft: l.soft != ""}
		child, err := o.f.linked(o, l)
		switch {
		case err != nil:
			c.Err = err
		case child == nil:
			continue
		case child.first(messageLayout) != nil || child.first(messageDataspace) != nil:
			c.Dataset = &Dataset{o: child}
		case child.first(messageSymbolTable) != nil, child.first(messageLink) != nil, child.first(messageLinkInfo) != nil, child.first(messageGroupInfo) != nil:
			c.Group = &Group{child}
		}
		o.children = append(o.children, c)
	}
	o.asked = true
	return o.children, nil
}

type link struct {
	name    string
	address uint64 // of a hard one
	soft    string // the path that a soft one leads to
}

// findLinks are the hard and soft links of a group: in a symbol table, in the header, or in a heap of their own.
func (o *object) findLinks() ([]link, error) {
	var all []link
	table, err := o.own(messageSymbolTable)
	if err != nil {
		return nil, err
	}
	if table != nil {
		return o.f.symbols(table)
	}
	for _, m := range o.messages {
		if m.kind != messageLink {
			continue
		}
		l, ok, err := parseLink(m.data)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, l)
		}
	}
	info, err := o.own(messageLinkInfo)
	if err != nil || info == nil {
		return all, err
	}
	heap, index, err := denseAddresses(info, 8)
	if err != nil || heap == nowhere {
		return all, err
	}
	const hash = 4 // bytes of a record before the identifier
	err = o.f.dense(heap, index, 5, hash, func(b []byte) error {
		l, ok, err := parseLink(b)
		if ok {
			all = append(all, l)
		}
		return err
	})
	return all, err
}

// denseAddresses is where the heap and the index of links or attributes are, by a message that says so; maximum is the bytes of
// the number that may come before.
func denseAddresses(b []byte, maximum int) (heap, index uint64, err error) {
	at := 2
	if len(b) > 1 && b[1]&1 != 0 {
		at += maximum
	}
	if len(b) < at+16 {
		return 0, 0, damage("a header ends inside a message")
	}
	return little.Uint64(b[at:]), little.Uint64(b[at+8:]), nil
}

// parseLink takes a link message apart; false for a link to another file.
func parseLink(b []byte) (link, bool, error) {
	short := damage("a link is cut short")
	if len(b) < 2 {
		return link{}, false, short
	}
	flags, at, kind := b[1], 2, byte(0)
	if flags&8 != 0 {
		if len(b) < 3 {
			return link{}, false, short
		}
		kind = b[2]
		at++
	}
	if flags&4 != 0 { // its number in order of creation
		at += 8
	}
	if flags&0x10 != 0 { // the character set
		at++
	}
	width := 1 << (flags & 3)
	if len(b) < at+width {
		return link{}, false, short
	}
	n := number(b[at : at+width])
	at += width
	if n > mostName || len(b) < at+int(n) {
		return link{}, false, short
	}
	l := link{name: string(b[at : at+int(n)])}
	at += int(n)
	if kind == 1 {
		if len(b) < at+2 || len(b) < at+2+int(little.Uint16(b[at:])) {
			return link{}, false, short
		}
		l.soft = string(b[at+2 : at+2+int(little.Uint16(b[at:]))])
		return l, l.soft != "", nil
	}
	if kind != 0 {
		return l, false, nil
	}
	if len(b) < at+8 {
		return link{}, false, short
	}
	l.address = little.Uint64(b[at:])
	return l, true, nil
}

// symbols reads a symbol table: a B-tree of nodes, whose names lie in a heap.
func (f *File) symbols(b []byte) ([]link, error) {
	if len(b) < 16 {
		return nil, damage("a symbol table is cut short")
	}
	heap, err := f.localHeap(little.Uint64(b[8:]))
	if err != nil {
		return nil, err
	}
	var all []link
	err = f.tree(little.Uint64(b), 0, 8, func(_ []byte, node uint64) error {
		const head, entry = 8, 40
		b, err := f.at(node, head)
		if err != nil {
			return err
		}
		if string(b[:4]) != "SNOD" {
			return damage("a node of a symbol table is not where it should be")
		}
		n := uint64(little.Uint16(b[6:]))
		if b, err = f.at(node+head, n*entry); err != nil {
			return err
		}
		for ; len(b) > 0; b = b[entry:] {
			const soft = 2
			name, err := nameAt(heap, little.Uint64(b))
			if err != nil {
				return err
			}
			l := link{name: name, address: little.Uint64(b[8:])}
			if little.Uint32(b[16:]) == soft {
				if l.soft, err = nameAt(heap, uint64(little.Uint32(b[24:]))); err != nil {
					return err
				}
			}
			all = append(all, l)
		}
		return nil
	})
	return all, err
}

// nameAt is the text at a place of a local heap.
func nameAt(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", damage("the name of an object is not where it should be")
	}
	end := bytes.IndexByte(heap[at:min(uint64(len(heap)), at+mostName+1)], 0)
	if end <= 0 {
		return "", damage("the name of an object has no end")
	}
	return string(heap[at : at+uint64(end)]), nil
}

// localHeap is the bytes of a local heap.
func (f *File) localHeap(address uint64) ([]byte, error) {
	b, err := f.at(address, 32)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != "HEAP" {
		return nil, damage("the names of a group are not where they should be")
	}
	return f.at(little.Uint64(b[24:]), little.Uint64(b[8:]))
}

// tree visits the leaves' children of a B-tree of version 1 and a kind, with the keys before them.
func (f *File) tree(address uint64, kind byte, key int, visit func(key []byte, child uint64) error) error {
	seen := map[uint64]bool{}
	var node func(address uint64, level int) error
	node = func(address uint64, level int) error {
		const head, child = 24, 8
		if seen[address] {
			return damage("an index leads back to itself")
		}
		seen[address] = true
		b, err := f.at(address, head)
		if err != nil {
			return err
		}
		if string(b[:4]) != "TREE" || b[4] != kind || level >= 0 && int(b[5]) != level {
			return damage("an index has no node where it should be")
		}
		level = int(b[5])
		n := int(little.Uint16(b[6:]))
		if b, err = f.at(address+head, uint64(n*(key+child))); err != nil {
			return err
		}
		for ; n > 0; n, b = n-1, b[key+child:] {
			at := little.Uint64(b[key:])
			if level > 0 {
				err = node(at, level-1)
			} else {
				err = visit(b[:key], at)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	const any = -1
	return node(address, any)
}
