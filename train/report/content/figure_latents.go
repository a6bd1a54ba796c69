package content

import (
	"fmt"
	"slices"
	"strings"
)

func init() { register("latents", latentsFigures) }

const (
	singlesAmong = 8 // most conditions whose means are visible among single trials
	bandsAmong   = 6 // most conditions whose bands do not hide one another
)

// latentsFigures returns the latents of each group as trajectories and over time: one figure for the encoded latents,
// and one for the filtered latents.
func latentsFigures(p *Page) (out []Figure) {
	if p.Latents == nil {
		return nil
	}
	conditions := p.conditions()
	for i, kind := range p.Latents.Kinds {
		f := Figure{
			Name: "latents", Section: "latents", Variant: kind.Name, Title: "Latents, " + kind.Name,
			Note:   p.Latents.Note,
			Column: p.Latents.Condition, Conditions: conditions, MostSingles: singlesAmong, MostBands: bandsAmong,
		}
		if i > 0 {
			f.Name += "_" + kind.Name
		}
		for g, group := range kind.Groups {
			if g < len(p.Groups) {
				look := ofGroup(g)
				f.Rows = append(
					f.Rows,
					Row{Panels: []Panel{
						trajectoryPanel(p.Groups[g].Name, kind.Name, look, group),
						tracesPanel(p, p.Groups[g].Name, look, group),
					}},
				)
			}
		}
		out = append(out, f)
	}
	return out
}

// conditions returns the names of the distinct conditions, in the order of their colours.
func (p *Page) conditions() (names []string) {
	take := func(c int, name string) {
		for c >= len(names) && c < 1000 {
			names = append(names, "")
		}
		if c >= 0 && c < len(names) && names[c] == "" {
			names[c] = name
		}
	}
	tracks := func(all []Track) {
		for _, t := range all {
			if !t.Single {
				take(t.Condition, t.Name)
			}
		}
	}
	if p.Latents != nil {
		for _, kind := range p.Latents.Kinds {
			for _, group := range kind.Groups {
				for _, t := range group.Traces {
					take(t.Condition, t.Name)
				}
				tracks(group.Tracks)
			}
		}
	}
	if len(names) == 0 && p.Behavior != nil {
		for _, panel := range p.Behavior.Panels {
			tracks(panel.Tracks)
		}
	}
	for i, name := range names {
		if name == "" {
			names[i] = fmt.Sprint(i + 1)
		}
	}
	return names
}

func trajectoryPanel(name, kind string, look Look, group GroupLatents) Panel {
	t := &Trajectories{Tracks: group.Tracks}
	for _, axis := range group.Axes {
		label := axis
		if axis != "" && !strings.Contains(axis, "(") {
			label += " (a.u.)"
		}
		t.Axes = append(t.Axes, Axis{Label: label, Own: strings.Contains(axis, "time")})
	}
	note := fmt.Sprintf("The %s latents, from an open dot", kind)
	single := slices.ContainsFunc(group.Tracks, func(t Track) bool { return t.Single })
	if single || len(group.Traces) != 1 || len(group.Traces[0].Deviation) > 0 {
		note = fmt.Sprintf("Means of the %s latents over trials; an open dot marks the start", kind)
	}
	return Panel{Key: "trajectory-" + name, Title: name, Note: note + ".", Look: look, Trajectories: t}
}

func tracesPanel(p *Page, name string, look Look, group GroupLatents) Panel {
	l := &Lines{X: Axis{Label: p.Latents.TimeName}, At: []Values{}}
	if finite(float64(p.Latents.Event)) {
		l.Marks = []Mark{{Name: p.Latents.EventName, At: p.Latents.Event}}
	}
	for _, latent := range group.Names {
		l.Plots = append(l.Plots, Plot{Y: Axis{Label: latent + " (a.u.)"}})
	}
	for i, t := range group.Traces {
		l.At = append(l.At, t.Time)
		label := t.Name
		if p.Latents.Condition != "" && len(group.Traces) > 1 {
			label = p.Latents.Condition + " " + t.Name
		}
		for k := range min(len(l.Plots), len(t.Mean)) {
			l.Plots[k].Series = append(
				l.Plots[k].Series,
				Series{Name: label, Look: ofCondition(t.Condition), At: i, Y: t.Mean[k], Spread: at(t.Deviation, k)},
			)
		}
	}
	low, high := extent(l.At...)
	l.X.Domain = domain(low, high, 0)
	return Panel{Key: "traces-" + name, Title: name + " over time", Note: tracesNote(group.Traces), Lines: l}
}

// tracesNote explains the lines and the bands.
func tracesNote(traces []Trace) string {
	least, most, spread := 0, 0, 0
	for i, t := range traces {
		if i == 0 || t.Trials < least {
			least = t.Trials
		}
		if most = max(most, t.Trials); len(t.Deviation) > 0 {
			spread++
		}
	}
	trials := fmt.Sprintf("%d to %d", least, most)
	if least == most {
		trials = fmt.Sprint(most)
	}
	switch {
	case len(traces) == 0:
		return ""
	case spread == 0:
		return "One stretch of time, so no spread over trials."
	case spread > bandsAmong:
		return fmt.Sprintf(
			"Lines: means over trials (%s a condition). Bands of ± one standard deviation "+
				"are drawn of at most %d conditions, because more bands hide one another.",
			trials, bandsAmong,
		)
	}
	return fmt.Sprintf("Line: mean over trials (%s a condition); band: ± one standard deviation.", trials)
}
