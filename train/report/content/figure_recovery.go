package content

import (
	"fmt"
	"math"
	"slices"
)

func init() { register("recovered", recoveredFigures) }

// recoveredFigures returns the estimated latents over the true latents, and the estimated sub-connectivities next to
// the true ones.
func recoveredFigures(p *Page) []Figure {
	if p.Recovery == nil {
		return nil
	}
	latents := Figure{Name: "recovered_latents", Section: "recovery", Title: "True and found latents"}
	weights := Figure{Name: "recovered_connectivity", Section: "recovery", Title: "True and found sub-connectivity"}
	for _, g := range p.Recovery.Groups {
		look := ofGroup(g.Found)
		title := fmt.Sprintf("%s, matched to %s", g.Name, p.groupName(g.Found))
		key := []Entry{{Name: "true"}, {Name: "found: " + p.groupName(g.Found), Look: look}}
		if len(g.Filtered) > 0 {
			key = append(key, Entry{Name: "found, filtered", Look: Look{Of: OfFiltered}})
		}
		if len(g.True) > 0 {
			latents.Rows = append(latents.Rows, Row{Title: title, Key: key, Panels: []Panel{g.lanes(look)}})
		}
		if panels := g.maps(); g.N > 0 && len(panels) > 1 {
			f := Figure{Neurons: &Neurons{N: g.N, Orders: []NeuronOrder{asInFile(g.N)}, Block: blockOf(g.N)}}
			weights.Neurons = f.Neurons
			weights.Rows = append(weights.Rows, Row{Title: title, Panels: f.maps(panels, "weight", 0)})
		}
	}
	return slices.DeleteFunc([]Figure{latents, weights}, func(f Figure) bool { return len(f.Rows) == 0 })
}

// maps returns the true sub-connectivity and the estimates.
func (g GroupTruths) maps() (panels []Panel) {
	note := "All of a group are on one colour scale."
	if len(g.WRidge) > 0 {
		note += " Ridge W: with B by ridge regression of the filtered latents."
	}
	for _, m := range []struct {
		name string
		w    Values
	}{{"True W of ", g.W}, {"Found W for ", g.WFound}, {"Ridge W for ", g.WRidge}} {
		if len(m.w) == g.N*g.N && g.N > 0 {
			panels = append(panels, Panel{
				Key: m.name + g.Name, Title: m.name + g.Name, Note: note,
				Map: &Map{Values: m.w},
			})
		}
	}
	return panels
}

// lanes returns the latents over time, a plot each. Stretches of time stand end to end where bins between them are
// missing, as if trials are held out.
func (g GroupTruths) lanes(look Look) Panel {
	time, breaks := endToEnd(g.Time)
	l := &Lines{X: Axis{Label: "time (s)"}, At: []Values{time}}
	note := ""
	if len(breaks) > 0 {
		l.X.Label, note = "time, end to end (s)", fmt.Sprintf("%d stretches of time, end to end.", len(breaks)+1)
	}
	low, high := extent(time)
	l.X.Domain = domain(low, high, 0)
	for k, truth := range g.True {
		plot := Plot{
			Y:      Axis{Label: fmt.Sprintf("latent %d (a.u.)", k+1)},
			Series: []Series{{Name: "true", Y: broken(truth, breaks)}},
		}
		if k < len(g.Latent) {
			plot.Series = append(plot.Series, Series{Name: "found", Look: look, Y: broken(g.Latent[k], breaks)})
		}
		if k < len(g.Filtered) {
			plot.Series = append(
				plot.Series,
				Series{Name: "found, filtered", Look: Look{Of: OfFiltered}, Y: broken(g.Filtered[k], breaks)},
			)
		}
		l.Plots = append(l.Plots, plot)
	}
	return Panel{Key: "recovered-" + g.Name, Title: "Latents: " + g.Name, Note: note, Wide: true, Lines: l}
}

// endToEnd moves stretches of time together, and returns the places at which they begin; the value before each is NaN
// in broken.
func endToEnd(time Values) (joined Values, breaks []int) {
	var steps Values
	for i := 1; i < len(time); i++ {
		steps = append(steps, time[i]-time[i-1])
	}
	step := quantile(0.5, steps)
	for i, s := range steps {
		if float64(s) > 1.5*step || s < 0 {
			breaks = append(breaks, i+1)
		}
	}
	if len(breaks) == 0 || math.IsNaN(step) {
		return time, nil
	}
	for i := range len(time) + len(breaks) {
		joined = append(joined, float32(float64(i)*step))
	}
	return joined, breaks
}

// broken has NaN before each of the breaks.
func broken(y Values, breaks []int) (out Values) {
	for i, v := range y {
		if slices.Contains(breaks, i) {
			out = append(out, float32(nan))
		}
		out = append(out, v)
	}
	return out
}
