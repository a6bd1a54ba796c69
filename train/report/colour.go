package report

import (
	"image/color"
	"math"
	"slices"
	"strings"
)

// categories is how many colours tell things apart.
const categories = 6

// category is colour i of the palette of Okabe and Ito, told apart by colour-blind readers too; black and yellow are left out,
// the one being the colour of text, the other too pale for lines on white.
func category(i int) color.NRGBA {
	palette := [categories]uint32{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9}
	return rgb(palette[i%categories])
}

// methodColour is the colour that a method of the paper has in every figure, whatever else is drawn. Eight are more than the palette holds:
// FacRNN has its warm end, and wine, of another lightness than all others, makes up.
func methodColour(name string) (c color.NRGBA, known bool) {
	switch strings.ToLower(name) {
	case "lrrnn":
		return category(0), true
	case "facrnn":
		return category(1), true
	case "lint":
		return category(2), true
	case "facrnn-mlp":
		return category(3), true
	case "facrnn-full":
		return category(4), true
	case "lrrnn-ica", "lrrnn+ica":
		return category(5), true
	case "bdrnn":
		return pale(), true
	case "components":
		return rgb(0x882255), true
	}
	return color.NRGBA{}, false
}

// byHue is the palette around a circle of hues.
func byHue() [categories]int { return [...]int{0, 5, 2, 4, 1, 3} }

// hue is the angle at which cyclic has the colour of category i.
func hue(i int) float64 {
	round := byHue()
	return 2 * math.Pi * float64(slices.Index(round[:], i%categories)) / categories
}

// cyclic is a colour for an angle in radians: once around the palette, ordered by hue.
func cyclic(angle float64) color.NRGBA {
	round := byHue()
	at := angle / (2 * math.Pi)
	at = (at - math.Floor(at)) * float64(len(round))
	i := int(at) % len(round)
	return mix(category(round[i]), category(round[(i+1)%len(round)]), at-math.Floor(at))
}

// sequential maps a value from [0,1] to white (0) to dark green: for what has no sign, in neither colour of a sign.
func sequential(v float64) color.NRGBA {
	stops := [...]uint32{0xFFFFFF, 0xE5F5E0, 0xA1D99B, 0x41AB5D, 0x006D2C, 0x00441B}
	if math.IsNaN(v) {
		return grey(0xFF)
	}
	at := max(0, min(v, 1)) * float64(len(stops)-1)
	i := min(int(at), len(stops)-2)
	return mix(rgb(stops[i]), rgb(stops[i+1]), at-float64(i))
}

// diverging maps a value from [-1,1] to blue (negative), white (0) and red (positive): ColorBrewer's RdBu with pure white in
// its middle. Values beyond are drawn at the limit; what is not a number is grey.
func diverging(v float64) color.NRGBA {
	blue := [...]uint32{0xFFFFFF, 0xD1E5F0, 0x92C5DE, 0x4393C3, 0x2166AC, 0x053061}
	red := [...]uint32{0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F}
	side := &red
	switch {
	case math.IsNaN(v):
		return grey(0x99)
	case v < 0:
		side = &blue
	}
	at := min(math.Abs(v), 1) * float64(len(side)-1)
	i := min(int(at), len(side)-2)
	return mix(rgb(side[i]), rgb(side[i+1]), at-float64(i))
}

// mix is the colour at fraction f of the way from a to b, opaque.
func mix(a, b color.NRGBA, f float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + f*(float64(y)-float64(x)))) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}

// fade returns c at an opacity from 0 to 1.
func fade(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

func grey(v uint8) color.NRGBA { return color.NRGBA{R: v, G: v, B: v, A: 255} }

// ink is the colour of text and axes.
func ink() color.NRGBA { return grey(0x22) }

// pale is the colour of what explains the picture but is not to catch the eye.
func pale() color.NRGBA { return grey(0x66) }
