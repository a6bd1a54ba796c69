package html

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"facrnn/train/report/content"
	"facrnn/train/report/palette"
)

var (
	look    = flag.String("look", "", "a folder to save screenshots and a PDF of the page in, for people to look at")
	reports = flag.String("reports", "", "report.html files of runs to be opened, separated by commas")
)

// saved returns the address of a page that is saved as a file.
func saved(t *testing.T, p *content.Page) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	check(t, os.WriteFile(path, []byte(written(t, p)), 0o644))
	return "file://" + path
}

// quiet fails the test where the page logged something, or asked for anything but itself.
func (b *browser) quiet(t *testing.T) {
	t.Helper()
	if s := b.problems(); s != "" {
		t.Errorf("the browser complains:\n%s", s)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.Requests {
		if !strings.HasPrefix(r, "file:") && !strings.HasPrefix(r, "data:") &&
			!strings.HasPrefix(r, "http://127.0.0.1") && r != "about:blank" {
			t.Errorf("the page asks for %s", r)
		}
	}
	b.Problems, b.Requests = nil, nil
}

func TestPageInABrowser(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "light")
	b.open(saved(t, usual().sample()))
	b.quiet(t)
	t.Run("every section is there and filled", func(t *testing.T) {
		for _, s := range sections() {
			if n := eval[int](b, fmt.Sprintf("document.querySelector('#%s > .body').children.length", s.ID)); n == 0 {
				t.Errorf("section %s is empty", s.ID)
			}
		}
		if n := eval[int](b, "document.querySelectorAll('figure').length"); n < 30 {
			t.Errorf("only %d pictures", n)
		}
	})
	t.Run("a table is behind each picture", func(t *testing.T) {
		bad := eval[[]string](b, `(async () => {
			const bad = [], figures = [...document.querySelectorAll("figure")];
			for (const d of document.querySelectorAll("figure details")) d.open = true;
			await new Promise(done => setTimeout(done, 300));
			for (const f of figures) if (!f.querySelector("details table tbody tr")) bad.push(f.dataset.key);
			for (const d of document.querySelectorAll("figure details")) d.open = false;
			return bad;
		})()`)
		if len(bad) > 0 {
			t.Errorf("no table behind %q", bad)
		}
	})
	t.Run("drag, keys and Home turn the latents", func(t *testing.T) {
		pixels := func() string { return eval[string](b, "document.querySelector('canvas.orbit').toDataURL()") }
		home := pixels()
		b.drag("canvas.orbit", 80, 30)
		dragged := pixels()
		if dragged == home {
			t.Error("dragging changes nothing")
		}
		eval[bool](b, "document.querySelector('canvas.orbit').focus() || true")
		b.key("ArrowLeft")
		b.key("ArrowUp")
		if pixels() == dragged {
			t.Error("keys change nothing")
		}
		b.key("Home")
		if pixels() != home {
			t.Error("Home does not go back")
		}
	})
	t.Run("buttons and Ctrl with the wheel zoom the latents; the wheel alone is the page's, and says so",
		func(t *testing.T) {
			pixels := func() string { return eval[string](b, "document.querySelector('canvas.orbit').toDataURL()") }
			wheel := func(ctrl bool) (scrolls bool) {
				return eval[bool](b,
					fmt.Sprintf("document.querySelector('canvas.orbit').dispatchEvent(new WheelEvent('wheel', "+
						"{deltaY: -120, ctrlKey: %t, cancelable: true, bubbles: true}))", ctrl))
			}
			eval[bool](b, "document.activeElement.blur() || true")
			home := pixels()
			if !wheel(false) || pixels() != home || !eval[bool](b,
				"document.querySelector('.orbiting .wheel').checkVisibility()") {
				t.Error("the wheel alone zooms, or nothing says how to")
			}
			if wheel(true) || pixels() == home {
				t.Error("Ctrl and the wheel do not zoom")
			}
			for _, test := range []struct {
				button int
				back   bool
			}{{3, true}, {1, false}, {3, true}, {2, false}, {3, true}} {
				b.drag(fmt.Sprintf(".orbiting .zoom button:nth-child(%d)", test.button), 0, 0)
				if back := pixels() == home; back != test.back {
					t.Errorf("button %d: the view is as at first: %t", test.button, back)
				}
			}
		})
	t.Run("switches switch", func(t *testing.T) {
		for _, test := range []struct{ name, selector, seen string }{
			{"filtered", `#latents .choice label:nth-of-type(2) input`, "document.querySelector('canvas.orbit').toDataURL() " +
				"+ document.querySelector('[data-key^=traces] path').getAttribute('d')"},
			{"order", `#connectivity .choice label:nth-of-type(3) input`, "document.querySelector('canvas.cells').toDataURL()"},
			{"dark", `#theme .choice label:nth-of-type(3) input`, "getComputedStyle(document.body).backgroundColor + " +
				"document.querySelector('canvas.orbit').toDataURL()"},
			{"single trials", `#latents .toggle`, "document.querySelector('canvas.orbit').toDataURL()"},
			{"a condition singled out", `#latents .legend button`, "document.querySelector('canvas.orbit').toDataURL() " +
				"+ document.querySelector('#behavior [data-key=\"trails-as recorded\"] svg, #behavior .grid " +
				"svg').innerHTML"},
			{"show all", `#latents .legend .all`, "document.querySelector('canvas.orbit').toDataURL() + " +
				"document.querySelector('#latents .legend').className"},
			{"light again", `#theme .choice label:nth-of-type(2) input`, "getComputedStyle(document.body).backgroundColor"},
		} {
			before := eval[string](b, "String("+test.seen+")")
			b.drag(test.selector, 0, 0)
			if eval[string](b, "String("+test.seen+")") == before {
				t.Errorf("%s changes nothing", test.name)
			}
		}
		eval[bool](b, "localStorage.clear() || true")
	})
	t.Run("the cursor moves over all maps by mouse and keys", func(t *testing.T) {
		said := func() string { return eval[string](b, "document.querySelector('.readout').textContent") }
		first := said()
		b.drag(".stage[tabindex]", 0, 0)
		second := said()
		eval[bool](b, "document.querySelectorAll('.stage[tabindex]')[1].focus() || true")
		b.key("ArrowDown")
		b.key("ArrowRight")
		if third := said(); second == first || third == second {
			t.Errorf("%q, then %q, then %q", first, second, third)
		}
	})
	t.Run("the plots of a section are read at one place by mouse and keys", func(t *testing.T) {
		tips := func() []string {
			return eval[[]string](b,
				"[...document.querySelectorAll('#training .tip')].filter(e => e.checkVisibility()).map(e => "+
					"e.textContent)")
		}
		b.drag("#training .reading", 0, 0)
		first := tips()
		if n := eval[int](b, "document.querySelectorAll('#training .reading').length"); len(first) != n || n < 3 {
			t.Errorf("%d of %d plots are read", len(first), n)
		}
		eval[bool](b, "document.querySelectorAll('#training .reading')[1].focus() || true")
		b.key("ArrowRight")
		second := tips()
		if len(second) != len(first) || slices.Equal(first, second) {
			t.Errorf("%q, then %q", first, second)
		}
		if s := eval[string](b, "document.activeElement.getAttribute('aria-valuetext')"); !strings.HasPrefix(s,
			"epoch ") || !strings.Contains(s, "held out ") {
			t.Errorf("a screen reader hears %q", s)
		}
		b.key("Home")
		if s := tips(); len(s) == 0 || !strings.HasPrefix(s[0], "epoch 0") {
			t.Errorf("Home goes to %q", s)
		}
		eval[bool](b, "document.activeElement.blur() || true")
		if s := tips(); len(s) != 0 {
			t.Errorf("still read: %q", s)
		}
	})
	t.Run("a picture can be saved", func(t *testing.T) {
		for _, theme := range []string{"light", "dark"} {
			eval[bool](b, "(document.documentElement.dataset.theme = '"+theme+"', pictures.forEach(p => p.redraw()), "+
				"true)")
			for _, key := range []string{"trajectory-fast", "map-W of fast", "regions-fast"} {
				if got := b.saves(key, "SVG"); !strings.Contains(got, `fill="#FFFFFF"`) || !strings.HasPrefix(got, "<svg") ||
					len(got) < 2000 {
					t.Errorf("%s, %s: saved as the SVG %.60s, %d long", theme, key, got, len(got))
				}
				if got := b.saves(key, "PNG"); !strings.Contains(got[:min(len(got), 8)], "PNG") || len(got) < 2000 {
					t.Errorf("%s, %s: saved as the PNG %q, %d long", theme, key, got[:min(len(got), 8)], len(got))
				}
			}
			if got := eval[string](b, "document.documentElement.dataset.theme"); got != theme {
				t.Errorf("after saving, the page is %s, want %s", got, theme)
			}
		}
	})
	t.Run("each picture has its numbers as CSV", func(t *testing.T) {
		for _, key := range eval[[]string](b, "[...document.querySelectorAll('figure')].map(f => f.dataset.key)") {
			rows, err := csv.NewReader(strings.NewReader(b.saves(key, "CSV"))).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %d rows of CSV, %v", key, len(rows), err)
			}
		}
		// A map has a row and a column for each neuron, and the weights of A and B in the order that is shown.
		eval[bool](b, "(state.order = '', true)")
		for _, f := range usual().sample().Figures() {
			for _, r := range f.Rows {
				for _, panel := range r.Panels {
					if panel.Map == nil {
						continue
					}
					rows, err := csv.NewReader(strings.NewReader(b.saves(panel.Key, "CSV"))).ReadAll()
					if err != nil || len(rows) != f.Neurons.N+1 || len(rows[0]) != f.Neurons.N+1 {
						t.Fatalf("%s has %d rows, %v; want %d", panel.Key, len(rows), err, f.Neurons.N+1)
					}
					all := *f.Neurons
					all.Block = 1
					want := float64(panel.Map.Cells(&all, f.Neurons.First)[1])
					if got, err := strconv.ParseFloat(rows[1][2], 64); err != nil ||
						math.Abs(got-want) > 1e-5*(1+math.Abs(want)) {
						t.Errorf("%s: the weight from neuron 2 to neuron 1 is %s, want %g", panel.Key, rows[1][2], want)
					}
				}
			}
		}
	})
	b.quiet(t)
}

