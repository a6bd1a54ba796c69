package content

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
)

const (
	maxSingles   = 60      // trials that are drawn one by one
	maxTrackBins = 2000    // of a recording without trials
	maxTraceBins = 2000    // likewise
	trackPoints  = 100_000 // of all trajectories together: 1.6 MB of JSON
	traceNumbers = 120_000 // of all traces together: 0.6 MB
)

// path is a line through the space of latents: K values at each time.
type path struct {
	time   []float64
	z      [][]float64
	broken []bool // whether time jumps before the point
}

func (p *path) add(time float64, z []float64, broken bool) {
	p.time, p.z, p.broken = append(p.time, time), append(p.z, z), append(p.broken, broken && len(p.time) > 0)
}

// thinned keeps every s-th point and the last.
func (p path) thinned(s int) (q path) {
	broken := false
	for i := range p.time {
		broken = broken || p.broken[i]
		if i%s == 0 || i == len(p.time)-1 {
			q.add(p.time[i], p.z[i], broken)
			broken = false
		}
	}
	return q
}

// line is a path with its condition and its name.
type line struct {
	condition int
	name      string
	single    bool
	path
}

// latents fills in the trajectories and traces of each group.
func (f *findings) latents() error {
	out := &Latents{Condition: f.time.column, TimeName: f.time.axis(), Event: Number(nan), EventName: f.time.event}
	if f.time.event != "" {
		out.Event = 0
	}
	notes := []string{f.time.note}
	for i, k := range f.kinds {
		var kind LatentKind
		var note string
		if len(f.time.trials) > 0 {
			kind, note = f.overTrials(k)
		} else {
			kind, note = f.overTime(k)
		}
		out.Kinds = append(out.Kinds, kind)
		if i == 0 {
			notes = append(notes, note)
		}
	}
	if slices.ContainsFunc(f.groups, func(g []int) bool { return len(g) > 3 }) {
		notes = append(notes,
			"Groups of more than three latents are drawn along their three leading principal axes, over all bins.")
	}
	out.Note = strings.TrimSpace(strings.Join(notes, " "))
	f.page.Latents = out
	return nil
}

// overTrials returns the means over trials of each condition, and single trials.
func (f *findings) overTrials(k latentsView) (out LatentKind, note string) {
	out.Name = k.name
	l, K := f.time, float64(f.Mu.Cols)
	var lines []line
	var averages []average
	points, bins := 0, 0
	for c := range l.conditions {
		a := l.average(l.of(c), k.z)
		averages = append(averages, a)
		p := a.path(l)
		lines = append(lines, line{condition: c, name: l.name(c), path: p})
		points, bins = points+len(p.time), bins+len(a.Bins)
	}
	shown := l.singles(maxSingles)
	for _, tr := range shown {
		var p path
		for i, bin := range tr.bins {
			p.add(l.seconds(bin), k.z.RawRowView(tr.first+i), i > 0 && bin > tr.bins[i-1]+1)
		}
		lines = append(lines, line{tr.condition, fmt.Sprintf("trial %d", tr.number+1), true, p})
		points += len(p.time)
	}
	inTracks := max(1, int(math.Ceil(float64(points*len(f.groups)*len(f.kinds))/trackPoints)))
	inTraces := max(1, int(math.Ceil(float64(bins*len(f.kinds))*(2*K+1)/traceNumbers)))
	for i, g := range f.groups {
		axes, at := f.axes(g, k.z)
		group := GroupLatents{Axes: axes}
		for _, line := range lines {
			group.Tracks = append(group.Tracks, Track{Condition: line.condition, Name: line.name, Single: line.single,
				Points: track(line.path, at, inTracks)})
		}
		for c, a := range averages {
			group.Traces = append(group.Traces, a.trace(l, c, g, inTraces))
		}
		for _, z := range f.groups[i] {
			group.Names = append(group.Names, latent(z))
		}
		out.Groups = append(out.Groups, group)
	}
	note = fmt.Sprintf("Means over the trials of a condition, trained on and held out, at bins that more than half "+
		"of them have; single trials: %d of %d, spread evenly over conditions.", len(shown), len(l.trials))
	if inTracks > 1 {
		note += fmt.Sprintf(" Trajectories have one bin in %d.", inTracks)
	}
	if inTraces > 1 {
		note += fmt.Sprintf(" Traces have one bin in %d.", inTraces)
	}
	return out, note
}

