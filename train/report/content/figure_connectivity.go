package content

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

func init() {
	register("connectivity", connectivityFigure)
	register("regions", regionsFigure)
}

const (
	maxCells   = 400  // along a side of a map
	weakArrow  = 0.05 // of the strongest connection: weaker ones have no arrow
	arrowsEach = 3    // arrows a place: more of them hide one another
	maxPlaces  = 14   // around a circle
)

// connectivityFigure draws W and what each group adds to it, neuron by neuron.
func connectivityFigure(p *Page) []Figure {
	c := p.Connectivity
	if c == nil || c.N == 0 || len(c.A) != c.N*c.K || len(c.B) != c.N*c.K {
		return nil
	}
	f := Figure{
		Name: "connectivity", Section: "connectivity", Title: "Connectivity", Note: c.Note, Neurons: c.neurons(),
	}
	all := make([]int, c.K)
	for k := range all {
		all[k] = k
	}
	name := "weight"
	if c.Unit != "" {
		name += " (" + c.Unit + ")"
	}
	f.Rows = []Row{{
		Key:    signs(),
		Panels: f.maps([]Panel{{Key: "map-W", Title: "W, all groups", Map: &Map{Latents: all}}}, name, c.WScale),
	}}
	if len(p.Groups) > 1 {
		row := Row{Title: "What each group adds, on one colour scale"}
		for g, group := range p.Groups {
			latents := slices.DeleteFunc(slices.Clone(group.Latents), func(k int) bool { return k < 0 || k >= c.K })
			row.Panels = append(row.Panels, Panel{
				Key: "map-W of " + group.Name, Title: "W of " + group.Name, Look: ofGroup(g),
				Map: &Map{Latents: latents},
			})
		}
		row.Panels = f.maps(row.Panels, name, c.Scale)
		f.Rows = append(f.Rows, row)
	}
	return []Figure{f}
}

func signs() []Entry {
	return []Entry{
		{Name: "excitatory (positive)", Look: Look{Of: OfPositive}},
		{Name: "inhibitory (negative)", Look: Look{Of: OfNegative}},
	}
}

// maps gives all maps of a row one scale of colours: the given limit, or, for means of blocks, which are smaller than
// weights, a limit of their own.
func (f *Figure) maps(panels []Panel, name string, limit float64) []Panel {
	n := f.Neurons
	if n.Block > 1 {
		name += ", block means"
	}
	for o := range n.Orders {
		end := limit
		if n.Block > 1 || !(end > 0) || !finite(end) {
			var all []Values
			for _, p := range panels {
				all = append(all, p.Map.Cells(n, o))
			}
			end = ColourLimit(slices.Concat(all...))
		}
		for _, p := range panels {
			p.Map.Colours = append(p.Map.Colours, Colours{Name: name, Limit: Number(end)})
		}
	}
	if n.Block > 1 {
		for i := range panels {
			panels[i].Note = fmt.Sprintf("Each cell is the mean of %d × %d weights; colours end at the 99.5th "+
				"percentile of the magnitudes of such means.", n.Block, n.Block)
		}
	}
	return panels
}

// neurons returns the rows and columns of the maps. Neurons of a region stand together at first, if regions are known.
func (c *Connectivity) neurons() *Neurons {
	n := &Neurons{N: c.N, K: c.K, A: c.A, B: c.B, Names: c.Names, Regions: c.Regions, Block: blockOf(c.N)}
	for _, o := range c.Orders {
		if len(o.Permutation) == c.N {
			n.Orders = append(
				n.Orders, NeuronOrder{Name: o.Name, Permutation: o.Permutation, Segments: segments(o, c.Regions)},
			)
		}
	}
	if len(n.Orders) == 0 {
		n.Orders = []NeuronOrder{asInFile(c.N)}
	}
	n.First = max(0, slices.IndexFunc(n.Orders, func(o NeuronOrder) bool { return o.Name == "by region" }))
	return n
}

// blockOf returns the number of neurons that share a row of a map.
func blockOf(N int) int { return max(1, (N+maxCells-1)/maxCells) }

func asInFile(N int) NeuronOrder {
	o := NeuronOrder{Name: "as in the file", Segments: []Segment{{To: N}}}
	for i := range N {
		o.Permutation = append(o.Permutation, i)
	}
	return o
}

