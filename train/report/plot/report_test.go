package plot

import (
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"facrnn/data"

	"gonum.org/v1/plot/vg"
)

func TestFiguresOfEveryShape(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			drawn(t, s.run(), "loss", "latents", "connectivity")
		})
	}
}

func TestFiguresOfSmallAndFlatRuns(t *testing.T) {
	flat := shape{name: "flat", groups: []int{1, 2, 3, 4}, trials: 5, bins: 30, neurons: 4, epochs: 60, test: true}.run()
	flat.BinWidth, flat.Title = 0, ""
	for i := range flat.Latents.Data {
		flat.Latents.Data[i] = 0.3
	}
	for _, c := range flat.Curves {
		clear(c.Train)
	}
	clear(flat.A.Data)
	for name, run := range map[string]Run{
		"flat":      flat,
		"two bins":  shape{groups: []int{16}, bins: 2, neurons: 1, epochs: 1}.run(),
		"one trial": shape{groups: []int{1, 3}, trials: 1, bins: 2, neurons: 2, epochs: 2, regions: []string{"", "M1"}}.run(),
	} {
		t.Run(name, func(t *testing.T) { drawn(t, run, "loss", "latents", "connectivity") })
	}
}

func TestNothingToDrawIsLeftOut(t *testing.T) {
	run := shapes()[0].run()
	run.A, run.B = data.Matrix{}, data.Matrix{}
	drawn(t, run, "loss", "latents")
	drawn(t, Run{})
}

func TestLargeConnectivityIsDrawn(t *testing.T) {
	run := shape{groups: []int{1, 1}, bins: 10, neurons: 2500, epochs: 1}.run()
	drawn(t, run, "loss", "latents", "connectivity")
}

// The weights of nine maps are noise, which no format makes smaller: a byte a cell and base64's third are what is left.
func TestSVGOfLargeConnectivityIsSmall(t *testing.T) {
	run := shape{groups: []int{4, 4, 4, 4, 4, 4, 4, 4}, bins: 2, neurons: mostCells}.run()
	r := rand.New(rand.NewPCG(3, 4))
	for _, m := range []data.Matrix{run.A, run.B} {
		for i := range m.Data {
			m.Data[i] = float32(r.NormFloat64())
		}
	}
	f := connectivityFigure(run)
	b, err := f.svg(f.layout())
	if err != nil {
		t.Fatal(err)
	}
	if most := 9*mostCells*mostCells*4/3 + 100_000; len(b) > most {
		t.Errorf("%d bytes, want at most %d", len(b), most)
	}
}

func TestPartsThatDoNotFitAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Run){
		"times":          func(r *Run) { r.Time = r.Time[1:] },
		"trials":         func(r *Run) { r.Trial = nil },
		"trial number":   func(r *Run) { r.Trial[3] = r.Trials },
		"latent":         func(r *Run) { r.Groups[0].Latents[0] = 4 },
		"latents' shape": func(r *Run) { r.Latents.Cols++ },
		"A's neurons":    func(r *Run) { r.A = data.NewMatrix(3, 4) },
		"A's latents":    func(r *Run) { r.A, r.B = data.NewMatrix(4, 3), data.NewMatrix(3, 4) },
		"B":              func(r *Run) { r.B = data.NewMatrix(3, 4) },
		"A's shape":      func(r *Run) { r.A.Cols++ },
		"channels":       func(r *Run) { r.Channels = r.Channels[:2] },
	} {
		run := shape{groups: []int{2, 2}, trials: 3, bins: 5, neurons: 4, epochs: 3}.run()
		spoil(&run)
		if _, err := Figures(t.TempDir(), nil, run); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestValuesThatAreNotNumbersDoNotStopADrawing(t *testing.T) {
	run := shape{groups: []int{1, 2, 3}, bins: 50, neurons: 5, epochs: 30}.run()
	run.Curves[0].Train[20] = math.Inf(1)
	run.Curves[1].Train[29] = math.NaN()
	run.Latents.Data[0], run.Latents.Data[10] = float32(math.NaN()), float32(math.Inf(-1))
	run.A.Data[3] = float32(math.NaN())
	drawn(t, run, "loss", "latents", "connectivity")
}

// drawn writes a run's figures and checks that they are the named ones, of the size laid out, and not blank.
func drawn(t *testing.T, run Run, names ...string) {
	t.Helper()
	paths, err := Figures(filepath.Join(t.TempDir(), "figures"), nil, run)
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string]figure{"loss": lossFigure(run), "latents": latentsFigure(run), "connectivity": connectivityFigure(run)}
	var want []figure
	for _, name := range names {
		want = append(want, figures[name])
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

// edgePixels are the outermost ones: text that does not fit would cross them.
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
