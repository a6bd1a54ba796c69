package plot

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"facrnn/data"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

const (
	continuousBins = 400   // shown of a recording without trials: more would be a smear
	mostTrials     = 100   // shown one by one
	mostPoints     = 20000 // of one latent's single trials
	overlaid       = 3     // more latents than this get a lane each
)

// scene is what of the latents is shown: the same rows in every panel.
type scene struct {
	Run
	x      []float64 // T, each row's place on the time axis
	paths  []path    // drawn one by one
	mean   average   // over trials; empty where there are fewer than two
	xLabel string
	note   string
}

// path is a stretch of rows without a gap in time: from first up to but not including end.
type path struct{ first, end int }

// average is the mean over trials at each place on the time axis.
type average struct {
	x []float64
	z data.Matrix // (len(x), K)
}

// latentsFigure draws one row of panels a group: its latents over time, and in their own space.
func latentsFigure(run Run) figure {
	f := figure{name: "latents", title: heading("Latents", run)}
	if run.Latents.Empty() {
		return f
	}
	s := newScene(run)
	f.note = s.note
	h := rowHeight(len(run.Groups))
	for _, g := range run.Groups {
		if len(g.Latents) > 0 {
			f.rows = append(f.rows, []*panel{s.traces(g, h), s.portrait(g, h)})
		}
	}
	return f
}

// rowHeight makes rows lower where there are many, for the figure to fit a page.
func rowHeight(groups int) vg.Length {
	switch {
	case groups <= 3:
		return 4.5 * vg.Centimeter
	case groups <= 5:
		return 3.5 * vg.Centimeter
	}
	return 2.8 * vg.Centimeter
}

func newScene(run Run) *scene {
	s := &scene{Run: run, x: run.clock()}
	unit := "s"
	if run.BinWidth <= 0 {
		unit = "bins"
	}
	T := run.Latents.Rows
	if run.Trials == 0 {
		s.paths = run.stretches(min(T, continuousBins), 1)
		s.xLabel = fmt.Sprintf("time (%s)", unit)
		if T > continuousBins {
			s.note = fmt.Sprintf("First %d of %d bins.", continuousBins, T)
		}
		return s
	}
	s.xLabel = fmt.Sprintf("time in the trial (%s)", unit)
	trials := max(10, min(mostTrials, mostPoints*run.Trials/T))
	every := (run.Trials + trials - 1) / trials
	s.paths = run.stretches(T, every)
	if run.Trials == 1 {
		s.note = "The only trial."
		return s
	}
	var complete bool
	s.mean, complete = run.trialMean(s.x)
	s.note = fmt.Sprintf("Thin lines: %s; bold lines: mean over all %d trials", counted(run.Trials, every), run.Trials)
	if !complete {
		s.note += ", where more than half of them go on"
	}
	s.note += "."
	return s
}

// counted says how many single trials are shown.
func counted(trials, every int) string {
	switch every {
	case 1:
		return "single trials"
	case 2:
		return "every second trial"
	case 3:
		return "every third trial"
	}
	return fmt.Sprintf("every %dth trial", every)
}

// clock is each row's place on the time axis: since the trial's first bin, or since the session's start; in bins where their
// width is not known.
func (run Run) clock() []float64 {
	x := make([]float64, run.Latents.Rows)
	start := 0
	for t := range x {
		if run.Trials > 0 && t > 0 && run.Trial[t] != run.Trial[t-1] {
			start = t
		}
		switch {
		case run.BinWidth <= 0:
			x[t] = float64(t - start)
		case run.Trials > 0:
			x[t] = run.Time[t] - run.Time[start]
		default:
			x[t] = run.Time[t]
		}
	}
	return x
}

// stretches cuts the first rows of a recording where a trial ends or time jumps, and keeps those of each trial whose number every divides.
func (run Run) stretches(rows, every int) []path {
	var out []path
	first := 0
	for t := 1; t <= rows; t++ {
		if t < rows && run.goesOn(t) {
			continue
		}
		if run.Trials == 0 || run.Trial[first]%every == 0 {
			out = append(out, path{first, t})
		}
		first = t
	}
	return out
}

// goesOn reports whether row t follows the row before it without a gap.
func (run Run) goesOn(t int) bool {
	if run.Trials > 0 && run.Trial[t] != run.Trial[t-1] {
		return false
	}
	return run.BinWidth <= 0 || run.Time[t]-run.Time[t-1] < 1.5*run.BinWidth
}

