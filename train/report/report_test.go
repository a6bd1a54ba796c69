package report

import (
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"facrnn/data"

	"gonum.org/v1/plot/vg"
)

func TestFiguresOfEveryShape(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			drawn(t, s.run(), "loss.png", "latents.png", "connectivity.png")
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
	clear(flat.W.Data)
	for name, run := range map[string]Run{
		"flat":      flat,
		"two bins":  shape{groups: []int{16}, bins: 2, neurons: 1, epochs: 1}.run(),
		"one trial": shape{groups: []int{1, 3}, trials: 1, bins: 2, neurons: 2, epochs: 2, regions: []string{"", "M1"}}.run(),
	} {
		t.Run(name, func(t *testing.T) { drawn(t, run, "loss.png", "latents.png", "connectivity.png") })
	}
}

func TestNothingToDrawIsLeftOut(t *testing.T) {
	run := shapes()[0].run()
	run.W, run.WGroups = data.Matrix{}, nil
	drawn(t, run, "loss.png", "latents.png")
	drawn(t, Run{})
}

func TestLargeConnectivityIsDrawn(t *testing.T) {
	run := shape{groups: []int{1, 1}, bins: 10, neurons: 2500, epochs: 1}.run()
	drawn(t, run, "loss.png", "latents.png", "connectivity.png")
}

func TestPartsThatDoNotFitAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Run){
		"times":          func(r *Run) { r.Time = r.Time[1:] },
		"trials":         func(r *Run) { r.Trial = nil },
		"trial number":   func(r *Run) { r.Trial[3] = r.Trials },
		"latent":         func(r *Run) { r.Groups[0].Latents[0] = 4 },
		"latents' shape": func(r *Run) { r.Latents.Cols++ },
		"W":              func(r *Run) { r.W = data.NewMatrix(3, 2) },
		"W of a group":   func(r *Run) { r.WGroups[1] = data.NewMatrix(2, 2) },
		"groups":         func(r *Run) { r.Groups = r.Groups[:1] },
		"channels":       func(r *Run) { r.Channels = r.Channels[:2] },
	} {
		run := shape{groups: []int{2, 2}, trials: 3, bins: 5, neurons: 4, epochs: 3}.run()
		spoil(&run)
		if _, err := Figures(t.TempDir(), run); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestValuesThatAreNotNumbersDoNotStopADrawing(t *testing.T) {
	run := shape{groups: []int{1, 2, 3}, bins: 50, neurons: 5, epochs: 30}.run()
	run.Curves[0].Train[20] = math.Inf(1)
	run.Curves[1].Train[29] = math.NaN()
	run.Latents.Data[0], run.Latents.Data[10] = float32(math.NaN()), float32(math.Inf(-1))
	run.W.Data[3] = float32(math.NaN())
	drawn(t, run, "loss.png", "latents.png", "connectivity.png")
}

// drawn writes a run's figures and checks that they are the named ones, of the size laid out, and not blank.
func drawn(t *testing.T, run Run, names ...string) {
	t.Helper()
	paths, err := Figures(filepath.Join(t.TempDir(), "figures"), run)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != len(names) {
		t.Fatalf("drew %v, want %v", paths, names)
	}
	figures := map[string]figure{"loss.png": lossFigure(run), "latents.png": latentsFigure(run), "connectivity.png": connectivityFigure(run)}
	for i, path := range paths {
		if filepath.Base(path) != names[i] {
			t.Errorf("drew %s, want %s", path, names[i])
		}
		img := decode(t, path)
		l := figures[names[i]].layout()
		if got, want := img.Bounds().Size(), image.Pt(pixels(l.width), pixels(l.height)); got != want {
			t.Errorf("%s is %v pixels, want %v", names[i], got, want)
		}
		if n := inked(img); n < 1000 {
			t.Errorf("%s has only %d pixels that are not white", names[i], n)
		}
		for _, p := range edgePixels(img) {
			if !white(img, p) {
				t.Errorf("%s is drawn over its edge at %v", names[i], p)
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
