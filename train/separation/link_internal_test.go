package separation

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// TestPredictionIsItsDefinition compares a held-out prediction from moments with a fit and a test row by row.
func TestPredictionIsItsDefinition(t *testing.T) {
	const rows, p, q, gap = 200, 3, 2, 4
	random := rand.New(rand.NewPCG(1, 1))
	features := normal(rows, p, random)
	standardize(features)
	targets := mat.NewDense(rows, q, nil)
	targets.Apply(func(i, j int, _ float64) float64 { return 3 + features.At(i, j) + random.NormFloat64() }, targets)
	v := view{gap: gap, targets: targets}
	got, err := newPredictor(&v, p).predict(features)
	if err != nil {
		t.Fatal(err)
	}
	for j := range q {
		for b := range linkBlocks {
			errors, deviations := direct(features, targets, j, b*10, b*10+10, gap)
			// moments lose a few digits to cancellation
			if !(math.Abs(got.errors[j][b]-errors) <= 1e-9) || !(math.Abs(got.deviations[j][b]-deviations) <= 1e-9) {
				t.Errorf("target %d, block %d: %g of %g, want %g of %g", j, b, got.errors[j][b],
					got.deviations[j][b], errors, deviations)
			}
		}
	}
}

// direct fits target j without the rows lo-gap to hi+gap, and tests rows lo to hi.
func direct(features, targets *mat.Dense, j, lo, hi, gap int) (errors, deviations float64) {
	rows, p := features.Dims()
	var train []int
	for i := range rows {
		if i < lo-gap || i >= hi+gap {
			train = append(train, i)
		}
	}
	x, y := evaluate.Rows(features, train), evaluate.Rows(targets, train)
	mx, my := regress.Means(x), regress.Means(y)[j]
	gram, cross := mat.NewDense(p, p, nil), mat.NewVecDense(p, nil)
	for a := range p {
		gram.Set(a, a, penalty*float64(len(train)))
		for i := range train {
			for b := range p {
				gram.Set(a, b, gram.At(a, b)+(x.At(i, a)-mx[a])*(x.At(i, b)-mx[b]))
			}
			cross.SetVec(a, cross.AtVec(a)+(x.At(i, a)-mx[a])*(y.At(i, j)-my))
		}
	}
	var w mat.VecDense
	if err := w.SolveVec(gram, cross); err != nil {
		panic(err) // the penalty makes it regular
	}
	for i := lo; i < hi; i++ {
		d := targets.At(i, j) - my
		deviations += d * d
		for a := range p {
			d -= w.AtVec(a) * (features.At(i, a) - mx[a])
		}
		errors += d * d
	}
	return errors, deviations
}

func TestLevelUsesOnlyOtherBinsOfTheStretch(t *testing.T) {
	const bins = 60
	s := mat.NewDense(bins, 1, nil)
	for i := range bins {
		s.Set(i, 0, float64(i)/bins)
	}
	ss := []stretch{{0, 40}, {40, 60}}
	v, ok := level(s, ss)
	// With a reach of 8, 24 + 4 bins have all neighbours, fewer than half; with 4, 32 + 12.
	if n, _ := v.targets.Dims(); !ok || v.gap != 4 || n != 44 {
		t.Fatalf("%d rows of gap %d, %v", n, v.gap, ok)
	}
	if _, ok := level(s, stretches(bins, 2)); ok {
		t.Error("stretches of two bins have an inner bin")
	}
	for _, row := range inner(ss, 4) {
		if row < 4 || row >= 36 && row < 44 || row >= 56 {
			t.Errorf("row %d uses bins of another stretch", row)
		}
	}
}

// stretches returns stretches of equal length.
func stretches(bins, length int) (ss []stretch) {
	for t := 0; t < bins; t += length {
		ss = append(ss, stretch{t, min(bins, t+length)})
	}
	return ss
}

