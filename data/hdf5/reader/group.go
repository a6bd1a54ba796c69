package reader

import (
	"bytes"
	"fmt"
	"strings"
)

// Group is a group of objects.
type Group struct{ o *object }

// Child is the target of a link in a group: a group, a dataset, a named type (neither of the two), or an error.
type Child struct {
	Name    string
	Soft    string // the path by which a soft link leads there; empty for another link
	Group   *Group
	Dataset *Dataset
	Err     error
}

// Address identifies a group: two links to one group give the same address, and groups in two files have different
// addresses.
func (g *Group) Address() uint64 { return g.o.address | g.o.f.mark }

// maxName is how many bytes a name has at most; NWB's are far shorter, and every one is kept.
const maxName = 1 << 10

// Children returns the objects of the group, in the file's order. Soft links are followed, and external links into
// files in the folder of the file that was opened or below it. If a link leads nowhere or out of the folder, the
// child's error is [Lost].
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
		c := Child{Name: l.name}
		if l.file == "" {
			c.Soft = l.soft
		}
		followed := 0
		child, err := o.target(l, &followed)
		switch {
		case err != nil:
			c.Err = err
		case child == nil:
			continue
		case child.first(messageLayout) != nil || child.first(messageDataspace) != nil:
			if child.set == nil {
				child.set = &Dataset{o: child}
			}
			c.Dataset = child.set
		case child.first(messageSymbolTable) != nil, child.first(messageLink) != nil,
			child.first(messageLinkInfo) != nil, child.first(messageGroupInfo) != nil:
			c.Group = &Group{child}
		}
		o.children = append(o.children, c)
	}
	o.asked = true
	return o.children, nil
}

// link is a link of a group: hard, to an address; soft, by a path; external, by a path in another file; or of a kind
// that is not followed.
type link struct {
	name    string
	address uint64
	soft    string
	file    string
	lost    string // why it leads nowhere here
}

// target returns the target of a link of the group; followed counts the soft and external links on the way.
func (o *object) target(l link, followed *int) (*object, error) {
	switch {
	case l.lost != "":
		return nil, Lost{l.lost}
	case l.soft == "":
		return o.f.object(l.address)
	}
	const most = 16 // HDF5's own limit
	if *followed++; *followed > most {
		return nil, Lost{"it is a soft link that goes round in circles: write the data into it"}
	}
	at, missing := o, "it is a soft link to "+l.soft+", which is missing: write the data into it"
	switch {
	case l.file != "":
		other, err := o.f.beside(l)
		if err != nil {
			return nil, err
		}
		at, missing = other.root, l.outward()+", which that file does not have: "+l.remedy()
	case l.soft[0] == '/':
		at = o.f.root
	}
	for name := range strings.SplitSeq(l.soft, "/") {
		if name == "" || name == "." {
			continue
		}
		const each = 512 // bytes that take as long as looking for a name
		if err := o.f.spend(each); err != nil {
			return nil, err
		}
		next, ok, err := at.link(name)
		if err == nil && !ok {
			err = Lost{missing}
		}
		if err != nil {
			return nil, err
		}
		if at, err = at.target(next, followed); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// link returns the link with this name in a group; false if it is missing.
func (o *object) link(name string) (link, bool, error) {
	if o.named == nil {
		links, err := o.links()
		if err != nil {
			return link{}, false, err
		}
		o.named = make(map[string]link, len(links))
		for _, l := range links {
			o.named[l.name] = l
		}
	}
	l, ok := o.named[name]
	return l, ok, nil
}

// links returns the links of a group, looked for once.
func (o *object) links() ([]link, error) {
	if o.linked == nil {
		var err error
		if o.linked, err = o.findLinks(); err != nil {
			return nil, err
		}
	}
	return o.linked, nil
}

// findLinks finds them in a symbol table, in the header, or in a heap of their own.
func (o *object) findLinks() ([]link, error) {
	var all []link
	table, err := o.own(messageSymbolTable)
	if err != nil {
		return nil, err
	}
	if table != nil {
		return o.f.symbols(table)
	}
	add := func(b []byte) error {
		l, err := parseLink(b)
		if err == nil {
			all = append(all, l)
		}
		return err
	}
	for _, m := range o.messages {
		if m.kind != messageLink {
			continue
		}
		if err := add(m.data); err != nil {
			return nil, err
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
	err = o.f.dense(heap, index, 5, hash, add)
	return all, err
}

// denseAddresses returns the addresses of the heap and the index of links or attributes in a message. A number of
// maximum bytes may come before.
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

// parseLink takes a link message apart.
func parseLink(b []byte) (link, error) {
	short := damage("a link is cut short")
	if len(b) < 2 {
		return link{}, short
	}
	flags, at, kind := b[1], 2, byte(0)
	if flags&8 != 0 {
		if len(b) < 3 {
			return link{}, short
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
		return link{}, short
	}
	n := number(b[at : at+width])
	at += width
	if n > maxName || len(b) < at+int(n) {
		return link{}, short
	}
	l := link{name: string(b[at : at+int(n)])}
	b = b[at+int(n):]
	const hard, soft, external = 0, 1, 64
	if kind == hard {
		if len(b) < 8 {
			return link{}, short
		}
		l.address = little.Uint64(b)
		return l, nil
	}
	if len(b) < 2 || len(b) < 2+int(little.Uint16(b)) {
		return link{}, short
	}
	b = b[2 : 2+little.Uint16(b)]
	switch kind {
	case soft:
		l.soft = string(b)
		if l.soft == "" || len(b) > maxName {
			return link{}, short
		}
	case external: // after a byte of version and flags
		names := bytes.SplitN(b[min(1, len(b)):], []byte{0}, 3)
		if len(names) < 2 || len(names[0]) == 0 || len(names[1]) == 0 || len(b) > 4*maxName {
			return link{}, short
		}
		l.file, l.soft = string(names[0]), string(names[1])
	default:
		l.lost = fmt.Sprintf("it is a link of a kind of its own, %d: write the data into it", kind)
	}
	return l, nil
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
			l := link{address: little.Uint64(b[8:])}
			if l.name, err = heapName(heap, little.Uint64(b)); err == nil && little.Uint32(b[16:]) == soft {
				l.soft, err = heapName(heap, uint64(little.Uint32(b[24:])))
			}
			if err == nil {
				err = f.keep(len(l.name) + len(l.soft) + entry)
			}
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		return nil
	})
	return all, err
}

// heapName returns the name at a place in a local heap.
func heapName(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", damage("the name of an object is not where it should be")
	}
	end := bytes.IndexByte(heap[at:min(uint64(len(heap)), at+maxName+1)], 0)
	if end <= 0 {
		return "", damage("the name of an object has no end")
	}
	return string(heap[at : at+uint64(end)]), nil
}

// localHeap returns the bytes of a local heap.
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
