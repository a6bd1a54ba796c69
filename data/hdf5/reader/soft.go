package reader

import "strings"

// links are findLinks, sought once.
func (o *object) links() ([]link, error) {
	if o.sought {
		return o.found, nil
	}
	all, err := o.findLinks()
	if err != nil {
		return nil, err
	}
	o.found, o.sought, o.named = all, true, make(map[string]link, len(all))
	for _, l := range all {
		o.named[l.name] = l
	}
	return all, nil
}

// link is the link of a name; false where there is none.
func (o *object) link(name string) (link, bool, error) {
	_, err := o.links()
	l, ok := o.named[name]
	return l, ok, err
}

// linked is what a link of a group leads to; nil for a soft one that leads nowhere.
func (f *File) linked(from *object, l link) (*object, error) {
	if l.soft == "" {
		return f.object(l.address)
	}
	hops := 0
	return f.follow(from, l.soft, &hops)
}

// follow is the object at a path, from the root where it begins with a slash, else from a group; nil where there is none. As in the C
// library, soft links that lead to soft links do so a few times at most; more are a circle, which leads nowhere.
func (f *File) follow(from *object, path string, hops *int) (*object, error) {
	const most = 16
	if *hops++; *hops > most {
		return nil, nil
	}
	if strings.HasPrefix(path, "/") {
		from = f.root
	}
	for name := range strings.SplitSeq(path, "/") {
		if name == "" || name == "." {
			continue
		}
		const step = 64 // bytes that take as long to read as a name to find
		if err := f.spend(step); err != nil {
			return nil, err
		}
		l, ok, err := from.link(name)
		if !ok || err != nil {
			return nil, err
		}
		if l.soft == "" {
			from, err = f.object(l.address)
		} else {
			from, err = f.follow(from, l.soft, hops)
		}
		if from == nil || err != nil {
			return nil, err
		}
	}
	return from, nil
}
