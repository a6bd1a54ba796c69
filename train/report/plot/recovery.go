package plot

import (
	"fmt"
	"math"

	"facrnn/data"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Recovery is what is drawn of a fit beside what was planted: n bins, K planted latents in G groups, N neurons.
type Recovery struct {
	Title    string         // the recording's name
	Bins     string         // which bins they are, such as "held-out bins"
	Time     []float64      // n, seconds
	Trial    []int          // n; read only where there are trials
	Trials   int            // 0 for a continuous recording
	BinWidth float64        // seconds; 0 where it is not known
	Groups   []Pair         // G
	Truth    data.Matrix    // (n,K)
	Encoded  data.Matrix    // (n,K), aligned with Truth; empty where there is nothing to compare
	Filtered data.Matrix    // the same of the filtered latents
	Channels []data.Channel // N
}

// Pair is a planted group, and the found one that it is compared with.
type Pair struct {
	Group
	Note string  // over its latents, such as their R2
	W    []Named // (N,N) the planted sub-connectivity and the found ones; of all groups as many, or none
}

// Named is a matrix with what is said of it.
type Named struct {
	Name string
	data.Matrix
}

// RecoveryFigures writes recovered_latents and recovered_connectivity into dir, as Figures does. One for which there is nothing to compare is left out.
func RecoveryFigures(dir string, formats []Format, r Recovery) ([]string, error) {
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("figures of %s: %w", r.Title, err)
	}
	return writeAll(dir, formats, []figure{r.latents(), r.connectivity()})
}

func (r Recovery) check() error {
	n, K := r.Truth.Rows, r.Truth.Cols
	for i, m := range []data.Matrix{r.Encoded, r.Filtered} {
		if !m.Empty() && (m.Rows != n || m.Cols != K) {
			return fmt.Errorf("the %s latents are %d x %d, the planted ones %d x %d", []string{"encoded", "filtered"}[i], m.Rows, m.Cols, n, K)
		}
	}
	if len(r.Time) != n || r.Trials > 0 && len(r.Trial) != n {
		return fmt.Errorf("%d times and %d trial numbers for %d bins", len(r.Time), len(r.Trial), n)
	}
	for _, g := range r.Groups {
		for _, k := range g.Latents {
			if k < 0 || k >= K {
				return fmt.Errorf("%s has latent %d of %d", g.Name, k, K)
			}
		}
		if len(g.W) != len(r.Groups[0].W) {
			return fmt.Errorf("%s has %d sub-connectivities, another group %d", g.Name, len(g.W), len(r.Groups[0].W))
		}
		for _, w := range g.W {
			if N := r.Groups[0].W[0].Rows; w.Rows != N || w.Cols != N || len(r.Channels) > 0 && len(r.Channels) != N {
				return fmt.Errorf("W of %s is %d x %d, another one of %d neurons, of %d channels", g.Name, w.Rows, w.Cols, N, len(r.Channels))
			}
		}
	}
	return nil
}

// overlay is one kind of latents, standardized, and how they are drawn.
type overlay struct {
	name string
	m    data.Matrix
	draw.LineStyle
}

// latents overlays, for every group, what was planted and what was found over time, a lane a latent, in standard deviations of what was planted.
func (r Recovery) latents() figure {
	f := figure{name: "recovered_latents", title: "Planted and found latents: " + r.Title}
	if r.Encoded.Empty() || r.Truth.Empty() {
		return f
	}
	s := r.shown()
	f.note = fmt.Sprintf("The found groups by the affine maps that bring them closest to the planted ones; %s %d %s.", counting(s.bins(), r.Truth.Rows), r.Truth.Rows, r.Bins)
	var kinds []overlay
	for _, o := range []overlay{
		{"planted", r.Truth, draw.LineStyle{Color: grey(0xB0), Width: 2.6}},
		{"found, encoded from the past", r.Encoded, draw.LineStyle{Color: category(0), Width: 0.9}},
		{"found, filtered", r.Filtered, draw.LineStyle{Color: category(1), Width: 0.9}},
	} {
		if !o.m.Empty() {
			f.key = append(f.key, entry{name: o.name, colour: o.Color, width: max(o.Width, 1.5)})
			o.m = r.standardized(o.m)
			kinds = append(kinds, o)
		}
	}
	for _, g := range r.Groups {
		if len(g.Latents) > 0 {
			f.rows = append(f.rows, []*panel{s.lanes(g, kinds)})
		}
	}
	return f
}

// counting says how many of all are shown.
func counting(shown, all int) string {
	if shown == all {
		return "all"
	}
	return fmt.Sprintf("the first %d of", shown)
}

