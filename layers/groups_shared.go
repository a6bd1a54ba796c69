package layers

import (
	"strconv"
	"strings"
)

func init() {
	RegisterStructure("3,3+2", "two independent groups of three, and two latents that both groups share", parseShared)
}

// parseShared reads "3,3+2".
func parseShared(text string) (Structure, error) {
	private, common, both := strings.Cut(text, "+")
	if !both || strings.ContainsAny(text, "():") {
		return nil, nil
	}
	groups, err := sizes(private, ",")
	if err != nil {
		return nil, err
	}
	n, err := size(common)
	if err != nil {
		return nil, err
	}
	return Shared{Private: groups, SharedLatents: n}, nil
}

// Shared has private groups, independent of one another, and one shared group that may depend on all of them. The
// shared latents come last.
type Shared struct {
	Private       Partition
	SharedLatents int // latents of the shared group
}

// String returns the sizes, "3,3+2".
func (s Shared) String() string { return s.Private.String() + "+" + strconv.Itoa(s.SharedLatents) }

// Latents returns the number of private and shared latents.
func (s Shared) Latents() int { return s.Private.Latents() + s.SharedLatents }

// Groups returns the private groups 1, 2, ... and the group "shared".
func (s Shared) Groups() []Group {
	return append(s.Private.Groups(), Group{Name: "shared", Latents: run(s.Private.Latents(), s.SharedLatents)})
}

// Factorizations requires that the private groups are independent. It does not include the shared latents.
func (s Shared) Factorizations() []Factorization {
	all := s.Private.Factorizations()
	for i := range all {
		all[i].Name = "private groups"
	}
	return all
}
