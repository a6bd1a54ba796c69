package plot

import (
	"bytes"
	"encoding/base64"
	"image"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"facrnn/data"
)

// square4 returns a connectivity of four regions with one weight.
func square4(to, from int, weight float32) data.Matrix {
	m := data.NewMatrix(4, 4)
	m.Row(to)[from] = weight
	return m
}

func circles() Regions {
	return Regions{Name: "regions", Title: "Regions", Regions: []string{"lM2", "lV1", "rM2", "rV1"},
		Marked: [][2]int{{0, 3}}, Mark: "planted",
		Panels: []Regional{{Title: "planted", Sum: square4(0, 3, 2)},
			{Title: "found", Note: "correlation 1", Sum: square4(3, 0, -1)}}}
}

func ways() Paths {
	way := func(hue float64) Way {
		return Way{Hue: hue, Name: "x", Points: [][3]float64{{0, 0, 0}, {1, 2, 3}, {math.NaN(), 0, 0}, {2, 1, 0}}}
	}
	return Paths{Name: "ways", Title: "Ways", Rows: [][]PathPanel{
		{{Title: "in space", Axes: [3]string{"x", "y", "z"}, Ways: []Way{way(math.NaN())}},
			{Title: "FacRNN", Note: "R² 1", Axes: [3]string{"x", "y", "z"}, Method: "FacRNN",
				Ways: []Way{way(math.NaN())}}},
		{{Title: "in the plane", Axes: [3]string{"x (cm)", "y (cm)"},
			Ways: []Way{way(1), {Faint: true, Points: way(1).Points}}}},
		{{Title: "nothing"}},
	}}
}

func images() Images {
	return Images{Name: "images", Title: "Images", Side: 2, Pixels: []int{0, 1, 3}, Regions: []string{"a", "b", ""},
		Panels: []Image{{Title: "planted", Values: []float64{0, 1, 2}}}}
}

func bars() Bars {
	return Bars{Name: "bars", Title: "Bars", Y: "share",
		Clusters: []Cluster{{Label: "lrRNN", Bars: [][]float64{{0.5, 0.7}, {0.3}}},
			{Label: "FacRNN", Bars: [][]float64{{1}, {}}}}}
}

func TestPicturesOfEveryKind(t *testing.T) {
	maps := Maps{Name: "maps", Title: "Maps", Rows: [][]Map{{{Title: "planted", W: square4(1, 2, 3)}, {Title: "none"},
		{Title: "found", Note: "correlation 1", W: square4(1, 2, -3)}}}}
	for want, f := range map[string]Figure{"found": circles(), "in the plane": ways(), "planted": images(),
		"share": bars(), "excitatory (positive)": maps} {
		laid, err := f.figure(new(series))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(laid.name, func(t *testing.T) {
			paths, err := Experiment(t.TempDir(), Options{}, f)
			if err != nil {
				t.Fatal(err)
			}
			checkFiles(t, paths, laid)
			if texts := strings.Join(checkSVG(t, paths[1]), "\n"); !strings.Contains(texts, want) {
				t.Errorf("%q is not in %q", want, texts)
			}
		})
	}
	if paths, err := Experiment(t.TempDir(), Options{}, Bars{Name: "a"}, Paths{Name: "b"}, Maps{Name: "c"},
		Images{Name: "d"},
		Regions{Name: "e"}); err != nil || len(paths) > 0 {
		t.Errorf("of nothing there are %v, %v", paths, err)
	}
}

