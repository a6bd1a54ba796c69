package evaluate

import (
	"math"
	"testing"
)

// TestMedianIndex checks the lower median of an even number, and the first of equal values. Values that are not
// finite do not count.
func TestMedianIndex(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		values   []float64
		index, n int
	}{
		{[]float64{.3}, 0, 1}, {[]float64{.3, .1, .2}, 2, 3}, {[]float64{.4, .1, .3, .2}, 3, 4},
		{[]float64{.2, .2, .2}, 1, 3},
		{[]float64{nan, .5, nan, inf}, 1, 1}, {[]float64{nan, -inf}, -1, 0}, {nil, -1, 0},
	} {
		if i, n := MedianIndex(c.values); i != c.index || n != c.n {
			t.Errorf("%v: index %d of %d values, want %d of %d", c.values, i, n, c.index, c.n)
		}
	}
}

func TestMeanAndError(t *testing.T) {
	if mean, se := MeanAndError([]float64{1, 2, 3, 6}); mean != 3 || math.Abs(se-math.Sqrt(14./3/4)) > 1e-15 {
		t.Errorf("mean %g ± %g, want 3 ± %g", mean, se, math.Sqrt(14./3/4))
	}
	if mean, se := MeanAndError([]float64{7}); mean != 7 || se != 0 {
		t.Errorf("one value: %g ± %g, want 7 ± 0", mean, se)
	}
	if mean, _ := MeanAndError(nil); mean == mean {
		t.Errorf("no value: mean %g, want NaN", mean)
	}
}
