package plot

import (
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// readPDF checks the table of objects and the lengths of streams of a PDF. It returns the objects, from 1, and their
// inflated streams.
func readPDF(t *testing.T, b []byte) (objects, streams []string) {
	t.Helper()
	text := string(b)
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(text)
	if !strings.HasPrefix(text, "%PDF-1.4\n") || start == nil {
		t.Fatalf("%.20q ... %.20q is no PDF", text, text[max(0, len(text)-20):])
	}
	at, _ := strconv.Atoi(start[1])
	var count int
	if _, err := fmt.Sscanf(text[at:], "xref\n0 %d\n", &count); err != nil {
		t.Fatalf("no table where the end says: %v", err)
	}
	lines := strings.SplitAfter(text[at:], "\n")[2:]
	objects, streams = make([]string, count), make([]string, count)
	for i := 1; i < count; i++ {
		if len(lines[i]) != 20 {
			t.Errorf("entry %d of the table, %q, is not of 20 bytes", i, lines[i])
		}
		offset, _ := strconv.Atoi(lines[i][:10])
		object, ok := strings.CutPrefix(text[offset:], fmt.Sprintf("%d 0 obj\n", i))
		if !ok {
			t.Fatalf("there is no object %d at %d", i, offset)
		}
		head, rest, _ := strings.Cut(object, "\n")
		objects[i] = head
		rest, ok = strings.CutPrefix(rest, "stream\n")
		if !ok {
			continue
		}
		length, _ := strconv.Atoi(regexp.MustCompile(`/Length (\d+) `).FindStringSubmatch(head)[1])
		if !strings.HasPrefix(rest[length:], "\nendstream\nendobj\n") {
			t.Fatalf("stream %d does not end after %d bytes", i, length)
		}
		z, err := zlib.NewReader(strings.NewReader(rest[:length]))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		streams[i] = string(plain)
	}
	return objects, streams
}

// operands is how many numbers stand before each operator that a page has.
var operands = map[string]int{"j": 1, "w": 1, "rg": 3, "RG": 3, "cm": 6, "q": 0, "Q": 0, "m": 2, "l": 2, "c": 6, "h": 0,
	"S": 0, "f": 0}

// checkPage wants operators that there are, each with its numbers, and states that are given back.
func checkPage(t *testing.T, page string, resources string) {
	t.Helper()
	depth := 0
	for _, line := range strings.Split(strings.TrimSpace(page), "\n") {
		words := strings.Fields(line)
		operator, before := words[len(words)-1], words[:len(words)-1]
		switch operator {
		case "gs", "Do":
			if len(before) != 1 || !strings.Contains(resources, before[0]+" ") {
				t.Fatalf("%q is not in %s", line, resources)
			}
			continue
		case "d":
			before = strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(strings.Join(before, " ")))
		default:
			if n, ok := operands[operator]; !ok || len(before) != n {
				t.Fatalf("%q is no line of a page", line)
			}
		}
		for _, word := range before {
			if v, err := strconv.ParseFloat(word, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) ||
				strings.ContainsAny(word, "eE") {
				t.Fatalf("%q in %q is no number", word, line)
			}
		}
		switch operator {
		case "q":
			depth++
		case "Q":
			depth--
		}
		if depth < 0 {
			t.Fatal("a state is given back that was not kept")
		}
	}
	if depth != 0 {
		t.Errorf("%d states are not given back", depth)
	}
}