// average is the mean and the standard deviation over trials, as far as they go.
type average struct {
	data.TrialMean // of K latents
	of             int
}

func (l *timeline) average(trials []trial, z *mat.Dense) average {
	var rows, bins []int
	for _, tr := range trials {
		for i, bin := range tr.bins {
			rows, bins = append(rows, tr.first+i), append(bins, bin)
		}
	}
	return average{data.MeanOverTrials(rows, bins, len(trials), z.RawRowView), len(trials)}
}

func (a average) path(l *timeline) (p path) {
	for i, bin := range a.Bins {
		p.add(l.seconds(bin), a.Mean[i], i > 0 && bin > a.Bins[i-1]+1)
	}
	return p
}

// trace returns the mean of some latents, at every s-th bin and the last.
func (a average) trace(l *timeline, c int, latents []int, s int) Trace {
	out := Trace{Condition: c, Name: l.name(c), Trials: a.of}
	curves := func(of [][]float64) (all []Values) {
		p := path{}
		for i, bin := range a.Bins {
			p.add(l.seconds(bin), of[i], i > 0 && bin > a.Bins[i-1]+1)
		}
		out.Time, all = p.thinned(s).curves(latents)
		return all
	}
	if a.of > 1 {
		out.Deviation = curves(a.Deviation)
	}
	out.Mean = curves(a.Mean)
	return out
}

// curves returns some latents over time, with NaN where time jumps.
func (p path) curves(latents []int) (time Values, all []Values) {
	all = make([]Values, len(latents))
	for i, t := range p.time {
		if p.broken[i] {
			time = append(time, float32(t))
			for j := range all {
				all[j] = append(all[j], float32(nan))
			}
		}
		time = append(time, float32(t))
		for j, k := range latents {
			all[j] = append(all[j], float32(p.z[i][k]))
		}
	}
	return time, all
}

// overTime returns one trajectory of a stretch of time, and traces of all of it, of a recording without trials.
func (f *findings) overTime(k latentsView) (out LatentKind, note string) {
	out.Name = k.name
	rec := f.Recording
	T := rec.Bins()
	clock := func(t int) float64 {
		if f.time.width > 0 {
			return rec.Time[t]
		}
		return float64(t)
	}
	first := 0
	if n := len(f.bins); f.bins[n-1]-f.bins[0] == n-1 && len(f.Split.Test) > 0 { // held out in one block
		first = f.bins[0]
	}
	end := min(T, first+maxTrackBins)
	var p path
	for t := first; t < end; t++ {
		_, broken := slices.BinarySearch(rec.SegmentStarts, t)
		p.add(clock(t), k.z.RawRowView(t), broken)
	}
	means, deviations, block := f.blocks(k.z, clock)
	for _, g := range f.groups {
		axes, at := f.axes(g, k.z)
		s := max(1, len(f.groups)*len(f.kinds)*(end-first)/trackPoints)
		group := GroupLatents{Axes: axes, Tracks: []Track{{Name: "all time", Points: track(p, at, s)}}}
		trace := Trace{Name: "all time", Trials: 1}
		trace.Time, trace.Mean = means.curves(g)
		if block > 1 {
			_, trace.Deviation = deviations.curves(g)
		}
		group.Traces = []Trace{trace}
		for _, z := range g {
			group.Names = append(group.Names, latent(z))
		}
		out.Groups = append(out.Groups, group)
	}
	note = fmt.Sprintf("The trajectory is of bins %d to %d of %d.", first+1, end, T)
	if block > 1 {
		note += fmt.Sprintf(" Traces are means over %d bins at a time, and the spread about them is the standard "+
			"deviation within those.", block)
	}
	return out, note
}

