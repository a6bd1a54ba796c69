package plot

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"facrnn/train/report/content"
	"facrnn/train/report/palette"
)

// found returns a page of G groups and R regions with everything but training, latents and weights.
func found(G, R, conditions int) *content.Page {
	nan := float32(math.NaN())
	p := &content.Page{
		Title: "a recording", Spectra: &content.Spectra{Note: "windows"},
		Behavior:     &content.Behavior{Names: []string{"x", "y"}, How: "least squares"},
		Independence: &content.Independence{Partial: 0.2, Null: []content.Number{0.1, 0.15, 0.3}},
		Connectivity: &content.Connectivity{Region: &content.RegionFlows{Note: "sums"}},
	}
	kind := content.SpectrumKind{Name: "encoded", Frequency: content.Values{0, 10, 20, 30}}
	flows := p.Connectivity.Region
	for i := range R {
		flows.Names = append(flows.Names, "region "+string(rune('A'+i)))
		for j := range R {
			flows.W = append(flows.W, float32((i+1)*(j-i)))
		}
	}
	trails := content.Trails{Axes: [2]string{"x", "y"}}
	for c := range conditions {
		a, b := float32(c), float32(c*c)
		trails.Tracks = append(trails.Tracks, content.Track{Condition: c, Name: string(rune('a' + c)),
			Points: content.Values{0, 0, a, b, nan, nan, 2 * a, b}},
			content.Track{Condition: c, Single: true, Points: content.Values{0, 0, b, a}})
	}
	p.Behavior.Panels, p.Behavior.R2 = []content.Trails{trails,
		trails}, []content.BehaviorR2{{Name: "all latents", Mean: 0.5}}
	for g := range G {
		name := "group " + string(rune('1'+g))
		p.Groups = append(p.Groups, content.Group{Name: name, Latents: []int{g},
			VarianceExplained: content.Number(0.3 - 0.2*float64(g))})
		kind.Power = append(kind.Power, content.Values{1, 0.1, nan, 0})
		flows.Groups = append(flows.Groups, flows.W)
		p.Behavior.R2, p.Behavior.Panels = append(p.Behavior.R2,
			content.BehaviorR2{Name: name, Mean: content.Number(-0.1)}), append(p.Behavior.Panels, trails)
		p.Independence.Latents = append(p.Independence.Latents, "z"+string(rune('1'+g)))
		for h := range G {
			p.Independence.Dependence = append(p.Independence.Dependence, 1/float32(1+max(g-h, h-g)))
		}
	}
	p.Spectra.Kinds = []content.SpectrumKind{kind, kind}
	return p
}

func TestFindingsOfEveryShape(t *testing.T) {
	for _, shape := range [][3]int{{1, 2, 1}, {2, 3, 4}, {6, 14, 9}} {
		p := found(shape[0], shape[1], shape[2])
		drawn(t, p, "behavior", "independence", "regions", "spectra")
	}
}

func TestFindingsThatAreMissingAreLeftOut(t *testing.T) {
	p := &content.Page{Connectivity: &content.Connectivity{}}
	if paths, err := Figures(t.TempDir(), Options{}, p.Title, p.Figures()); err != nil || len(paths) != 0 {
		t.Errorf("of nothing, %v is drawn; %v", paths, err)
	}
	p = found(2, 2, 1)
	p.Behavior.Panels, p.Independence.Null = nil, nil
	p.Groups[0].VarianceExplained, p.Independence.Partial = content.Number(math.NaN()), content.Number(math.NaN())
	if paths, err := Figures(t.TempDir(), Options{}, p.Title, p.Figures()); err != nil || len(paths) != 8 {
		t.Errorf("of figures without some of their panels, %v is drawn; %v", paths, err)
	}
}

// TestTrailsBreakWherePointsAreMissing checks that a line ends at a missing point, and that a point between two missing
// points is a line of its own.
func TestTrailsBreakWherePointsAreMissing(t *testing.T) {
	nan := math.NaN()
	way := Way{Points: [][3]float64{{nan, nan}, {1, 2}, {3, 4}, {nan, 5}, {6, 7}, {nan, nan}, {8, 9}}}
	got := way.runs(func(q [3]float64) (u, v float64) { return q[0], q[1] })
	want := [][2][]float64{{{1, 3}, {2, 4}}, {{6}, {7}}, {{8}, {9}}}
	if !slices.EqualFunc(got, want, func(a, b [2][]float64) bool {
		return slices.Equal(a[0], b[0]) &&
			slices.Equal(a[1], b[1])
	}) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestConditionsHaveLooksOfTheirFigure checks that files draw conditions with the colours and dashes of the content,
// which the page has too.
func TestConditionsHaveLooksOfTheirFigure(t *testing.T) {
	names := make([]string, 16)
	for i := range names {
		names[i] = fmt.Sprint(22.5 * float64(i))
	}
	d := drawing{Figure: content.Figure{Conditions: names, Looks: palette.Conditions(names)}}
	for i, want := range d.Looks {
		got := d.look(content.Look{Of: content.OfCondition, Index: i})
		if got.colour != rgb(want.Light) || len(got.dashes) != len(want.Dashes) {
			t.Errorf("condition %d is drawn as %v, want %v", i, got, want)
		}
	}
	if got := d.condition(99); got.colour != ink() {
		t.Errorf("a condition without a look has colour %v, want ink", got.colour)
	}
}
