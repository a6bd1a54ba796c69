package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

// puffBand is where the puff's oscillation lies.
const puffLow, puffHigh = 48, 52 // Hz

// measured is what measureVoltage compares a fit by.
type measured struct {
	latents, a    *mat.Dense // (n,K) of held-out bins, (N,K)
	groups        evaluate.Groups
	puffs         []int // rows of latents
	binWidth      float64
	share         []float64 // G
	top           int
	sums, planted evaluate.Regional
	regions       []string // N
	truth         *simulate.VoltageTruth
}

// keep is what the pictures of a fit need: share (G), each group's part of the band's power that the puff adds; frequency (F) in Hz, and before and after (G,F), the power of each
// group's whitened latents there; top, the group whose sub-connectivity is compared; sums and planted_sums (R,R) of it and of the planted one, between regions (R); loading and planted_loading
// (N), the norm of their rows of A; pixels (N), channel_region (N) and side of the image; pathways (P,2), to and from, that were planted.
func (m measured) keep() (arrays, error) {
	const padded = 200 // as the band has it
	var frequency []float64
	G := len(m.groups)
	spectra := map[string][][]float64{"before": make([][]float64, G), "after": make([][]float64, G)}
	for i := range padded/2 + 1 {
		hz := float64(i) / (padded * m.binWidth)
		p, err := evaluate.Band{Low: hz, High: hz, BinWidth: m.binWidth, Padded: padded}.Whitened(m.latents, m.groups, m.puffs)
		if err != nil {
			return nil, err
		}
		frequency = append(frequency, hz)
		for g := range G {
			spectra["before"][g], spectra["after"][g] = append(spectra["before"][g], p.Before[g]), append(spectra["after"][g], p.After[g])
		}
	}
	var pathways []string
	for _, p := range m.truth.Pathways {
		pathways = append(pathways, p[0], p[1])
	}
	groupOf := evaluate.Sizes(m.truth.Groups...)
	return arrays{
		"share": npz.Vector(m.share), "top": npz.Ints([]int{m.top}), "frequency": npz.Vector(frequency),
		"before": npz.Array{Shape: []int{G, len(frequency)}, Data: slices.Concat(spectra["before"]...)}, "after": npz.Array{Shape: []int{G, len(frequency)}, Data: slices.Concat(spectra["after"]...)},
		"regions": npz.Vector(m.sums.Names), "sums": fromDense(m.sums.Sum), "planted_sums": fromDense(m.planted.Sum), "pathways": npz.Vector(pathways),
		"loading": npz.Vector(rowNorms(evaluate.Columns(m.a, m.groups[m.top]))), "planted_loading": npz.Vector(rowNorms(evaluate.Columns(evaluate.Dense(m.truth.A), groupOf[0]))),
		"pixels": npz.Ints(m.truth.Pixels), "channel_region": npz.Vector(m.regions), "side": npz.Ints([]int{m.truth.Side}),
	}, nil
}

func rowNorms(m *mat.Dense) []float64 {
	n, _ := m.Dims()
	norms := make([]float64, n)
	for i := range norms {
		norms[i] = floats.Norm(m.RawRowView(i), 2)
	}
	return norms
}

// cortical is what was kept of a fit, read back.
type cortical struct {
	row                        row
	name                       string
	share, frequency           []float64
	before, after              *mat.Dense // (G,F)
	sums, planted              *mat.Dense // (R,R)
	loading, plantedLoading    []float64
	pixels                     []int
	regions, channel, pathways []string
	top, side                  int
}

