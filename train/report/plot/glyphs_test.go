package plot

import (
	"bytes"
	"image/color"
	"testing"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// TestLackingCharactersAreSeen checks that a box replaces a character that the font lacks, in files of every format.
func TestLackingCharactersAreSeen(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"réach 日本.npz", "réach □□.npz"},
		{"réach, W ← σ²", "réach, W ← σ²"},
		{"two\nlines", "two\nlines"},
		{"कि", "□"}, // with its mark
		{"e\u0301", "e\u0301"},
		{"\xff", `\xff`},
		{"a\u202eb\x1b", `a\u202eb\x1b`},
		{"", ""},
	} {
		style := sans(labelSize)
		if got := newLetters().known(test.text, style.Font); got != test.want {
			t.Errorf("%q is shown as %q, not %q", test.text, got, test.want)
		}
		if got, want := style.Width(test.text), style.Width(test.want); got != want {
			t.Errorf("%q is measured as %v wide, not %v", test.text, got, want)
		}
		f := func(title string) figure {
			f := figure{name: "x", title: title, least: 300}
			f.arrange([]*panel{barPanel("y", nil, 50, 50)})
			return f
		}
		for _, format := range []Format{PNG, SVG, PDF} {
			files := [2][]byte{}
			for i, title := range []string{test.text, test.want} {
				f := f(title)
				l := f.layout()
				f.name = ""
				b, err := f.encode(format, Style{}, l)
				if err != nil {
					t.Fatal(err)
				}
				if format == PDF { // whose document's title is the text itself
					c := newPDF(l.width, l.height)
					f.draw(draw.New(c), l)
					b = c.page.Bytes()
				}
				files[i] = b
			}
			if !bytes.Equal(files[0], files[1]) {
				t.Errorf("the %s of %q is not that of %q", format, test.text, test.want)
			}
		}
	}
}

// TestPNGTextIsAsWideAsMeasured checks that a text in a PNG has its measured width, to a pixel.
func TestPNGTextIsAsWideAsMeasured(t *testing.T) {
	const w, h, dpi = 200, 30, 288
	for _, s := range []string{"AVAVAVAVAVI", "To Ty Te To Ty I", "correlation of WWWI", "日本I"} {
		style := sans(14)
		right := func(s string) float64 {
			c := lettered{vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))}
			canvas := draw.New(c)
			canvas.FillText(text.Style{Color: color.Black, Font: style.Font, Handler: style.Handler},
				vg.Point{X: 5, Y: 10}, s)
			x := spanOf()
			for px := range c.Image().Bounds().Dx() {
				for py := range c.Image().Bounds().Dy() {
					if r, _, _, _ := c.Image().At(px, py).RGBA(); r < 0x8000 {
						x = x.with(float64(px) * 72 / dpi)
					}
				}
			}
			return x.hi
		}
		if got, want := right(s)-right("I"), float64(style.Width(s)-style.Width("I")); got < want-0.5 || got > want+
			0.5 {
			t.Errorf("the end of %q stands %.2f points further than that of I, measured are %.2f", s, got, want)
		}
	}
}
