package content

import (
	"math"
	"slices"
	"testing"
)

func TestColourLimit(t *testing.T) {
	w := make([]float32, 1001)
	if got := ColourLimit(w); got != 1 {
		t.Errorf("all 0: the limit is %v, want 1", got)
	}
	w[7] = -3
	if got := ColourLimit(w); got != 3 {
		t.Errorf("one weight: the limit is %v, want the largest magnitude, 3", got)
	}
	for i := range w {
		w[i] = -float32(i)
	}
	if got := ColourLimit(w); got != 995 {
		t.Errorf("the limit is %v, want the 99.5th percentile, 995", got)
	}
}

func TestWritten(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1.2345: "1.23", -0.05: "−0.05", 999.6: "1000", 12345: "12\u202f345", 2.5e-5: "2.50 × 10⁻⁵",
		-3e7: "−3.00 × 10⁷", math.Inf(1): "–",
	} {
		if got := written(v, 3); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}

// TestFirstEpochsDoNotFlattenALoss checks that positive losses get a logarithmic axis, and that the axis of other
// losses ends above the later epochs.
func TestFirstEpochsDoNotFlattenALoss(t *testing.T) {
	curve := func(shift float64) []Restart {
		r := Restart{Train: []Values{nil}}
		for e := range 200 {
			r.Epoch = append(r.Epoch, float32(e))
			r.Train[0] = append(r.Train[0], float32(shift+math.Exp(-float64(e)/50)+1e4*math.Exp(-2*float64(e))))
		}
		return []Restart{r}
	}
	if y, cut := lossAxis(0, curve(10)); !y.Log || y.Domain != nil || cut != "" {
		t.Errorf("positive losses have the axis %+v, %q, want a logarithmic one", y, cut)
	}
	y, cut := lossAxis(0, curve(-10))
	if y.Log || len(y.Domain) != 2 || y.Domain[1] > -8 || cut == "" {
		t.Errorf("losses below 0 have the axis %+v, %q, want one that ends near −9", y, cut)
	}
	harmless := curve(1)
	harmless[0].Train[0] = slices.Repeat(Values{1, 2}, 100)
	if y, cut := lossAxis(0, harmless); y.Log || y.Domain != nil || cut != "" {
		t.Errorf("a harmless curve has the axis %+v, %q", y, cut)
	}
}

// TestCellsAreBlockMeans checks the block means of a W that is too large to be made, in any order. The tolerance 1e-6
// is for W in single precision.
func TestCellsAreBlockMeans(t *testing.T) {
	const N, K = 7, 3
	n := &Neurons{N: N, K: K, Orders: []NeuronOrder{{Permutation: []int{3, 1, 2, 0, 6, 5, 4}}}}
	for i := range N * K {
		n.A, n.B = append(n.A, float32(math.Sin(float64(i)))), append(n.B, float32(math.Cos(float64(3*i))))
	}
	latents := []int{0, 2}
	w := make(Values, N*N)
	for i := range N {
		for j := range N {
			for _, k := range latents {
				w[i*N+j] += n.A[i*K+k] * n.B[k*N+j]
			}
		}
	}
	for _, n.Block = range []int{1, 3} {
		got, want := (&Map{Latents: latents}).Cells(n, 0), (&Map{Values: w}).Cells(n, 0)
		for i, v := range want {
			if !(math.Abs(float64(v-got[i])) <= 1e-6) {
				t.Errorf("blocks of %d: mean %d is %v, of W itself %v", n.Block, i, got[i], v)
			}
		}
		if i := n.Orders[0].Permutation[0]; n.Block == 1 && want[1] != w[i*N+1] {
			t.Errorf("cell 0 <- 1 is %v, want %v", want[1], w[i*N+1])
		}
	}
}

func TestSegmentsAreNamedByRegion(t *testing.T) {
	regions := []string{"M1", "S1", "M1", "", "S1"}
	by := Order{Permutation: []int{0, 2, 1, 4, 3}, Edges: []int{2, 4}}
	if got, want := segments(by, regions), []Segment{
		{0, 2, "M1"}, {2, 4, "S1"}, {4, 5, "unnamed"},
	}; !slices.Equal(got, want) {
		t.Errorf("segments %v, want %v", got, want)
	}
	by.Edges = []int{3}
	if got, want := segments(by, regions), []Segment{{0, 3, "1"}, {3, 5, "2"}}; !slices.Equal(got, want) {
		t.Errorf("segments that mix regions are %v, want %v", got, want)
	}
}

// TestEndToEnd checks that parts of time stand end to end, with a gap that no line crosses.
func TestEndToEnd(t *testing.T) {
	time, breaks := endToEnd(Values{0, 1, 2, 10, 11})
	if !slices.Equal(time, Values{0, 1, 2, 3, 4, 5}) || !slices.Equal(breaks, []int{3}) {
		t.Errorf("time %v, breaks %v", time, breaks)
	}
	if y := broken(Values{5, 6, 7, 8, 9}, breaks); len(y) != 6 || y[3] == y[3] || y[4] != 8 {
		t.Errorf("values %v, want a gap in the fourth place", y)
	}
}