// TestPicturesSayWhatFiguresSay checks that the page writes the titles, axis names and colour limits of content. No
// script makes any of them.
func TestPicturesSayWhatFiguresSay(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "light")
	p := usual().sample()
	b.open(saved(t, p))
	said := eval[map[string]string](b,
		"Object.fromEntries([...document.querySelectorAll('figure')].map(f => [f.dataset.key, "+
			"[...f.querySelectorAll('figcaption, svg text, svg[aria-label], canvas[aria-label]')].map(e => "+
			"e.getAttribute('aria-label') || e.textContent).join('\\n')]))")
	shown := 0
	for _, f := range p.Figures() {
		if f.Variant == "filtered" { // the other one is shown
			continue
		}
		for _, r := range f.Rows {
			for _, panel := range r.Panels {
				shown++
				want := []string{panel.Title}
				switch {
				case panel.Lines != nil:
					want = append(want, panel.Lines.X.Label)
					for _, of := range panel.Lines.Plots {
						want = append(want, of.Y.Label)
					}
				case panel.Trajectories != nil:
					for _, a := range panel.Trajectories.Axes {
						want = append(want, a.Label)
					}
				case panel.Map != nil:
					c := panel.Map.Colours[f.Neurons.First]
					want = append(want, c.Name, strings.TrimRight(fmt.Sprintf("%.2g", float64(c.Limit)), "0"))
				case panel.Chord != nil:
					want = append(want, panel.Chord.Names...)
				}
				for _, s := range want {
					if !strings.Contains(said[panel.Key], s) {
						t.Errorf("the picture %s of %s lacks %q: %q", panel.Key, f.Name, s, said[panel.Key])
					}
				}
			}
		}
	}
	if shown != len(said) {
		t.Errorf("%d pictures for %d panels", len(said), shown)
	}
	b.quiet(t)
}

