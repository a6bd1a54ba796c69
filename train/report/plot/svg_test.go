package plot

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/train/report/content"
)

// checkSVG wants a well-formed SVG on white, whose fonts are at hand everywhere and whose images are PNGs, and returns
// its texts.
func checkSVG(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := parseSVG(t, b)
	if len(texts) == 0 {
		t.Errorf("%s has no text", path)
	}
	if strings.Contains(string(b), "@font-face") {
		t.Errorf("%s holds a font", path)
	}
	return texts
}

// parseSVG reads the texts and the images of an SVG.
func parseSVG(t *testing.T, b []byte) (texts []string, images []image.Image) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	inText := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts, images
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "text"
			for _, a := range e.Attr {
				if family, ok := strings.CutPrefix(a.Value, "font-family:"); inText && a.Name.Local == "style" &&
					(!ok || !strings.HasPrefix(family, fonts+";")) {
					t.Fatalf("a text in %s", a.Value)
				}
				if e.Name.Local == "image" && a.Name.Local == "href" {
					images = append(images, decodeURI(t, a.Value))
				}
			}
		case xml.CharData:
			if inText {
				texts = append(texts, string(e))
			}
		case xml.EndElement:
			inText = false
		}
	}
}

func decodeURI(t *testing.T, uri string) image.Image {
	t.Helper()
	code, ok := strings.CutPrefix(uri, "data:image/png;base64,")
	b, err := base64.StdEncoding.DecodeString(code)
	if !ok || err != nil {
		t.Fatalf("an image that is no PNG: %.40s, %v", uri, err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestSVGSaysWhatThePNGSays(t *testing.T) {
	page := shapes()[0].page()
	paths, err := Figures(t.TempDir(), Options{}, page.Title, page.Figures())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{"Connectivity: synthetic reach", "W of group 2", "to neuron i, by region", "PMd", "excitatory (positive)",
			"weight (Hz)", "ends at ±0.5", "ends at ±0.4"},
		{"Latents, encoded: synthetic reach", "z4 (a.u.)", "group 2", "group 2 over time", "time from go (s)",
			"target 7"},
		{"Loss: synthetic reach", "trained on", "held out", "epoch", "nats a bin (log)", "Partial correlation", "a",
			"e"},
	} {
		texts := checkSVG(t, paths[2*i+1])
		for _, s := range want {
			if !slices.Contains(texts, s) {
				t.Errorf("%s does not say %q", paths[2*i+1], s)
			}
		}
	}
}

func TestAnyTextMakesAWellFormedSVG(t *testing.T) {
	const title = "<b> & \"c\" style=\"font-family:Liberation Sans;font-variant:normal; <image "
	f := Lines{Name: "odd", Title: title, Panels: []LinePanel{{Title: "\x00\x1b\xff\uFFFE",
		Lines: []Line{{X: []float64{1}, Y: []float64{1}}}}}}
	paths, err := Experiment(t.TempDir(), Options{}, f)
	if err != nil {
		t.Fatal(err)
	}
	texts := checkSVG(t, paths[1])
	if !slices.Contains(texts, strings.TrimSpace(title)) || !slices.Contains(texts, `\x00\x1b\xff\ufffe`) {
		t.Errorf("the texts are %q", texts)
	}
}

func TestImagesInSVGHaveTheColoursOfTheMap(t *testing.T) {
	w := data.Matrix{Rows: 3, Cols: 3, Data: []float32{0, 1, -1, 0.5, -0.5, 0.25, 2, -2, 0}}
	order := content.NeuronOrder{Permutation: []int{0, 1, 2}}
	const limit = 1.5
	f := drawing{Figure: content.Figure{
		Neurons: &content.Neurons{N: 3, Block: 1, Orders: []content.NeuronOrder{order}},
		Rows: []content.Row{{Panels: []content.Panel{{Map: &content.Map{Values: w.Data,
			Colours: []content.Colours{{Limit: limit}}}}}}},
	}}.figure("")
	b, err := f.svg(Style{}, f.layout())
	if err != nil {
		t.Fatal(err)
	}
	_, images := parseSVG(t, b)
	if len(images) != 2 {
		t.Fatalf("%d images, want the map and the colour bar", len(images))
	}
	cell := images[0].Bounds().Dx() / 3
	for i := range 3 {
		for j := range 3 {
			want := diverging(float64(w.Row(i)[j]) / limit)
			got := images[0].At(j*cell+cell/2, i*cell+cell/2)
			r, g, b, _ := got.RGBA()
			// A level is a 127th of the limit, over which a colour changes by 5 steps of 255 at most.
			for _, d := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
				if d < -5 || d > 5 {
					t.Errorf("cell %d <- %d is %v, want %v", i, j, got, want)
				}
			}
		}
	}
}

func TestBytesAreTheSameEveryTime(t *testing.T) {
	var first [][]byte
	for range 2 {
		dir := t.TempDir()
		formats := []Format{PNG, SVG, PDF}
		paths, err := Figures(dir, Options{Formats: formats}, "x", shapes()[1].figures())
		if err != nil {
			t.Fatal(err)
		}
		more, err := Experiment(dir, Options{Formats: formats}, methods(), angles(), scaling())
		if err != nil {
			t.Fatal(err)
		}
		var all [][]byte
		for _, path := range append(paths, more...) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b)
		}
		if first != nil && !slices.EqualFunc(first, all, bytes.Equal) {
			t.Error("the files differ")
		}
		first = all
	}
}
