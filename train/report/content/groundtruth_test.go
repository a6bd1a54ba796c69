package content

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train/evaluate"
)

// groundTruth returns 20 trials of 40 bins, every fourth held out. The latents are noise in two groups: z1, and z2 with
// z3.
func groundTruth(behavior string) *findings {
	rec := trials(slices.Repeat([]int{40}, 20)...)
	for i := range rec.Time { // trials of 4 s follow one another
		rec.Time[i] = 0.1 * float64(i)
	}
	T := len(rec.Time)
	rec.Behavior, rec.BehaviorName = data.NewMatrix(T, 2), behavior
	r := rand.New(rand.NewPCG(7, 8))
	mu := data.NewMatrix(T, 3)
	f := &findings{Fit: Fit{Recording: rec}, groups: evaluate.Groups{{0}, {1, 2}},
		names: []string{"group 1", "group 2"}, page: &Page{Missing: map[string]string{}}, binsAre: "held-out bins"}
	for i := range T {
		for k := range mu.Cols {
			mu.Row(i)[k] = float32(r.NormFloat64())
		}
		if i/40%4 == 0 {
			f.Split.Test = append(f.Split.Test, i)
		} else {
			f.Split.Train = append(f.Split.Train, i)
		}
	}
	f.Mu, f.bins, f.time = mu, f.Split.Test, newTimeline(rec)
	f.kinds = []latentsView{{"encoded", evaluate.Dense(mu)}}
	return f
}

// decode has the behaviour decoded as results.Assess does.
func (f *findings) decode() error {
	f.Decoder, f.DecodeErr = evaluate.FitBehavior(f.Recording, f.Mu, f.Split.Train, f.groups)
	return f.behavior()
}

// TestBehaviorIsDecodedFromItsGroup checks a behaviour of which each column comes from one group. That group and all
// latents decode the column, and the other group does not. Bins without behaviour do not count.
func TestBehaviorIsDecodedFromItsGroup(t *testing.T) {
	f := groundTruth("gaze")
	for i := range f.Mu.Rows {
		z, y := f.Mu.Row(i), f.Recording.Behavior.Row(i)
		y[0], y[1] = 3*z[0]+100, z[1]-2*z[2]
	}
	f.Recording.Behavior.Row(45)[0] = float32(nan)
	f.Recording.Behavior.Row(3)[1] = float32(nan) // held out
	if err := f.decode(); err != nil {
		t.Fatal(err)
	}
	b := f.page.Behavior
	for i, want := range [][2]float64{{1, 1}, {1, 0}, {0, 1}} {
		for j, got := range b.R2[i].Columns {
			// noise explains a little of noise
			if !(math.Abs(float64(got)-want[j]) <= 0.05) || want[j] == 1 && got < 1-1e-6 {
				t.Errorf("%s: R2 of column %d is %.4f, want %g", b.R2[i].Name, j, got, want[j])
			}
		}
	}
	if len(b.R2) != 3 || !strings.Contains(b.How, "fitted on 599 bins") ||
		!strings.Contains(b.How, "1 bin with missing") || strings.Contains(b.How, "added up") {
		t.Errorf("%d rows: %s", len(b.R2), b.How)
	}
	if p := b.Panels; len(p) != 4 || len(p[0].Tracks) != 1+5 || len(p[1].Tracks[0].Points) != 80 ||
		p[0].Tracks[0].Points[0] != p[0].Tracks[0].Points[0] {
		t.Errorf("%d panels", len(p))
	}
	missing := b.Panels[0].Tracks[1].Points[2*3+1] // of the first single trial, which is the first held out
	if missing == missing {
		t.Errorf("where the behaviour is missing it is drawn at %g", missing)
	}
	if b.Names[1] != "gaze 1" {
		t.Errorf("names %q", b.Names)
	}
}

// TestVelocityIsSummedUp checks that trajectories of a velocity are its sums within each trial.
func TestVelocityIsSummedUp(t *testing.T) {
	f := groundTruth("processing/behavior/hand_velocity")
	for i := range f.Mu.Rows {
		f.Recording.Behavior.Row(i)[0], f.Recording.Behavior.Row(i)[1] = 2, f.Mu.Row(i)[1]
	}
	if err := f.decode(); err != nil {
		t.Fatal(err)
	}
	b := f.page.Behavior
	mean := b.Panels[0].Tracks[0].Points
	for i := range 40 {
		if mean[2*i] != float32(2*(i+1)) {
			t.Fatalf("after %d bins the hand is at %g", i+1, mean[2*i])
		}
	}
	if b.Panels[0].Axes[0] != "hand_velocity 0, summed over bins" || len(b.R2) != 4 {
		t.Errorf("axes %q, %d rows", b.Panels[0].Axes, len(b.R2))
	}
}