// TestPDF checks that PDF files hold the same figures as the other formats. Each has one page of the figure's size, its
// title, and as many images as the SVG.
func TestPDF(t *testing.T) {
	page := shapes()[0].page()
	page.Title = "réach, σ ≥ ½ 日本"
	paths, err := Figures(t.TempDir(), Options{Formats: []Format{PDF, SVG, PDF}}, page.Title, page.Figures())
	if err != nil {
		t.Fatal(err)
	}
	figures := laid(page)
	if len(paths) != 2*len(figures) {
		t.Fatalf("drew %v", paths)
	}
	for i, f := range figures {
		if name := filepath.Base(paths[2*i]); name != f.name+".pdf" || filepath.Base(paths[2*i+1]) != f.name+".svg" {
			t.Errorf("drew %v, want %s", paths[2*i:2*i+2], f.name)
		}
		b, err := os.ReadFile(paths[2*i])
		if err != nil {
			t.Fatal(err)
		}
		objects, streams := readPDF(t, b)
		l := f.layout()
		if want := fmt.Sprintf("/MediaBox [0 0 %s %s]", operand(l.width),
			operand(l.height)); !strings.Contains(objects[3], want) || !strings.Contains(objects[2], "/Count 1 ") {
			t.Errorf("%s: not one page of %s: %s", f.name, want, objects[3])
		}
		if _, title, _ := strings.Cut(objects[5], "<FEFF"); decodeUTF16(t,
			strings.TrimSuffix(title, "> >>")) != f.title {
			t.Errorf("%s: the title is %s", f.name, objects[5])
		}
		checkPage(t, streams[4], objects[3])
		svg, err := os.ReadFile(paths[2*i+1])
		if err != nil {
			t.Fatal(err)
		}
		if _, images := parseSVG(t, svg); len(objects)-6 != len(images) {
			t.Errorf("%s: %d images, want %d", f.name, len(objects)-6, len(images))
		}
	}
	if _, err := Figures(t.TempDir(), Options{Formats: []Format{"jpg"}}, page.Title, page.Figures()); err == nil || !strings.Contains(err.Error(), `"jpg"`) {
		t.Errorf("of another format: %v", err)
	}
}

func decodeUTF16(t *testing.T, digits string) string {
	t.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

// TestImagesInPDF checks that pixels come from the image, from its top, and that transparent pixels are white.
func TestImagesInPDF(t *testing.T) {
	img := images().Panels[0]
	f := Images{Name: "i", Title: "i", Side: 2, Pixels: []int{0, 1, 3}, Regions: []string{"a", "b", ""},
		Panels: []Image{img}}
	laid, err := f.figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	b, err := laid.svg(Style{}, laid.layout())
	if err != nil {
		t.Fatal(err)
	}
	_, want := parseSVG(t, b)
	objects, streams := readPDF(t, laid.pdf(Style{}, laid.layout()))
	for i, img := range want {
		size := img.Bounds().Size()
		if !strings.Contains(objects[6+i], fmt.Sprintf("/Width %d /Height %d ", size.X, size.Y)) ||
			len(streams[6+i]) != 3*size.X*size.Y {
			t.Fatalf("image %d is %s with %d bytes, want %v", i, objects[6+i], len(streams[6+i]), size)
		}
		for y := range size.Y {
			for x := range size.X {
				c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
				over := func(v uint8) int { return (int(v)*int(c.A) + 255*(255-int(c.A))) / 255 }
				at := 3 * (y*size.X + x)
				for k, v := range []int{over(c.R), over(c.G), over(c.B)} {
					if d := v - int(streams[6+i][at+k]); d < -1 || d > 1 {
						t.Fatalf("image %d at %d, %d is %v, want %v", i, x, y, []byte(streams[6+i][at:at+3]), c)
					}
				}
			}
		}
	}
}

// extent returns the range of the points of a page's paths.
func extent(page string) (x, y span) {
	x, y = spanOf(), spanOf()
	for _, line := range strings.Split(page, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || !slices.Contains([]string{"m", "l", "c"}, words[len(words)-1]) {
			continue
		}
		end := words[len(words)-3 : len(words)-1] // of a curve; TrueType's have ends where they reach farthest
		px, _ := strconv.ParseFloat(end[0], 64)
		py, _ := strconv.ParseFloat(end[1], 64)
		x, y = x.with(px), y.with(py)
	}
	return x, y
}

// TestTextInPDF checks that the outlines of a text lie at the ink of the PNG, to a quarter of a point, with kerning.
// The width must be the measured width.
func TestTextInPDF(t *testing.T) {
	const w, h, dpi = 120, 40, 360
	at := vg.Point{X: 10, Y: 12}
	for _, weight := range []bool{false, true} {
		for _, text := range []string{"σ", "β", "µ", "m²", "i←j", "±", "−1", "é", "ÅΔ…", "R² of γ", "1 280", "\"",
			"AVATAR To", "日本"} {
			style := sans(14)
			if weight {
				style = bold(14)
			}
			face := font.DefaultCache.Lookup(style.Font, 14)
			c := newPDF(w, h)
			c.FillString(face, at, text)
			_, streams := readPDF(t, c.file(""))
			x, y := extent(streams[4])
			img := lettered{vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))}
			img.FillString(face, at, text)
			inkX, inkY := spanOf(), spanOf()
			for py := range img.Image().Bounds().Dy() {
				for px := range img.Image().Bounds().Dx() {
					if r, _, _, _ := img.Image().At(px, py).RGBA(); r < 0x8000 {
						inkX, inkY = inkX.with((float64(px)+0.5)*72/dpi), inkY.with(h-(float64(py)+0.5)*72/dpi)
					}
				}
			}
			for _, d := range []float64{x.lo - inkX.lo, x.hi - inkX.hi, y.lo - inkY.lo, y.hi - inkY.hi} {
				if !(math.Abs(d) < 0.25) {
					t.Errorf("%q (bold: %t) reaches over %v, %v, in the PNG over %v, %v", text, weight, x, y, inkX,
						inkY)
					break
				}
			}
		}
	}
	outlines := func(text string) string {
		c := newPDF(w, h)
		c.FillString(font.DefaultCache.Lookup(sans(14).Font, 14), at, text)
		return c.page.String()
	}
	seen := map[string]string{}
	// the first one no font has
	for _, text := range []string{"\uFFFE", "σ", "β", "µ", "²", "←", "±", "−", "-", "é", "e"} {
		if other, ok := seen[outlines(text)]; ok {
			t.Errorf("%q looks like %q", text, other)
		}
		seen[outlines(text)] = text
	}
	if box := outlines("\uFFFE"); outlines("日") != box || !strings.Contains(box, " m") || outlines("\xff") == "" {
		t.Errorf("what the font lacks is not a box but %q", box)
	}
	kerned, plain := newPDF(w, h), newPDF(w, h)
	face := font.DefaultCache.Lookup(sans(14).Font, 14)
	kerned.FillString(face, at, "AVAVI")
	plain.FillString(face, at, "I")
	x, _ := extent(kerned.page.String())
	i, _ := extent(plain.page.String())
	if moved, want := x.hi-i.hi, float64(face.Width("AVAVI")-face.Width("I")); !(math.Abs(moved-want) <= 2e-3) {
		t.Errorf("the last letter stands %g further, measured are %g", moved, want)
	}
}

