package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func init() {
	RegisterStructure("arm:1,2;eye:3,4|arm*eye", "groups by name and latents, counted from 1, and after each | which "+
		"of them are independent; a+b*c@0.5 sets a and b together against c, with half the weight", parseListed)
}

// Listed is groups that are given one by one, by name and latents, and what is asked of them. It is the structure of a
// file for --structure, and the form in which any structure can be written down.
type Listed struct {
	Named []Group
	Apart []Independence
}

// Independence asks that sets of groups are independent of one another.
type Independence struct {
	Parts  [][]string // names of groups; the latents of a part are those of all its groups
	Weight float64    // above 0
}

// Latents returns the number of latents that the groups name.
func (l Listed) Latents() int {
	k := 0
	for _, g := range l.Named {
		k = max(k, slices.Max(append([]int{-1}, g.Latents...))+1)
	}
	return k
}

// Groups returns the groups as they are given.
func (l Listed) Groups() []Group { return l.Named }

// Factorizations returns one for each independence that is asked for. A name that is no group's stands for no latents,
// which CheckStructure refuses.
func (l Listed) Factorizations() []Factorization {
	var all []Factorization
	for _, a := range l.Apart {
		f := Factorization{Name: a.String(), Weight: a.Weight}
		for _, names := range a.Parts {
			var part []int
			for _, name := range names {
				if i := slices.IndexFunc(l.Named, func(g Group) bool { return g.Name == name }); i >= 0 {
					part = append(part, l.Named[i].Latents...)
				}
			}
			f.Parts = append(f.Parts, part)
		}
		all = append(all, f)
	}
	return all
}

// String returns the notation, "arm:1,2;eye:3,4|arm*eye".
func (l Listed) String() string {
	groups := make([]string, len(l.Named))
	for i, g := range l.Named {
		numbers := make([]int, len(g.Latents))
		for j, k := range g.Latents {
			numbers[j] = k + 1
		}
		groups[i] = g.Name + ":" + joinSizes(numbers, ",")
	}
	text := strings.Join(groups, ";")
	for _, a := range l.Apart {
		text += "|" + a.String()
	}
	return text
}

// String returns the notation, "a+b*c@0.5".
func (a Independence) String() string {
	parts := make([]string, len(a.Parts))
	for i, names := range a.Parts {
		parts[i] = strings.Join(names, "+")
	}
	text := strings.Join(parts, "*")
	if a.Weight != 1 {
		text += "@" + strconv.FormatFloat(a.Weight, 'g', -1, 64)
	}
	return text
}

var groupName = regexp.MustCompile(`^\pL[\pL\pN_.-]*$`)

// Check reports the first thing wrong with the names, and else what [CheckStructure] finds.
func (l Listed) Check() error {
	known := map[string]bool{}
	for _, g := range l.Named {
		switch {
		case !groupName.MatchString(g.Name):
			return fmt.Errorf("%q is no name of a group: begin with a letter, and go on with letters, digits, _, - or .", g.Name)
		case known[g.Name]:
			return fmt.Errorf("the group %s is named twice: give every group a name of its own", g.Name)
		}
		known[g.Name] = true
	}
	for _, a := range l.Apart {
		if len(a.Parts) < 2 {
			return fmt.Errorf("independence of %s asks nothing: name at least two parts", a)
		}
		for _, names := range a.Parts {
			for _, name := range names {
				if !known[name] {
					return fmt.Errorf("there is no group %q for the independence of %s: name one of the groups", name,
						a)
				}
			}
		}
	}
	return CheckStructure(l)
}

// parseListed reads "arm:1,2;eye:3,4|arm*eye".
func parseListed(text string) (Structure, error) {
	if !strings.Contains(text, ":") {
		return nil, nil
	}
	fields := strings.Split(strings.ReplaceAll(text, " ", ""), "|")
	var l Listed
	for group := range strings.SplitSeq(fields[0], ";") {
		name, list, _ := strings.Cut(group, ":")
		g := Group{Name: name}
		for field := range strings.SplitSeq(list, ",") {
			k, err := strconv.Atoi(field)
			if err != nil || k < 1 || k > maxSize {
				return nil, fmt.Errorf("group %q: %q is no latent: give numbers, counted from 1, such as arm:1,2", name,
					field)
			}
			g.Latents = append(g.Latents, k-1)
		}
		l.Named = append(l.Named, g)
	}
	for _, field := range fields[1:] {
		list, weight, weighted := strings.Cut(field, "@")
		a := Independence{Weight: 1}
		if weighted {
			w, err := strconv.ParseFloat(weight, 64)
			if err != nil || !finite(w) {
				return nil, fmt.Errorf("%q: %q is no weight: give a number above 0", field, weight)
			}
			a.Weight = w
		}
		for part := range strings.SplitSeq(list, "*") {
			a.Parts = append(a.Parts, strings.Split(part, "+"))
		}
		l.Apart = append(l.Apart, a)
	}
	if err := l.Check(); err != nil {
		return nil, err
	}
	return l, nil
}
