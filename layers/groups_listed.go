package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func init() {
	const doc = "named groups with their latents, counted from 1, and after each | groups that must be independent; " +
		"a+b*c@0.5 makes a and b together independent of c, with half the weight"
	RegisterStructure("arm:1,2;eye:3,4|arm*eye", doc, parseListed)
}

// Listed is a list of groups, each given by name and latents, and the independence required of them. A file for
// --structure holds one. It can express any structure.
type Listed struct {
	Named []Group
	Apart []Independence
}

// Independence requires that sets of groups are independent of one another.
type Independence struct {
	Parts  [][]string // names of groups; a part has the latents of all its groups
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

// Groups returns the listed groups.
func (l Listed) Groups() []Group { return l.Named }

// Factorizations returns one factorization for each required independence. An unknown group name stands for no
// latents, and CheckStructure refuses the empty part.
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

// Check returns an error for the first invalid name, or else the error of [CheckStructure].
func (l Listed) Check() error {
	known := map[string]bool{}
	for _, g := range l.Named {
		switch {
		case !groupName.MatchString(g.Name):
			return fmt.Errorf("%q is not a valid group name; use a letter, then letters, digits, _, - or .", g.Name)
		case known[g.Name]:
			return fmt.Errorf("two groups are named %s; give every group its own name", g.Name)
		}
		known[g.Name] = true
	}
	for _, a := range l.Apart {
		if len(a.Parts) < 2 {
			return fmt.Errorf("independence %s has only one part; name at least two, such as a*b", a)
		}
		for _, names := range a.Parts {
			for _, name := range names {
				if !known[name] {
					return fmt.Errorf("independence %[2]s names an unknown group %[1]q; name one of the groups",
						name, a)
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
				return nil, fmt.Errorf("group %q: %q is not a latent; give numbers counted from 1, such as arm:1,2",
					name, field)
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
				return nil, fmt.Errorf("%q: %q is not a weight; give a number above 0", field, weight)
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