// TestTooFewBins checks that a decoder that could fit anything is not fitted.
func TestTooFewBins(t *testing.T) {
	f := groundTruth("gaze")
	f.Split.Train = f.Split.Train[:4]
	if err := f.decode(); err == nil || !strings.Contains(err.Error(), "too few") {
		t.Error(err)
	}
}

// TestRhythmsAreFound checks latents at 3 Hz in one group and noise in the other. The first group has nearly all of
// delta, and most of its own power there. Bands beyond the sampling rate or the windows are missing.
func TestRhythmsAreFound(t *testing.T) {
	f := groundTruth("none")
	z := f.kinds[0].z
	for i := range f.Mu.Rows {
		z.Set(i, 0, math.Sin(2*math.Pi*3*0.1*float64(i)))
	}
	if err := f.spectra(); err != nil {
		t.Fatal(err)
	}
	s := f.page.Spectra
	k := s.Kinds[0]
	if k.Frequency[len(k.Frequency)-1] != 5 || len(k.Bands) != 1 || k.Bands[0].Name != "delta" ||
		!strings.Contains(s.Note, "over 5 windows of 4 s (40 bins") {
		t.Fatalf("%d bands up to %g Hz: %s", len(k.Bands), k.Frequency[len(k.Frequency)-1], s.Note)
	}
	top := 0
	for i, v := range k.Power[0] {
		if v > k.Power[0][top] {
			top = i
		}
	}
	if k.Frequency[top] != 3 {
		t.Errorf("the peak is at %g Hz", k.Frequency[top])
	}
	// the noise has two latents, 3/5 of whose power is at 1 to 4 Hz: 1.2 beside 1
	if d := k.Bands[0]; !(d.Within[0] >= 0.99) || !(math.Abs(float64(d.Within[1])-0.6) <= 0.1) ||
		!(math.Abs(float64(d.Shares[0])-1/2.2) <= 0.05) || !(math.Abs(float64(d.Shares[0]+d.Shares[1])-1) <= 1e-12) {
		t.Errorf("delta: %+v", d)
	}
	names := map[float64]string{0.001: "[delta theta alpha beta gamma 50 Hz]", 0.0095: "[delta theta alpha beta 50 Hz]",
		0.2: "[delta]", 0.3: "[]", 1: "[]"}
	for width, want := range names {
		w := evaluate.Windows{BinWidth: width, Window: 2000, Padded: 2000}
		var got []string
		spec := evaluate.Spectrum{Power: [][]float64{make([]float64, 1001)}}
		for i := range 1001 {
			spec.Frequency = append(spec.Frequency, float64(i)/(2000*width))
		}
		for _, b := range spectrumKind("", w, spec, 1).Bands {
			got = append(got, b.Name)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("bins of %g s have %v, want %s", width, got, want)
		}
	}
}

// TestSpectraAreOfStretches checks that no window crosses a gap or the end of a trial. If no bins are consecutive,
// the page gives this as the reason for missing spectra.
func TestSpectraAreOfStretches(t *testing.T) {
	f := groundTruth("none")
	if w, firsts := f.windows(f.bins); w.Window != 40 || !slices.Equal(firsts, []int{0, 40, 80, 120, 160}) {
		t.Errorf("windows of %d bins at %v", w.Window, firsts)
	}
	f.Recording.SegmentStarts = append(f.Recording.SegmentStarts, 20)
	slices.Sort(f.Recording.SegmentStarts)
	if w, firsts := f.windows(f.bins); w.Window != 40 || !slices.Equal(firsts, []int{40, 80, 120, 160}) {
		t.Errorf("with a gap, windows of %d bins at %v", w.Window, firsts)
	}
	f.Recording.SegmentStarts = nil
	for i := range f.Mu.Rows {
		f.Recording.SegmentStarts = append(f.Recording.SegmentStarts, i)
	}
	if err := f.spectra(); err == nil || !strings.Contains(err.Error(), "without a gap") {
		t.Error(err)
	}
}

