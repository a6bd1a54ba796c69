package plot

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"facrnn/train/report/palette"
)

// TestLength checks the units of a length, and that texts that are no width of a figure are refused.
func TestLength(t *testing.T) {
	for text, want := range map[string]float64{"85mm": 240.945, "8.5 cm": 240.945, "3.5in": 252, "252pt": 252,
		"336px": 252} {
		var l Length
		if err := l.UnmarshalText([]byte(text)); err != nil || math.Abs(float64(l)-want) > 0.001 {
			t.Errorf("%s is %g points, %v; want %g", text, l, err, want)
		}
	}
	for _, text := range []string{"", "85", "mm", "85 km", "-85mm", "NaNmm", "Infmm", "10mm", "2000mm"} {
		if err := new(Length).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as a width", text)
		}
	}
}

// size returns the width and the height of an SVG, and the font sizes of its texts, in points.
func size(t *testing.T, svg []byte) (width, height float64, fonts map[string]bool) {
	t.Helper()
	m := regexp.MustCompile(`<svg width="([0-9.]+)pt" height="([0-9.]+)pt"`).FindSubmatch(svg)
	if m == nil {
		t.Fatalf("no size in %.200s", svg)
	}
	width, _ = strconv.ParseFloat(string(m[1]), 64)
	height, _ = strconv.ParseFloat(string(m[2]), 64)
	fonts = map[string]bool{}
	for _, f := range regexp.MustCompile(`font-size:([0-9.]+)px`).FindAllSubmatch(svg, -1) {
		fonts[string(f[1])] = true
	}
	return width, height, fonts
}

// TestFiguresHaveTheWidth checks that all figures of a report have exactly the requested width, that no data area
// leaves it, and that texts keep their size.
func TestFiguresHaveTheWidth(t *testing.T) {
	page := found(2, 3, 16)
	usual := map[string]bool{"12": true, "11": true, "10": true, "9": true, "8": true}
	for _, width := range []string{"50mm", "60mm", "85mm", "100mm", "120mm", "180mm", "250mm", "400mm", "1000mm"} {
		var l Length
		if err := l.UnmarshalText([]byte(width)); err != nil {
			t.Fatal(err)
		}
		for _, from := range page.Figures() {
			f := drawing{from, Style{Width: l}}.figure("x").fit(vg.Length(l))
			at := f.layout()
			svg, err := f.svg(Style{}, at)
			if err != nil {
				t.Fatal(err)
			}
			w, _, fonts := size(t, svg)
			if math.Abs(w-float64(l)) > 0.1 {
				t.Errorf("%s at %s is %g points wide, want %g", f.name, width, w, l)
			}
			for font := range fonts {
				if !usual[font] {
					t.Errorf("%s at %s has a text of %s points", f.name, width, font)
				}
			}
			if at.height > 30*vg.Length(l) {
				t.Errorf("%s at %s is %g points high", f.name, width, at.height)
			}
			for r, row := range f.rows {
				for c, p := range row {
					if end := at.x[r][c] + p.w; end > at.width+0.01 {
						t.Errorf("%s at %s: panel %d of row %d ends at %g of %g points", f.name, width, c, r,
							end, at.width)
					}
				}
			}
		}
	}
}

// TestFontSizeScalesAFigure checks that a style's font size is the size of axis labels, at the same width.
func TestFontSizeScalesAFigure(t *testing.T) {
	s := Style{Width: 240, FontSize: 6, LineWidth: 2, Font: "Helvetica Neue"}
	from := found(2, 3, 3).Figures()[0]
	f := drawing{from, s}.figure("x").fit(vg.Length(s.Width) / s.scale())
	svg, err := f.svg(s, f.layout())
	if err != nil {
		t.Fatal(err)
	}
	if w, _, _ := size(t, svg); math.Abs(w-240) > 0.01 {
		t.Errorf("the figure is %g points wide, want 240", w)
	}
	for _, want := range []string{"scale(0.66666", "font-family:'Helvetica Neue','Liberation Sans'"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the file lacks %q", want)
		}
	}
}

// TestReadStyle checks a style file with every key, and the errors of wrong ones.
func TestReadStyle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "style.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`width = "85mm"
font = "Arial"
font-size = 7
line-width = 0.8
groups = ["#112233", "#445566"]
conditions = ["#778899"]
held-out = "#AABBCC"
filtered = "#DDEEFF"
`)
	s, err := ReadStyle(path)
	if err != nil {
		t.Fatal(err)
	}
	if s.FontSize != 7 || s.Groups[1] != palette.Colour(0x445566) || *s.HeldOut != 0xAABBCC || s.Width == 0 {
		t.Errorf("the style is read as %+v", s)
	}
	if c := pick(s.Groups, 2, ink()); c != rgb(0x112233) {
		t.Errorf("the third group has %v, want the first colour again", c)
	}
	for text, want := range map[string]string{
		"colour = 1":            "line 1: unknown key colour; the keys are width, font-size, font, line-width, groups",
		"font-size = 100":       "font-size is 100; give 4 to 40 points",
		"line-width = 0.0001":   "line-width is 0.0001; give a factor from 0.1 to 10",
		"\nwidth = \"wide\"":    "\"wide\" is not a length",
		"groups = [\"blue\"]":   "\"blue\" is not a colour; write it as #0072B2",
		"font = \"a'b\"":        "is not the name of a font family",
		"font-size = \"large\"": "line 1",
		"x = [":                 path,
	} {
		write(text)
		if _, err := ReadStyle(path); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("%q gives the error %v, want %q and the path", text, err, want)
		}
	}
	if _, err := ReadStyle(filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a missing file is no error")
	}
}
