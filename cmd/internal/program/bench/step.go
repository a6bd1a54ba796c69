package bench

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"facrnn/cmd/internal/steptime"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
)

// shape holds the sizes that determine a step's time: M bins, N neurons, K latents, G groups.
type shape struct{ M, N, K, G int }

// UnmarshalText reads M,N,K,G.
func (s *shape) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ",")
	at := []*int{&s.M, &s.N, &s.K, &s.G}
	if len(parts) != len(at) {
		return fmt.Errorf("%q is not M,N,K,G, such as 128,100,6,2", text)
	}
	for i, p := range parts {
		v, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil || v < 1 {
			return fmt.Errorf("%q is not M,N,K,G, such as 128,100,6,2: %q is not a number above 0", text, p)
		}
		*at[i] = v
	}
	if s.M < 2 {
		return errors.New("a minibatch needs at least 2 bins; give a larger M")
	}
	if s.G > s.K {
		return fmt.Errorf("%d latents cannot form %d groups; give K of at least G", s.K, s.G)
	}
	if most := 10000; s.K > most {
		return fmt.Errorf("a model of %d latents is too large to time; give at most %d", s.K, most)
	}
	return errors.Join(tooLarge(s.M, s.N), tooLarge(s.M, s.K), tooLarge(s.N, s.K), tooLarge(s.M, s.M))
}

// tooLarge returns an error if a float32 matrix of that shape would take more than a gigabyte.
func tooLarge(rows, cols int) error {
	if most := 1 << 28; rows > most || cols > most/rows {
		return fmt.Errorf("a matrix of %d x %d is too large to time; give smaller sizes", rows, cols)
	}
	return nil
}

// groups divides K latents into G groups of nearly equal sizes.
func (s shape) groups() layers.Partition {
	p := make(layers.Partition, s.G)
	for k := range s.K {
		p[k%s.G]++
	}
	return p
}

// variant names a change of the linear Gaussian model.
type variant string

var change = map[variant]func(f flags, c *graph.Config){
	"linear":     func(flags, *graph.Config) {},
	"relu":       link(layers.ReLU),
	"softplus":   link(layers.Softplus),
	"exp":        link(layers.Exp),
	"std":        func(_ flags, c *graph.Config) { c.LatentStd = layers.PerDimension{} },
	"shared-std": func(_ flags, c *graph.Config) { c.LatentStd = layers.SharedStd{} },
	"amortized":  func(_ flags, c *graph.Config) { c.LatentStd = layers.Amortized{} },
	"standardized": func(_ flags, c *graph.Config) {
		c.Independence().Term = losses.PartialCorrelation{Estimator: losses.LeaveOneOut{}}
	},
	"poisson": func(_ flags, c *graph.Config) {
		c.Decoder = layers.LinearDecoder{Link: layers.Softplus}
		c.Observe(losses.Poisson{})
	},
	"input":   func(_ flags, c *graph.Config) { c.Input = true },
	"history": func(_ flags, c *graph.Config) { c.History = layers.History{Lags: 3, Kernel: layers.SoftmaxKernel{}} },
	"unequal": func(f flags, c *graph.Config) {
		p := f.Shape.groups()
		if p[0] > 1 && len(p) > 1 {
			p[0]--
			p[len(p)-1]++
		}
		c.Structure = p
	},
	"shared": func(f flags, c *graph.Config) {
		if s := f.Shape; s.K > s.G { // make one latent shared
			s.K--
			c.Structure = layers.Shared{Private: s.groups(), SharedLatents: 1}
		}
	},
	"mlp": func(f flags, c *graph.Config) {
		c.Encoder = layers.MLPEncoder{Hidden: f.Hidden}
		c.Decoder = layers.MLPDecoder{Hidden: f.Hidden, Link: layers.ReLU}
	},
}

func link(a layers.Activation) func(flags, *graph.Config) {
	return func(_ flags, c *graph.Config) { c.Decoder = layers.LinearDecoder{Link: a} }
}

func variants() string { return strings.Join(slices.Sorted(maps.Keys(names())), ", ") }

func names() map[string]bool {
	all := map[string]bool{}
	for v := range change {
		all[string(v)] = true
	}
	return all
}

// UnmarshalText reads a variant's name.
func (v *variant) UnmarshalText(text []byte) error {
	*v = variant(text)
	if change[*v] == nil {
		return fmt.Errorf("unknown variant %q; choose one of %s", text, variants())
	}
	return nil
}

// newStep builds the same model as the peers: 1000 training bins, beta = 20.
func newStep(f flags) (*steptime.Step, error) {
	c := graph.Config{Neurons: f.Shape.N, Bins: 1000, Structure: f.Shape.groups(), Terms: graph.Objective(20, 0)}
	change[f.Variant](f, &c)
	return steptime.New(c, f.Shape.M, f.Threads)
}
