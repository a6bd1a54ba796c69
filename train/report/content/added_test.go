package content

// This file is all that a new figure takes: a function that makes it, and its registration.

func init() { register("added", addedFigure) }

// addedFigure draws one curve and a bar for a page called "added".
func addedFigure(p *Page) []Figure {
	if p.Title != "added" {
		return nil
	}
	curve := &Lines{
		X: Axis{Label: "lag (ms)"}, At: []Values{{0, 1, 2}},
		Plots: []Plot{{Y: Axis{Label: "added weight"}, Series: []Series{{Name: "kernel", Y: Values{1, 0.5, 0.2}}}}},
	}
	bar := &Bars{Axis: Axis{Label: "added share"}, Rows: []Bar{{Name: "all", Parts: []BarPart{{Value: 0.5}}}}}
	return []Figure{{
		Name: "added", Section: "spectra", Title: "Added",
		Rows: []Row{{Panels: []Panel{
			{Key: "kernel", Title: "Kernel", Lines: curve}, {Key: "share", Title: "Share", Bars: bar},
		}}},
	}}
}
