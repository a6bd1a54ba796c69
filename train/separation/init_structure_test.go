package separation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/internal/traintest"
	"facrnn/train/separation"
)

// listed holds groups named by their latents, in any order. Every two groups are independent with the weight of the
// first factorization.
type listed [][]int

func (l listed) Latents() (k int) {
	for _, ks := range l {
		k = max(k, slices.Max(ks)+1)
	}
	return k
}
func (listed) String() string { return "groups of the test" }
func (l listed) Groups() (gs []layers.Group) {
	for i, ks := range l {
		gs = append(gs, layers.Group{Name: string(rune('a' + i)), Latents: ks})
	}
	return gs
}
func (l listed) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Name: "all groups", Parts: l, Weight: 1}}
}

// TestSeparateRefuses checks that groups that share a latent give an error.
func TestSeparateRefuses(t *testing.T) {
	t.Parallel()
	c, rec, split := traintest.Small(t)
	c.Structure = listed{{0, 1}, {1, 2}}
	if _, err := separation.InitFromActivity(c, rec, split); err == nil ||
		!strings.Contains(err.Error(), "share latents") {
		t.Errorf("the error is %v, want an error about shared latents", err)
	}
}

// TestStartColumns checks that a structure may name its latents in any order. The start equals the start of the
// partition, with every latent in the column that its group names.
func TestStartColumns(t *testing.T) {
	t.Parallel()
	rec, _, split := traintest.Demo(t)
	start := func(s layers.Structure) *separation.Init {
		c, _ := recommended(rec, split, layers.Partition{2, 2})
		c.Structure = s
		out, err := separation.InitFromActivity(c, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ordered, mixed := start(layers.Partition{2, 2}), start(listed{{3, 1}, {0, 2}})
	N := rec.Activity.Cols
	for _, name := range []int{0, 1} { // At and B, (K,N)
		for from, to := range []int{3, 1, 0, 2} {
			a, b := ordered.Arrays[name], mixed.Arrays[name]
			if !slices.Equal(a.Data[from*N:(from+1)*N], b.Data[to*N:(to+1)*N]) {
				t.Errorf("%s: component %d is not latent %d", a.Name, from, to)
			}
		}
	}
}

// TestChainOfDemo trains a chain of groups with the recipe best. It must reach the held-out likelihood of a partition
// into the same groups. Its partial correlation must be smaller, because it has fewer requirements.
func TestChainOfDemo(t *testing.T) {
	t.Parallel()
	rec, _, split := traintest.Demo(t)
	fit := func(s layers.Structure) train.Losses {
		c, o := recommended(rec, split, layers.Partition{2, 2, 2})
		c.Structure = s
		start, err := separation.InitFromActivity(c, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		o.InitialParams = start.Arrays
		r, err := train.Fit(t.Context(), c, rec, split, o, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return *r.Best.Test
	}
	apart, chain := fit(layers.Partition{2, 2, 2}), fit(layers.Chain{2, 2, 2})
	// .1 nats of 20 are far below the standard error over 16 held-out trials
	if d := chain.Terms[0] - apart.Terms[0]; !(d < 0.1) {
		t.Errorf("the chain's reconstruction is %.3f nats per bin, and %.3f for the partition",
			chain.Terms[0], apart.Terms[0])
	}
	if !(chain.Terms[2] < apart.Terms[2]) {
		t.Errorf("the chain has a partial correlation of %.3f, and the partition %.3f", chain.Terms[2], apart.Terms[2])
	}
}
