package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"facrnn/train/internal/atomicfile"
)

const dpi = 150 // of a PNG

// Format is a kind of file that figures are written as, and what its name ends in.
type Format string

// The formats. A PDF has text as outlines, an SVG as text.
const (
	PNG Format = "png"
	SVG Format = "svg"
	PDF Format = "pdf"
)

// UnmarshalText refuses a format that is none of these.
func (f *Format) UnmarshalText(text []byte) error {
	if *f = Format(text); !slices.Contains([]Format{PNG, SVG, PDF}, *f) {
		return fmt.Errorf("%q is no format of figures: choose png, svg or pdf", text)
	}
	return nil
}

// writeAll writes those figures that hold something into dir, which it makes if need be, in each of the formats, and
// returns the files' paths. Without formats they are PNG and SVG.
func writeAll(dir string, formats []Format, figures []figure) ([]string, error) {
	if len(formats) == 0 {
		formats = []Format{PNG, SVG}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range figures {
		if len(f.rows) == 0 {
			continue
		}
		l := f.layout()
		for i, format := range formats {
			if slices.Contains(formats[:i], format) {
				continue
			}
			path := filepath.Join(dir, f.name+"."+string(format))
			b, err := f.encode(format, l)
			if err != nil {
				return paths, &os.PathError{Op: "draw", Path: path, Err: err}
			}
			if err := atomicfile.Write(path, func(w io.Writer) error {
				_, err := w.Write(b)
				return err
			}); err != nil {
				return paths, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// encode draws the figure as a file.
func (f figure) encode(format Format, l layout) ([]byte, error) {
	switch format {
	case PNG:
		return f.png(l)
	case SVG:
		return f.svg(l)
	case PDF:
		return f.pdf(l), nil
	}
	return nil, fmt.Errorf("%q is no format of figures", format)
}

// png draws the figure as a PNG file.
func (f figure) png(l layout) ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(l.width, l.height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))
	f.draw(draw.New(lettered{c}), l)
	var b bytes.Buffer
	_, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b)
	return b.Bytes(), err
}

// svg draws the figure as an SVG file, on white as the PNG is: a page may be dark.
func (f figure) svg(l layout) ([]byte, error) {
	c := vgsvg.New(l.width, l.height)
	c.SetColor(color.White)
	c.Fill(vg.Rectangle{Max: vg.Point{X: l.width, Y: l.height}}.Path())
	f.draw(draw.New(c), l)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	return portable(b.Bytes()), nil
}

// pdf draws the figure as a PDF file of one page.
func (f figure) pdf(l layout) []byte {
	c := newPDF(l.width, l.height)
	c.SetColor(color.White)
	c.Fill(vg.Rectangle{Max: vg.Point{X: l.width, Y: l.height}}.Path())
	f.draw(draw.New(c), l)
	return c.file(f.title)
}

// fonts are the families of all text in an SVG. Liberation Sans, by which the layout is measured, has the widths of
// Arial and of Helvetica: wherever one of them is at hand text keeps its place. To embed it would add a megabyte to
// every file.
const fonts = "'Liberation Sans',Arial,Helvetica,sans-serif"

// portable makes an SVG look the same everywhere, and well-formed whatever its texts hold. Quotes and < of a text are
// escaped: what is replaced stands in tags alone.
func portable(svg []byte) []byte {
	s := strings.NewReplacer(
		`style="font-family:Liberation Sans;font-variant:normal;`, `style="font-family:`+fonts+`;`,
		`<image `, `<image style="image-rendering:pixelated" preserveAspectRatio="none" `, // cells have edges and fill their map
		`"data:image/jpg;`, `"data:image/png;`, // which it is
	).Replace(strings.ToValidUTF8(string(svg), "\uFFFD"))
	return []byte(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD' // XML has no place for them
		}
		return r
	}, s))
}