// readCortical reads it; nil where nothing was kept.
func (t *table) readCortical(r row) (*cortical, error) {
	a, err := t.kept(r)
	if a == nil || err != nil {
		return nil, err
	}
	c := &cortical{row: r, name: methodName(r["method"])}
	var top, side []int
	// In their order, so that of several errors it is always the same that is said.
	for _, part := range []struct {
		name string
		to   any
	}{
		{"share", &c.share}, {"frequency", &c.frequency}, {"before", &c.before}, {"after", &c.after}, {"regions", &c.regions}, {"sums", &c.sums}, {"planted_sums", &c.planted}, {"pathways", &c.pathways},
		{"loading", &c.loading}, {"planted_loading", &c.plantedLoading}, {"channel_region", &c.channel}, {"pixels", &c.pixels}, {"top", &top}, {"side", &side},
	} {
		switch to := part.to.(type) {
		case *[]float64:
			*to, err = a[part.name].Float64s()
		case *[]string:
			*to, err = a[part.name].Strings()
		case *[]int:
			*to, err = a[part.name].Ints()
		case **mat.Dense:
			*to, err = a.dense(part.name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w: remove it, and the figures do without", t.keptPath(r), err)
		}
	}
	if !c.fits() || len(top) != 1 || len(side) != 1 {
		return nil, fmt.Errorf("%s: its arrays do not fit together: remove it, and the figures do without", t.keptPath(r))
	}
	c.top, c.side = top[0], side[0]
	return c, nil
}

// fits reports whether the arrays are of as many groups, regions and channels.
func (c *cortical) fits() bool {
	is := func(m *mat.Dense, rows, cols int) bool {
		r, c := m.Dims()
		return r == rows && c == cols
	}
	G, F, R, N := len(c.share), len(c.frequency), len(c.regions), len(c.pixels)
	return is(c.before, G, F) && is(c.after, G, F) && is(c.sums, R, R) && is(c.planted, R, R) && len(c.loading) == N && len(c.plantedLoading) == N && len(c.channel) == N
}

// pictures are box plots, the shares of the band, spectra, connectivity between regions and loadings.
func (e *voltage) pictures(b batch, t *table) ([]picture, error) {
	out := []picture{t.boxed(b, "How well each method does", "A box a method, a dot a seed, each a simulated recording of its own. 1 is perfect in all but the rank (d): the last of the five planted pathways among all 182 sums, of which 5 is perfect.",
		ofAll("band_share_top_group", "subconnectivity_corr", "region_corr",
			"region_rank", "group_r2", "oscillation_r2")...)}
	shares, err := t.shares()
	if err != nil {
		return nil, err
	}
	if len(shares.table.Rows) > 0 {
		out = append(out, shares)
	}
	rows, why := t.pictured(b, "band_share_top_group", func(row) bool { return true })
	var fits []*cortical
	for _, r := range rows {
		c, err := t.readCortical(r)
		if err != nil {
			return nil, err
		}
		if c != nil {
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		return out, nil
	}
	regional, err := regionSums(fits, why)
	return append(out, spectra(fits, why), regional, loadings(fits, why)), err
}

// shares are the bars of every method, a bar a group, from the largest share to the smallest.
func (t *table) shares() (picture, error) {
	f := plot.Bars{Name: "shares", Title: "Share of the puff's 50 Hz in each group", Y: "share of the evoked 48–52 Hz power", Note: "Whitened latents, held-out trials. A method's bars: groups from the largest share to the smallest; bar: mean over seeds."}
	p := picture{title: "Share of the puff's 50 Hz in each group", table: plot.Table{Caption: "Share of the 48 to 52 Hz power that the puff adds, by group from the largest to the smallest; mean over seeds. The first is band_share_top_group of results.csv.", Head: []string{"method", "n"}}}
	kinds := t.kinds()
	labels := t.labels(kinds)
	var said []string
	for i, rows := range kinds {
		c := plot.Cluster{Label: labels[i]}
		n := 0
		for _, r := range rows {
			kept, err := t.readCortical(r)
			if err != nil {
				return p, err
			}
			if kept == nil {
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
		line := []string{labels[i], fmt.Sprint(n)}
		for _, values := range c.Bars {
			mean, _ := meanAndError(values)
			line = append(line, brief(mean))
		}
		for len(p.table.Head) < len(line) {
			p.table.Head = append(p.table.Head, fmt.Sprintf("group of rank %d", len(p.table.Head)-1))
		}
		p.table.Rows = append(p.table.Rows, line)
		said = append(said, labels[i]+" "+line[2])
	}
	p.figure = f
	p.caption = "How the 50 Hz that the puff evokes is spread over groups of latents: one tall bar where one group holds it, as planted, and several where it is mixed into others. Largest share: " + strings.Join(said, ", ") + "."
	p.alt = "Bars of each group's share by method. Largest share, mean over seeds: " + strings.Join(said, ", ") + "."
	return p, nil
}

// spectra are the power of every group's latents over frequency, before and after the puff, a panel a group.
func spectra(fits []*cortical, why string) picture {
	f := plot.Lines{Name: "spectra", Title: "Power of each group's latents before and after the puff", Note: why + " Whitened latents, 0.25 s under a Hann window, summed over held-out trials; grey: 48 to 52 Hz."}
	p := picture{title: "Spectra", table: plot.Table{Caption: "Power from 48 to 52 Hz, in the square of whitened latents, and each group's share of what the puff adds.", Head: []string{"fit", "before", "after", "share"}}}
	var said []string
	for _, c := range fits {
		for g := range c.share {
			name := fmt.Sprintf("%s, group %d", c.name, g+1)
			panel := plot.LinePanel{Title: name, X: "frequency (Hz)", Y: "power (latents², whitened)", LogY: true, Shaded: [2]float64{puffLow, puffHigh}}
			band := []float64{0, 0}
			for i, m := range []*mat.Dense{c.before, c.after} {
				l := plot.Line{Label: []string{"before the puff", c.name + " after the puff"}[i], Reference: i == 0, X: c.frequency}
				for j, v := range m.RawRowView(g) {
					if hz := c.frequency[j]; hz > puffLow-1e-9 && hz < puffHigh+1e-9 {
						band[i] += v
					}
					if !(v > 0) {
						v = math.NaN() // has no place on a logarithmic axis
					}
					l.Y = append(l.Y, v)
				}
				panel.Lines = append(panel.Lines, l)
			}
			f.Panels = append(f.Panels, panel)
			p.table.Rows = append(p.table.Rows, []string{name, fmt.Sprintf("%.4g", band[0]), fmt.Sprintf("%.4g", band[1]), brief(c.share[g])})
		}
		said = append(said, c.name+" "+roundedCell(c.row, "band_share_top_group"))
	}
	p.figure = f
	p.caption = why + " A group that answers the puff at 50 Hz has its line after the puff above the one before in the grey band. Where one group alone does, it holds the oscillation. Share of the largest: " + strings.Join(said, ", ") + "."
	p.alt = "Power spectra of every group's latents before and after the puff. Share of the evoked 50 Hz in the largest group: " + strings.Join(said, ", ") + "."
	return p
}

// regionSums are the top groups' sub-connectivities between regions: the left hemisphere from the front to the back, then the right.
func regionSums(fits []*cortical, why string) (picture, error) {
	first := fits[0]
	order := anatomical(first)
	f := plot.Regions{Name: "regions", Title: "The 50 Hz group's sub-connectivity between regions", Mark: "planted pathway", Note: why + " Sums of W_g over all pairs of pixels; the group that adds most 48 to 52 Hz power to the activity after the puff. l, r: hemispheres, each from the front to the back."}
	p := picture{title: "Connectivity between regions", table: plot.Table{Caption: "The planted pathways: sums of W from region to region, and, last, their agreement as in results.csv.", Head: []string{"to <- from", "planted"}}}
	for _, i := range order {
		f.Regions = append(f.Regions, first.regions[i])
	}
	sorted := func(m *mat.Dense) data.Matrix {
		out := data.NewMatrix(len(order), len(order))
		for i, from := range order {
			for j, to := range order {
				out.Row(i)[j] = float32(m.At(from, to))
			}
		}
		return out
	}
	f.Panels = []plot.Regional{{Title: "planted", Sum: sorted(first.planted)}}
	agreement := [][]string{{"correlation of all pairs of regions", "1"}, {"worst rank of a pathway", fmt.Sprint(len(first.pathways) / 2)}}
	var said []string
	for _, c := range fits {
		if !slices.Equal(c.regions, first.regions) {
			return p, fmt.Errorf("%s and %s are of other regions", first.name, c.name)
		}
		corr, rank := roundedCell(c.row, "region_corr"), c.row["region_rank"]
		f.Panels = append(f.Panels, plot.Regional{Title: c.name, Note: "correlation " + corr + ", worst rank " + rank, Sum: sorted(c.sums)})
		p.table.Head = append(p.table.Head, c.name)
		agreement[0], agreement[1] = append(agreement[0], corr), append(agreement[1], rank)
		said = append(said, fmt.Sprintf("%s correlation %s, worst rank %s", c.name, corr, rank))
	}
	for i := 0; i+1 < len(first.pathways); i += 2 {
		to, from := slices.Index(first.regions, first.pathways[i]), slices.Index(first.regions, first.pathways[i+1])
		if to < 0 || from < 0 {
			return p, fmt.Errorf("there is no region %s or %s", first.pathways[i], first.pathways[i+1])
		}
		f.Marked = append(f.Marked, [2]int{slices.Index(order, to), slices.Index(order, from)})
		line := []string{first.pathways[i] + " <- " + first.pathways[i+1], fmt.Sprintf("%.3g", first.planted.At(to, from))}
		for _, c := range fits {
			line = append(line, fmt.Sprintf("%.3g", c.sums.At(to, from)))
		}
		p.table.Rows = append(p.table.Rows, line)
	}
	p.table.Rows = append(p.table.Rows, agreement...)
	p.figure = f
	p.caption = why + " As a matrix, to <- from, and as arrows between regions around a circle; red excites, blue inhibits. Five pathways were planted (rings). A method that finds the oscillation's own connectivity has these and little else: " + strings.Join(said, "; ") + "."
	p.alt = "Matrices and circle diagrams of the connectivity between regions, planted and found. " + strings.Join(said, "; ") + "."
	return p, nil
}

// anatomical is the order of regions: the left hemisphere from the front to the back, then the right, by the mean row of their pixels.
func anatomical(c *cortical) []int {
	row, n := map[string]float64{}, map[string]float64{}
	for i, name := range c.channel {
		row[name] += float64(c.pixels[i] / c.side)
		n[name]++
	}
	order := make([]int, len(c.regions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := c.regions[a], c.regions[b]
		return cmp.Or(cmp.Compare(x[:1], y[:1]), cmp.Compare(row[x]/n[x], row[y]/n[y]))
	})
	return order
}

// loadings are the norm of the top groups' rows of A on the image.
func loadings(fits []*cortical, why string) picture {
	first := fits[0]
	f := plot.Images{Name: "loading", Title: "Where the 50 Hz group acts: norm of its rows of A", Note: why + " Each image by its own largest value, for the scale of latents is free.", Side: first.side, Pixels: first.pixels, Regions: first.channel,
		Panels: []plot.Image{{Title: "planted", Values: first.plantedLoading}}}
	p := picture{title: "Loading of the 50 Hz group", table: plot.Table{Caption: "Mean loading of a region's pixels, as a share of the image's largest pixel.", Head: []string{"region", "planted"}}}
	for _, c := range fits {
		f.Panels = append(f.Panels, plot.Image{Title: fmt.Sprintf("%s, group %d", c.name, c.top+1), Values: c.loading})
		p.table.Head = append(p.table.Head, c.name)
	}
	for _, i := range anatomical(first) {
		line := []string{first.regions[i]}
		for _, image := range f.Panels {
			sum, n := 0.0, 0.0
			for k, name := range first.channel {
				if name == first.regions[i] {
					sum, n = sum+image.Values[k], n+1
				}
			}
			line = append(line, brief(sum/n/floats.Max(image.Values)))
		}
		p.table.Rows = append(p.table.Rows, line)
	}
	p.figure = f
	p.caption = why + " The cortex from above, front at the top, left hemisphere on the left; lines are the regions' borders. The planted group acts on right S2 barrel (rS2b), on M2 of both sides and on RSC of both sides."
	p.alt = "Images of the cortex with the loading of the 50 Hz group on each pixel, planted and found."
	return p
}
