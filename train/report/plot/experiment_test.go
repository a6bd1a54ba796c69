package plot

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

// methods returns three metrics of seven methods with ten seeds, one of which failed. One method has a single seed.
func methods() Boxes {
	r := rand.New(rand.NewPCG(1, 2))
	out := Boxes{Name: "methods", Title: "Simulated data: groups and connectivities found", Note: "10 seeds."}
	for m, metric := range []string{"group R²", "sub-connectivity correlation", "partial correlation (nats)"} {
		p := BoxPanel{Metric: metric}
		for i, name := range []string{"lrrnn", "lrrnn-ica", "lint", "bdrnn", "facrnn-full", "facrnn", "components"} {
			b := Box{Label: name, Reported: math.NaN()}
			if i%2 == 1 && m < 2 {
				b.Reported = 0.3 + 0.1*float64(i)
			}
			for range 10 {
				b.Values = append(b.Values, 0.3+0.1*float64(i)+0.05*r.NormFloat64())
			}
			b.Values[3] = math.NaN()
			if i == 2 {
				b.Values = b.Values[:1]
			}
			p.Boxes = append(p.Boxes, b)
		}
		out.Panels = append(out.Panels, p)
	}
	return out
}

// angles returns the curves of four methods over 13 angles, with a band; one curve has a gap.
func angles() Lines {
	p := LinePanel{X: "angle of the rotated axes (°)", Y: "R² of the hand"}
	for i, name := range []string{"lrrnn", "lint", "bdrnn", "facrnn"} {
		l := Line{Label: name}
		for a := range 13 {
			y := 0.85 - 0.1*float64(3-i)*math.Pow(math.Sin(float64(a)*math.Pi/12), 2)
			if i == 1 && a == 6 {
				y = math.NaN()
			}
			l.X, l.Y, l.Low, l.High = append(l.X, 7.5*float64(a)), append(l.Y, y), append(l.Low, y-0.02), append(l.High,
				y+0.02)
		}
		p.Lines = append(p.Lines, l)
	}
	return Lines{Name: "angles", Title: "The hand in rotated axes", Note: "Mean and standard error over 10 seeds.",
		Panels: []LinePanel{p}}
}

// scaling returns the time of a step over the five sizes.
func scaling() Lines {
	out := Lines{Name: "scaling", Title: "Time of a training step"}
	for i, size := range []string{"neurons N", "minibatch M", "latents K", "groups G", "lags L"} {
		p := LinePanel{Title: "over " + size, X: size, Y: "time per step (s)", LogX: true, LogY: true}
		l := Line{Label: "facrnn"}
		for k := range 6 {
			x := math.Pow(float64(2+3*i), float64(k))
			y := 1e-6 * math.Pow(x, 1.1)
			l.X, l.Y, l.Low, l.High = append(l.X, x), append(l.Y, y), append(l.Low, 0.8*y), append(l.High, 1.2*y)
		}
		p.Lines = []Line{l}
		out.Panels = append(out.Panels, p)
	}
	return out
}

// crowd has n boxes of long labels.
func crowd(n int) Boxes {
	p := BoxPanel{Metric: "a metric whose name is too long to stand beside its axis on one line (nats per bin)"}
	for i := range n {
		p.Boxes = append(p.Boxes, Box{Label: "method of a long name, without its number " + letter(i),
			Values: []float64{float64(i), 1, 2}, Reported: 1})
	}
	return Boxes{Name: fmt.Sprint("crowd", n), Title: strings.Repeat("A title too long for a page ", 9),
		Panels: []BoxPanel{p}}
}

