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

// listed is groups named by their latents, in any order. Every two groups are apart by the weight of the first
// factorization.
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

// TestSeparateRefuses checks that components cannot fall into groups that share a latent.
func TestSeparateRefuses(t *testing.T) {
	t.Parallel()
	c, rec, split := traintest.Small(t)
	c.Structure = listed{{0, 1}, {1, 2}}
	if _, err := separation.InitFromActivity(c, rec, split); err == nil ||
		!strings.Contains(err.Error(), "share latents") {
		t.Errorf("the error is %v, want one that says which latents are shared", err)
	}
}

// TestStartColumns checks that a structure may name its latents in any order. The start is that of the partition, with
// every latent in the column that its group names.
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
	for _, name := range []int{0, 1} { // At and B, both (K,N)
		for from, to := range []int{3, 1, 0, 2} {
			a, b := ordered.Arrays[name], mixed.Arrays[name]
			if !slices.Equal(a.Data[from*N:(from+1)*N], b.Data[to*N:(to+1)*N]) {
				t.Errorf("%s: component %d is not latent %d", a.Name, from, to)
			}
		}
	}
}

// TestChainOfDemo checks that a chain of groups, trained by recipe best, comes to the held-out likelihood of the same
// groups all apart, and its partial correlation, which asks less, is smaller.
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
		t.Errorf("the chain's reconstruction is %.3f nats a bin, that of groups all apart %.3f", chain.Terms[0],
			apart.Terms[0])
	}
	if !(chain.Terms[2] < apart.Terms[2]) {
		t.Errorf("a chain has a partial correlation of %.3f, groups all apart one of %.3f", chain.Terms[2],
			apart.Terms[2])
	}
}