// trialMean averages the latents over trials, as data.MeanOverTrials does, and reports whether all trials have all bins. x is each row's place on the time axis.
func (run Run) trialMean(x []float64) (a average, complete bool) {
	width := run.BinWidth
	if width <= 0 {
		width = 1
	}
	rows, bins := make([]int, len(x)), make([]int, len(x))
	for t := range x {
		rows[t], bins[t] = t, int(math.Round(x[t]/width))
	}
	m := data.MeanOverTrials(rows, bins, run.Trials, func(t int) []float64 { return data.Float64s(run.Latents.Row(t)) })
	a.z = data.NewMatrix(len(m.Bins), run.Latents.Cols)
	for i, b := range m.Bins {
		a.x = append(a.x, float64(b)*width)
		for k, v := range m.Mean[i] {
			a.z.Row(i)[k] = float32(v)
		}
	}
	complete = len(m.Bins) == slices.Max(bins)+1 && !slices.ContainsFunc(m.Trials, func(n int) bool { return n != run.Trials })
	return a, complete
}

// traces draws the latents of a group over time, on one scale, or in lanes where there are many.
func (s *scene) traces(g Group, h vg.Length) *panel {
	const w = 11 * vg.Centimeter
	lanes := len(g.Latents) > overlaid
	if lanes {
		h = max(h, vg.Length(len(g.Latents))*vg.Centimeter)
	}
	p := &panel{Plot: newPlot(w, h, s.xLabel, "latent"), w: w, h: h, title: g.Name, letter: true}
	apart := 0.0
	if lanes {
		apart = s.apart(g)
		p.laneTicks(g, apart)
	}
	y := spanOf()
	for i, k := range g.Latents {
		y = s.addTrace(p.Plot, y, k, -apart*float64(i), category(i))
		if lanes {
			y = y.with(-apart * float64(i)) // for the lane's number to be seen
		} else {
			p.key = append(p.key, entry{name: latentName(k), colour: category(i), width: 2})
		}
	}
	width := vg.Length(2)
	if lanes {
		width = 1.2
	}
	for i, k := range g.Latents {
		s.addMean(p.Plot, k, -apart*float64(i), category(i), width)
	}
	s.times().padded(0).show(&p.X)
	y.padded(0.04).show(&p.Y)
	return p
}

// times is the range of the time axis.
func (s *scene) times() span {
	r := spanOf()
	for _, q := range s.paths {
		r = r.with(s.x[q.first]).with(s.x[q.end-1])
	}
	return r
}

// addTrace adds the single paths of latent k, shifted by dy, and returns the range y widened by theirs.
func (s *scene) addTrace(p *plot.Plot, y span, k int, dy float64, c color.NRGBA) span {
	colour, width := s.single(c)
	for _, q := range s.paths {
		v := s.values(q, k)
		for i := range v {
			v[i] += dy
		}
		r := spanOf(v)
		y = y.with(r.lo).with(r.hi)
		p.Add(line(s.x[q.first:q.end], v, colour, width))
	}
	return y
}

// addMean adds latent k's mean over trials, with a white rim that lifts it off the single trials.
func (s *scene) addMean(p *plot.Plot, k int, dy float64, c color.NRGBA, width vg.Length) {
	if len(s.mean.x) == 0 {
		return
	}
	v := column(s.mean.z, k, 0, s.mean.z.Rows)
	for i := range v {
		v[i] += dy
	}
	p.Add(line(s.mean.x, v, grey(0xFF), 1.6*width), line(s.mean.x, v, c, width))
}

// single is the look of one path: faint where there is a mean to be seen in front of them.
func (s *scene) single(c color.NRGBA) (color.NRGBA, vg.Length) {
	if len(s.mean.x) == 0 {
		return c, 1.1
	}
	return fade(c, min(0.5, max(0.13, 12/float64(len(s.paths))))), 0.6
}

// apart is the distance between lanes: what the widest latent of the group takes.
func (s *scene) apart(g Group) float64 {
	widest := 0.0
	for _, k := range g.Latents {
		r := spanOf()
		for _, q := range s.paths {
			v := spanOf(s.values(q, k))
			r = r.with(v.lo).with(v.hi)
		}
		widest = max(widest, r.hi-r.lo)
	}
	if !(widest > 0) || !finite(widest) {
		return 1
	}
	digit := math.Pow(10, math.Floor(math.Log10(widest)))
	return math.Ceil(widest/digit) * digit
}

// laneTicks names the lanes instead of numbering the axis.
func (p *panel) laneTicks(g Group, apart float64) {
	var marks []plot.Tick
	for i, k := range g.Latents {
		marks = append(marks, plot.Tick{Value: -apart * float64(i), Label: fmt.Sprint(k + 1)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(marks)
	p.Y.Label.Text = fmt.Sprintf("latent (lanes %s apart)", brief(apart))
}

// values are latent k's on a path.
func (s *scene) values(q path, k int) []float64 { return column(s.Latents, k, q.first, q.end) }

// column copies rows first up to end of column k.
func column(m data.Matrix, k, first, end int) []float64 {
	v := make([]float64, 0, end-first)
	for t := first; t < end; t++ {
		v = append(v, float64(m.Row(t)[k]))
	}
	return v
}

// latentName counts from 1, as the paper does.
func latentName(k int) string { return fmt.Sprintf("latent %d", k+1) }
