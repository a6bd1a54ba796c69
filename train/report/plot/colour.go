package plot

import (
	"image/color"
	"math"
	"strings"

	"facrnn/train/report/palette"
)

// categories is the number of colours that distinguish groups.
const categories = len(palette.Theme{}.Categories)

// category is colour i of the palette's.
func category(i int) color.NRGBA { return rgb(palette.Light().Categories[i%categories]) }

// methodColour returns the colour that a method of the paper has in every figure, whatever else is drawn. Eight are
// more than the palette holds: FacRNN has its warm end, and grey and plum make up.
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
		return rgb(0x5A1E69), true
	}
	return color.NRGBA{}, false
}

// cyclic returns a colour for an angle in radians.
func cyclic(angle float64) color.NRGBA { return rgb(palette.Around(angle / (2 * math.Pi)).Light) }

// sequential maps a value from [0,1] to the palette's scale for what has no sign. What is not a number is white.
func sequential(v float64) color.NRGBA {
	if math.IsNaN(v) {
		return grey(0xFF)
	}
	return along(palette.Light().Sequential, v)
}

// diverging maps a value from [-1,1] to blue (negative), white (0) and red (positive). Values beyond are drawn at the
// limit; what is not a number is grey.
func diverging(v float64) color.NRGBA {
	switch {
	case math.IsNaN(v):
		return grey(0x99)
	case v < 0:
		return along(palette.Light().Negative, -v)
	}
	return along(palette.Light().Positive, v)
}

// along returns the colour at fraction f of a scale, at its end beyond that.
func along(scale [6]palette.Colour, f float64) color.NRGBA {
	at := max(0, min(f, 1)) * float64(len(scale)-1)
	i := min(int(at), len(scale)-2)
	return mix(rgb(scale[i]), rgb(scale[i+1]), at-float64(i))
}

// mix returns the colour at fraction f of the way from a to b, opaque.
func mix(a, b color.NRGBA, f float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + f*(float64(y)-float64(x)))) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}

// fade returns c at an opacity from 0 to 1.
func fade(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}

func rgb(c palette.Colour) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 255}
}

func grey(v uint8) color.NRGBA { return color.NRGBA{R: v, G: v, B: v, A: 255} }

// ink returns the colour of text and axes.
func ink() color.NRGBA { return grey(0x22) }

// pale returns the colour of what explains the picture but is not to catch the eye.
func pale() color.NRGBA { return grey(0x66) }

// accent returns the colour of held-out bins, and of a result among its controls.
func accent() color.NRGBA { return rgb(palette.Light().HeldOut) }
