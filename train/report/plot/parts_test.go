package plot

import (
	"image"
	"math"
	"slices"
	"testing"

	"facrnn/data"
	"facrnn/train/report/content"

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

// TestRowZeroIsAtTheTop checks that a connection from neuron 6 to neuron 1 is in the second row from the top, in the
// seventh column from the left.
func TestRowZeroIsAtTheTop(t *testing.T) {
	const N, to, from = 8, 1, 6
	c := &content.Connectivity{N: N, K: N, A: make(content.Values, N*N), B: make(content.Values, N*N), WScale: 1}
	for i := range N {
		c.B[i*N+i] = 1 // A is W itself
	}
	c.A[to*N+from], c.A[from*N+to] = 1, -1
	p := &content.Page{Connectivity: c}
	paths, err := Figures(t.TempDir(), Options{}, "", p.Figures())
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, paths[0])
	l := laid(p)[0].layout()
	for i := range N {
		for j := range N {
			at := image.Pt(pixels(l.x[0][0]+mapSide*(2*vg.Length(j)+1)/(2*N)),
				pixels(l.y[0]+mapSide*(2*vg.Length(i)+1)/(2*N)))
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
