package content_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"facrnn/train/report/content"
	"facrnn/train/report/html"
	"facrnn/train/report/plot"
)

// inPage returns the figures that a page was written with.
func inPage(t *testing.T, p *content.Page) (figures []content.Figure) {
	t.Helper()
	var b bytes.Buffer
	if err := html.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?s)<script type="application/json" id="page">(.*?)</script>`).FindSubmatch(b.Bytes())
	var got struct{ Figures []content.Figure }
	if err := json.Unmarshal(text[1], &got); err != nil {
		t.Fatal(err)
	}
	return got.Figures
}

// inFiles returns the texts of the figures that are written as SVG, by the files' stems.
func inFiles(t *testing.T, p *content.Page) map[string]string {
	t.Helper()
	paths, err := plot.Figures(t.TempDir(), plot.Options{Formats: []plot.Format{plot.SVG}}, p.Title, p.Figures())
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, m := range regexp.MustCompile(`(?s)<text[^>]*>(.*?)</text>`).FindAllSubmatch(b, -1) {
			all = append(all, string(m[1]))
		}
		texts[strings.TrimSuffix(filepath.Base(path), ".svg")] = strings.Join(all, "\n")
	}
	return texts
}

// TestAnAddedFigureIsDrawnByBoth checks that a figure that one file adds is in the page and in the folder of figures.
func TestAnAddedFigureIsDrawnByBoth(t *testing.T) {
	p := &content.Page{Title: "added"}
	if got := inPage(t, p); len(got) != 1 || got[0].Name != "added" {
		t.Errorf("the page has the figures %v", got)
	}
	for _, label := range []string{"Kernel", "lag (ms)", "added weight", "Share", "added share"} {
		if texts := inFiles(t, p)["added"]; !strings.Contains(texts, label) {
			t.Errorf("added.svg does not say %q, but %q", label, texts)
		}
	}
}

// TestPageAndFilesShowOneList checks that the page holds the figures of the files, and that the files have their
// titles, axes, conditions and limits of colours.
func TestPageAndFilesShowOneList(t *testing.T) {
	p := pageOf(t, reaching(t, nil))
	figures, files := p.Figures(), inFiles(t, p)
	if got := inPage(t, p); !reflect.DeepEqual(names(got), names(figures)) || !sameJSON(t, got, figures) {
		t.Errorf("the page has other figures, %v, than the content, %v", names(got), names(figures))
	}
	want := []string{
		"behavior", "connectivity", "independence", "latents", "latents_filtered", "loss", "regions", "spectra",
	}
	unrecovered := func(s string) bool { return strings.HasPrefix(s, "recovered") }
	if !slices.Equal(slices.DeleteFunc(names(figures), unrecovered), want) {
		t.Errorf("the figures are %v, want %v", names(figures), want)
	}
	for _, f := range figures {
		said := files[f.Name]
		says := func(what, s string) {
			if s != "" && !strings.Contains(said, shortened(s)) {
				t.Errorf("%s.svg lacks the %s %q", f.Name, what, s)
			}
		}
		for _, c := range f.Conditions {
			if len(f.Conditions) > 1 { // one condition has no key
				says("condition", c)
			}
		}
		for _, r := range f.Rows {
			for _, panel := range r.Panels {
				says("title", panel.Title)
				if panel.Lines != nil {
					says("axis", panel.Lines.X.Label)
					for _, of := range panel.Lines.Plots {
						says("axis", of.Y.Label)
					}
				}
				if panel.Map != nil {
					says("limit", "ends at ±"+three(float64(panel.Map.Colours[f.Neurons.First].Limit)))
				}
			}
		}
	}
}

func names(figures []content.Figure) (out []string) {
	for _, f := range figures {
		out = append(out, f.Name)
	}
	return out
}

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	if errX != nil || errY != nil {
		t.Fatal(errX, errY)
	}
	return bytes.Equal(x, y)
}

// shortened returns the beginning of a text, which a file may cut or break into lines.
func shortened(s string) string { return strings.ReplaceAll(s[:min(len(s), 12)], "'", "&#39;") }

// three returns a number with three digits.
func three(v float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 3, 64), "-", "−")
}

// TestPowerOfAllLatentsHasOneAxis checks that panels of encoded and of filtered latents have the same limits, so that
// readers can compare them.
func TestPowerOfAllLatentsHasOneAxis(t *testing.T) {
	at := content.Values{0, 1, 2}
	p := &content.Page{Spectra: &content.Spectra{Kinds: []content.SpectrumKind{
		{Name: "encoded", Frequency: at, Power: []content.Values{{1, 0.5, 0}}},
		{Name: "filtered", Frequency: at, Power: []content.Values{{8, 2, 0.1}}},
	}}}
	panels := p.Figures()[0].Rows[0].Panels
	for _, panel := range panels {
		got := panel.Lines.Plots[0].Y.Domain
		if len(got) != 2 || got[0] != panels[0].Lines.Plots[0].Y.Domain[0] || got[0] > 0.1 || got[1] < 8 {
			t.Errorf("the axis of %s goes from and to %v, want the same limits around 0.1 and 8", panel.Title, got)
		}
	}
}
