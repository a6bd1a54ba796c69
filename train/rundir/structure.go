package rundir

import (
	"errors"
	"fmt"
	"slices"

	"facrnn/data/npz"
	"facrnn/layers"
)

// structureArrays returns the arrays of a structure: its text, and its groups and factorizations as lists. The latents
// of all groups lie one group after the other, and so do the latents of all parts of all factorizations.
func structureArrays(s layers.Structure) map[string]npz.Array {
	var sizes, latents, parts, partSizes, partLatents []int
	var names, asked []string
	var weights []float64
	for _, g := range s.Groups() {
		sizes, latents, names = append(sizes, len(g.Latents)), append(latents, g.Latents...), append(names, g.Name)
	}
	for _, f := range s.Factorizations() {
		asked, weights, parts = append(asked, f.Name), append(weights, f.Weight), append(parts, len(f.Parts))
		for _, p := range f.Parts {
			partSizes, partLatents = append(partSizes, len(p)), append(partLatents, p...)
		}
	}
	return map[string]npz.Array{
		"structure": text(s.String()),
		"groups":    npz.Ints(sizes), "group_latents": npz.Ints(latents), "group_names": npz.Vector(names),
		"factorization_names": npz.Vector(asked), "factorization_weights": npz.Vector(weights),
		"factorization_parts": npz.Ints(parts), "factorization_sizes": npz.Ints(partSizes),
		"factorization_latents": npz.Ints(partLatents),
	}
}

// readStructure reads the structure. Older programs wrote only a text that names the independent groups.
func (s *Stored) readStructure() (err error) {
	if _, ok := s.arrays["factorization_names"]; !ok {
		if written, err := s.word("structure"); err == nil {
			s.Known.Structure, _ = layers.ParseStructure(written) // nil: config.toml says it
		}
		return nil
	}
	ints := func(name string) (values []int) {
		if err == nil {
			values, err = part(s, name, npz.Array.Ints, -1)
		}
		return values
	}
	var r layers.Recorded
	var names, asked []string
	var weights []float64
	if r.Text, err = s.word("structure"); err != nil {
		return err
	}
	if names, err = part(s, "group_names", npz.Array.Strings, -1); err != nil {
		return err
	}
	if asked, err = part(s, "factorization_names", npz.Array.Strings, -1); err != nil {
		return err
	}
	if weights, err = part(s, "factorization_weights", npz.Array.Float64s, len(asked)); err != nil {
		return err
	}
	latents, wrong := ragged(ints("groups"), ints("group_latents"))
	parts, wrongParts := ragged(ints("factorization_sizes"), ints("factorization_latents"))
	perFactorization, wrongAsked := ragged(ints("factorization_parts"), parts)
	if err = errors.Join(err, wrong, wrongParts, wrongAsked); err != nil {
		return err
	}
	if len(latents) != len(names) || len(perFactorization) != len(asked) {
		return fmt.Errorf("%d names of %d groups, %d of %d factorizations", len(names), len(latents), len(asked),
			len(perFactorization))
	}
	for i, name := range names {
		r.Named = append(r.Named, layers.Group{Name: name, Latents: latents[i]})
	}
	for i, name := range asked {
		r.Asked = append(r.Asked, layers.Factorization{Name: name, Parts: perFactorization[i], Weight: weights[i]})
	}
	s.Known.Structure, err = r.Restore()
	return err
}

// ragged cuts values, which lie one list after the other, into lists of the given sizes.
func ragged[E any](sizes []int, values []E) (lists [][]E, err error) {
	for _, n := range sizes {
		if n < 0 || n > len(values) {
			return nil, errors.New("the lists of latents are not of the sizes that they are said to be")
		}
		lists, values = append(lists, slices.Clip(values[:n])), values[n:]
	}
	if len(values) > 0 {
		return nil, errors.New("the lists of latents are longer than they are said to be")
	}
	return lists, nil
}
