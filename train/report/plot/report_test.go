package plot

import (
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"

	"facrnn/train/report/content"
)

func TestFiguresOfEveryShape(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) { drawn(t, s.page(), "connectivity", "latents", "loss") })
	}
}

func TestFiguresOfSmallAndFlatRuns(t *testing.T) {
	flat := shape{
		name: "flat", groups: []int{1, 2, 3, 4}, conditions: 5, bins: 30, neurons: 4, epochs: 60, test: true,
	}.page()
	for _, g := range flat.Latents.Kinds[0].Groups {
		for _, trace := range g.Traces {
			clear(trace.Mean[0])
		}
		for _, track := range g.Tracks {
			clear(track.Points)
		}
	}
	for _, c := range flat.Training.Restarts[0].Train {
		clear(c)
	}
	clear(flat.Connectivity.A)
	for name, page := range map[string]*content.Page{
		"flat":     flat,
		"two bins": shape{groups: []int{16}, bins: 2, neurons: 1, epochs: 1}.page(),
		"two conditions": shape{
			groups: []int{1, 3}, conditions: 2, bins: 2, neurons: 2, epochs: 2, regions: []string{"", "M1"},
		}.page(),
	} {
		t.Run(name, func(t *testing.T) { drawn(t, page, "connectivity", "latents", "loss") })
	}
}

func TestNothingToDrawIsLeftOut(t *testing.T) {
	p := shapes()[2].page()
	p.Connectivity = nil
	drawn(t, p, "latents", "loss")
	drawn(t, &content.Page{})
}

func TestFigureWithoutNameOfAFileIsRefused(t *testing.T) {
	for _, name := range []string{"", "..", "a/b"} {
		if _, err := Figures(t.TempDir(), Options{}, "x", []content.Figure{{Name: name}}); err == nil {
			t.Errorf("%q is no error", name)
		}
	}
}

func TestLargeConnectivityIsDrawn(t *testing.T) {
	drawn(t, shape{groups: []int{1, 1}, bins: 10, neurons: 2500, epochs: 1}.page(), "connectivity", "latents", "loss")
}

// TestSVGOfLargeConnectivityIsSmall checks the size of nine maps of noise, which cannot be compressed: one byte a cell,
// and a third more for base64.
func TestSVGOfLargeConnectivityIsSmall(t *testing.T) {
	page := shape{groups: []int{4, 4, 4, 4, 4, 4, 4, 4}, bins: 2, neurons: maxCells}.page()
	f := laid(page)[0]
	b, err := f.svg(Style{}, f.layout())
	if err != nil {
		t.Fatal(err)
	}
	if most := 9*maxCells*maxCells*4/3 + 200_000; len(b) > most {
		t.Errorf("%d bytes, want at most %d", len(b), most)
	}
}

func TestValuesThatAreNotNumbersDoNotStopADrawing(t *testing.T) {
	p := shape{groups: []int{1, 2, 3}, bins: 50, neurons: 5, epochs: 30}.page()
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	r, g := p.Training.Restarts[0], p.Latents.Kinds[0].Groups
	r.Train[0][20], r.Train[1][29] = inf, nan
	g[0].Traces[0].Mean[0][0], g[1].Traces[0].Mean[1][3], g[2].Tracks[0].Points[5] = nan, -inf, inf
	p.Connectivity.A[3] = nan
	drawn(t, p, "connectivity", "latents", "loss")
}

// laid returns the figures of a page, laid out.
func laid(p *content.Page) (out []figure) {
	for _, f := range p.Figures() {
		out = append(out, drawing{Figure: f}.figure(p.Title))
	}
	return out
}

// drawn writes a page's figures and checks that they are the named ones, of the size laid out, and not blank.
func drawn(t *testing.T, p *content.Page, names ...string) {
	t.Helper()
	paths, err := Figures(filepath.Join(t.TempDir(), "figures"), Options{}, p.Title, p.Figures())
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(laid(p), func(f figure) bool { return len(f.rows) == 0 })
	var got []string
	for _, f := range want {
		got = append(got, f.name)
	}
	if !slices.Equal(got, names) {
		t.Errorf("the figures are %q, want %q", got, names)
	}
	checkFiles(t, paths, want...)
}

// checkFiles wants a PNG and an SVG of each figure: of the size laid out, not blank, with nothing over the edge.
func checkFiles(t *testing.T, paths []string, figures ...figure) {
	t.Helper()
	if len(paths) != 2*len(figures) {
		t.Fatalf("drew %v, want a PNG and an SVG of %d figures", paths, len(figures))
	}
	for i, f := range figures {
		name := filepath.Base(paths[2*i])
		if name != f.name+".png" || filepath.Base(paths[2*i+1]) != f.name+".svg" {
			t.Errorf("drew %v, want %s as .png and .svg", paths[2*i:2*i+2], f.name)
		}
		checkSVG(t, paths[2*i+1])
		img := decode(t, paths[2*i])
		l := f.layout()
		if got, want := img.Bounds().Size(), image.Pt(pixels(l.width), pixels(l.height)); got != want {
			t.Errorf("%s is %v pixels, want %v", name, got, want)
		}
		if n := inked(img); n < 1000 {
			t.Errorf("%s has only %d pixels that are not white", name, n)
		}
		for _, p := range edgePixels(img) {
			if !white(img, p) {
				t.Errorf("%s is drawn over its edge at %v", name, p)
				break
			}
		}
	}
}

func decode(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func pixels(l vg.Length) int { return int(l/vg.Inch*dpi + 0.5) }

func white(img image.Image, p image.Point) bool {
	r, g, b, _ := img.At(p.X, p.Y).RGBA()
	return r == 0xFFFF && g == 0xFFFF && b == 0xFFFF
}

func inked(img image.Image) int {
	n := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if !white(img, image.Pt(x, y)) {
				n++
			}
		}
	}
	return n
}

// edgePixels returns the outermost ones: text that does not fit would cross them.
func edgePixels(img image.Image) []image.Point {
	var out []image.Point
	b := img.Bounds()
	for x := range b.Dx() {
		out = append(out, image.Pt(x, 0), image.Pt(x, b.Dy()-1))
	}
	for y := range b.Dy() {
		out = append(out, image.Pt(0, y), image.Pt(b.Dx()-1, y))
	}
	return out
}