func TestExperimentsOfEveryKind(t *testing.T) {
	seven := angles()
	seven.Name, seven.Panels[0].Lines = "seven", nil
	for i := range 15 {
		seven.Panels[0].Lines = append(seven.Panels[0].Lines,
			Line{Label: fmt.Sprint("a method of a long name ", i), X: []float64{0, 1}, Y: []float64{float64(i), 3}})
	}
	point := Lines{Name: "point", Panels: []LinePanel{{LogX: true, LogY: true,
		Lines: []Line{{X: []float64{1}, Y: []float64{1}, Low: []float64{0.5}, High: []float64{2}}}}}}
	single := Boxes{Name: "single", Panels: []BoxPanel{{Boxes: []Box{{Values: []float64{0}, Reported: math.NaN()}}}}}
	for _, f := range []Figure{methods(), angles(), scaling(), seven, point, single, crowd(1), crowd(5), crowd(20),
		crowd(60)} {
		laid, err := f.figure(new(series))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(laid.name, func(t *testing.T) {
			paths, err := Experiment(filepath.Join(t.TempDir(), "figures"), Options{}, f)
			if err != nil {
				t.Fatal(err)
			}
			checkFiles(t, paths, laid)
		})
	}
}

func TestExperimentsSayWhatTheyShow(t *testing.T) {
	paths, err := Experiment(t.TempDir(), Options{}, methods(), angles(), scaling())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{"lrrnn", "lrrnn-ica", "lint", "bdrnn", "facrnn-full", "facrnn", "components", "group R²",
			"partial correlation (nats)", "paper", "one seed", "c"},
		{"The hand in rotated axes", "Mean and standard error over 10 seeds.", "R² of the hand",
			"angle of the rotated axes (°)", "facrnn", "lint"},
		{"over minibatch M", "time per step (s)", "facrnn", "10", "−6", "e"},
	} {
		texts := checkSVG(t, paths[2*i+1])
		for _, s := range want {
			if !slices.Contains(texts, s) {
				t.Errorf("%s does not say %q", paths[2*i+1], s)
			}
		}
	}
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	box := func(b Box) Boxes { return Boxes{Name: "f", Panels: []BoxPanel{{Metric: "R²", Boxes: []Box{b}}}} }
	line := func(l Line) Lines {
		return Lines{Name: "f", Panels: []LinePanel{{LogX: true, LogY: true, Lines: []Line{l}}}}
	}
	one, two := []float64{1}, []float64{1, 2}
	for want, figures := range map[string][]Figure{
		"figure f: R² of facrnn: value 1 is +Inf": {
			box(Box{Label: "facrnn", Values: []float64{1, inf}, Reported: nan})},
		"figure f: R² of facrnn: the paper's value is -Inf": {
			box(Box{Label: "facrnn", Values: one, Reported: -inf})},
		"figure f: panel 0: line a: 1 values of x, but 2 of y": {
			line(Line{Label: "a", X: one, Y: two})},
		"figure f: panel 0: line a: a band of 1 lower and 2 upper limits around 2 points": {
			line(Line{Label: "a", X: two, Y: two, Low: one, High: two})},
		"figure f: panel 0: line a: x of point 0 is 0, which has no place on a logarithmic axis": {
			line(Line{Label: "a", X: []float64{0}, Y: one})},
		"figure f: panel 0: line a: y of point 0 is -1, which has no place on a logarithmic axis": {
			line(Line{Label: "a", X: one, Y: []float64{-1}})},
		"figure f: panel 0: line a: y of point 0 is +Inf": {
			line(Line{Label: "a", X: one, Y: []float64{inf}})},
		"figure f: panel 0: line a: the band at point 0 goes from 2 to 1": {
			line(Line{Label: "a", X: one, Y: one, Low: []float64{2}, High: one})},
		"figure f: there are two of that name": {angles(),
			Boxes{Name: "f"}, Lines{Name: "f"}},
		`figure 0: "" is no name of a file`:     {Boxes{}},
		`figure 1: "../f" is no name of a file`: {angles(), Lines{Name: "../f"}},
	} {
		dir := t.TempDir()
		if _, err := Experiment(dir, Options{}, figures...); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("%s: yet %v were written", want, files)
		}
	}
}

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	nan := []float64{math.NaN()}
	b := Boxes{Name: "b", Panels: []BoxPanel{{Metric: "none", Boxes: []Box{{Values: nan, Reported: 3}, {}}}, {}}}
	l := Lines{Name: "l", Panels: []LinePanel{{Lines: []Line{{Label: "none", X: nan, Y: []float64{1}}, {}}}}}
	paths, err := Experiment(t.TempDir(), Options{}, b, l)
	if err != nil || len(paths) > 0 {
		t.Errorf("drew %v, error %v", paths, err)
	}
	b.Panels = append(b.Panels, methods().Panels...)
	l.Panels[0].Lines = append(l.Panels[0].Lines, angles().Panels[0].Lines...)
	for figure, want := range map[Figure]int{&b: 3, &l: 1} {
		f, err := figure.figure(new(series))
		n := 0
		for _, row := range f.rows {
			n += len(row)
		}
		if err != nil || n != want {
			t.Errorf("%d panels, want %d, error %v", n, want, err)
		}
		if slices.ContainsFunc(f.key, func(e entry) bool { return e.name == "none" || e.name == "" }) {
			t.Errorf("key %v", f.key)
		}
	}
}

