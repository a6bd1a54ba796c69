package experiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

const voltageIntro = "The paper's experiment on voltage imaging of mouse cortex during an air puff (section 5.3). " +
	"Its recording is not public, so the recordings here are simulated with a known ground truth. The 50 Hz " +
	"oscillation that the puff evokes should be in one group of latents, and its sub-connectivity should show the " +
	"true pathways between regions. The paper gives no number to compare with."

type voltageFit = drawn[voltageCell, cortical]

// pictures returns box plots, the shares of the band, spectra, connectivity between regions, and loadings.
func (e *voltage) pictures(_ context.Context, t *table[voltageCell]) ([]picture, error) {
	out := []picture{t.boxes("How well each method does",
		"A box for each method, a dot for each seed, each with a simulated recording of its own. 1 is perfect, "+
			"except for the rank (d): the rank of the last of the five true pathways among all 182 sums, of which 5 "+
			"is perfect.",
		panels[voltageCell]("band_share_top_group subconnectivity_corr region_corr region_rank group_r2 "+
			"oscillation_r2")...)}
	shares, err := shares(t)
	if err != nil {
		return nil, err
	}
	if len(shares.Table.Rows) > 0 {
		out = append(out, shares)
	}
	fits, why, err := drawnFits[cortical](t, "band_share_top_group", nil)
	if err != nil || len(fits) == 0 {
		return out, err
	}
	regional, err := regionSums(fits, why)
	return append(out, spectra(fits, why), regional, loadings(fits, why)), err
}

// shares returns the bars of every method, a bar per group, from the largest share to the smallest.
func shares(t *table[voltageCell]) (picture, error) {
	const title = "Share of the puff's 50 Hz in each group"
	f := plot.Bars{Name: "shares", Title: title, Y: "share of the evoked 48–52 Hz power"}
	f.Note = "Whitened latents, held-out trials. A method's bars: groups from the largest share to the smallest; " +
		"bar: mean over seeds."
	p := newPicture(title, plot.Table{
		Caption: "Share of the 48 to 52 Hz power that the puff adds, by group from the largest to the smallest; mean " +
			"over seeds. The first is band_share_top_group of results.csv.",
		Head: []string{"method", "n"},
	})
	var said []string
	kinds := t.kinds()
	for i, label := range t.labels(kinds) {
		c, n := plot.Cluster{Label: label}, 0
		for _, r := range kinds[i] {
			kept := new(cortical)
			found, err := t.load(r, kept)
			if err != nil {
				return p, err
			}
			if !found {
				continue
			}
			n++
			slices.SortFunc(kept.share, func(a, b float64) int { return cmp.Compare(b, a) })
			for g, v := range kept.share {
				if g == len(c.Bars) {
					c.Bars = append(c.Bars, nil)
				}
				c.Bars[g] = append(c.Bars[g], v)
			}
		}
		if n == 0 {
			continue
		}
		f.Clusters = append(f.Clusters, c)
		line := []string{label, fmt.Sprint(n)}
		for _, values := range c.Bars {
			mean, _ := evaluate.MeanAndError(values)
			line = append(line, brief(mean))
		}
		for len(p.Table.Head) < len(line) {
			p.Table.Head = append(p.Table.Head, fmt.Sprintf("group of rank %d", len(p.Table.Head)-1))
		}
		p.Table.Rows = append(p.Table.Rows, line)
		said = append(said, label+" "+line[2])
	}
	p.figure = f
	p.Caption = "The evoked 50 Hz power by group of latents: one tall bar if one group holds it, as in the ground " +
		"truth, and several if it is mixed into others. Largest share: " + strings.Join(said, ", ") + "."
	p.Alt = "Bars of each group's share by method. Largest share, mean over seeds: " + strings.Join(said, ", ") + "."
	return p, nil
}