func TestChangesAreTheirDefinition(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	const bins, h, second = 120, 4, 71 // the second stretch starts at an odd row
	s := normal(bins, 2, random)
	c := newScale(s, []stretch{{0, second}, {second, bins}}, h)
	if n, _ := c.target.Dims(); n != 35-7+24-7 || !reflect.DeepEqual(c.half, []stretch{{0, 28}, {28, 45}}) {
		t.Fatalf("%d times, %v", n, c.half)
	}
	mean := func(first, n, j int) (m float64) { // over every second bin
		for i := range n {
			m += s.At(first+2*i, j) / float64(n)
		}
		return m
	}
	for time, first := range map[int]int{0: 0, 10: 20, 28: second, 30: second + 4} {
		for j := range 2 {
			diff, level := mean(first+2*h, h, j)-mean(first, h, j), mean(first, 2*h, j)
			between := mean(first+2*h+1, h, j) - mean(first+1, h, j)
			for _, v := range []struct{ got, want float64 }{{c.diff[j][time], diff}, {c.mean[j][time], level},
				{c.target.At(time, j), between}} {
				if !(math.Abs(v.got-v.want) <= 1e-12) {
					t.Errorf("component %d, time %d: %g, want %g", j, time, v.got, v.want)
				}
			}
		}
	}
}

func TestShortTrialsLeaveOutLongScales(t *testing.T) {
	const bins = 3000
	s := normal(bins, 2, rand.New(rand.NewPCG(3, 3)))
	count := func(length int) (gaps []int) {
		for _, v := range views(s, stretches(bins, length)) {
			gaps = append(gaps, v.gap)
		}
		return gaps
	}
	// level, then differences and velocity at 4, 8, 16, 32: a window of differences is eight times the scale, and a
	// window of velocity four times
	for length, want := range map[int][]int{bins: {8, 8, 16, 16, 32, 32, 64, 64},
		150: {8, 8, 16, 16, 32}, 14: {2}, 4: {1}, 3: nil} {
		if got := count(length); !slices.Equal(got, want) {
			t.Errorf("stretches of %d bins: views with gaps of %d, want %d", length, got, want)
		}
	}
}

func TestWithoutSomeBins(t *testing.T) {
	ss := []stretch{{0, 10}, {10, 20}, {20, 30}}
	for _, c := range []struct {
		lo, hi int
		want   []stretch
	}{
		{0, 0, ss},
		{4, 6, []stretch{{0, 4}, {4, 8}, {8, 18}, {18, 28}}},
		{5, 25, []stretch{{0, 5}, {5, 10}}},
		{10, 20, []stretch{{0, 10}, {10, 20}}},
		{20, 30, ss[:2]},
	} {
		if got := without(ss, c.lo, c.hi); !reflect.DeepEqual(got, c.want) {
			t.Errorf("without %d to %d: %v, want %v", c.lo, c.hi, got, c.want)
		}
	}
}

func TestCorrelationTime(t *testing.T) {
	const bins, tau = 60_000, 12.
	random := rand.New(rand.NewPCG(4, 4))
	x := make([]float64, bins)
	for i := 1; i < bins; i++ {
		x[i] = math.Exp(-1/tau)*x[i-1] + random.NormFloat64()
	}
	noisy := make([]float64, bins)
	for i, v := range x {
		noisy[i] = v + 3*random.NormFloat64()
	}
	// It falls by e from lag 1 to lag 1 + tau. An autocorrelation from this many bins has an error of about
	// sqrt(2 tau / T) = .02, one lag in fifty.
	for name, x := range map[string][]float64{"plain": x, "with white noise": noisy} {
		if got := correlationTime(x, []stretch{{0, bins}}); !(math.Abs(got-tau-1) <= 3) {
			t.Errorf("%s: %g, want about %g", name, got, tau+1)
		}
	}
	if got := correlationTime(x, stretches(bins, 10)); got != 5 {
		t.Errorf("in stretches of 10 bins: %g, want half of that", got)
	}
}