// TestPageMultipliesConnectivityOut checks that the weights on the page are A B, and that its block means are their
// means.
func TestPageMultipliesConnectivityOut(t *testing.T) {
	b := newBrowser(t)
	p := usual().sample()
	b.resize(1280, 900, "light")
	b.open(saved(t, p))
	c := p.Connectivity
	at := func(i, j int, ks []int) (s float64) {
		for _, k := range ks {
			s += float64(c.A[i*c.K+k]) * float64(c.B[k*c.N+j])
		}
		return s
	}
	const figure = "state.page.figures.find(f => f.name === 'connectivity')"
	const of = "(() => { const n = " + figure + ".neurons; return product(floats(n.a), floats(n.b), n.n, n.k, " +
		figure + ".rows[1].panels[1].map.latents); })()"
	const tolerance = 1e-6 // of sums of a few products of float32s
	if got, want := eval[float64](b, of+".at(5, 17)"), at(5, 17,
		p.Groups[1].Latents); !(math.Abs(got-want) <= tolerance) {
		t.Errorf("W[5,17] is %v, not %v", got, want)
	}
	order := c.Orders[2].Permutation
	const block = 7
	want := 0.0
	for _, i := range order[len(order)/block*block:] { // the last block, which is smaller
		for _, j := range order[2*block : 3*block] {
			want += at(i, j, p.Groups[1].Latents)
		}
	}
	want /= float64(len(order) % block * block)
	got := eval[float64](b,
		fmt.Sprintf("(() => { const m = %s.means(%s.neurons.orders[2].permutation, %d), c = Math.ceil(%d / %d); "+
			"return m[(c - 1) * c + 2]; })()", of, figure, block, c.N, block))
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("the block's mean is %v, not %v", got, want)
	}
}

