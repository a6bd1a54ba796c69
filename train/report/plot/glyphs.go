package plot

import (
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	gonumfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"facrnn/train/report/escape"
)

// lacking stands for a character that the font lacks, in files of every format: a name that loses characters silently
// may be taken for another one.
const lacking = '□'

// letters is the handler of all text. Characters that do more than show themselves are spelled out, as [escape.Text]
// has it. Characters that the font lacks are measured and drawn as [lacking]: gonum's PNG canvas would leave them out,
// and each viewer of an SVG take another font.
type letters struct{ text.Plain }

func newLetters() letters { return letters{text.Plain{Fonts: gonumfont.DefaultCache}} }

// Box implements text.Handler.
func (l letters) Box(s string, f gonumfont.Font) (width, height, depth vg.Length) {
	return l.Plain.Box(l.known(s, f), f)
}

// Draw implements text.Handler.
func (l letters) Draw(c vg.Canvas, s string, style text.Style, at vg.Point) {
	style.Handler = l
	l.Plain.Draw(c, l.known(s, style.Font), style, at)
}

// known replaces each character that the font lacks, together with the marks that combine with it.
func (l letters) known(s string, f gonumfont.Font) string {
	face := l.Fonts.Lookup(f, f.Size).Face
	var b sfnt.Buffer
	replaced := false
	if lines := strings.Split(s, "\n"); escape.Text(s) != s {
		for i, line := range lines {
			lines[i] = escape.Text(line)
		}
		s = strings.Join(lines, "\n")
	}
	return strings.Map(func(r rune) rune {
		if glyph, err := face.GlyphIndex(&b, r); r == '\n' || err == nil && glyph != 0 {
			replaced = false
			return r
		}
		if replaced && unicode.Is(unicode.M, r) {
			return -1
		}
		replaced = true
		return lacking
	}, s)
}

// lettered is gonum's PNG canvas with another text: with kerning and without hinting, as it is measured. Gonum's own
// text is up to 4 % wider.
type lettered struct{ *vgimg.Canvas }

// FillString implements vg.Canvas.
func (c lettered) FillString(f gonumfont.Face, at vg.Point, s string) { c.Fill(outline(f, at, s)) }

// outline returns the path of a text's glyphs, set as font.Face.Width measures them.
func outline(f gonumfont.Face, at vg.Point, s string) vg.Path {
	var b sfnt.Buffer
	em := fixed.Int26_6(f.Face.UnitsPerEm()) // at which outlines are in the font's own units
	scale := f.Font.Size / vg.Length(em)
	var p vg.Path
	var before sfnt.GlyphIndex
	for i, r := range s {
		glyph, err := f.Face.GlyphIndex(&b, r)
		if err != nil {
			glyph = 0
		}
		if kern, err := f.Face.Kern(&b, before, glyph, em, font.HintingNone); i > 0 && err == nil {
			at.X += vg.Length(kern) * scale
		}
		before = glyph
		segments, err := f.Face.LoadGlyph(&b, glyph, em, nil)
		if err != nil {
			continue // one of colours or pixels, which our fonts have none of
		}
		point := func(of fixed.Point26_6) vg.Point { // y grows downwards there
			return vg.Point{X: at.X + vg.Length(of.X)*scale, Y: at.Y - vg.Length(of.Y)*scale}
		}
		for _, s := range segments {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				p.Move(point(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				p.Line(point(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				p.QuadTo(point(s.Args[0]), point(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				p.CubeTo(point(s.Args[0]), point(s.Args[1]), point(s.Args[2]))
			}
		}
		if advance, err := f.Face.GlyphAdvance(&b, glyph, em, font.HintingNone); err == nil {
			at.X += vg.Length(advance) * scale
		}
	}
	return p
}