// TestEventsNeedRoom checks that windows around events are as long as half of the held-out trials allow on both
// sides. Shorter trials are left out.
func TestEventsNeedRoom(t *testing.T) {
	f := groundTruth("none")
	var events []float64
	for i := range 20 { // held out: 0, 4, 8, 12, 16, of which the last two have 5 bins before
		events = append(events, 4*float64(i)+map[bool]float64{true: 1.5, false: 0.5}[i < 12])
	}
	f.Recording.Event, f.Recording.EventName = events, "cue"
	f.time = newTimeline(f.Recording)
	w, at := f.aroundEvents(f.bins)
	if w.Window != 15 || !slices.Equal(at, []int{15, 40 + 15, 80 + 15}) {
		t.Errorf("windows of %d bins around %v", w.Window, at)
	}
	if err := f.spectra(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range f.page.Spectra.Kinds {
		names = append(names, k.Name)
	}
	if got := strings.Join(names, "; "); got != "encoded, before cue; encoded, after cue; encoded, added by cue" {
		t.Error(got)
	}
}

// TestRecoveryOfItself checks that a truth that the fit found, in other order and at other scale, is recovered: groups
// matched, latents aligned, connectivities the same.
func TestRecoveryOfItself(t *testing.T) {
	f := groundTruth("none")
	r := rand.New(rand.NewPCG(9, 9))
	f.a, f.b = mat.NewDense(120, 3, nil), mat.NewDense(3, 120, nil)
	f.a.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, f.a)
	f.b.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, f.b)
	order, scale := []int{2, 1, 0}, []float64{2, -1, 4} // the true latents, in terms of the found ones
	truth := evaluate.GroundTruth{Z: mat.NewDense(f.Mu.Rows, 3, nil), A: mat.NewDense(120, 3, nil),
		B: mat.NewDense(3, 120, nil), Groups: evaluate.Groups{{0, 1}, {2}}}
	for k, from := range order {
		z, a, b := mat.Col(nil, from, f.kinds[0].z), mat.Col(nil, from, f.a), mat.Row(nil, from, f.b)
		for i := range z {
			z[i] *= scale[k]
		}
		for i := range a {
			a[i] /= scale[k]
			b[i] *= scale[k]
		}
		truth.Z.SetCol(k, z)
		truth.A.SetCol(k, a)
		truth.B.SetRow(k, b)
	}
	found := evaluate.Estimate{Mu: f.kinds[0].z, A: f.a, B: f.b, Groups: f.groups}
	recover := func() {
		t.Helper()
		r, err := evaluate.Recover(truth, found)
		if err != nil && !errors.Is(err, evaluate.ErrFewer) {
			t.Fatal(err)
		}
		f.Truth = &Truth{Planted: truth, Found: found, Recovery: r}
		for row := range f.Mu.Rows {
			f.Truth.Rows = append(f.Truth.Rows, row)
		}
		if err := f.recovery(); err != nil {
			t.Fatal(err)
		}
	}
	recover()
	got := f.page.Recovery
	for _, figure := range got.Metrics {
		if !(math.Abs(float64(figure.Test)-1) <= 1e-9) {
			t.Errorf("%s is %v", figure.Key, figure.Test)
		}
	}
	if g := got.Groups[0]; len(got.Metrics) != 4 || g.Found != 1 || len(g.Latent) != 2 || g.N != 100 ||
		len(g.W) != 100*100 {
		t.Errorf("%d figures; group found %d, N %d", len(got.Metrics), g.Found, g.N)
	} else if !(math.Abs(float64(g.Latent[0][9]-g.True[0][9])) <= 1e-5) ||
		!(math.Abs(float64(g.W[101]-g.WFound[101])) <= 1e-5) {
		t.Errorf("latent %g for %g, weight %g for %g", g.Latent[0][9], g.True[0][9], g.WFound[101], g.W[101])
	}
	found.Groups = evaluate.Groups{{0, 1, 2}}
	recover()
	if got := f.page.Recovery; len(got.Groups) != 0 || len(got.Metrics) != 2 {
		t.Errorf("fewer groups than planted: %+v", got)
	}
}
