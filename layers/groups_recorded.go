package layers

import "slices"

// Recorded is a structure as lists of latents. A run folder stores any structure in this form.
type Recorded struct {
	Text  string // the notation of the structure that was recorded
	Named []Group
	Asked []Factorization
}

// Record returns the lists of a structure.
func Record(s Structure) Recorded { return Recorded{s.String(), s.Groups(), s.Factorizations()} }

// Latents returns the number of latents that the groups name.
func (r Recorded) Latents() int { return Listed{Named: r.Named}.Latents() }

// Groups returns the recorded groups.
func (r Recorded) Groups() []Group { return r.Named }

// Factorizations returns the recorded factorizations.
func (r Recorded) Factorizations() []Factorization { return r.Asked }

// String returns the recorded text.
func (r Recorded) String() string { return r.Text }

// Restore returns the recorded structure. If the text is a registered notation with the same groups and
// factorizations, the result has the type of that notation; otherwise it is r. Restore fails if the lists
// contradict themselves.
func (r Recorded) Restore() (Structure, error) {
	if err := CheckStructure(r); err != nil {
		return nil, err
	}
	if s, err := ParseStructure(r.Text); err == nil && r.isOf(s) {
		return s, nil
	}
	return r, nil
}

// isOf reports whether s has the same lists.
func (r Recorded) isOf(s Structure) bool {
	sameGroup := func(a, b Group) bool { return a.Name == b.Name && slices.Equal(a.Latents, b.Latents) }
	sameFactorization := func(a, b Factorization) bool {
		return a.Name == b.Name && a.Weight == b.Weight && slices.EqualFunc(a.Parts, b.Parts, slices.Equal)
	}
	return slices.EqualFunc(r.Named, s.Groups(), sameGroup) &&
		slices.EqualFunc(r.Asked, s.Factorizations(), sameFactorization)
}