// crowded finds texts that lie over one another, texts cut off by their picture, and what is wider than the page.
const crowded = `(() => {
	const bad = [], boxes = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walker.nextNode();) {
		const e = n.parentElement;
		if (!n.data.trim() || e.closest(".unseen, .skip, script, style, noscript, title") || !e.checkVisibility()) continue;
		let rects;
		if (e.closest("svg")) {
			const b = e.closest("text").getBoundingClientRect(), s = e.closest("svg").getBoundingClientRect();
			if (b.left < s.left - 1.5 || b.right > s.right + 1.5 || b.top < s.top - 2 || b.bottom > s.bottom + 3) bad.push("cut off: " + n.data + " in " + e.closest("figure").dataset.key);
			rects = [b];
		} else { const r = document.createRange(); r.selectNodeContents(n); rects = [...r.getClientRects()]; }
		if (e.closest(".scroll, pre")) continue;
		for (const r of rects) {
			if (r.width < 1) continue;
			const d = r.height * 0.16;
			boxes.push({ n, text: n.data.trim().slice(0, 40), l: r.left + 0.5, r: r.right - 0.5, t: r.top + d, b: r.bottom - d });
			if (r.right > innerWidth + 0.5 || r.left < -0.5) bad.push("beyond the page: " + n.data);
		}
	}
	boxes.sort((a, b) => a.t - b.t);
	boxes.forEach((a, i) => {
		for (let j = i + 1; j < boxes.length && boxes[j].t < a.b; j++) {
			const b = boxes[j];
			if (a.n !== b.n && a.l < b.r && b.l < a.r) bad.push("over one another: " + a.text + " | " + b.text);
		}
	});
	if (document.documentElement.scrollWidth > innerWidth) bad.push("the page is " + document.documentElement.scrollWidth + " wide");
	for (const e of document.querySelectorAll("main *")) if (!e.closest(".scroll, pre, svg, .unseen, details:not([open])") && e.getBoundingClientRect().right > innerWidth + 1) bad.push("beyond the page: " + e.tagName + "." + e.className);
	return bad.slice(0, 20);
})()`

func TestNothingOverlaps(t *testing.T) {
	b := newBrowser(t)
	large := shape{neurons: 700, bins: 60, groups: []int{2, 3, 1, 2, 2, 2}, conditions: 12,
		regions: []string{"primary motor cortex", "V1", "anterolateral motor area", "LM", "AL", "RL", "AM", "PM",
			"MOs"}, epochs: 200}
	for name, p := range map[string]*content.Page{"usual": usual().sample(), "large": large.sample(),
		"long": withNames(shape{neurons: 9, bins: 9, groups: []int{2, 1}, conditions: 3,
			regions: []string{"a", "b", "c"}, epochs: 9}.sample(), "a rather long name_without_a_break_in_it")} {
		address := saved(t, p)
		for _, width := range []int{1280, 820, 390} {
			t.Run(fmt.Sprint(name, " ", width), func(t *testing.T) {
				b.resize(width, 900, "light")
				b.open(address)
				for _, s := range eval[[]string](b, crowded) {
					t.Error(s)
				}
			})
		}
	}
	b.quiet(t)
}

// TestReportsOfRuns checks the report.html of real runs, whose paths -reports lists. Every section must be present,
// nothing may overlap, and the browser must not complain.
func TestReportsOfRuns(t *testing.T) {
	if *reports == "" {
		t.Skip("no -reports are named")
	}
	b := newBrowser(t)
	for _, name := range strings.Split(*reports, ",") {
		path, err := filepath.Abs(name)
		check(t, err)
		_, err = os.Stat(path)
		check(t, err)
		for _, width := range []int{1280, 390} {
			b.resize(width, 900, "light")
			b.open("file://" + path)
			for _, s := range eval[[]string](b, crowded) {
				t.Errorf("%s, %d wide: %s", name, width, s)
			}
			for _, s := range sections() {
				if n := eval[int](b, fmt.Sprintf("document.querySelector('#%s > .body').children.length",
					s.ID)); n == 0 {
					t.Errorf("%s: section %s is empty", name, s.ID)
				}
			}
		}
		b.quiet(t)
	}
}

