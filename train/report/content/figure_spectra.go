package content

import "fmt"

func init() { register("spectra", spectraFigure) }

// spectraFigure draws the power of each group's latents over frequency, and how groups share the power in bands.
func spectraFigure(p *Page) []Figure {
	if p.Spectra == nil {
		return nil
	}
	f := Figure{Name: "spectra", Section: "spectra", Title: "Spectra", Note: p.Spectra.Note}
	power, bands := Row{Key: groupKey(p)}, Row{}
	for _, k := range p.Spectra.Kinds {
		power.Panels = append(power.Panels, powerPanel(p, k))
		if len(k.Bands) > 0 {
			bands.Panels = append(bands.Panels, bandsPanel(p, k))
		}
	}
	sharePowerAxis(power.Panels)
	f.Rows = []Row{power}
	if len(bands.Panels) > 0 {
		f.Rows = append(f.Rows, bands)
	}
	return []Figure{f}
}

// sharePowerAxis gives the power of all kinds of latents the same limits, so that the panels can be compared.
func sharePowerAxis(panels []Panel) {
	const room = 1.15 // A factor, because the axis is logarithmic.
	var all []Values
	for _, p := range panels {
		for _, s := range p.Lines.Plots[0].Series {
			all = append(all, s.Y)
		}
	}
	low, high := extent(all...)
	if !(low > 0 && high >= low) {
		return
	}
	for _, p := range panels {
		p.Lines.Plots[0].Y.Domain = domain(low/room, high*room, 0)
	}
}

func groupKey(p *Page) (key []Entry) {
	for g, group := range p.Groups {
		key = append(key, Entry{Name: group.Name, Look: ofGroup(g)})
	}
	return key
}

// groupName returns the name of group g, or a plain one for a group that the page does not know.
func (p *Page) groupName(g int) string {
	if g >= 0 && g < len(p.Groups) {
		return p.Groups[g].Name
	}
	return fmt.Sprintf("group %d", g+1)
}

func powerPanel(p *Page, k SpectrumKind) Panel {
	const wide = 30 // a range of frequencies of that factor has a logarithmic axis
	l := &Lines{
		X: Axis{Label: "frequency (Hz)"}, At: []Values{k.Frequency},
		Plots: []Plot{{Y: Axis{Label: "power (variance/Hz, log)", Log: true}}},
	}
	var above Values
	for _, v := range k.Frequency {
		if v > 0 {
			above = append(above, v)
		}
	}
	low, high := extent(k.Frequency)
	if len(above) > 1 && above[len(above)-1]/above[0] > wide {
		low, high = extent(above)
		l.X = Axis{Label: "frequency (Hz, log)", Log: true}
	}
	l.X.Domain = domain(low, high, 0)
	for _, b := range k.Bands {
		l.Shades = append(l.Shades, Stretch{Name: b.Name, From: Number(b.Low), To: Number(b.High)})
	}
	for g, power := range k.Power {
		y := make(Values, len(power))
		for i, v := range power {
			if y[i] = v; !(v > 0) {
				y[i] = float32(nan) // a logarithmic axis has no place for it
			}
		}
		l.Plots[0].Series = append(l.Plots[0].Series, Series{Name: p.groupName(g), Look: ofGroup(g), Y: y})
	}
	return Panel{Key: "power-" + k.Name, Title: "Power: " + k.Name, Lines: l}
}

func bandsPanel(p *Page, k SpectrumKind) Panel {
	b := &Bars{Axis: Axis{Label: "share of the band's power (%)", Domain: domain(0, 1, 0)}, Percent: true}
	t := &Table{Head: []string{"band, group", "share of the band", "of the group's own power"}}
	for _, band := range k.Bands {
		bar := Bar{Name: fmt.Sprintf("%s, %s–%s Hz", band.Name, written(band.Low, 3), written(band.High, 3))}
		for g, share := range band.Shares {
			bar.Parts = append(bar.Parts, BarPart{Name: p.groupName(g), Look: ofGroup(g), Value: share})
			within := Number(nan)
			if g < len(band.Within) {
				within = band.Within[g]
			}
			t.Rows = append(t.Rows, TableRow{Name: bar.Name + ", " + p.groupName(g), Values: []Number{share, within}})
		}
		b.Rows = append(b.Rows, bar)
	}
	return Panel{
		Key: "bands-" + k.Name, Title: "Bands: " + k.Name, Note: "How the groups share the power in each band.",
		Bars: b, Table: t,
	}
}