// spectra returns the power of every group's latents over frequency, before and after the puff, a panel per group.
func spectra(fits []voltageFit, why string) picture {
	f := plot.Lines{Name: "spectra", Title: "Power of each group's latents before and after the puff"}
	f.Note = why + " Whitened latents, 0.25 s under a Hann window, summed over held-out trials; grey: 48 to 52 Hz."
	p := newPicture("Spectra", plot.Table{
		Caption: "Power from 48 to 52 Hz, in the square of whitened latents, and each group's share of the evoked " +
			"power.",
		Head: []string{"fit", "before", "after", "share"},
	})
	for _, fit := range fits {
		for g, share := range fit.artifact.share {
			name := fmt.Sprintf("%s, group %d", fit.name, g+1)
			panel := plot.LinePanel{Title: name, X: "frequency (Hz)", Y: "power (latents², whitened)", LogY: true}
			panel.Shaded = [2]float64{puffLow, puffHigh}
			before, inBefore := fit.artifact.spectrum(fit.artifact.before, g)
			after, inAfter := fit.artifact.spectrum(fit.artifact.after, g)
			before.Label, before.Reference, after.Label = "before the puff", true, fit.name+" after the puff"
			panel.Lines = []plot.Line{before, after}
			f.Panels = append(f.Panels, panel)
			power := func(v float64) string { return fmt.Sprintf("%.4g", v) }
			p.Table.Rows = append(p.Table.Rows, []string{name, power(inBefore), power(inAfter), brief(share)})
		}
	}
	p.figure = f
	shares := said(fits, "band_share_top_group") + "."
	p.Caption = why + "A group that answers the puff at 50 Hz has its line after the puff above the line before it, " +
		"in the grey band. If only one group does, it holds the oscillation. Share of the largest: " + shares
	p.Alt = "Power spectra of every group's latents before and after the puff. Share of the evoked 50 Hz in the " +
		"largest group: " + shares
	return p
}

// spectrum returns the line of a group's power, and its sum in the band.
func (c *cortical) spectrum(power *mat.Dense, group int) (l plot.Line, inBand float64) {
	row := power.RawRowView(group)
	inBand = evaluate.Spectrum{Frequency: c.frequency, Power: [][]float64{row}}.In(puffLow, puffHigh)[0]
	l.X = c.frequency
	for _, v := range row {
		if !(v > 0) {
			v = math.NaN() // has no place on a logarithmic axis
		}
		l.Y = append(l.Y, v)
	}
	return l, inBand
}

// regionSums returns the top groups' sub-connectivities between regions: the left hemisphere from the front to the
// back, then the right.
func regionSums(fits []voltageFit, why string) (picture, error) {
	first := fits[0].artifact
	order := anatomical(first)
	f := plot.Regions{Name: "regions", Title: "The 50 Hz group's sub-connectivity between " +
		"regions", Mark: "true pathway"}
	f.Note = why + " Sums of W_g over all pairs of pixels; the group that adds most 48 to 52 Hz power to the " +
		"activity after the puff. l, r: hemispheres, each from the front to the back."
	p := newPicture("Connectivity between regions", plot.Table{
		Caption: "The true pathways: sums of W from region to region, and, last, their agreement as in results.csv.",
		Head:    []string{"to <- from", "ground truth"},
	})
	for _, i := range order {
		f.Regions = append(f.Regions, first.regions[i])
	}
	sorted := func(m *mat.Dense) data.Matrix { return matrix(evaluate.Columns(evaluate.Rows(m, order), order)) }
	f.Panels = []plot.Regional{{Title: "ground truth", Sum: sorted(first.planted)}}
	agreement := [][]string{
		{"correlation of all pairs of regions", "1"}, {"worst rank of a pathway", fmt.Sprint(len(first.pathways) / 2)},
	}
	var said []string
	for _, fit := range fits {
		if !slices.Equal(fit.artifact.regions, first.regions) {
			return p, fmt.Errorf("%s and %s are of other regions", fits[0].name, fit.name)
		}
		corr, rank := fit.rounded("region_corr"), fit.text("region_rank")
		both := "correlation " + corr + ", worst rank " + rank
		f.Panels = append(f.Panels, plot.Regional{Title: fit.name, Note: both, Sum: sorted(fit.artifact.sums)})
		p.Table.Head = append(p.Table.Head, fit.name)
		agreement[0], agreement[1] = append(agreement[0], corr), append(agreement[1], rank)
		said = append(said, fit.name+" "+both)
	}
	for pair := range slices.Chunk(first.pathways, 2) {
		to, from := slices.Index(first.regions, pair[0]), slices.Index(first.regions, pair[len(pair)-1])
		if to < 0 || from < 0 {
			return p, fmt.Errorf("a pathway %q is not between the regions %q", pair, first.regions)
		}
		f.Marked = append(f.Marked, [2]int{slices.Index(order, to), slices.Index(order, from)})
		line := []string{strings.Join(pair, " <- "), fmt.Sprintf("%.3g", first.planted.At(to, from))}
		for _, fit := range fits {
			line = append(line, fmt.Sprintf("%.3g", fit.artifact.sums.At(to, from)))
		}
		p.Table.Rows = append(p.Table.Rows, line)
	}
	p.Table.Rows = append(p.Table.Rows, agreement...)
	p.figure = f
	p.Caption = why + "As a matrix, to <- from, and as arrows between regions around a circle. Red excites, blue " +
		"inhibits. The rings mark the five pathways of the ground truth. A method that finds the oscillation's own " +
		"connectivity has these and little else: " +
		strings.Join(said, "; ") + "."
	p.Alt = "Matrices and circle diagrams of the connectivity between regions, true " +
		"and found. " + strings.Join(said, "; ") + "."
	return p, nil
}

