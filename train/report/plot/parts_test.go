package plot

import (
	"image"
	"math"
	"slices"
	"testing"

	"facrnn/data"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func TestDivergingColours(t *testing.T) {
	if c := diverging(0); c != grey(0xFF) {
		t.Errorf("0 is %v, want white", c)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(0.02, 3).Draw(t, "v")
		plus, minus := diverging(v), diverging(-v)
		if plus.R <= plus.G || plus.R <= plus.B {
			t.Errorf("+%v is %v, not reddish", v, plus)
		}
		if minus.B <= minus.G && v < 0.6 || minus.B <= minus.R {
			t.Errorf("-%v is %v, not bluish", v, minus)
		}
		if small := diverging(v / 2); v < 1 && small.G <= plus.G {
			t.Errorf("%v is not paler than %v", v/2, v)
		}
	})
	if diverging(2) != diverging(1) || diverging(math.Inf(-1)) != diverging(-1) {
		t.Error("values beyond the limits are not drawn at the limits")
	}
}

// A connection from neuron 6 to neuron 1 belongs into the second row from the top, the seventh column from the left.
func TestRowZeroIsAtTheTop(t *testing.T) {
	const N, to, from = 8, 1, 6
	run := Run{A: data.NewMatrix(N, N), B: identity(N)}
	run.A.Row(to)[from] = 1
	run.A.Row(from)[to] = -1
	paths, err := Figures(t.TempDir(), nil, run)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, paths[0])
	l := connectivityFigure(run).layout()
	for i := range N {
		for j := range N {
			at := image.Pt(pixels(l.x[0]+mapSide*(2*vg.Length(j)+1)/(2*N)), pixels(l.y[0]+mapSide*(2*vg.Length(i)+1)/(2*N)))
			r, _, b, _ := img.At(at.X, at.Y).RGBA()
			switch {
			case i == to && j == from:
				if r <= b {
					t.Errorf("cell %d <- %d is not red", i, j)
				}
			case i == from && j == to:
				if b <= r {
					t.Errorf("cell %d <- %d is not blue", i, j)
				}
			case !white(img, at):
				t.Errorf("cell %d <- %d is not white", i, j)
			}
		}
	}
}

func TestNeuronsAreOrderedByRegion(t *testing.T) {
	channels := []data.Channel{{Region: "M1"}, {Region: "S1"}, {Region: "M1"}, {}, {Region: "S1"}}
	order, regions := arrange(channels, 5)
	if want := []int{0, 2, 1, 4, 3}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if want := []region{{"M1", 0, 2}, {"S1", 2, 4}, {"not named", 4, 5}}; !slices.Equal(regions, want) {
		t.Errorf("regions %v, want %v", regions, want)
	}
	if order, regions := arrange(make([]data.Channel, 3), 3); !slices.Equal(order, []int{0, 1, 2}) || regions != nil {
		t.Errorf("without regions: order %v, regions %v", order, regions)
	}
}

func TestThinTakesBlockMeansInTheOrderGiven(t *testing.T) {
	m := data.NewMatrix(3, 3)
	for i := range m.Data {
		m.Data[i] = float32(i)
	}
	got := thin(m, []int{2, 0, 1}, 2)
	// Rows and columns 2,0 | 1: the means of 8 6 2 0, of 7 1, of 5 3, and 4.
	if want := []float32{4, 4, 4, 4}; !slices.Equal(got.Data, want) {
		t.Errorf("got %v, want %v", got.Data, want)
	}
	if got := thin(m, []int{2, 0, 1}, 1); !slices.Equal(got.Data, []float32{8, 6, 7, 2, 0, 1, 5, 3, 4}) {
		t.Errorf("one by one: %v", got.Data)
	}
}

func TestColourLimit(t *testing.T) {
	w := data.NewMatrix(1, 1001)
	if limit, _ := colourLimit(w, "|W|"); limit != 1 {
		t.Errorf("all 0: limit %v, want 1", limit)
	}
	w.Data[7] = -3
	if limit, rule := colourLimit(w, "|W|"); limit != 3 || rule != "largest |W|" {
		t.Errorf("one weight: limit %v, %s", limit, rule)
	}
	for i := range w.Data {
		w.Data[i] = -float32(i)
	}
	if limit, rule := colourLimit(w, "|W|"); limit != 990 || rule != "99th percentile of |W|" {
		t.Errorf("limit %v, %s", limit, rule)
	}
}

