// Package palette is the one place of the colours that mean something: of figures, which are on white, and of
// report.html, which is light or dark. It imports nothing of the project. Start reading at Theme.
package palette

import "fmt"

// Colour is 0xRRGGBB.
type Colour uint32

// MarshalText implements encoding.TextMarshaler: as style sheets write it, such as #0072B2.
func (c Colour) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "#%06X", uint32(c)), nil }

// Theme is the colours on one paper.
type Theme struct {
	Paper      Colour    `json:"paper"`
	Categories [6]Colour `json:"categories"` // tell groups and conditions apart, each 3:1 or more against the paper
	// The sides of the diverging scale and the sequential one, from 0 on at even steps. Positive is red and excitatory,
	// negative is blue and inhibitory.
	Positive   [6]Colour `json:"positive"`
	Negative   [6]Colour `json:"negative"`
	Sequential [6]Colour `json:"sequential"` // for what has no sign, in neither colour of a sign
}

// Light is of white paper. Its categories are of the palette of Okabe and Ito, which colour-blind readers tell apart
// too. Black and yellow are left out, the one being the colour of text, the other too pale for lines; orange and sky
// blue, at 2.3:1, are brown and indigo instead. The diverging scale is ColorBrewer's RdBu with pure white in its
// middle, the sequential one its Greens.
func Light() Theme {
	return Theme{
		Paper:      0xFFFFFF,
		Categories: [...]Colour{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x783C00, 0x2D1EA5},
		Positive:   [...]Colour{0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F},
		Negative:   [...]Colour{0xFFFFFF, 0xD1E5F0, 0x92C5DE, 0x4393C3, 0x2166AC, 0x053061},
		Sequential: [...]Colour{0xFFFFFF, 0xE5F5E0, 0xA1D99B, 0x41AB5D, 0x006D2C, 0x00441B},
	}
}

// Dark is of nearly black paper: there orange and sky blue are what Okabe and Ito have, and the scales grow bright from
// the paper.
func Dark() Theme {
	return Theme{
		Paper:      0x14171B,
		Categories: [...]Colour{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9},
		Positive:   [...]Colour{0x1B1F24, 0x4A2426, 0x87302F, 0xC8463B, 0xEE6A4E, 0xFF9A78},
		Negative:   [...]Colour{0x1B1F24, 0x1C3450, 0x20568A, 0x2F7DC0, 0x56A3E3, 0x8CC9FF},
		Sequential: [...]Colour{0x1B1F24, 0x193A3A, 0x1E5D52, 0x3A8A63, 0x7FB97A, 0xC6DE8F},
	}
}
