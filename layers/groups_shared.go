package layers

// Shared is private groups, independent of one another, beside one shared group that may depend on all of them. The shared
// latents come last.
type Shared struct {
	Private Partition
	Common  int // latents of the shared group
}

// Latents is the private and the shared ones together.
func (s Shared) Latents() int { return s.Private.Latents() + s.Common }

// Groups are the private groups 1, 2, ... and the group "shared".
func (s Shared) Groups() []Group {
	return append(s.Private.Groups(), Group{Name: "shared", Latents: run(s.Private.Latents(), s.Common)})
}

// Factorizations asks that the private groups be independent; the shared latents take no part.
func (s Shared) Factorizations() []Factorization { return s.Private.Factorizations() }
