package separation_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/simulate"
	"facrnn/train/separation"
)

// TestSharedWhiteNoiseIsNoLink adds noise that all components share, as observation noise does. It must not link
// them.
func TestSharedWhiteNoiseIsNoLink(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	s := sources(3000, random, simulate.AR1(.9), simulate.AR1(-.7))
	for i := range 3000 {
		e := 2 * random.NormFloat64()
		s.Set(i, 0, s.At(i, 0)+e)
		s.Set(i, 1, s.At(i, 1)+e)
	}
	l, err := separation.Link(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	// a threshold for groups is .15
	if c := l.Matrix().At(0, 1); !(c <= 0.05) {
		t.Errorf("shared noise makes a link of %.3f", c)
	}
}

func TestLinksHaveADirection(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	s := normal(2000, 3, random)
	for i := 2000 - 1; i > 0; i-- {
		s.Set(i, 1, s.At(i-1, 0)+0.3*s.At(i, 1)) // the second follows the first a bin later; the third is independent
	}
	l, err := separation.Link(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, c, self := l.Directed(), l.Matrix(), l.Self()
	if !(d.At(0, 1) >= 0.8) || !(d.At(1, 0) >= 0.8) || c.At(0, 1) != max(d.At(0, 1), d.At(1, 0)) {
		t.Errorf("links %.2f and %.2f, without direction %.2f", d.At(0, 1), d.At(1, 0), c.At(0, 1))
	}
	if !(c.At(0, 2) <= 0.05) || !(c.At(1, 2) <= 0.05) || c.At(2, 2) != 1 {
		t.Errorf("the links of the independent component are %v", mat.Formatted(c))
	}
	for i, r := range self { // each component is white
		if !(r <= 0.05) {
			t.Errorf("white component %d predicts itself with R2 %.2f", i, r)
		}
	}
	if without := l.Without(3); without.At(0, 1) == c.At(0, 1) || !(without.At(0, 1) >= 0.8) {
		t.Errorf("the link is %.4f without a block, and %.4f with all blocks", without.At(0, 1), c.At(0, 1))
	}
}

func TestLinkRefusesFewBins(t *testing.T) {
	if _, err := separation.Link(normal(50, 2, rand.New(rand.NewPCG(3, 3))), nil); err == nil ||
		!strings.Contains(err.Error(), "too few") {
		t.Errorf("error %v", err)
	}
}
