package separation_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"facrnn/train/separation"
)

// linked draws links of .5 to .6 within groups and 0 to .1 between them.
func linked(owner []int, random *rand.Rand) *mat.SymDense {
	c := mat.NewSymDense(len(owner), nil)
	for i := range owner {
		c.SetSym(i, i, 1)
		for j := range i {
			v := random.Float64() / 10
			if owner[i] == owner[j] {
				v += 0.5
			}
			c.SetSym(i, j, v)
		}
	}
	return c
}

func TestLinkageJoinsByMeanLinks(t *testing.T) {
	c := mat.NewSymDense(4, []float64{
		1, .8, .4, .1,
		.8, 1, .2, .1,
		.4, .2, 1, .05,
		.1, .1, .05, 1,
	})
	got := separation.Linkage(c)
	for i, want := range []separation.Merge{{Into: 0, From: 1, Link: .8}, {Into: 0, From: 2, Link: .3},
		{Into: 0, From: 3, Link: .25 / 3}} {
		if g := got[i]; g.Into != want.Into || g.From != want.From || !(math.Abs(g.Link-want.Link) <= 1e-12) {
			t.Errorf("merge %d is %v, want %v", i, g, want)
		}
	}
	if owner, err := separation.Group(c); err != nil || !reflect.DeepEqual(owner, []int{0, 0, 0, 1}) {
		t.Errorf("groups %v, %v", owner, err)
	}
}

func TestGroupsAreTheTrueGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owner := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 12).Draw(t, "owner")
		c := linked(owner, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		got, err := separation.Group(c)
		if err != nil || !samePartition(got, owner) {
			t.Fatalf("groups %v, %v", got, err)
		}
		if got, err = separation.Group(c, sizesOf(owner)...); err != nil || !samePartition(got, owner) {
			t.Fatalf("groups of given sizes %v, %v", got, err)
		}
	})
}

func sizesOf(owner []int) (sizes []int) {
	for g := range slices.Max(owner) + 1 {
		n := 0
		for _, o := range owner {
			if o == g {
				n++
			}
		}
		if n > 0 {
			sizes = append(sizes, n)
		}
	}
	return sizes
}

func TestGroupsOfGivenSizesHoldTheMostLinks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	c := mat.NewSymDense(6, nil)
	for i := range 6 {
		for j := range i {
			c.SetSym(i, j, random.Float64())
		}
	}
	sum := func(owner []int) (s float64) {
		for i := range owner {
			for j := range i {
				if owner[i] == owner[j] {
					s += c.At(i, j)
				}
			}
		}
		return s
	}
	got, err := separation.Group(c, 1, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sizesOf(got), []int{1, 3, 2}) {
		t.Errorf("groups %v are not of 1, 3 and 2", got)
	}
	owner := []int{0, 1, 1, 1, 2, 2}
	for range 2000 { // of 60 groupings
		random.Shuffle(6, func(i, j int) { owner[i], owner[j] = owner[j], owner[i] })
		if sum(owner) > sum(got)+1e-12 {
			t.Fatalf("%v has the sum %.3f, more than %.3f of %v", owner, sum(owner), sum(got), got)
		}
	}
}

// TestManyGroupsAreSearched has twenty components in five groups. There are more than a billion groupings, so Group
// searches.
func TestManyGroupsAreSearched(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	owner := make([]int, 20)
	for i := range owner {
		owner[i] = i % 5
	}
	random.Shuffle(20, func(i, j int) { owner[i], owner[j] = owner[j], owner[i] })
	c := linked(owner, random)
	got, err := separation.Group(c, 4, 4, 4, 4, 4)
	if err != nil || !samePartition(got, owner) {
		t.Errorf("groups %v, %v, want %v", got, err, owner)
	}
	if again, _ := separation.Group(c, 4, 4, 4, 4, 4); !slices.Equal(again, got) {
		t.Error("the same links gave different groups")
	}
}

// TestGroupsOfManySizesAreSearched uses many sizes, because swaps of two components then end in a worse grouping most
// often.
func TestGroupsOfManySizesAreSearched(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	owner := []int{0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5}
	for range 100 {
		random.Shuffle(16, func(i, j int) { owner[i], owner[j] = owner[j], owner[i] })
		got, err := separation.Group(linked(owner, random), 4, 3, 2, 1, 3, 3)
		if err != nil || !samePartition(got, owner) {
			t.Fatalf("groups %v, %v, want %v", got, err, owner)
		}
	}
}

func TestGroupRefusesSizes(t *testing.T) {
	c := mat.NewSymDense(4, nil)
	for what, sizes := range map[string][]int{"at least one": {4, 0}, "add up": {3, 2}} {
		if _, err := separation.Group(c, sizes...); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("sizes %v: error %v", sizes, err)
		}
	}
}