func TestPicturesRefuse(t *testing.T) {
	r := circles()
	r.Panels[1].Sum = data.NewMatrix(3, 3)
	w := ways()
	w.Rows[0][0].Ways[0].Points[1][2] = math.Inf(1)
	pixel, values, regions := images(), images(), images()
	pixel.Pixels = []int{0, 1, 4}
	values.Panels = []Image{{Title: "p", Values: []float64{1}}}
	regions.Regions = nil
	for want, f := range map[string]Figure{
		"found: sums of 3 x 3 regions, not 4":  r,
		"row 0, in space: a point is infinite": w,
		"pixel 4 of an image of 2 x 2":         pixel,
		"p: 1 values for 3 pixels":             values,
		"0 regions for 3 pixels":               regions,
		"bar 0 of x: a value is NaN": Bars{Name: "b",
			Clusters: []Cluster{{Label: "x", Bars: [][]float64{{math.NaN()}}}}},
		"map m is 2 x 3, not square": Maps{Name: "m", Rows: [][]Map{{{Title: "m", W: data.NewMatrix(2, 3)}}}},
	} {
		dir := filepath.Join(t.TempDir(), "figures")
		if _, err := Experiment(dir, Options{}, f); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: yet something was written", want)
		}
	}
}

// TestArrowsEndWhereTheyLead checks that the head, which is wider than the line, is at the driven region. Arrows are
// red for positive weights and blue for negative weights.
func TestArrowsEndWhereTheyLead(t *testing.T) {
	f := circles()
	laid, err := f.figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := Experiment(t.TempDir(), Options{}, f)
	if err != nil {
		t.Fatal(err)
	}
	img, l := decode(t, paths[0]), laid.layout()
	for column, c := range []struct {
		to, from int
		red      bool
	}{{0, 3, true}, {3, 0, false}} {
		coloured := func(region int) (n int) {
			x, y := wheel{names: f.Regions}.place(region)
			at := func(v float64) vg.Length { return mapSide * vg.Length((v+1.3)/2.6) }
			px, py := pixels(l.x[0][column]+at(0.88*x)), pixels(l.y[1]+mapSide-at(0.88*y))
			for dy := -9; dy <= 9; dy++ {
				for dx := -9; dx <= 9; dx++ {
					p := image.Pt(px+dx, py+dy)
					r, _, b, _ := img.At(p.X, p.Y).RGBA()
					if d := int(r>>8) - int(b>>8); c.red && d > 60 || !c.red && d < -60 {
						n++
					}
				}
			}
			return n
		}
		if head, tail := coloured(c.to), coloured(c.from); tail == 0 || head < tail+20 {
			t.Errorf("panel %d: %d coloured pixels at the end, %d at the beginning", column, head, tail)
		}
	}
}

// TestPageEscapes checks that whatever texts hold is shown and nothing of it runs; the picture in the page is the
// file's.
func TestPageEscapes(t *testing.T) {
	dir := t.TempDir()
	paths, err := Experiment(dir, Options{}, bars())
	if err != nil {
		t.Fatal(err)
	}
	const evil = `"><script>alert(1)</script>{{.Title}}`
	table := Table{Caption: evil, Head: []string{evil, "n"}, Rows: [][]string{{evil, "3"}, {"é", evil}}}
	p := ExperimentPage{Title: evil, Intro: []string{evil}, Run: [][2]string{{"command", evil}}, Table: table,
		Notes:   []string{evil},
		Figures: []PageFigure{{Path: paths[1], Title: evil, Caption: evil, Alt: evil, Table: table}}}
	path := filepath.Join(dir, "index.html")
	if err := WriteExperimentPage(path, p); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(page, []byte("<script")) || !bytes.Contains(page, []byte("&lt;script&gt;")) {
		t.Error("a text is not escaped")
	}
	m := regexp.MustCompile(`<img src="data:image/svg&#43;xml;base64,([^"]+)" alt="&#34;&gt;`).FindSubmatch(page)
	if m == nil {
		t.Fatal("there is no picture with its text")
	}
	svg, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(m[1]), "&#43;", "+"))
	want, bad := os.ReadFile(paths[1])
	if err != nil || bad != nil || !bytes.Equal(svg, want) {
		t.Errorf("the picture is another: %v, %v", err, bad)
	}
	p.Figures[0].Path = filepath.Join(dir, "nowhere.svg")
	if err := WriteExperimentPage(path, p); err == nil || !strings.Contains(err.Error(), "nowhere.svg") {
		t.Errorf("a figure that is not there: %v", err)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, page) {
		t.Errorf("the page has not stayed as it was: %v", err)
	}
}