func TestAMethodHasOneColourInAllFigures(t *testing.T) {
	var s series
	if _, err := methods().figure(&s); err != nil {
		t.Fatal(err)
	}
	f, err := angles().figure(&s)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []color.NRGBA{category(0), category(2), pale(), category(1)} {
		if e := f.key[i]; e.colour != want || e.dashes != nil {
			t.Errorf("%s is %v, want %v", e.name, e.colour, want)
		}
	}
	alone := new(series)
	if l := alone.look("FacRNN best"); l.colour != category(1) || l.dashes != nil {
		t.Errorf("alone in its figure, FacRNN is %v", l)
	}
	if l := alone.look("facrnn paper"); l.colour != category(1) || l.dashes == nil {
		t.Errorf("by another recipe it is %v: want its colour, in dashes", l)
	}
	seen := map[string]bool{}
	for i := range 21 {
		l := s.look(fmt.Sprint("more ", i))
		seen[fmt.Sprint(l)] = true
	}
	if len(seen) != 21 {
		t.Errorf("only %d of 21 looks differ", len(seen))
	}
}

// TestBoxesStandWhereTheirValuesAre checks the values 0 to 8: the median is 4, the box ends at 2 and 6, and the paper's
// 8 stands right of it.
func TestBoxesStandWhereTheirValuesAre(t *testing.T) {
	f := Boxes{Name: "f", Title: "f", Panels: []BoxPanel{{Metric: "m",
		Boxes: []Box{{Label: "x", Values: []float64{8, 0, 1, 2, 4, 5, 3, 6, 7}, Reported: 8},
			{Label: "y", Reported: math.NaN()}}}}}
	laid, err := f.figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := Experiment(t.TempDir(), Options{}, f)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, paths[0])
	l, p := laid.layout(), laid.rows[0][0]
	at := func(x vg.Length, y float64) color.Color {
		down := p.h * vg.Length((p.Y.Max-y)/(p.Y.Max-p.Y.Min))
		return img.At(pixels(l.x[0][0]+p.w/4+x), pixels(l.y[0]+down))
	}
	solid, filled := category(0), mix(grey(0xFF), category(0), 0.2)
	for _, c := range []struct {
		what  string
		x     vg.Length
		y     float64
		want  color.NRGBA
		drawn float64
	}{
		{"the median", 8, 4, solid, 0.9}, {"the third quartile", -8, 6, solid, 0.5},
		{"the first quartile", -8, 2, solid, 0.5}, {"a value", 0, 5, solid, 0.9},
		{"the box", 8, 5.2, filled, 1}, {"above the box", 8, 6.5, grey(0xFF), 1}, {"the whisker", 0, 6.5, solid, 0.5},
		{"the paper's value", 12 + 3.2 + 1, 8, ink(), 1},
		{"another value than the paper's", 12 + 3.2 + 1, 7, grey(0xFF), 1},
		{"the box without values", p.w / 2, 4, grey(0xFF), 1},
	} {
		if !near(at(c.x, c.y), c.want, c.drawn) {
			t.Errorf("%s is %v, want %v", c.what, at(c.x, c.y), c.want)
		}
	}
}

// near reports whether a colour is the wanted one, as far as the given part of the pixel is drawn: thin lines share it
// with the ground.
func near(c color.Color, want color.NRGBA, drawn float64) bool {
	r, g, b, _ := c.RGBA()
	size := func(got uint32, want uint8) float64 { return math.Abs(float64(got>>8) - float64(want)) }
	return max(size(r, want.R), size(g, want.G), size(b, want.B)) < 256-250*drawn
}

