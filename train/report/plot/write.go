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

// writeAll writes the figures that have panels into dir, which it creates if necessary, in each of the formats. It
// returns the paths. Without formats it writes PNG and SVG.
func writeAll(dir string, o Options, figures []figure) ([]string, error) {
	formats := o.Formats
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
		if o.Style.Width > 0 {
			f = f.fit(vg.Length(o.Style.Width) / o.Style.scale())
		}
		l := f.layout()
		for i, format := range formats {
			if slices.Contains(formats[:i], format) {
				continue
			}
			path := filepath.Join(dir, f.name+"."+string(format))
			b, err := f.encode(format, o.Style, l)
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
func (f figure) encode(format Format, s Style, l layout) ([]byte, error) {
	switch format {
	case PNG:
		return f.png(s, l)
	case SVG:
		return f.svg(s, l)
	case PDF:
		return f.pdf(s, l), nil
	}
	return nil, fmt.Errorf("%q is no format of figures", format)
}

// onPaper returns the factor from the layout to the paper.
func (f figure) onPaper(s Style) vg.Length {
	if f.fitted > 0 {
		return f.reduced * s.scale()
	}
	return s.scale()
}

// paint draws the figure on a canvas of its size on paper.
func (f figure) paint(c vg.Canvas, s Style, l layout) {
	scale := float64(f.onPaper(s))
	c.Scale(scale, scale)
	if s.LineWidth != 0 {
		c = thick{c, vg.Length(s.LineWidth)}
	}
	f.draw(draw.Canvas{Canvas: c, Rectangle: vg.Rectangle{Max: vg.Point{X: l.width, Y: l.height}}}, l)
}

// thick is a canvas that multiplies the width of lines.
type thick struct {
	vg.Canvas
	factor vg.Length
}

// SetLineWidth sets the width of lines, times the factor.
func (t thick) SetLineWidth(w vg.Length) { t.Canvas.SetLineWidth(t.factor * w) }

// png draws the figure as a PNG file.
func (f figure) png(s Style, l layout) ([]byte, error) {
	k := f.onPaper(s)
	c := vgimg.NewWith(vgimg.UseWH(k*l.width, k*l.height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))
	f.paint(lettered{c}, s, l)
	var b bytes.Buffer
	_, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b)
	return b.Bytes(), err
}

// svg draws the figure as an SVG file, on white as the PNG is, because a page may be dark.
func (f figure) svg(s Style, l layout) ([]byte, error) {
	w, h := f.onPaper(s)*l.width, f.onPaper(s)*l.height
	c := vgsvg.New(w, h)
	c.SetColor(color.White)
	c.Fill(vg.Rectangle{Max: vg.Point{X: w, Y: h}}.Path())
	f.paint(c, s, l)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	return portable(b.Bytes(), s.Font), nil
}

// pdf draws the figure as a PDF file of one page.
func (f figure) pdf(s Style, l layout) []byte {
	w, h := f.onPaper(s)*l.width, f.onPaper(s)*l.height
	c := newPDF(w, h)
	c.SetColor(color.White)
	c.Fill(vg.Rectangle{Max: vg.Point{X: w, Y: h}}.Path())
	f.paint(c, s, l)
	return c.file(f.title)
}

// fonts are the families of all text in an SVG. Liberation Sans, by which the layout is measured, has the widths of
// Arial and of Helvetica: wherever one of them is at hand text keeps its place. To embed it would add a megabyte to
// every file.
const fonts = "'Liberation Sans',Arial,Helvetica,sans-serif"

// portable makes an SVG look the same everywhere, and well-formed for any texts. The replaced strings are in tags only,
// because quotes and < of a text are escaped. font is the first family of its texts, if any.
func portable(svg []byte, font string) []byte {
	families := fonts
	if font != "" {
		families = "'" + font + "'," + fonts
	}
	s := strings.NewReplacer(
		`style="font-family:Liberation Sans;font-variant:normal;`, `style="font-family:`+families+`;`,
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
