package palette

import (
	"encoding/json"
	"math"
	"testing"
)

type vector [3]float64

// linear returns a colour's red, green and blue as light, from 0 to 1.
func (c Colour) linear() (v vector) {
	for k, shift := range []int{16, 8, 0} {
		s := float64(c>>shift&0xFF) / 255
		if v[k] = s / 12.92; s > 0.04045 {
			v[k] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return v
}

func (m matrix) times(v vector) (out vector) {
	for i := range out {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}

type matrix [3]vector

// contrast returns the contrast of WCAG 2, from 1 to 21.
func contrast(a, b Colour) float64 {
	luminance := func(c Colour) float64 {
		v := c.linear()
		return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x/y, y/x)
}

// sights map the light of a colour for readers with all cones, and for readers without one kind of cone (Machado,
// Oliveira and Fernandes 2009, severity 1).
var sights = map[string]matrix{
	"full":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// apart returns the distance of two colours in Oklab (Ottosson 2020) for a sight.
func apart(a, b Colour, sight matrix) float64 {
	lab := func(c Colour) vector {
		v := sight.times(c.linear())
		v = matrix{{0.4122214708, 0.5363325363, 0.0514459929}, {0.2119034982, 0.6806995451, 0.1073969566},
			{0.0883024619, 0.2817188376, 0.6299787005}}.times(v)
		for k := range v {
			v[k] = math.Cbrt(v[k])
		}
		return matrix{{0.2104542553, 0.7936177850, -0.0040720468}, {1.9779984951, -2.4285922050, 0.4505937099},
			{0.0259040371, 0.7827717662, -0.8086757660}}.times(v)
	}
	x, y := lab(a), lab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// TestCategoriesAreSeenAndToldApart checks that categories have a contrast of 3:1 to their paper, as WCAG 2.1 asks
// of graphics. It also checks that no reader confuses two of them. The least distance is 0.076, the distance of Okabe
// and Ito's bluish green and reddish purple without green cones.
func TestCategoriesAreSeenAndToldApart(t *testing.T) {
	for name, theme := range map[string]Theme{"light": Light(), "dark": Dark()} {
		for i, c := range theme.Categories {
			if got := contrast(c, theme.Paper); got < 3 {
				t.Errorf("%s: category %d has contrast %.2f", name, i, got)
			}
			for j, d := range theme.Categories[:i] {
				for sight, m := range sights {
					if got := apart(c, d, m); got < 0.076 {
						t.Errorf("%s: categories %d and %d are %.3f apart in %s", name, j, i, got, sight)
					}
				}
			}
		}
	}
}

// TestScalesGrow checks that scales leave their middle with every step, on both sides of zero alike.
func TestScalesGrow(t *testing.T) {
	for name, theme := range map[string]Theme{"light": Light(), "dark": Dark()} {
		for side, scale := range map[string][6]Colour{"positive": theme.Positive, "negative": theme.Negative,
			"sequential": theme.Sequential} {
			for i := 1; i < len(scale); i++ {
				if contrast(scale[i], scale[0]) <= contrast(scale[i-1], scale[0]) {
					t.Errorf("%s, %s: step %d is no farther from the middle than the one before", name, side, i)
				}
			}
		}
	}
}

// TestColoursAreRead checks that a colour is read as it is written, and that other texts are refused.
func TestColoursAreRead(t *testing.T) {
	var c Colour
	if err := c.UnmarshalText([]byte("#0072b2")); err != nil || c != 0x0072B2 {
		t.Errorf("#0072b2 is read as %v, %v", c, err)
	}
	for _, bad := range []string{"", "0072B2", "#0072B", "#0072B2F", "blue", "#00 2B2"} {
		if err := c.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is read as a colour", bad)
		}
	}
}

func TestColoursAreWrittenAsStyleSheetsDo(t *testing.T) {
	b, err := json.Marshal(Colour(0x0072B2))
	if err != nil || string(b) != `"#0072B2"` {
		t.Errorf("%s, %v", b, err)
	}
}