func TestSummaryOfABox(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   five
	}{
		{[]float64{7}, five{7, 7, 7, 7, 7}},
		{[]float64{1, 2}, five{1, 1.25, 1.5, 1.75, 2}},
		{[]float64{0, 1, 2, 3, 4}, five{0, 1, 2, 3, 4}},
		{[]float64{-9, 1, 2, 3, 6}, five{1, 1, 2, 3, 6}}, // whiskers reach 3 from the box
	} {
		if got := summary(c.values); got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

func TestDotsDoNotCoverEachOther(t *testing.T) {
	const r, half = 2, 12
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 40), 1, 12).Draw(t, "values")
		slices.Sort(values)
		dots := swarm(values, func(v float64) vg.Length { return vg.Length(v) }, r, half)
		covered := 0
		for i, p := range dots {
			if float64(p.Y) != values[i] || !(math.Abs(float64(p.X)) <= half-r) {
				t.Fatalf("%v is at %v", values[i], p)
			}
			if slices.ContainsFunc(dots[:i], func(o vg.Point) bool {
				return math.Hypot(float64(p.X-o.X),
					float64(p.Y-o.Y)) < 2*r-1e-6
			}) {
				covered++
				if p.X != 0 {
					t.Fatalf("%v covers another dot, but is not in the middle", p)
				}
			}
		}
		// Five dots fit side by side.
		if len(values) <= 5 && covered > 0 {
			t.Fatalf("%d of %v are covered", covered, dots)
		}
	})
}

func TestLabelsUnderBoxesDoNotOverlap(t *testing.T) {
	for _, names := range [][]string{
		{"facrnn"}, {"FacRNN without partial correlation", "LINT", "BD"},
		{"lrrnn", "lrrnn-ica", "components", "facrnn-full"},
		strings.Fields(strings.Repeat("a ", 20)), strings.Fields(strings.Repeat("components ", 7)),
		strings.Fields(strings.Repeat("components ", 60)),
	} {
		for _, panels := range []int{1, 3} {
			p := BoxPanel{}
			for _, name := range names {
				p.Boxes = append(p.Boxes, Box{Label: name, Values: []float64{1}, Reported: math.NaN()})
			}
			got := p.panel(new(series), boxesWidth(len(names), panels))
			slot := got.w / vg.Length(len(names))
			style := got.X.Tick.Label
			for i, m := range got.X.Tick.Marker.(plot.ConstantTicks) {
				if m.Value != float64(i+1) {
					t.Errorf("label %d is at %v", i, m.Value)
				}
				if w := style.Width(m.Label); style.Rotation == 0 && w > slot-4 {
					t.Errorf("%q takes %v of %v", m.Label, w, slot)
				}
			}
			// Turned lines are slot times the sine of the angle apart.
			if apart := float64(slot) * math.Sin(style.Rotation); style.Rotation != 0 && apart < 1.2*tickSize {
				t.Errorf("%d labels are %v apart, turned by %v", len(names), apart, style.Rotation)
			}
		}
	}
}

func TestKeysStandAboveTheDataAndFit(t *testing.T) {
	var key []entry
	for i := range 30 {
		key = append(key, entry{name: strings.Repeat("long ", 1+i)})
	}
	n := 0
	for _, entries := range keyLines(key, 300) {
		n += len(entries)
		if w := keyWidth(entries); w > 300 {
			t.Errorf("a line of %d entries is %v wide", len(entries), w)
		}
	}
	if n != len(key) {
		t.Errorf("%d entries of %d", n, len(key))
	}
	f, err := angles().figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	without := f
	without.key = nil
	if a, b := f.layout().y[0], without.layout().y[0]; a-b != keyHeight {
		t.Errorf("the key takes %v above the data", a-b)
	}
}