// TestPDFOperators checks the operators of a drawing (ISO 32000-1, 8.3 to 8.5 and 8.9). A parabola becomes a cubic
// curve, and a line without width is left out.
func TestPDFOperators(t *testing.T) {
	c := newPDF(100, 50)
	const begun = "1 j\n1 w\n[] 0 d\n0 0 0 rg\n0 0 0 RG\n/A255 gs\n"
	var path vg.Path
	path.Move(vg.Point{X: 1, Y: 2})
	path.QuadTo(vg.Point{X: 4, Y: 2}, vg.Point{X: 4, Y: 5})
	path.CubeTo(vg.Point{X: 5, Y: 6}, vg.Point{X: 7, Y: 8}, vg.Point{X: 9, Y: 10.00049})
	path.Line(vg.Point{X: -0.5})
	path.Close()
	const drawn = "1 2 m\n3 2 4 3 4 5 c\n5 6 7 8 9 10 c\n-0.5 0 l\nh\n"
	img := image.NewNRGBA(image.Rect(2, 2, 4, 3))
	img.SetNRGBA(2, 2, color.NRGBA{R: 200, G: 100, A: 255})
	img.SetNRGBA(3, 2, color.NRGBA{B: 255, A: 51})
	for _, step := range []struct {
		draw func()
		want string
	}{
		{func() {}, begun},
		{func() { c.Fill(path) }, drawn + "f\n"},
		{func() { c.Stroke(path) }, drawn + "S\n"},
		{func() { c.Push(); c.SetLineWidth(0); c.Stroke(path); c.Pop() }, "q\nQ\n"},
		{func() { c.SetLineWidth(0.25); c.Stroke(path) }, "0.25 w\n" + drawn + "S\n"},
		{func() { c.SetLineDash([]vg.Length{4, 1.5}, 2) }, "[4 1.5 ] 2 d\n"},
		{func() { c.SetColor(color.NRGBA{R: 255, B: 51, A: 128}) }, "1 0 0.2 rg\n1 0 0.2 RG\n/A128 gs\n"},
		{func() { c.SetColor(nil) }, "0 0 0 rg\n0 0 0 RG\n/A255 gs\n"},
		{func() { c.Rotate(math.Pi / 6) },
			"0.866025404 0.500000000 -0.500000000 0.866025404 0.000000000 0.000000000 cm\n"},
		{func() { c.Translate(vg.Point{X: 3, Y: -4}) },
			"1.000000000 0.000000000 0.000000000 1.000000000 3.000000000 -4.000000000 cm\n"},
		{func() { c.Scale(2, 3) }, "2.000000000 0.000000000 0.000000000 3.000000000 0.000000000 0.000000000 cm\n"},
		{func() { c.DrawImage(vg.Rectangle{Min: vg.Point{X: 10, Y: 20}, Max: vg.Point{X: 40, Y: 25}}, img) },
			"q\n30.000000000 0.000000000 0.000000000 5.000000000 10.000000000 20.000000000 cm\n/I0 Do\nQ\n"},
		{func() {
			c.Fill(nil)
			c.Stroke(nil)
			c.FillString(font.DefaultCache.Lookup(sans(9).Font, 9), vg.Point{}, "")
		}, ""},
	} {
		step.draw()
		if got := c.page.String(); got != step.want {
			t.Errorf("%q, want %q", got, step.want)
		}
		c.page.Reset()
	}
	objects, streams := readPDF(t, c.file("(\\"))
	if !strings.Contains(objects[3],
		"/A255 << /ca 1 /CA 1 >> /A128 << /ca 0.502 /CA 0.502 >> >> /XObject << /I0 6 0 R >>") {
		t.Errorf("the resources are %s", objects[3])
	}
	// the second one a fifth blue on white
	if got := []byte(streams[6]); !slices.Equal(got, []byte{200, 100, 0, 204, 204, 255}) {
		t.Errorf("the pixels are %v", got)
	}
}