func TestDegeneratePagesInABrowser(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "dark")
	for name, p := range degenerate() {
		t.Run(name, func(t *testing.T) {
			b.open(saved(t, p))
			eval[bool](b, "(async () => { for (const d of document.querySelectorAll('details')) d.open = true; await "+
				"new Promise(done => setTimeout(done, 100)); return true; })()")
			b.quiet(t)
			if s := eval[string](b,
				"[...document.querySelectorAll('svg *')].map(e => [...e.attributes].map(a => a.value).join(' "+
					"')).filter(s => /NaN|Infinity|undefined/.test(s)).join('; ')"); s != "" {
				t.Errorf("drawn at no place: %.300s", s)
			}
			if s := eval[string](b,
				"document.querySelector('main').innerText.match(/NaN|Infinity|undefined|null/) + ''"); s != "null" {
				t.Errorf("the page says %q", s)
			}
		})
	}
}

func TestMissingPartsAreSaid(t *testing.T) {
	b := newBrowser(t)
	b.open(saved(t, &content.Page{Title: "x", Missing: map[string]string{"recovery": "no truth was given."}}))
	if s := eval[string](b,
		"document.querySelector('#recovery .missing').textContent"); s != "Not shown: no truth was given." {
		t.Errorf("it says %q", s)
	}
	if n := eval[int](b, "document.querySelectorAll('.missing').length"); n != len(sections())-2 {
		t.Errorf("%d parts are said to be missing", n)
	}
}

// TestSingleTrialsOfManyConditions checks a page with many conditions: single trials are drawn only for the chosen
// conditions, and the pictures say so.
func TestSingleTrialsOfManyConditions(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "light")
	const thin = "document.querySelectorAll('#behavior .grid path[stroke-opacity=\"0.3\"], #behavior .grid " +
		"path[opacity=\"0.3\"]').length"
	for _, c := range []struct {
		conditions int
		drawn      bool
	}{{8, true}, {9, false}} { // in this order: what follows is about the page of nine
		b.open(saved(t, shape{neurons: 12, bins: 30, groups: []int{2, 1}, conditions: c.conditions,
			regions: []string{"a", "b"}, epochs: 9}.sample()))
		if n := eval[int](b, thin); (n > 0) != c.drawn {
			t.Errorf("%d conditions have %d single trials", c.conditions, n)
		}
	}
	if s := eval[string](b,
		"document.querySelector('#latents [data-key^=trajectory] .note').textContent"); !strings.Contains(s,
		"single out up to 8 conditions") {
		t.Errorf("it says %q", s)
	}
	b.drag("#latents .legend button", 0, 0)
	if n := eval[int](b, thin); n == 0 {
		t.Error("a condition that is singled out has no single trials")
	}
	b.quiet(t)
}

