// Package palette holds every colour with a meaning, for the figures on white paper and for report.html in light and
// dark. Groups, latents, splits and conditions never share a colour. The package imports nothing of the project. Start
// with Theme and Conditions.
package palette

import (
	"fmt"
	"strconv"
	"strings"
)

// Colour is 0xRRGGBB.
type Colour uint32

// MarshalText writes the colour as style sheets do, such as #0072B2.
func (c Colour) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "#%06X", uint32(c)), nil }

// UnmarshalText reads a colour as MarshalText writes it.
func (c *Colour) UnmarshalText(text []byte) error {
	digits, marked := strings.CutPrefix(string(text), "#")
	v, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || !marked || len(digits) != 6 {
		return fmt.Errorf("%q is not a colour; write it as #0072B2", text)
	}
	*c = Colour(v)
	return nil
}

// Theme holds the colours for one paper.
type Theme struct {
	Paper      Colour    `json:"paper"`
	Categories [6]Colour `json:"categories"` // Of groups and methods; each has a contrast of 3:1 or more to the paper.
	HeldOut    Colour    `json:"held_out"`   // Of held-out bins, and of a result among its controls.
	Filtered   Colour    `json:"filtered"`   // Of latents from past and present, next to latents from the past.
	// Positive and Negative are the sides of the diverging scale, in equal steps from 0. Positive is red (excitatory),
	// and negative is blue (inhibitory).
	Positive   [6]Colour `json:"positive"`
	Negative   [6]Colour `json:"negative"`
	Sequential [6]Colour `json:"sequential"` // For values without a sign.
}

// Light returns the theme of white paper. Its categories are the palette of Okabe and Ito, which colour-blind readers
// can distinguish. Black is left out because text is black, and yellow because it is too pale for lines. Orange and sky
// blue have a contrast of 2.3:1, so brown and indigo replace them. The diverging scale is ColorBrewer's RdBu with a
// pure white middle; the sequential scale is its Greens.
func Light() Theme {
	return Theme{
		Paper:      0xFFFFFF,
		Categories: [...]Colour{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x783C00, 0x2D1EA5},
		HeldOut:    0x6A3D9A,
		Filtered:   0x5C0012,
		Positive:   [...]Colour{0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F},
		Negative:   [...]Colour{0xFFFFFF, 0xD1E5F0, 0x92C5DE, 0x4393C3, 0x2166AC, 0x053061},
		Sequential: [...]Colour{0xFFFFFF, 0xE5F5E0, 0xA1D99B, 0x41AB5D, 0x006D2C, 0x00441B},
	}
}

// Dark returns the theme of nearly black paper. It has the orange and the sky blue of Okabe and Ito. Its scales become
// brighter from the paper on.
func Dark() Theme {
	return Theme{
		Paper:      0x14171B,
		Categories: [...]Colour{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9},
		HeldOut:    0xC4A3F0,
		Filtered:   0xD8FA43,
		Positive:   [...]Colour{0x1B1F24, 0x4A2426, 0x87302F, 0xC8463B, 0xEE6A4E, 0xFF9A78},
		Negative:   [...]Colour{0x1B1F24, 0x1C3450, 0x20568A, 0x2F7DC0, 0x56A3E3, 0x8CC9FF},
		Sequential: [...]Colour{0x1B1F24, 0x193A3A, 0x1E5D52, 0x3A8A63, 0x7FB97A, 0xC6DE8F},
	}
}
