package html

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/train/report/content"
	"facrnn/train/report/escape"
)

var update = flag.Bool("update", false, "write the golden files anew")

// written returns the page as a file.
func written(t *testing.T, p *content.Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// data returns the JSON in a page.
func data(t *testing.T, html string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<script type="application/json" id="page">(.*?)</script>`).FindStringSubmatch(html)
	if m == nil {
		t.Fatal("the page holds no numbers")
	}
	return m[1]
}

// TestSkeletonIsAsRecorded checks the page for a reader without scripts, and for the outline of a browser.
func TestSkeletonIsAsRecorded(t *testing.T) {
	got := written(t, &content.Page{Title: "golden"})
	for _, part := range []string{`(?s)(<style>).*?(</style>)`, `(?s)(<script>).*?(</script>)`, `(?s)(id="page">).*?(</script>)`, `(sha256-)(?:[\w/=]|&#43;)*()`} {
		got = regexp.MustCompile(part).ReplaceAllString(got, "$1...$2")
	}
	path := filepath.Join("testdata", "skeleton.html")
	if *update {
		check(t, os.MkdirAll("testdata", 0o755))
		check(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	check(t, err)
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("the skeleton changed (-want +got); -update if that is meant:\n%s", diff)
	}
}

// TestEveryPartHasASection checks that every part of a page has a section.
func TestEveryPartHasASection(t *testing.T) {
	var ids []string
	for _, s := range sections() {
		ids = append(ids, s.ID)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[content.Page]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.Pointer && !slices.Contains(ids, name) {
			t.Errorf("Page.%s has no section", f.Name)
		}
	}
}

func TestPolicyForbidsTheNetwork(t *testing.T) {
	for _, test := range []struct {
		running bool
		want    string
	}{{false, "connect-src &#39;none&#39;"}, {true, "connect-src &#39;self&#39;"}} {
		html := written(t, &content.Page{Title: "x", Running: test.running})
		m := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(html)
		if m == nil || !strings.Contains(m[1], "default-src &#39;none&#39;") || !strings.Contains(m[1], test.want) ||
			strings.Contains(m[1], "unsafe") {
			t.Errorf("running %v: policy %q", test.running, m)
		}
	}
}

// TestScriptsAreOurOwnAndMakeNoMarkup checks that the page loads no script of others, and that no script makes markup
// from data.
func TestScriptsAreOurOwnAndMakeNoMarkup(t *testing.T) {
	html := written(t, usual().sample())
	for _, m := range regexp.MustCompile(`https?://[^"' ]*`).FindAllString(html, -1) {
		if m != "http://www.w3.org/2000/svg" {
			t.Errorf("the page names %s", m)
		}
	}
	for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
		"new Function", "srcdoc", "src="} {
		if strings.Contains(html, word) {
			t.Errorf("the page uses %s", word)
		}
	}
}

// TestScriptsOfFiguresComputeNoStatistics checks that scripts take limits, orders and notes from the page and compute
// no statistics.
func TestScriptsOfFiguresComputeNoStatistics(t *testing.T) {
	for _, name := range []string{
		"figures", "lines", "bars", "trajectories", "cells", "circle", "heatmap", "plot", "orbit", "picture",
		"crosshair",
	} {
		script, err := files.ReadFile("script/" + name + ".js")
		check(t, err)
		if m := regexp.MustCompile(`\b(quantile|median|histogram|judged)\b`).Find(script); m != nil {
			t.Errorf("%s.js has a %s of its own", name, m)
		}
	}
}

// hostile returns names that a file may hold.
func hostile() []string {
	return []string{"</script><script>window.bad = 1</script>", `<img src=x onerror="window.bad = 1">`, "a\x00\x01\x1b[31m\u202e\u2028\u2029b", "\xff\xfe", `"'` + "`${window.bad=1}", "<!--<script>", "{{.Title}}", "javascript:window.bad=1"}
}

// withNames returns a page whose every text is the given one.
func withNames(p *content.Page, name string) *content.Page {
	replace(reflect.ValueOf(p).Elem(), name)
	p.Missing = map[string]string{"recovery": name}
	return p
}

func replace(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(name)
	case reflect.Pointer:
		if !v.IsNil() {
			replace(v.Elem(), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			replace(v.Field(i), name)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			replace(v.Index(i), name)
		}
	}
}

func TestHostileNamesStayText(t *testing.T) {
	tags := strings.Count(strings.ToLower(written(t, usual().sample())), "<")
	for _, name := range hostile() {
		html := written(t, withNames(usual().sample(), name))
		if got := strings.Count(strings.ToLower(html), "<"); got != tags {
			t.Errorf("%q: %d tags opened, %d without it", name, got, tags)
		}
		text := data(t, html)
		if i := strings.IndexAny(text, "<>&\u2028\u2029"); i >= 0 {
			t.Errorf("%q: the numbers hold %q", name, text[i:min(len(text), i+20)])
		}
		var p content.Page
		check(t, json.Unmarshal([]byte(text), &p))
		if want := spelling(name); p.Title != want || p.Warnings[0] != want {
			t.Errorf("%q became %q and %q, not %q", name, p.Title, p.Warnings[0], want)
		}
		if strings.ContainsAny(html, "\u202e\x1b\x00") {
			t.Errorf("%q: the page holds characters that do more than show themselves", name)
		}
	}
}

// spelling returns a name as a page shows it: every byte that is not UTF-8 is one character to JSON.
func spelling(name string) string {
	var runes []rune
	for _, r := range name {
		runes = append(runes, r)
	}
	return escape.Text(string(runes))
}

// TestTextsAreSpelledOut checks that control characters are escaped in every text of a page. Other characters stay,
// also line breaks.
func TestTextsAreSpelledOut(t *testing.T) {
	for in, want := range map[string]string{
		"\u202egnp.exe":                `\u202egnp.exe`,
		"a\x1b[31m\x07\b\f":            `a\x1b[31m\a\b\f`,
		"two\nlines\tand \"more\"":     "two\nlines\tand \"more\"",
		`C:\new\u202e`:                 `C:\new\u202e`,
		"\u2028\u2066\u00ad\U000e0001": `\u2028\u2066\u00ad\U000e0001`,
		"ΔF/F, µV·s⁻¹ 神経 <b>&":         "ΔF/F, µV·s⁻¹ 神経 <b>&",
	} {
		b, err := json.Marshal(&content.Page{Title: in, Missing: map[string]string{"a": in},
			Groups: []content.Group{{Name: in}}})
		check(t, err)
		var p content.Page
		check(t, json.Unmarshal(b, &p))
		for _, got := range []string{p.Title, p.Missing["a"], p.Groups[0].Name} {
			if got != want {
				t.Errorf("%q is shown as %q, not %q", in, got, want)
			}
		}
	}
}

// TestThemesHaveContrast checks the contrast that WCAG 2.1 AA asks for: 4.5 for text and 3 for graphics.
func TestThemesHaveContrast(t *testing.T) {
	style, err := files.ReadFile("style.css")
	check(t, err)
	themes := regexp.MustCompile(`(?s):root[^{]*\{([^}]*)\}`).FindAllSubmatch(style, -1)
	if len(themes) != 2 {
		t.Fatalf("%d themes, not light and dark", len(themes))
	}
	for i, theme := range themes {
		colour := map[string]float64{} // relative luminance
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(string(theme[1]), -1) {
			rgb, err := hex.DecodeString(m[2])
			check(t, err)
			for k, weight := range []float64{0.2126, 0.7152, 0.0722} {
				v := float64(rgb[k]) / 255
				if v <= 0.04045 {
					v /= 12.92
				} else {
					v = math.Pow((v+0.055)/1.055, 2.4)
				}
				colour[m[1]] += weight * v
			}
		}
		for _, test := range []struct {
			ink, paper string
			least      float64
		}{
			{"ink", "paper", 4.5}, {"quiet", "paper", 4.5}, {"accent", "paper", 4.5}, {"ink", "raised", 4.5},
			{"quiet", "raised", 4.5}, {"ink", "warn-paper", 4.5}, {"ink", "shade", 4.5},
			{"positive", "paper", 3}, {"negative", "paper", 3}, {"line", "paper", 3},
		} {
			a, b := colour[test.ink], colour[test.paper]
			if contrast := (max(a, b) + 0.05) / (min(a, b) + 0.05); contrast < test.least {
				t.Errorf("theme %d: %s on %s has contrast %.2f, less than %v", i, test.ink, test.paper, contrast,
					test.least)
			}
		}
	}
}

// TestLargePageIsUnder5MB checks that the page of many neurons is small enough for mail.
func TestLargePageIsUnder5MB(t *testing.T) {
	s := shape{neurons: 2500, bins: 120, groups: []int{2, 2, 2, 2, 2, 2}, conditions: 8,
		regions: []string{"V1", "LM", "AL", "RL", "AM", "PM", "MOs", "ACC"}, epochs: 4000}
	p := s.sample()
	points := 0
	for _, k := range p.Latents.Kinds {
		for _, g := range k.Groups {
			for _, track := range g.Tracks {
				points += len(track.Points) / 3
			}
		}
	}
	if points < 30_000 {
		t.Fatalf("only %d points: the test is too small", points)
	}
	const most = 5 << 20
	if n := len(written(t, p)); n > most {
		t.Errorf("%d bytes, more than %d", n, most)
	}
}

func TestValuesComeBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOf(rapid.Uint32()).Draw(t, "bits")
		v := make(content.Values, len(bits))
		for i, b := range bits {
			v[i] = math.Float32frombits(b)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got content.Values
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(v) {
			t.Fatalf("%d values became %d", len(v), len(got))
		}
		for i := range v {
			if a, b := v[i], got[i]; a != b && !(a != a && b != b) {
				t.Fatalf("value %d: %v became %v", i, a, b)
			}
		}
	})
	for _, text := range []string{`"AAA="`, `"?"`, `3`} {
		var v content.Values
		if err := json.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%s was read as %v", text, v)
		}
	}
}

