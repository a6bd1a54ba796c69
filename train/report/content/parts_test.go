package content

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// trials returns a recording of bins of 0.1 s in trials of the given numbers of bins, a second apart from start to
// start.
func trials(bins ...int) *data.Recording {
	rec := &data.Recording{BinWidth: 0.1, Trials: len(bins)}
	for i, n := range bins {
		rec.SegmentStarts = append(rec.SegmentStarts, len(rec.Time))
		for b := range n {
			rec.Time, rec.Trial = append(rec.Time, float64(i)+0.1*float64(b)), append(rec.Trial, i)
		}
	}
	rec.Activity = data.NewMatrix(len(rec.Time), 1)
	return rec
}

// TestTimelineFromEvents checks that bins are counted from the bin of the event, across gaps. Trials without an event
// inside them are left out. If most trials have none, time counts from the start.
func TestTimelineFromEvents(t *testing.T) {
	rec := trials(5, 5, 5, 5)
	for i := 8; i < 10; i++ { // the second trial jumps by two bins after its third
		rec.Time[i] += 0.2
	}
	rec.SegmentStarts = []int{0, 5, 8, 10, 15}
	rec.EventName, rec.Event = "go cue", []float64{0.2, 1.55, math.NaN(), 3.05}
	rec.ConditionName, rec.Condition = "target", []string{"10", "9", "10", "9"}
	l := newTimeline(rec)
	if len(l.trials) != 3 || !strings.Contains(l.note, "1 of 4 trials") || l.axis() != "time from go cue (s)" {
		t.Fatalf("%d trials: %s; %s", len(l.trials), l.note, l.axis())
	}
	for i, want := range []struct {
		event, condition int
		bins             []int
	}{{2, 1, []int{-2, -1, 0, 1, 2}}, {8, 0, []int{-5, -4, -3, 0, 1}}, {15, 0, []int{0, 1, 2, 3, 4}}} {
		tr := l.trials[i]
		if tr.event != want.event || tr.condition != want.condition || !slices.Equal(tr.bins, want.bins) {
			t.Errorf("trial %d: event in row %d, condition %d, bins %v; want %+v", i, tr.event, tr.condition, tr.bins,
				want)
		}
	}
	if !slices.Equal(l.conditions, []string{"9", "10"}) {
		t.Errorf("conditions %v", l.conditions)
	}
	rec.Event = []float64{0.2, 9, -1, math.NaN()}
	if l = newTimeline(rec); l.event != "" || len(l.trials) != 4 || l.trials[1].bins[3] != 5 {
		t.Errorf("one event in four trials: %q, %d trials, %v", l.event, len(l.trials), l.trials[1].bins)
	}
}

// TestMeansAreOverHalfOfTheTrials checks that trials of 2, 4 and 4 bins have four means, and trials of 2, 2 and 4
// bins have two. Too many conditions are ignored, and a note says so.
func TestMeansAreOverHalfOfTheTrials(t *testing.T) {
	rec := trials(2, 4, 4)
	z := mat.NewDense(10, 1, []float64{1, 1, 2, 2, 2, 2, 6, 6, 6, 8})
	l := newTimeline(rec)
	a := l.average(l.trials, z)
	if !slices.Equal(a.Bins, []int{0, 1, 2, 3}) || a.Mean[0][0] != 3 || a.Mean[3][0] != 5 ||
		!(math.Abs(a.Deviation[3][0]-math.Sqrt(18)) <= 1e-12) {
		t.Errorf("bins %v, means %v, deviations %v", a.Bins, a.Mean, a.Deviation)
	}
	l = newTimeline(trials(2, 2, 4))
	if a = l.average(l.trials, z); !slices.Equal(a.Bins, []int{0, 1}) {
		t.Errorf("bins %v", a.Bins)
	}
	many, names := make([]int, 40), make([]string, 40)
	for i := range many {
		many[i], names[i] = 2, string(rune('A'+i))
	}
	rec = trials(many...)
	rec.Condition, rec.ConditionName = names, "time"
	l = newTimeline(rec)
	if l.column != "" || len(l.conditions) != 1 || !strings.Contains(l.note, "40 distinct values") {
		t.Errorf("%d conditions of %q: %s", len(l.conditions), l.column, l.note)
	}
}

// TestSinglesAreSpread checks that singles are as many of each condition, evenly spaced in it.
func TestSinglesAreSpread(t *testing.T) {
	names := make([]string, 30)
	for i := range names {
		names[i] = map[bool]string{true: "rare", false: "often"}[i%10 == 0]
	}
	rec := trials(slices.Repeat([]int{2}, 30)...)
	rec.Condition, rec.ConditionName = names, "c"
	l := newTimeline(rec)
	var got []int
	for _, tr := range l.singles(8) {
		got = append(got, tr.number)
	}
	if want := []int{1, 7, 15, 23, 0, 10, 20}; !slices.Equal(got, want) { // 4 of 27, and all 3
		t.Errorf("%v, want %v", got, want)
	}
}

