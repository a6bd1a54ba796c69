package simulate

import (
	"cmp"
	"fmt"

	"facrnn/data"
	"facrnn/data/npz"
)

// Arrays returns the ground truth as arrays for an npz file: z (T,K), A (N,K), B (K,N), c (K), b (N), owner (K), the
// group of each latent, and target (trials). Empty parts are left out. The arrays share its memory.
func (t *Truth) Arrays() map[string]npz.Array {
	m := map[string]npz.Array{}
	for name, x := range map[string]data.Matrix{"z": t.Z, "A": t.A, "B": t.B} {
		if !x.Empty() {
			m[name] = npz.FromMatrix(x)
		}
	}
	for name, x := range map[string][]float32{"c": t.C, "b": t.Bias} {
		if x != nil {
			m[name] = npz.Vector(x)
		}
	}
	for name, x := range map[string][]int{"owner": t.Owner(), "target": t.Target} {
		if x != nil {
			m[name] = npz.Ints(x)
		}
	}
	return m
}

// TruthFrom returns the ground truth in the arrays that [Truth.Arrays] names; parts without an array stay empty. It
// fails if an array has the wrong type or number of dimensions, or if owner does not count the groups upwards from 0.
// The error names the array.
func TruthFrom(m map[string]npz.Array) (*Truth, error) {
	t := &Truth{}
	err := cmp.Or(
		take(m, "z", npz.Array.Matrix, &t.Z), take(m, "A", npz.Array.Matrix, &t.A),
		take(m, "B", npz.Array.Matrix, &t.B),
		take(m, "c", npz.Array.Float32s, &t.C), take(m, "b", npz.Array.Float32s, &t.Bias),
		take(m, "owner", npz.Array.Ints, &t.Groups), take(m, "target", npz.Array.Ints, &t.Target),
	)
	if err != nil {
		return nil, err
	}
	t.Groups, err = sizes(t.Groups)
	return t, err
}

// take converts the named array, if m has it.
func take[T any](m map[string]npz.Array, name string, convert func(npz.Array) (T, error), to *T) error {
	a, ok := m[name]
	if !ok {
		return nil
	}
	v, err := convert(a)
	if err != nil {
		return fmt.Errorf("array %s: %w", name, err)
	}
	*to = v
	return nil
}

// sizes returns the number of latents in each group.
func sizes(owner []int) ([]int, error) {
	var groups []int
	for k, g := range owner {
		switch {
		case g == len(groups):
			groups = append(groups, 1)
		case g >= 0 && g == len(groups)-1:
			groups[g]++
		default:
			return nil, fmt.Errorf("array owner: latent %d belongs to group %d: sort the latents by group, "+
				"counted from 0", k, g)
		}
	}
	return groups, nil
}