// TestArcsInPDF checks that the curves of a circle are its radius away from the centre; a line leads to an arc.
func TestArcsInPDF(t *testing.T) {
	c := newPDF(10, 10)
	var p vg.Path
	p.Move(vg.Point{X: 1, Y: 1})
	p.Arc(vg.Point{X: 5, Y: 5}, 3, math.Pi/3, 1.5*math.Pi)
	c.path(p)
	points := regexp.MustCompile(`(?m)^(.*) ([mlc])$`).FindAllStringSubmatch(c.page.String(), -1)
	var kinds string
	var from [2]float64
	for _, m := range points {
		kinds += m[2]
		var v []float64
		for _, word := range strings.Fields(m[1]) {
			f, _ := strconv.ParseFloat(word, 64)
			v = append(v, f)
		}
		if m[2] == "c" {
			for i := range 11 {
				s := float64(i) / 10
				b := []float64{(1 - s) * (1 - s) * (1 - s), 3 * s * (1 - s) * (1 - s), 3 * s * s * (1 - s), s * s * s}
				x := b[0]*from[0] + b[1]*v[0] + b[2]*v[2] + b[3]*v[4] - 5
				y := b[0]*from[1] + b[1]*v[1] + b[2]*v[3] + b[3]*v[5] - 5
				// the error of the curves and of three decimals
				if r := math.Hypot(x, y); math.Abs(r-3) > 3*3e-4+1e-3 {
					t.Errorf("a point is %g away from the centre, want 3", r)
				}
			}
		}
		from = [2]float64{v[len(v)-2], v[len(v)-1]}
	}
	if kinds != "mlccc" {
		t.Errorf("it is drawn by %s", kinds)
	}
	if want := (vg.Point{X: 5 + 3*vg.Length(math.Cos(math.Pi/3+1.5*math.Pi)), Y: 5 +
		3*vg.Length(math.Sin(math.Pi/3+1.5*math.Pi))}); !(math.Hypot(from[0]-float64(want.X),
		from[1]-float64(want.Y)) <= 2e-3) {
		t.Errorf("it ends at %v, want %v", from, want)
	}
}

func TestFormatsAreTold(t *testing.T) {
	for text, ok := range map[string]bool{"png": true, "svg": true, "pdf": true, "": false, "PDF": false,
		"eps": false} {
		var f Format
		if err := f.UnmarshalText([]byte(text)); (err == nil) != ok || ok && string(f) != text {
			t.Errorf("%q is taken for %q, %v", text, f, err)
		}
	}
}