// TestTracks checks that a jump in time becomes a break of NaN, and that thinning keeps the last point and the break.
// A single latent is drawn against its own past, which is missing after a break.
func TestTracks(t *testing.T) {
	var p path
	for i := range 7 {
		p.add(float64(i), []float64{float64(10 * i), 5}, i == 4)
	}
	f := &findings{time: &timeline{width: 1}}
	z := mat.NewDense(7, 2, nil)
	_, pair := f.axes([]int{0, 1}, z)
	_, alone := f.axes([]int{0}, z)
	text := func(v Values) (s []float64) {
		for _, x := range v {
			s = append(s, float64(x))
		}
		return s
	}
	for _, c := range []struct {
		name string
		got  Values
		want []float64
	}{
		{"every point", track(p, pair, 1), []float64{0, 5, 0, 10, 5, 1, 20, 5, 2, 30, 5, 3, nan, nan, nan, 40, 5, 4, 50,
			5, 5, 60, 5, 6}},
		{"every fifth", track(p, pair, 5), []float64{0, 5, 0, nan, nan, nan, 50, 5, 5, 60, 5, 6}},
		{"alone", track(p, alone, 1), []float64{1, 10, 0, 2, 20, 10, 3, 30, 20, nan, nan, nan, 5, 50, 40, 6, 60, 50}},
	} {
		if !slices.EqualFunc(text(c.got), c.want, func(a, b float64) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestPrincipalAxes checks that the three leading axes of four latents are found in their order, and that the fourth
// is not shown.
func TestPrincipalAxes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	z := mat.NewDense(4000, 4, nil)
	z.Apply(func(_, k int, _ float64) float64 { return 7 + []float64{1, 0.1, 4, 2}[k]*r.NormFloat64() }, z)
	names, at := principal([]int{0, 1, 2, 3}, z)
	var p path
	p.add(0, []float64{8, 27, 9, 10}, false) // 1, 20, 2, 3 from the mean
	for a, want := range []float64{2, 3, 1} {
		// a few thousandths of the 20 beside it, and the mean's own error
		if got := at(p, 0)[a]; !(math.Abs(got-want) <= 0.6) {
			t.Errorf("axis %d is at %g, want %g", a, got, want)
		}
	}
	if names[0] != "principal axis 1 (76 % of the variance)" { // 16 of 21.01
		t.Errorf("the first is %q", names[0])
	}
}

// TestContinuous checks a recording without trials. It has a trajectory of the held-out block, and a trace of block
// means over all time with their spread, broken at gaps.
func TestContinuous(t *testing.T) {
	rec := trials(9000)
	rec.Trials, rec.SegmentStarts = 0, []int{0, 100}
	f := &findings{Fit: Fit{Recording: rec}, time: newTimeline(rec), groups: evaluate.Groups{{0, 1}}}
	for b := 6000; b < 9000; b++ {
		f.bins = append(f.bins, b)
	}
	f.Split.Test = f.bins
	z := mat.NewDense(9000, 2, nil)
	z.Apply(func(i, k int, _ float64) float64 { return float64(k*1000 + i%5) }, z)
	kind, note := f.overTime(latentsView{"encoded", z})
	g := kind.Groups[0]
	if len(g.Tracks) != 1 || len(g.Tracks[0].Points) != 3*2000 ||
		!(math.Abs(float64(g.Tracks[0].Points[2])-600) <= 1e-3) {
		t.Errorf("%d tracks, of %d values", len(g.Tracks), len(g.Tracks[0].Points))
	}
	tr := g.Traces[0]
	// 5 bins a block, and one break
	if n := len(tr.Time); n != 1801 || n != len(tr.Mean[1]) || n != len(tr.Deviation[0]) {
		t.Fatalf("%d points", len(tr.Time))
	}
	if v := tr.Mean[0][20]; v == v || tr.Mean[1][21] != 1002 ||
		!(math.Abs(float64(tr.Deviation[0][30])-math.Sqrt2) <= 1e-6) {
		t.Errorf("at the gap %v, then %v, spread %v", v, tr.Mean[1][21], tr.Deviation[0][30])
	}
	if !strings.Contains(note, "bins 6001 to 8000 of 9000") || !strings.Contains(note, "5 bins at a time") {
		t.Error(note)
	}
}

// TestThinnedCurves checks that curves have 500 points at most, the first and the last among them, the others equally
// far apart.
func TestThinnedCurves(t *testing.T) {
	for _, n := range []int{1, 2, 499, 500, 501, 999, 1000, 5000, 4991} {
		rows := make([]train.Epoch, n)
		for i := range rows {
			rows[i].Epoch = i + 1
		}
		some := spaced(rows)
		if len(some) > maxEpochs || some[0].Epoch != 1 || some[len(some)-1].Epoch != n || n <= maxEpochs &&
			len(some) != n || n > 600 && len(some) < 300 {
			t.Errorf("of %d epochs there are %d, from %d to %d", n, len(some), some[0].Epoch, some[len(some)-1].Epoch)
		}
		for i := 2; i < len(some)-1; i++ {
			if some[i].Epoch-some[i-1].Epoch != some[1].Epoch-some[0].Epoch {
				t.Errorf("of %d epochs, %d follows %d", n, some[i].Epoch, some[i-1].Epoch)
			}
		}
	}
}

// TestClustersAreFound checks that three kinds of channels, mixed in the file, are together in the order by
// clustering, with edges between them. The sign and the scale of a latent change nothing.
func TestClustersAreFound(t *testing.T) {
	const n = 60
	r := rand.New(rand.NewPCG(3, 4))
	a, b := mat.NewDense(n, 2, nil), mat.NewDense(2, n, nil)
	sizes := []int{0, 0, 0}
	for i := range n {
		c := r.IntN(3)
		sizes[c]++
		for k, v := range [][]float64{{1, 0}, {0, 1}, {-1, 1}}[c] {
			a.Set(i, k, v+0.1*r.NormFloat64())
			b.Set(k, i, []float64{1, -1, 1}[c]*v+0.1*r.NormFloat64())
		}
	}
	got := clustered(a, b)
	if len(got.Edges) != 2 {
		t.Fatalf("edges %v of clusters of %v", got.Edges, sizes)
	}
	lengths := []int{got.Edges[0], got.Edges[1] - got.Edges[0], n - got.Edges[1]}
	slices.Sort(lengths)
	slices.Sort(sizes)
	if !slices.Equal(lengths, sizes) {
		t.Errorf("clusters of %v, want %v", lengths, sizes)
	}
	for i := range n {
		a.Set(i, 0, -8*a.At(i, 0)) // exact in binary
	}
	for i := range n {
		b.Set(0, i, -b.At(0, i)/4)
	}
	if again := clustered(a, b); !slices.Equal(again.Permutation, got.Permutation) {
		t.Errorf("another scale and sign: %v, before %v", again.Permutation, got.Permutation)
	}
}

// TestLinkageIsAverageLinkage checks that chains of nearest neighbours give the merges that come of always joining the
// two clusters with the highest mean link.
func TestLinkageIsAverageLinkage(t *testing.T) {
	const n = 30
	r := rand.New(rand.NewPCG(5, 6))
	links := make([][]float32, n)
	for i := range links {
		links[i] = make([]float32, n)
	}
	for i := range n {
		for j := range i {
			links[i][j] = r.Float32()
			links[j][i] = links[i][j]
		}
	}
	clusters := make([][]int, n)
	for i := range clusters {
		clusters[i] = []int{i}
	}
	var want []float64
	for len(clusters) > 1 {
		best, at := -1.0, [2]int{}
		for i := range clusters {
			for j := range i {
				sum := 0.0
				for _, p := range clusters[i] {
					for _, q := range clusters[j] {
						sum += float64(links[p][q])
					}
				}
				if mean := sum / float64(len(clusters[i])*len(clusters[j])); mean > best {
					best, at = mean, [2]int{i, j}
				}
			}
		}
		want = append(want, best)
		clusters[at[1]] = append(clusters[at[1]], clusters[at[0]]...)
		clusters = slices.Delete(clusters, at[0], at[0]+1)
	}
	got := linkage(links)
	for i, m := range got {
		if !(math.Abs(m.link-want[i]) <= 1e-5) { // links are in single precision
			t.Errorf("merge %d is at %g, want %g", i, m.link, want[i])
		}
	}
	if order, _ := leaves(n, got); len(order) != n {
		t.Errorf("%d leaves", len(order))
	}
}

// TestScales checks that colours end at the stated percentile of all entries if N is small. They end at the largest
// if nearly all weights are 0, and at 1 if all are 0.
func TestScales(t *testing.T) {
	const n = 20
	a, b := mat.NewDense(n, 1, nil), mat.NewDense(1, n, nil)
	f := &findings{a: a, b: b, groups: evaluate.Groups{{0}}}
	if scale, w, _ := f.scales(); scale != 1 || w != 1 {
		t.Errorf("of no weights: %g, %g", scale, w)
	}
	a.Set(3, 0, -4)
	b.Set(0, 5, 2)
	if scale, w, _ := f.scales(); scale != 8 || w != 8 {
		t.Errorf("of one weight: %g, %g", scale, w)
	}
	for i := range n {
		a.Set(i, 0, float64(i+1))
		b.Set(0, i, -1)
	}
	if scale, _, note := f.scales(); scale != 20 || strings.Contains(note, "rows") { // 19.9 of 20 entries each
		t.Errorf("of 1 to 20: %g; %s", scale, note)
	}
}
