package palette

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
)

// angles returns n directions in degrees, as a table of trials names them.
func angles(n int) (names []string) {
	for i := range n {
		names = append(names, strconv.FormatFloat(360*float64(i)/float64(n), 'g', 6, 64))
	}
	return names
}

// contrasts returns n numbers that do not go around a circle.
func contrasts(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%g %%", float64(i*i)))
	}
	return names
}

// words returns n texts.
func words(n int) (names []string) {
	for i := range n {
		names = append(names, string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	return names
}

// kinds are the kinds of conditions that have different looks.
var kinds = map[string]func(int) []string{"angles": angles, "numbers": contrasts, "texts": words}

// on returns the colours of looks on one paper.
func on(theme string, looks []Look) (colours []Colour) {
	for _, l := range looks {
		if theme == "light" {
			colours = append(colours, l.Light)
		} else {
			colours = append(colours, l.Dark)
		}
	}
	return colours
}

// TestRolesShareNoColour checks that up to 32 conditions, the groups, the held-out bins and the filtered latents have
// colours of their own. A distance of 0.05 in Oklab is twice what readers notice side by side.
func TestRolesShareNoColour(t *testing.T) {
	const least = 0.05
	for name, theme := range map[string]Theme{"light": Light(), "dark": Dark()} {
		others := append(slices.Clone(theme.Categories[:]), theme.HeldOut, theme.Filtered)
		for i, a := range others[len(theme.Categories):] {
			for j, b := range others[:len(theme.Categories)+i] {
				if d := apart(a, b, sights["full"]); d < least {
					t.Errorf("%s: split or latents %d and colour %d are %.3f apart, want %g", name, i, j, d, least)
				}
			}
		}
		for kind, named := range kinds {
			for n := 2; n <= 32; n++ {
				for i, c := range on(name, Conditions(named(n))) {
					for j, o := range others {
						if d := apart(c, o, sights["full"]); d < least {
							t.Errorf("%s: condition %d of %d %s and colour %d are %.3f apart, want %g", name, i, n,
								kind, j, d, least)
						}
					}
				}
			}
		}
	}
}

// TestConditionsDiffer checks that each condition has a contrast of 3:1 to its paper (WCAG 2.1), and that any two of up
// to 32 conditions differ: in dashes, or in a colour that is 0.02 apart in Oklab, which readers notice.
func TestConditionsDiffer(t *testing.T) {
	for name, theme := range map[string]Theme{"light": Light(), "dark": Dark()} {
		for kind, named := range kinds {
			for n := 2; n <= 32; n++ {
				looks := Conditions(named(n))
				colours := on(name, looks)
				for i, c := range colours {
					if got := contrast(c, theme.Paper); got < 3 {
						t.Errorf("%s: condition %d of %d %s has contrast %.2f, want 3", name, i, n, kind, got)
					}
					for j, d := range colours[:i] {
						far := apart(c, d, sights["full"])
						if slices.Equal(looks[i].Dashes, looks[j].Dashes) && far < 0.02 {
							t.Errorf("%s: conditions %d and %d of %d %s are %.3f apart with the same dashes", name, j,
								i, n, kind, far)
						}
					}
				}
			}
		}
	}
}

// TestColourBlindReadersDistinguishConditions checks that any two of up to sixteen conditions differ in dashes, or
// are 0.03 apart in Oklab. It simulates readers without red cones and readers without green cones.
func TestColourBlindReadersDistinguishConditions(t *testing.T) {
	const least = 0.03
	for _, theme := range []string{"light", "dark"} {
		for kind, named := range kinds {
			for n := 2; n <= 16; n++ {
				looks := Conditions(named(n))
				colours := on(theme, looks)
				for i, c := range colours {
					for j, d := range colours[:i] {
						if !slices.Equal(looks[i].Dashes, looks[j].Dashes) {
							continue
						}
						for _, sight := range []string{"protanopia", "deuteranopia"} {
							if far := apart(c, d, sights[sight]); far < least {
								t.Errorf("%s: conditions %d and %d of %d %s are %.3f apart in %s, want %g", theme,
									j, i, n, kind, far, sight, least)
							}
						}
					}
				}
			}
		}
	}
}

// TestAnglesCloseTheCircle checks that the last of sixteen directions is a neighbour of the first, and that numbers on
// a line have far ends.
func TestAnglesCloseTheCircle(t *testing.T) {
	for _, names := range [][]string{angles(16), {"0", "0.785398", "1.570796", "2.356194", "3.141593", "3.926991",
		"4.712389", "5.497787"}} {
		looks := Conditions(names)
		largest := 0.0
		for i := range len(looks) - 1 {
			largest = max(largest, apart(looks[i].Light, looks[i+1].Light, sights["full"]))
		}
		if d := apart(looks[0].Light, looks[len(looks)-1].Light, sights["full"]); d > 1.1*largest {
			t.Errorf("the last of %d directions is %.3f from the first, and neighbours are at most %.3f apart",
				len(names), d, largest)
		}
	}
	looks := Conditions(contrasts(8))
	if d := apart(looks[0].Light, looks[7].Light, sights["full"]); d < 0.3 {
		t.Errorf("the least and the greatest of eight contrasts are %.3f apart, want 0.3", d)
	}
	if a, b := Around(0.25), Around(1.25); a.Light != b.Light || a.Dark != b.Dark {
		t.Errorf("an angle and a turn more have colours %v and %v", a, b)
	}
}

// TestOrderOfNumbers checks that the order of names does not matter to a scale of numbers.
func TestOrderOfNumbers(t *testing.T) {
	up, down := Conditions([]string{"0.1", "0.2", "0.7", "1.9"}), Conditions([]string{"1.9", "0.7", "0.2", "0.1"})
	for i := range up {
		if up[i].Light != down[3-i].Light {
			t.Errorf("number %d has colour %v in one order and %v in the other", i, up[i].Light, down[3-i].Light)
		}
	}
	if got := Conditions(nil); len(got) != 0 {
		t.Errorf("no conditions have %d looks", len(got))
	}
}
