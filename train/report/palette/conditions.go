package palette

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Look is the colour of a line on light and on dark paper, and its dashes.
type Look struct {
	Light  Colour    `json:"light"`
	Dark   Colour    `json:"dark"`
	Dashes []float64 `json:"dashes,omitempty"` // Lengths of strokes and gaps, in points; none for a full line.
}

// Dashes returns the dashes of line i among lines that their colours do not distinguish.
func Dashes(i int) []float64 {
	return [][]float64{nil, {7, 3}, {2, 3}, {7, 2, 1.5, 2}}[i%patterns]
}

// patterns is the number of patterns of dashes.
const patterns = 4

// maxPlain is the number of conditions that every reader can distinguish by their colours only. Two of six muted hues
// are 0.005 apart in Oklab for readers without green cones.
const maxPlain = 4

// Conditions returns the looks of conditions by their names. Angles that go around a circle have a circle of hues.
// Other numbers have a scale from dark to bright in their order, and texts have a circle of hues in the given order.
// Hues are muted, so that no condition has the colour of a group or of a split. More than four conditions have dashes
// too; colour-blind readers can then distinguish sixteen.
func Conditions(names []string) []Look {
	looks := make([]Look, len(names))
	ranks, ordered := ranks(names)
	n := len(names)
	for i := range looks {
		level := i / patterns // Conditions with the same dashes follow one another at different lightnesses.
		if n <= maxPlain {
			level = i
		}
		if ordered {
			looks[i] = along(ranks[i])
		} else {
			looks[i] = around(float64(i)/float64(n), level)
		}
		if n > maxPlain {
			looks[i].Dashes = Dashes(i)
			if !ordered && i == n-1 && i%patterns == 0 { // The first, a neighbour on the circle, has these dashes too.
				looks[i].Dashes = Dashes(2)
			}
		}
	}
	return looks
}

// Around returns the look of an angle, in turns: 0 and 1 are the same.
func Around(turn float64) Look { return around(turn, 1) }

// around returns a look of the circle of hues at one of three lightnesses.
func around(turn float64, level int) Look {
	// The chroma and the first hue were chosen by a search: with them, the colours of up to 32 conditions are at least
	// 0.05 from the colours of groups and splits in Oklab.
	const chroma, first = 0.07, 15
	light, dark := [...]float64{0.47, 0.61, 0.54}, [...]float64{0.80, 0.92, 0.86}
	hue := first + 360*(turn-math.Floor(turn))
	level %= len(light)
	return Look{Light: oklch(light[level], chroma, hue), Dark: oklch(dark[level], chroma, hue)}
}

// along returns the look at a fraction from 0 to 1 of the scale from dark to bright.
func along(fraction float64) Look {
	hue := 285 - 200*fraction
	return Look{Light: oklch(0.33+0.33*fraction, 0.10, hue), Dark: oklch(0.58+0.32*fraction, 0.10, hue)}
}

var numberExp = regexp.MustCompile(`[-+−]?\d*\.?\d+(?:[eE][-+]?\d+)?`)

// ranks returns the place of each name between the least and the greatest, from 0 to 1. ordered is false unless all
// names hold different numbers that do not go around a circle.
func ranks(names []string) (places []float64, ordered bool) {
	n := len(names)
	numbers := make([]float64, n)
	for i, name := range names {
		v, err := strconv.ParseFloat(strings.Replace(numberExp.FindString(name), "−", "-", 1), 64)
		if err != nil || math.IsInf(v, 0) {
			return nil, false
		}
		numbers[i] = v
	}
	sorted := slices.Sorted(slices.Values(numbers))
	if n < 2 || len(slices.Compact(slices.Clone(sorted))) < n || circular(sorted) {
		return nil, false
	}
	places = make([]float64, n)
	for i, v := range numbers {
		places[i] = float64(slices.Index(sorted, v)) / float64(n-1)
	}
	return places, true
}

// circular reports whether sorted numbers divide a turn, in degrees or radians, into equal parts.
func circular(sorted []float64) bool {
	n := len(sorted)
	span := sorted[n-1] - sorted[0]
	step := span / float64(n-1)
	for i, v := range sorted {
		if math.Abs(v-sorted[0]-float64(i)*step) > 0.02*step {
			return false
		}
	}
	for _, turn := range []float64{360, 2 * math.Pi} {
		if n > 2 && math.Abs(span+step-turn) < 0.02*turn {
			return true
		}
	}
	return false
}

// oklch returns a colour by its lightness (0 to 1), chroma and hue in degrees (Ottosson 2020, "A perceptual color space
// for image processing").
func oklch(lightness, chroma, hue float64) Colour {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	cube := func(v float64) float64 { return v * v * v }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	var c Colour
	for _, v := range []float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	} {
		v = max(0, min(v, 1))
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		c = c<<8 | Colour(math.Round(255*v))
	}
	return c
}