func TestLinesBreakWhereAValueIsMissing(t *testing.T) {
	nan := math.NaN()
	l := Line{X: []float64{0, 1, 2, 3, nan, 5}, Y: []float64{1, nan, 3, 4, 5, 6}}
	if got, want := l.stretches(l.Y), []path{{0, 1}, {2, 4}, {5, 6}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestABandMayReachBelowALogarithmicAxis checks that a band with the lower limit 0 ends at the axis, whose range the
// other values set.
func TestABandMayReachBelowALogarithmicAxis(t *testing.T) {
	p := LinePanel{LogY: true, Lines: []Line{{X: []float64{1, 2}, Y: []float64{10, 100}, Low: []float64{0, 50},
		High: []float64{20, 1000}}}}
	got := p.panel(new(series), 100, 100)
	if got.Y.Min < 0.85 || got.Y.Min > 1 || got.Y.Max < 3 || got.Y.Max > 3.2 {
		t.Errorf("the axis goes from 10^%v to 10^%v", got.Y.Min, got.Y.Max)
	}
	paths, err := Experiment(t.TempDir(), Options{}, Lines{Name: "band", Panels: []LinePanel{p}})
	if err != nil {
		t.Fatal(err)
	}
	laid, err := Lines{Name: "band", Panels: []LinePanel{p}}.figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	checkFiles(t, paths, laid)
}

func TestTicksOfLogarithmicAxes(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{1, 60, "1 2 5 10 20 50"},
		{2, 6, "2 3 4 5 6"},
		{1e-4, 1, "0.0001 0.001 0.01 0.1 1"},
		{1e-6, 1e-2, "10^−6 10^−5 10^−4 10^−3 10^−2"},
		{2e-7, 6e-6, "2·10^−7 5·10^−7 1·10^−6 2·10^−6 5·10^−6"},
		{1, 1e12, "10^0 10^2 10^4 10^6 10^8 10^10 10^12"},
	} {
		var got []string
		for _, m := range (logTicks{count: 7}).Ticks(math.Log10(c.lo)-1e-9, math.Log10(c.hi)+1e-9) {
			if m.Label != "" {
				got = append(got, m.Label)
			}
		}
		want := strings.ReplaceAll(c.want, "1·10", "10")
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%v to %v: %s, want %s", c.lo, c.hi, s, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-12, 12).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0.1, 15).Draw(t, "size")
		numbers := map[string]bool{}
		for _, m := range (logTicks{count: rapid.IntRange(2, 8).Draw(t, "count")}).Ticks(lo, hi) {
			if m.Value < lo-1e-9 || m.Value > hi+1e-9 || numbers[m.Label] {
				t.Fatalf("tick %v from %v to %v", m, lo, hi)
			}
			if m.Label != "" {
				numbers[m.Label] = true
			}
		}
		if len(numbers) < 2 || len(numbers) > 20 {
			t.Fatalf("%d numbers from %v to %v", len(numbers), lo, hi)
		}
	})
}

func TestPointsStandWhereTheirValuesAre(t *testing.T) {
	f := Lines{Name: "f", Panels: []LinePanel{{LogX: true,
		Lines: []Line{{X: []float64{1, 10, 1000}, Y: []float64{0, 1, 0}, Low: []float64{-1, 0, -1},
			High: []float64{1, 2, 1}}}}}}
	laid, err := f.figure(new(series))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := Experiment(t.TempDir(), Options{}, f)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, paths[0])
	l, p := laid.layout(), laid.rows[0][0]
	at := func(x, y float64) image.Point {
		return image.Pt(pixels(l.x[0][0]+p.w*vg.Length((x-p.X.Min)/(p.X.Max-p.X.Min))),
			pixels(l.y[0]+p.h*vg.Length((p.Y.Max-y)/(p.Y.Max-p.Y.Min))))
	}
	band := mix(grey(0xFF), category(0), 0.18)
	for _, c := range []struct {
		what  string
		x, y  float64
		want  color.NRGBA
		drawn float64
	}{
		{"a point", 1, 1, category(0), 1}, {"the line", 2, 0.5, category(0), 0.7}, {"the band", 1, 1.7, band, 1},
		{"above the band", 2.5, 1.8, grey(0xFF), 1},
	} {
		if got := img.At(at(c.x, c.y).X, at(c.x, c.y).Y); !near(got, c.want, c.drawn) {
			t.Errorf("%s is %v, want %v", c.what, got, c.want)
		}
	}
}