// TestNamesThatAreCutComeUpWhole checks that a shortened name is shown whole under the pointer.
func TestNamesThatAreCutComeUpWhole(t *testing.T) {
	b := newBrowser(t)
	const long = "primary somatosensory area, barrel field"
	b.open(saved(t, withNames(shape{neurons: 12, bins: 9, groups: []int{2, 1}, conditions: 3,
		regions: []string{"a", "b", "c"}, epochs: 9}.sample(), long)))
	for _, width := range []int{1280, 390} {
		b.resize(width, 900, "light")
		b.settle()
		for _, picture := range []string{"regions-", "r2"} {
			bad := eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll("figure[data-key^='%s'] svg text")].filter(e => e.firstChild.data.endsWith("…") && !e.getAttribute("font-size").startsWith("12.5") && !(e.querySelector("title") || {}).textContent).map(e => e.textContent)`, picture))
			if len(bad) > 0 {
				t.Errorf("%s, %d wide: cut without a title: %q", picture, width, bad)
			}
		}
		if n := eval[int](b, "document.querySelectorAll('figure[data-key^=regions] svg text > title').length"); n == 0 {
			t.Errorf("%d wide: no name of a region has a title", width)
		}
	}
}

// TestBandsOfManyConditions checks a page with many conditions: bands are drawn only for a few chosen conditions, or
// for the one under the pointer.
func TestBandsOfManyConditions(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "light")
	const bands = "document.querySelectorAll('#latents [data-key^=traces] svg > g > path[fill-opacity]').length"
	for _, c := range []struct {
		conditions int
		banded     bool
	}{{4, true}, {12, false}} { // in this order: what follows is about the page of twelve
		b.open(saved(t, shape{neurons: 12, bins: 30, groups: []int{2, 1}, conditions: c.conditions,
			regions: []string{"a", "b"}, epochs: 9}.sample()))
		if n := eval[int](b, bands); (n > 0) != c.banded {
			t.Errorf("%d conditions have %d bands", c.conditions, n)
		}
	}
	if s := eval[string](b,
		"document.querySelector('#latents [data-key^=traces] .note').textContent"); !strings.Contains(s,
		"at most 6 conditions") {
		t.Errorf("the page says %q", s)
	}
	b.drag("#latents [data-key^=traces] .reading", 0, 0)
	if n := eval[int](b,
		"document.querySelectorAll('#latents .reading g[pointer-events] path[fill-opacity]').length"); n == 0 {
		t.Error("the line that is pointed at has no band")
	}
	b.drag("#latents .legend button", 0, 0)
	if n := eval[int](b, bands); n == 0 {
		t.Error("the one condition that is singled out has no band")
	}
	b.quiet(t)
}

// TestWarningsAreFirst checks that warnings come first, and that a flag in them is not broken over lines.
func TestWarningsAreFirst(t *testing.T) {
	b := newBrowser(t)
	b.open(saved(t, &content.Page{Title: "x", Warnings: []string{"try --min-rate, or <b>not</b>"}}))
	if s := eval[string](b,
		"(e => e.className + ': ' + e.querySelector('li').innerHTML)(document.querySelector('#summary > "+
			".body').firstElementChild)"); s != "warnings: Try <code>--min-rate</code>, or &lt;b&gt;not&lt;/b&gt;" {
		t.Errorf("first is %s", s)
	}
}

func TestHostileNamesInABrowser(t *testing.T) {
	b := newBrowser(t)
	for _, name := range hostile() {
		b.open(saved(t, withNames(shape{neurons: 12, bins: 9, groups: []int{2, 1}, conditions: 7,
			regions: []string{"a", "b"}, epochs: 9}.sample(), name)))
		if bad := eval[bool](b,
			"window.bad !== undefined || document.querySelector('main img, main script, main iframe') !== null"); bad {
			t.Errorf("%q was taken for markup", name)
		}
		b.quiet(t)
	}
}

// TestRunningPageNamesRestarts checks that the page of a running run is called training curves. It shows the restart
// with the most epochs, and names restarts that have not started.
func TestRunningPageNamesRestarts(t *testing.T) {
	b := newBrowser(t)
	restart := func(name string, losses ...float32) content.Restart {
		r := content.Restart{Name: name, Train: []content.Values{nil}, Test: []content.Values{nil}}
		for i, l := range losses {
			r.Epoch, r.Rate, r.Train[0] = append(r.Epoch, float32(i+1)), append(r.Rate, 1), append(r.Train[0], l)
		}
		return r
	}
	p := &content.Page{Title: "x", Running: true, Training: &content.Training{Terms: []string{"loss"},
		Course: "The loss is lowest in epoch 3 (3 nats a bin) of 3.", Restarts: []content.Restart{
			restart("restart 1", 4, 3), restart("restart 2", 5, 4, 3), restart("restart 3"), restart("restart 4"),
		}}}
	b.open(saved(t, p))
	if title := eval[string](b, "document.querySelector('h1').textContent"); title != "Training curves: x" {
		t.Errorf("the title is %q", title)
	}
	got := eval[string](b, "document.querySelector('#training .lede').textContent")
	if want := "Restart 2: The loss is lowest in epoch 3 (3 nats a bin) of 3. Restart 3, restart 4 have not begun " +
		"yet."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if all := eval[string](b, "document.querySelector('main').textContent"); strings.Contains(all, "not a number") ||
		strings.Contains(all, "kept: restart") {
		t.Error("a restart that has not begun is judged, or one is said to be kept")
	}
}

// TestRunningPageFollows checks that the page of a running run asks only its own server for new numbers. Opened as a
// file, it asks no server.
func TestRunningPageFollows(t *testing.T) {
	b := newBrowser(t)
	first, second := usual().sample(), usual().sample()
	first.Running, second.Title = true, "newer"
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/report.html":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			Write(w, first) // a write that fails shows below
		case "/page.json":
			asked.Add(1)
			json.NewEncoder(w).Encode(second)
		default:
			w.Header().Set("Content-Type", "image/x-icon") // favicon.ico, which browsers ask for
		}
	}))
	defer server.Close()
	b.open(server.URL + "/report.html")
	if !eval[bool](b, "document.querySelector('.running') !== null") {
		t.Error("the page does not say that the run goes on")
	}
	b.drag(`#latents .choice label:nth-of-type(2) input`, 0, 0)
	title := func() string { return eval[string](b, "document.querySelector('h1').textContent") }
	for end := time.Now().Add(30 * time.Second); title() != "newer" && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
	}
	if title() != "newer" || eval[bool](b, "document.querySelector('.running') !== null") {
		t.Errorf("the page still shows %q", title())
	}
	if !eval[bool](b, "document.querySelector('#latents .choice label:nth-of-type(2) input').checked") {
		t.Error("the switch was forgotten")
	}
	b.quiet(t)

	asked.Store(0)
	b.open(saved(t, first))
	time.Sleep(2500 * time.Millisecond) // longer than the page waits between two questions
	b.quiet(t)
	if asked.Load() != 0 {
		t.Error("the page asked again after the run was complete, or from a file")
	}
}