// lanes draws the latents of a group.
func (s stretch) lanes(g Pair, kinds []overlay) *panel {
	const w, lane = 18 * vg.Centimeter, 1.8 * vg.Centimeter
	h := vg.Length(max(2, len(g.Latents))) * lane
	p := &panel{Plot: newPlot(w, h, s.label, ""), w: w, h: h, title: g.Name, note: g.Note, letter: true}
	reach := make([]span, len(g.Latents))
	for i, k := range g.Latents {
		reach[i] = spanOf()
		for _, o := range kinds {
			for _, q := range s.paths {
				v := spanOf(column(o.m, k, q.first, q.end))
				reach[i] = reach[i].with(v.lo).with(v.hi)
			}
		}
	}
	apart := 1.0 // so that no lane reaches into the next
	for i := 1; i < len(reach); i++ {
		if d := math.Ceil(reach[i].hi - reach[i-1].lo); finite(d) {
			apart = max(apart, d)
		}
	}
	p.laneTicks(g.Group, apart)
	p.Y.Label.Text = turned(fmt.Sprintf("planted latent (s.d., lanes %s apart)", brief(apart)), h)
	y := spanOf()
	for i := range reach {
		y = y.with(reach[i].lo - apart*float64(i)).with(reach[i].hi - apart*float64(i))
	}
	for _, o := range kinds {
		for i, k := range g.Latents {
			for _, q := range s.paths {
				v := column(o.m, k, q.first, q.end)
				for t := range v {
					v[t] -= apart * float64(i)
				}
				p.Add(line(s.x[q.first:q.end], v, o.Color, o.Width))
			}
		}
	}
	span{s.x[0], s.x[s.bins()-1]}.padded(0).show(&p.X)
	y.padded(0.04).show(&p.Y)
	p.Plot.Add(s.seams())
	return p
}

// standardized is a matrix of latents less the planted ones' means, divided by their standard deviations.
func (r Recovery) standardized(m data.Matrix) data.Matrix {
	if m.Empty() {
		return m
	}
	out := data.NewMatrix(m.Rows, m.Cols)
	for k := range m.Cols {
		var mean, square float64
		n := float64(r.Truth.Rows)
		for t := range r.Truth.Rows {
			mean += float64(r.Truth.Row(t)[k]) / n
		}
		for t := range r.Truth.Rows {
			d := float64(r.Truth.Row(t)[k]) - mean
			square += d * d / n
		}
		sd := math.Sqrt(square)
		if !(sd > 0) {
			sd = 1
		}
		for t := range m.Rows {
			out.Row(t)[k] = float32((float64(m.Row(t)[k]) - mean) / sd)
		}
	}
	return out
}

// stretch is what of a recording is shown: where each bin lies on the time axis, and the paths without a gap.
type stretch struct {
	x     []float64 // n
	paths []path
	label string
}

// bins is how many are shown.
func (s stretch) bins() int { return s.paths[len(s.paths)-1].end }

// shown is the first few hundred bins. Trials stand end to end.
func (r Recovery) shown() stretch {
	n, unit := r.Truth.Rows, "s"
	if r.BinWidth <= 0 {
		unit = "bins"
	}
	s := stretch{x: make([]float64, n), label: fmt.Sprintf("time (%s)", unit)}
	if r.Trials > 0 {
		s.label = fmt.Sprintf("time, trials end to end (%s)", unit)
	}
	step := math.Inf(1) // of bins that lie next to one another: every second one may be held out
	for t := 1; t < n; t++ {
		if d := r.Time[t] - r.Time[t-1]; d > 0 {
			step = min(step, d)
		}
	}
	copy(s.x, r.Time)
	for t := 1; t < n && r.Trials > 0; t++ {
		d := r.Time[t] - r.Time[t-1]
		if r.Trial[t] != r.Trial[t-1] {
			d = step
		}
		s.x[t] = s.x[t-1] + d
	}
	for t, first := n-1, s.x[0]; t >= 0 && r.Trials > 0; t-- {
		s.x[t] -= first
	}
	first := 0
	for t := 1; t <= n; t++ {
		if t < n && (r.Trials == 0 || r.Trial[t] == r.Trial[t-1]) && r.Time[t]-r.Time[t-1] < 1.5*step {
			continue
		}
		if len(s.paths) > 0 && t > continuousBins {
			break
		}
		s.paths = append(s.paths, path{first, min(t, first+continuousBins)})
		first = t
	}
	return s
}

// seams are thin lines where one path ends and another begins.
type seams []float64

func (s stretch) seams() (at seams) {
	for _, q := range s.paths[1:] {
		at = append(at, (s.x[q.first]+s.x[q.first-1])/2)
	}
	return at
}

// Plot implements plot.Plotter.
func (at seams) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, v := range at {
		c.StrokeLine2(draw.LineStyle{Color: grey(0xDD), Width: 0.5}, x(v), c.Min.Y, x(v), c.Max.Y)
	}
}

// connectivity draws, a row a group, the planted sub-connectivity and the found ones, all on one colour scale.
func (r Recovery) connectivity() figure {
	f := figure{name: "recovered_connectivity", title: "Planted and found sub-connectivity: " + r.Title}
	if len(r.Groups) == 0 || len(r.Groups[0].W) == 0 || r.Groups[0].W[0].Empty() {
		return f
	}
	N := r.Groups[0].W[0].Rows
	order, regions := arrange(r.Channels, N)
	block := (N + mostCells - 1) / mostCells
	var all data.Matrix
	maps := make([][]data.Matrix, len(r.Groups))
	for i, g := range r.Groups {
		for _, w := range g.W {
			m := thin(w.Matrix, order, block)
			maps[i], all.Data = append(maps[i], m), append(all.Data, m.Data...)
		}
	}
	weight := "|weight|"
	if block > 1 {
		weight = "|block mean|"
	}
	limit, rule := colourLimit(all, weight)
	for i, g := range r.Groups {
		var row []*panel
		for j, w := range g.W {
			p := mapPanel(maps[i][j], limit, w.Name)
			p.label(axisLook{n: N, block: block, regions: regions, left: j == 0, bottom: i == len(r.Groups)-1})
			row = append(row, p)
		}
		f.rows = append(f.rows, row)
	}
	f.rows = append(f.rows, []*panel{colourBar(limit, rule)})
	f.key = signs()
	f.note = connectivityNote(N, "", len(regions))
	return f
}