func FuzzValues(f *testing.F) {
	f.Add([]byte(`"AACAPw=="`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v content.Values
		if json.Unmarshal(text, &v) != nil {
			return
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("%q was read but cannot be written: %v", text, err)
		}
	})
}

// degenerate returns pages of failed fits and of very small fits.
func degenerate() map[string]*content.Page {
	none := &content.Page{Title: "nothing"}
	zero := &content.Page{Title: "zero values", Groups: []content.Group{{}}, Training: &content.Training{},
		Latents: &content.Latents{}, Connectivity: &content.Connectivity{}, Spectra: &content.Spectra{},
		Behavior: &content.Behavior{}, Independence: &content.Independence{}, Recovery: &content.Recovery{}}
	hollow := &content.Page{
		Title: "parts of nothing", Groups: []content.Group{{Name: "g", Latents: []int{0, 7}}},
		Training:     &content.Training{Terms: []string{"loss"}, Restarts: []content.Restart{{}}},
		Latents:      &content.Latents{Kinds: []content.LatentKind{{}, {Groups: []content.GroupLatents{{}}}}},
		Connectivity: &content.Connectivity{N: 2, K: 1, Region: &content.RegionFlows{}, Orders: []content.Order{{}}},
		Spectra:      &content.Spectra{Kinds: []content.SpectrumKind{{}, {Bands: []content.Band{{}}}}},
		Behavior: &content.Behavior{R2: []content.BehaviorR2{{}},
			Panels: []content.Trails{{}, {Tracks: []content.Track{{}}}}},
		Independence: &content.Independence{Latents: []string{"z"}},
		Recovery:     &content.Recovery{Metrics: []content.Metric{{}}, Groups: []content.GroupTruths{{Found: 5}}},
	}
	small := shape{neurons: 1, bins: 1, groups: []int{1}, conditions: 1, regions: []string{"M1"}, epochs: 1}.sample()
	single := shape{neurons: 3, bins: 30, groups: []int{1, 1}, conditions: 1, regions: []string{""},
		epochs: 20}.sample()
	single.Latents.Event, single.Connectivity.Region = content.Number(math.NaN()), nil
	for k := range single.Latents.Kinds {
		for g := range single.Latents.Kinds[k].Groups {
			l := &single.Latents.Kinds[k].Groups[g]
			l.Tracks, l.Traces[0].Deviation, l.Axes = l.Tracks[:1], nil, [3]string{"z1", "time (s)", ""}
		}
	}
	nan := usual().sample()
	notNumbers(reflect.ValueOf(nan).Elem())
	return map[string]*content.Page{"none": none, "zero": zero, "hollow": hollow, "small": small, "single": single,
		"not a number": nan}
}

// notNumbers makes every number that may be one NaN.
func notNumbers(v reflect.Value) {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.NaN())
	case reflect.Pointer:
		if !v.IsNil() {
			notNumbers(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			notNumbers(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			notNumbers(v.Index(i))
		}
	}
}

func TestDegeneratePagesAreWritten(t *testing.T) {
	for name, p := range degenerate() {
		t.Run(name, func(t *testing.T) {
			if !json.Valid([]byte(data(t, written(t, p)))) {
				t.Error("the numbers are no JSON")
			}
		})
	}
}