// TestPageOnPaper checks that the printed page is white and has no buttons.
func TestPageOnPaper(t *testing.T) {
	b := newBrowser(t)
	b.resize(1280, 900, "dark")
	b.open(saved(t, usual().sample()))
	if pdf := b.pdf(); len(pdf) < 10_000 || string(pdf[:5]) != "%PDF-" {
		t.Errorf("%d bytes of PDF", len(pdf))
	}
	if s := eval[string](b, "document.documentElement.dataset.theme"); s != "dark" {
		t.Errorf("after printing the page is %s", s)
	}
	eval[bool](b, "dispatchEvent(new Event('beforeprint'))")
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	b.settle()
	if s := eval[string](b, "getComputedStyle(document.body).backgroundColor"); s != "rgb(255, 255, 255)" {
		t.Errorf("paper is %s", s)
	}
	if n := eval[int](b,
		"[...document.querySelectorAll('.control, nav')].filter(e => e.checkVisibility()).length"); n != 0 {
		t.Errorf("%d switches on paper", n)
	}
	b.quiet(t)
}

// saves presses a button of a picture and returns the file as text, a character a byte.
func (b *browser) saves(key, format string) string {
	return eval[string](b, fmt.Sprintf(`(async () => {
		const click = HTMLAnchorElement.prototype.click, make = URL.createObjectURL;
		const file = new Promise(done => { URL.createObjectURL = blob => { done(blob); return "blob:none"; }; });
		HTMLAnchorElement.prototype.click = () => {};
		const f = [...document.querySelectorAll("figure")].find(f => f.dataset.key === %q);
		[...f.querySelectorAll(".save")].find(b => b.textContent === %q).click();
		const bytes = new Uint8Array(await (await file).arrayBuffer());
		HTMLAnchorElement.prototype.click = click;
		URL.createObjectURL = make;
		return Array.from(bytes, v => String.fromCharCode(v)).join("");
	})()`, key, format))
}

// TestPicturesForPeople saves what the page looks like; a person has to judge.
func TestPicturesForPeople(t *testing.T) {
	if *look == "" {
		t.Skip("no -look: no pictures for people")
	}
	b := newBrowser(t)
	address := saved(t, usual().sample())
	for _, width := range []int{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b.resize(width, 900, scheme)
			b.open(address)
			check(t, os.WriteFile(filepath.Join(*look, fmt.Sprintf("%d_%s.png", width, scheme)), b.screenshot(), 0o644))
		}
	}
	check(t, os.WriteFile(filepath.Join(*look, "report.pdf"), b.pdf(), 0o644))
}

