package evaluate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestBitsPerSpike checks that a unit's mean count is worth 0 bits, and the half of the time in which it fires is
// worth 1 bit. Units are weighted by their spikes. The tolerance is for a few roundings.
func TestBitsPerSpike(t *testing.T) {
	const never = 1e-300
	for _, test := range []struct {
		name          string
		units         int
		counts, rates []float64 // (T, units)
		want          float64
	}{
		{"the mean", 1, []float64{2, 0, 1, 1}, []float64{1, 1, 1, 1}, 0},
		{"the right half", 1, []float64{2, 2, 0, 0}, []float64{2, 2, never, never}, 1},
		{"the right quarter", 1, []float64{4, 0, 0, 0}, []float64{4, never, never, never}, 2},
		{"no spike where the rate is 0", 1, []float64{2, 2, 0, 0}, []float64{2, 2, 0, 0}, 1},
		{"a spike where the rate is 0", 1, []float64{1, 1}, []float64{0, 2}, math.Inf(-1)},
		{"six spikes of one bit, two of none", 2, []float64{3, 1, 0, 1, 0, 0, 3, 0},
			[]float64{3, 0.5, never, 0.5, never, 0.5, 3, 0.5}, 6. / 8},
		{"a silent unit", 2, []float64{2, 0, 0, 0}, []float64{2, 0, never, 0}, 1},
		{"a silent unit with a rate above 0", 2, []float64{2, 0, 0, 0}, []float64{2, math.Ln2, never, math.Ln2}, 0},
	} {
		n := len(test.counts) / test.units
		got := BitsPerSpike(mat.NewDense(n, test.units, test.counts), mat.NewDense(n, test.units, test.rates))
		if !(math.Abs(got-test.want) <= 1e-14) && got != test.want {
			t.Errorf("%s: %g bits, want %g", test.name, got, test.want)
		}
	}
	if got := BitsPerSpike(mat.NewDense(2, 1, nil), mat.NewDense(2, 1, []float64{1, 1})); !math.IsNaN(got) {
		t.Errorf("without spikes it is %g, want NaN", got)
	}
}