func TestFirstEpochsDoNotFlattenALoss(t *testing.T) {
	c := Curve{}
	for e := range 200 {
		c.Epoch = append(c.Epoch, float64(e))
		c.Train = append(c.Train, 10+math.Exp(-float64(e)/50)+1e4*math.Exp(-2*float64(e)))
	}
	shown, cut := robust(c, spanOf(c.Epoch))
	if !cut || shown.hi > 12 || shown.lo > 10.02 {
		t.Errorf("shown %v, cut %v", shown, cut)
	}
	c.Train[199] = 14
	if shown, _ := robust(c, spanOf(c.Epoch)); shown.hi < 14 {
		t.Errorf("the last value is out of view: %v", shown)
	}
	c.Train = slices.Repeat([]float64{1, 2}, 100)
	if shown, cut := robust(c, spanOf(c.Epoch)); cut || shown.lo > 1 || shown.hi < 2 {
		t.Errorf("a harmless curve is cut to %v", shown)
	}
}

func TestMeanOverTrialsGoesAsFarAsMoreThanHalfOfThem(t *testing.T) {
	run := Run{Trials: 3, BinWidth: 0.5, Latents: data.Matrix{Rows: 6, Cols: 1, Data: []float32{1, 2, 3, 5, 6, 9}},
		Trial: []int{0, 0, 0, 1, 1, 2}, Time: []float64{0, 0.5, 1, 7, 7.5, 9}}
	mean, complete := run.trialMean(run.clock())
	if want := []float32{5, 4}; !slices.Equal(mean.z.Data, want) || !slices.Equal(mean.x, []float64{0, 0.5}) || complete {
		t.Errorf("mean %v at %v, complete %v; want %v", mean.z.Data, mean.x, complete, want)
	}
}

func TestPathsBreakAtTrialsAndGaps(t *testing.T) {
	run := Run{Trials: 2, BinWidth: 1, Trial: []int{0, 0, 0, 1, 1}, Time: []float64{0, 1, 5, 6, 7}}
	if got, want := run.stretches(5, 1), []path{{0, 2}, {2, 3}, {3, 5}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := run.stretches(5, 2), []path{{0, 2}, {2, 3}}; !slices.Equal(got, want) {
		t.Errorf("every second trial: got %v, want %v", got, want)
	}
}

func TestTicksAreFewRoundAndInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e5, 1e5).Draw(t, "lo")
		hi := lo + rapid.Float64Range(1e-2, 1e5).Draw(t, "size")
		count := rapid.IntRange(2, 8).Draw(t, "count")
		marks := ticks{count: count}.Ticks(lo, hi)
		if len(marks) < 2 || len(marks) > 3*count {
			t.Fatalf("%d ticks from %v to %v", len(marks), lo, hi)
		}
		for i, m := range marks {
			if m.Value < lo || m.Value > hi || i > 0 && m.Label == marks[i-1].Label {
				t.Fatalf("tick %v from %v to %v", m, lo, hi)
			}
		}
	})
	var labels []string
	for _, m := range (ticks{count: 4}).Ticks(-1, 1) {
		labels = append(labels, m.Label)
	}
	if want := []string{"−1.0", "−0.5", "0", "0.5", "1.0"}; !slices.Equal(labels, want) {
		t.Errorf("labels %q, want %q", labels, want)
	}
}

func TestLetters(t *testing.T) {
	for n, want := range map[int]string{0: "a", 25: "z", 26: "aa", 27: "ab", 52: "ba"} {
		if got := letter(n); got != want {
			t.Errorf("panel %d is %s, want %s", n, got, want)
		}
	}
}

// TestBlockMeans: those of a W that is too large to be made are those of W, in whatever order; 1e-6 is W in single precision.
func TestBlockMeans(t *testing.T) {
	run := shape{groups: []int{2, 3}, bins: 2, neurons: 11}.run()
	order := []int{3, 1, 2, 0, 10, 9, 8, 7, 4, 5, 6}
	for _, latents := range [][]int{{0, 1, 2, 3, 4}, run.Groups[1].Latents} {
		w := data.NewMatrix(11, 11)
		for i := range 11 {
			for j := range 11 {
				for _, k := range latents {
					w.Row(i)[j] += run.A.Row(i)[k] * run.B.Row(k)[j]
				}
			}
		}
		for _, block := range []int{1, 3} {
			want, got := thin(w, order, block), product(thinRows(run.A, order, block), thinColumns(run.B, order, block), latents)
			for i, v := range want.Data {
				if !(math.Abs(float64(v-got.Data[i])) <= 1e-6) {
					t.Errorf("blocks of %d: mean %d is %g, of W itself %g", block, i, got.Data[i], v)
				}
			}
		}
	}
}