// blocks returns the means and standard deviations of all latents over blocks of bins without a gap in time.
// There are at most maxTraceBins blocks, unless gaps make more.
func (f *findings) blocks(z *mat.Dense, clock func(int) float64) (means, deviations path, size int) {
	T, K := z.Dims()
	starts := append(slices.Clone(f.Recording.SegmentStarts), T)
	count := func(size int) (n int) {
		for i, first := range starts[:len(starts)-1] {
			n += (starts[i+1] - first + size - 1) / size
		}
		return n
	}
	for size = max(1, T/maxTraceBins); count(size) > maxTraceBins && size < T; size++ {
	}
	for i, start := range starts[:len(starts)-1] {
		for first := start; first < starts[i+1]; first += size {
			end := min(first+size, starts[i+1])
			mean, deviation := make([]float64, K), make([]float64, K)
			for k := range K {
				x := mat.Col(nil, k, z.Slice(first, end, 0, K))
				mean[k], deviation[k] = stat.PopMeanStdDev(x, nil)
			}
			at := (clock(first) + clock(end-1)) / 2
			means.add(at, mean, first == start)
			deviations.add(at, deviation, first == start)
		}
	}
	return means, deviations, size
}

// axes returns the axes of a group's trajectories, and a function that places a point of a path on them. A point
// without a place has NaN.
func (f *findings) axes(g []int, z *mat.Dense) (names [3]string, at func(p path, i int) [3]float64) {
	time := f.time.axis()
	switch len(g) {
	case 0:
		return names, func(path, int) [3]float64 { return [3]float64{nan, nan, nan} }
	case 1:
		return [3]string{time, latent(g[0]), latent(g[0]) + ", one bin before"}, func(p path, i int) [3]float64 {
			if i == 0 || p.broken[i] {
				return [3]float64{nan, nan, nan}
			}
			return [3]float64{p.time[i], p.z[i][g[0]], p.z[i-1][g[0]]}
		}
	case 2:
		return [3]string{latent(g[0]), latent(g[1]), time}, func(p path,
			i int) [3]float64 {
			return [3]float64{p.z[i][g[0]], p.z[i][g[1]], p.time[i]}
		}
	case 3:
		return [3]string{latent(g[0]), latent(g[1]), latent(g[2])}, func(p path, i int) [3]float64 {
			return [3]float64{p.z[i][g[0]], p.z[i][g[1]], p.z[i][g[2]]}
		}
	}
	return principal(g, z)
}

// principal returns the three leading principal axes of a group's latents, of which each points to where its largest
// weight is positive.
func principal(g []int, z *mat.Dense) (names [3]string, at func(p path, i int) [3]float64) {
	x := mat.NewDense(z.RawMatrix().Rows, len(g), nil)
	mean := make([]float64, len(g))
	for j, k := range g {
		column := mat.Col(nil, k, z)
		mean[j] = stat.Mean(column, nil)
		x.SetCol(j, column)
	}
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, x, nil)
	var eigen mat.EigenSym
	var vectors mat.Dense
	if !eigen.Factorize(&covariance, true) { // of latents that are not finite
		return names, func(path, int) [3]float64 { return [3]float64{nan, nan, nan} }
	}
	eigen.VectorsTo(&vectors)
	var axes [3][]float64
	share, total := eigen.Values(nil), mat.Trace(&covariance)
	for a := range axes {
		j := len(g) - 1 - a // values come in ascending order
		axes[a] = mat.Col(nil, j, &vectors)
		largest := slices.MaxFunc(axes[a], func(v, w float64) int { return cmp.Compare(math.Abs(v), math.Abs(w)) })
		for i := range axes[a] {
			axes[a][i] = math.Copysign(1, largest) * axes[a][i]
		}
		names[a] = fmt.Sprintf("principal axis %d (%.0f %% of the variance)", a+1, 100*share[j]/total)
	}
	return names, func(p path, i int) (point [3]float64) {
		for a, axis := range axes {
			for j, k := range g {
				point[a] += axis[j] * (p.z[i][k] - mean[j])
			}
		}
		return point
	}
}

// track returns every s-th point of a path and the last, with NaN where time jumps.
func track(p path, at func(path, int) [3]float64, s int) (out Values) {
	broken := false
	for i := range p.time {
		broken = broken || p.broken[i]
		if i%s != 0 && i != len(p.time)-1 {
			continue
		}
		q := at(p, i)
		if q[0] != q[0] && i == 0 {
			continue
		}
		if broken && q[0] == q[0] {
			out = append(out, float32(nan), float32(nan), float32(nan))
		}
		out = append(out, float32(q[0]), float32(q[1]), float32(q[2]))
		broken = false
	}
	return out
}