// TestColoursOfTheThemes checks that the page and its style have the colours of the palette. The page draws conditions
// with the looks of their figure.
func TestColoursOfTheThemes(t *testing.T) {
	b := newBrowser(t)
	b.open(saved(t, usual().sample()))
	want, err := json.Marshal(map[string]palette.Theme{"light": palette.Light(), "dark": palette.Dark()})
	check(t, err)
	if got := eval[string](b, "JSON.stringify({dark: palettes.dark, light: palettes.light})"); got != string(want) {
		t.Errorf("the page has the palettes %s", got)
	}
	const wrong = `(() => {
		const bad = [], same = (what, got, want) => { if (got.toUpperCase() !== want.toUpperCase()) bad.push(what + " is " + got + ", want " + want); };
		const f = { conditions: ["a", "b"], looks: [{ light: "#111111", dark: "#EEEEEE" }, { light: "#222222", dark: "#DDDDDD", dashes: [7, 3] }] };
		for (const theme of ["light", "dark"]) {
			document.documentElement.dataset.theme = theme;
			same(theme + ": the paper", tone("paper"), palette().paper);
			same(theme + ": the accent", tone("accent"), palette().held_out);
			same(theme + ": held out", lookOf({ of: "heldout" }, f).colour, palette().held_out);
			same(theme + ": filtered", lookOf({ of: "filtered" }, f).colour, palette().filtered);
			f.looks.forEach((l, i) => {
				const got = lookOf({ of: "condition", index: i }, f);
				same(theme + ": condition " + i, got.colour + " " + got.dash, l[theme] + " " + (l.dashes || []).join(" "));
			});
		}
		return bad;
	})()`
	if bad := eval[[]string](b, wrong); len(bad) > 0 {
		t.Errorf("colours that differ:\n%s", strings.Join(bad, "\n"))
	}
	b.quiet(t)
}

// TestVerdictsComeFirst checks that the verdicts come before all tables, in the words of summary.json. Each is marked
// and links to its section.
func TestVerdictsComeFirst(t *testing.T) {
	b := newBrowser(t)
	p := usual().sample()
	b.resize(1280, 900, "light")
	b.open(saved(t, p))
	got := eval[[]string](b,
		"[...document.querySelectorAll('#summary .answers > div')].map(e => e.className + '|' + "+
			"e.querySelector('a').textContent + '|' + e.querySelector('dd').textContent)")
	want := []string{
		"good|Did it converge?|good: Yes: the loss hardly moves over the last of 600 epochs.",
		"|Does it predict?|It predicts 3 % (R² −0.03).",
		"|Which group does what?|Fast: 41 %.", "|Who drives whom?|The strongest drive is M1 → S1, excitatory.",
		"care|Are the groups independent?|with care: No: their partial correlation is −0.2 nats.",
		"care|Can I trust it?|with care: With care: fit again with another --seed.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it says\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := eval[int](b,
		"[...document.querySelectorAll('.answers a')].filter(a => "+
			"!document.querySelector(a.getAttribute('href'))).length"); n != 0 {
		t.Errorf("%d verdicts lead nowhere", n)
	}
	row := eval[string](b,
		"[...document.querySelectorAll('.glance tbody tr:first-child > *')].map(e => e.textContent).join('|')")
	if row != "fast|3|41 %|0.34vx: 0.90|M1 → S1, excitatorywithin M1, inhibitory|theta (60 %)" {
		t.Errorf("the first group at a glance is %q", row)
	}
	for section, text := range map[string]string{"training": "The loss is lowest in epoch 590.",
		"independence": "No: their partial correlation is −0.2 nats.",
		"behavior":     "Of single groups, best decoded: vx from fast (0.90)."} {
		if lede := eval[string](b, fmt.Sprintf("document.querySelector('#%s .lede').textContent",
			section)); !strings.Contains(lede, text) {
			t.Errorf("section %s begins with %q, without %q", section, lede, text)
		}
	}
	b.open(saved(t, &content.Page{Title: "x"}))
	if n := eval[int](b, "document.querySelectorAll('.answers').length"); n != 0 {
		t.Error("a page without verdicts, as those of older programs, shows some")
	}
	b.quiet(t)
}

// TestCellsHaveAllNumbersOrNone checks that a matrix of regions has a number in each of its cells, or in none.
func TestCellsHaveAllNumbersOrNone(t *testing.T) {
	b := newBrowser(t)
	for _, n := range []int{2, 4, 9, 13} {
		for _, width := range []int{1280, 390} {
			var regions []string
			for i := range n {
				regions = append(regions, fmt.Sprintf("region %d", i))
			}
			b.resize(width, 900, "light")
			b.open(saved(t, shape{neurons: 5 * n, bins: 9, groups: []int{2, 1}, conditions: 2, regions: regions,
				epochs: 9}.sample()))
			for _, got := range eval[[]int](b, `[...document.querySelectorAll("[data-key^=regions] svg[aria-label^=Matrix]")].map(s => [...s.querySelectorAll("text")].filter(t => /^−?[0-9.]+$/.test(t.textContent)).length)`) {
				if got != 0 && got != n*n || n == 2 && got == 0 {
					t.Errorf("%d regions, %d wide: %d numbers", n, width, got)
				}
			}
		}
	}
	b.quiet(t)
}