// segments returns the parts of an order between its edges: named by region if all regions
// differ, else counted.
func segments(o Order, regions []string) (parts []Segment) {
	n, from := len(o.Permutation), 0
	named := true
	for _, edge := range append(slices.Sorted(slices.Values(o.Edges)), n) {
		if edge <= from || edge > n {
			continue
		}
		s := Segment{From: from, To: edge, Name: "unnamed"}
		for _, c := range o.Permutation[from:edge] {
			named = named && c < len(regions) && regions[c] == regions[o.Permutation[from]]
		}
		if named && regions[o.Permutation[from]] != "" {
			s.Name = regions[o.Permutation[from]]
		}
		parts, from = append(parts, s), edge
	}
	for i := range parts {
		if !named || len(parts) == 1 {
			parts[i].Name = fmt.Sprint(i + 1)
		}
	}
	return parts
}

// Cells returns the map in an order of the neurons, row-major, as means of blocks. The mean of a block of A B
// is the mean of rows of A times the mean of columns of B. So the large W of thousands of neurons is never made.
func (m *Map) Cells(n *Neurons, order int) Values {
	side := (n.N + n.Block - 1) / n.Block
	out, permutation := make(Values, side*side), n.Orders[order].Permutation
	size := func(q int) float32 { return float32(min(n.Block, n.N-q*n.Block)) }
	if len(m.Values) > 0 {
		for p, i := range permutation {
			for q, j := range permutation {
				out[p/n.Block*side+q/n.Block] += m.Values[i*n.N+j]
			}
		}
		for i := range out {
			out[i] /= size(i/side) * size(i%side)
		}
		return out
	}
	for _, k := range m.Latents {
		a, b := make(Values, side), make(Values, side)
		for p, i := range permutation {
			q := p / n.Block
			a[q] += n.A[i*n.K+k] / size(q)
			b[q] += n.B[k*n.N+i] / size(q)
		}
		for i, x := range a {
			row := out[i*side:][:side]
			for j, y := range b {
				row[j] += x * y
			}
		}
	}
	return out
}

// regionsFigure draws the sums of weights from region to region, of W and of each group, on one scale.
func regionsFigure(p *Page) []Figure {
	if p.Connectivity == nil || p.Connectivity.Region == nil || len(p.Connectivity.Region.Names) == 0 {
		return nil
	}
	flows := p.Connectivity.Region
	f := Figure{Name: "regions", Section: "connectivity", Title: "Region to region"}
	row := Row{Title: f.Title, Note: flows.arrowNote(), Key: signs()}
	add := func(name string, look Look, v Values) {
		if R := len(flows.Names); len(v) == R*R {
			row.Panels = append(row.Panels, Panel{
				Key: "regions-" + name, Title: "Regions: " + name, Look: look,
				Chord: &Chord{Names: flows.Names, Counts: flows.Counts, Flows: v},
			})
		}
	}
	add("W, all groups", Look{}, flows.W)
	if len(flows.Groups) > 1 {
		for g, v := range flows.Groups {
			add(p.groupName(g), ofGroup(g), v)
		}
	}
	limit, name := 0.0, "sum of weights"
	if p.Connectivity.Unit != "" {
		name += " (" + p.Connectivity.Unit + ")"
	}
	for _, panel := range row.Panels {
		low, high := extent(panel.Chord.Flows)
		limit = max(limit, high, -low)
	}
	if !finite(limit) {
		limit = 0
	}
	for i := range row.Panels {
		c := row.Panels[i].Chord
		c.Colours = Colours{Name: name, Limit: Number(cmp.Or(limit, 1))}
		if c.Arrows = strongArrows(c.Flows, len(c.Names), limit); len(c.Names) > maxPlaces {
			c.Arrows, row.Panels[i].Note = nil, fmt.Sprintf("More than %d regions: only the matrix.", maxPlaces)
		}
	}
	f.Rows = []Row{row}
	return []Figure{f}
}

func (r *RegionFlows) arrowNote() string {
	note := r.Note + " Arrows point from the driving region to the driven one"
	if R := len(r.Names); R > 3 {
		return fmt.Sprintf("%s; those under %g %% of the strongest are left out, and of each drawing all but the %d "+
			"strongest.", note, 100*weakArrow, arrowsEach*R)
	} else if R == 3 {
		return fmt.Sprintf("%s; those under %g %% of the strongest are left out.", note, 100*weakArrow)
	}
	return note + "."
}

// strongArrows returns the connections {to, from} that have an arrow, the strongest last.
func strongArrows(flows Values, R int, limit float64) [][2]int {
	arrows := [][2]int{}
	size := func(a [2]int) float64 { return math.Abs(float64(flows[a[0]*R+a[1]])) }
	for i := range R {
		for j := range R {
			if a := [2]int{i, j}; finite(size(a)) && size(a) > 0 && size(a) >= weakArrow*limit {
				arrows = append(arrows, a)
			}
		}
	}
	slices.SortStableFunc(arrows, func(a, b [2]int) int { return cmp.Compare(size(a), size(b)) })
	return arrows[max(0, len(arrows)-arrowsEach*R):]
}