// anatomical returns the order of regions: the left hemisphere from the front to the back, then the right, by the mean
// row of their pixels.
func anatomical(c *cortical) []int {
	rows, order := make([]float64, len(c.pixels)), make([]int, len(c.regions))
	for i, pixel := range c.pixels {
		rows[i] = float64(pixel / c.side)
	}
	for i := range order {
		order[i] = i
	}
	mean := evaluate.RegionMeans(rows, c.channel)
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := c.regions[a], c.regions[b]
		return cmp.Or(cmp.Compare(x[:1], y[:1]), cmp.Compare(mean[x], mean[y]))
	})
	return order
}

// loadings returns the norms of the top groups' rows of A on the image.
func loadings(fits []voltageFit, why string) picture {
	first := fits[0].artifact
	f := plot.Images{Name: "loading", Title: "Effect of the 50 Hz group: norm of its rows of A", Side: first.side}
	f.Note = why + " Each image by its own largest value, for the scale of latents is free."
	f.Pixels, f.Regions = first.pixels, first.channel
	f.Panels = []plot.Image{{Title: "ground truth", Values: first.plantedLoading}}
	p := newPicture("Loading of the 50 Hz group", plot.Table{
		Caption: "Mean loading of a region's pixels, as a share of the " +
			"image's largest pixel.", Head: []string{"region", "ground truth"},
	})
	for _, fit := range fits {
		title := fmt.Sprintf("%s, group %d", fit.name, fit.artifact.top+1)
		f.Panels = append(f.Panels, plot.Image{Title: title, Values: fit.artifact.loading})
		p.Table.Head = append(p.Table.Head, fit.name)
	}
	for _, i := range anatomical(first) {
		line := []string{first.regions[i]}
		for _, image := range f.Panels {
			mean := evaluate.RegionMeans(image.Values, first.channel)[first.regions[i]]
			line = append(line, brief(mean/floats.Max(image.Values)))
		}
		p.Table.Rows = append(p.Table.Rows, line)
	}
	p.figure = f
	p.Caption = why + " The cortex from above, front at the top, left hemisphere on the left; lines are the regions' " +
		"borders. The true group acts on right S2 barrel (rS2b), on M2 of both sides and on RSC of both sides."
	p.Alt = "Images of the cortex with the loading of the 50 Hz group on each pixel, true and found."
	return p
}
