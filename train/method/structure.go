package method

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/pelletier/go-toml/v2"

	"facrnn/layers"
)

// structureFile is a file for --structure: groups of latents by name, and which of them are independent.
//
//	[[group]]
//	name = "arm"
//	latents = [1, 2]        # counted from 1
//
//	[[group]]
//	name = "eye"
//	latents = [3, 4]
//
//	[[independent]]
//	groups = ["arm", "eye"] # or, for parts of several groups, parts = [["arm", "hand"], ["eye"]]
//	weight = 1.0            # 1 if it is left out
//
// Without any independent, all groups are.
type structureFile struct {
	Groups []struct {
		Name    string
		Latents []int
	} `toml:"group"`
	Independent []struct {
		Groups []string
		Parts  [][]string
		Weight *float64
	}
}

// readStructure reads a file for --structure. Errors name it.
func readStructure(path string) (layers.Structure, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--structure: %w", err)
	}
	var f structureFile
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			row, _ := strict.Errors[0].Position()
			return nil, fmt.Errorf("--structure %s: line %d: there is no key %v: use group, name, latents, "+
				"independent, groups, parts and weight", path, row, strict.Errors[0].Key())
		}
		return nil, fmt.Errorf("--structure %s: %w: see the manual for its form", path, err)
	}
	for _, g := range f.Groups {
		for _, k := range g.Latents {
			if k < 1 {
				return nil, fmt.Errorf("--structure %s: group %q names latent %d, but they are counted from 1", path,
					g.Name, k)
			}
		}
	}
	l := f.listed()
	if err := l.Check(); err != nil {
		return nil, fmt.Errorf("--structure %s: %w", path, err)
	}
	return l, nil
}

// listed returns the structure of the file.
func (f structureFile) listed() (l layers.Listed) {
	var all [][]string
	for _, g := range f.Groups {
		latents := make([]int, len(g.Latents))
		for i, k := range g.Latents {
			latents[i] = k - 1
		}
		l.Named = append(l.Named, layers.Group{Name: g.Name, Latents: latents})
		all = append(all, []string{g.Name})
	}
	for _, i := range f.Independent {
		a := layers.Independence{Parts: i.Parts, Weight: 1}
		for _, name := range i.Groups {
			a.Parts = append(a.Parts, []string{name})
		}
		if i.Weight != nil {
			a.Weight = *i.Weight
		}
		l.Apart = append(l.Apart, a)
	}
	if len(f.Independent) == 0 && len(all) > 1 {
		l.Apart = []layers.Independence{{Parts: all, Weight: 1}}
	}
	return l
}
