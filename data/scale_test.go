package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facrnn/data"
)

// matrix draws multiples of 1/64 up to 1000, of both signs unless positive: nothing so small that single precision
// loses digits of it.
func matrix(t *rapid.T, name string, rows int, positive bool) data.Matrix {
	m := data.NewMatrix(rows, 2)
	low := -64000
	if positive {
		low = 0
	}
	for i := range m.Data {
		m.Data[i] = float32(rapid.IntRange(low, 64000).Draw(t, name)) / 64
	}
	return m
}

// TestScalingRoundTrip checks that x Factor + Offset (after squaring, for sqrt) restores the activity. The input is
// added to the activity, so it is only divided by Factor. Scaled values are single precision, which loses 2^-23 of
// each value and of the channel's offset.
func TestScalingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]data.ScaleKind{data.ScaleNone, "", data.ScaleMax, data.ScaleZScore,
			data.ScaleSqrt}).Draw(t, "kind")
		rows := rapid.IntRange(2, 20).Draw(t, "rows")
		r := recording(rows)
		r.Activity = matrix(t, "x", rows, kind == data.ScaleSqrt)
		if kind != data.ScaleSqrt {
			r.Input = matrix(t, "input", rows, false)
		}
		before, input := slices.Clone(r.Activity.Data), slices.Clone(r.Input.Data)
		s, err := r.Scale(kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		if kind == "" {
			kind = data.ScaleNone
		}
		if s.Kind != kind || len(s.Offset) != 2 || len(s.Factor) != 2 {
			t.Fatalf("scaling %+v for %s", s, kind)
		}
		for i, v := range r.Activity.Data {
			n := i % 2
			x := float64(v)
			if kind == data.ScaleSqrt {
				x *= x
			}
			size := math.Abs(x)*s.Factor[n] + math.Abs(s.Offset[n])
			if back := x*s.Factor[n] + s.Offset[n]; !(math.Abs(back-float64(before[i])) <= 2.5e-7*size) {
				t.Fatalf("value %d was %g and comes back as %g", i, before[i], back)
			}
		}
		for i, v := range r.Input.Data {
			if back := float64(v) * s.Factor[i%2]; !(math.Abs(back-float64(input[i])) <= 2.5e-7*math.Abs(back)) {
				t.Fatalf("input %d was %g and comes back as %g", i, input[i], back)
			}
		}
	})
}

// TestScaled checks that max gives a largest absolute value of 1, and zscore a mean of 0 and a standard deviation of
// 1, up to single precision.
func TestScaled(t *testing.T) {
	rows := []float32{-4, 10, 2, 30, 1, 20, -1, 40}
	scaled := func(kind data.ScaleKind) []float32 {
		r := recording(4)
		copy(r.Activity.Data, rows)
		if _, err := r.Scale(kind, nil); err != nil {
			t.Fatal(err)
		}
		return r.Activity.Data
	}
	if got, want := scaled(data.ScaleMax), []float32{-1, .25, .5, .75, .25, .5, -.25, 1}; !slices.Equal(got, want) {
		t.Errorf("max gives %v, want %v", got, want)
	}
	z := scaled(data.ScaleZScore)
	for n := range 2 {
		mean, square := 0.0, 0.0
		for i := n; i < len(z); i += 2 {
			mean += float64(z[i]) / 4
			square += float64(z[i]) * float64(z[i]) / 4
		}
		if !(math.Abs(mean) <= 1e-6) || !(math.Abs(square-1) <= 1e-6) {
			t.Errorf("zscore leaves channel %d with mean %g and mean square %g", n, mean, square)
		}
	}
	r := recording(2)
	copy(r.Activity.Data, []float32{0, 1, 4, 16})
	if _, err := r.Scale(data.ScaleSqrt, nil); err != nil || !slices.Equal(r.Activity.Data, []float32{0, .25, .5, 1}) {
		t.Errorf("sqrt gives %v, %v", r.Activity.Data, err)
	}
	r = recording(3) // no counts, and one channel a thousand times the other
	copy(r.Activity.Data, []float32{.3, 1000, .7, 310, 1.2, 90})
	s, err := r.Scale(data.ScaleSqrt, nil)
	if want := []float64{float64(float32(1.2)), 1000}; err != nil || !slices.Equal(s.Factor, want) ||
		r.Activity.Row(0)[1] != 1 || r.Activity.Row(2)[0] != 1 {
		t.Errorf("sqrt of channels of two sizes gives %v by %v, %v", r.Activity.Data, s.Factor, err)
	}
}

// TestScaleIgnoresMissing checks that missing bins do not affect a channel's scale, and stay missing. Both means have
// the same sums, so the numbers are equal.
func TestScaleIgnoresMissing(t *testing.T) {
	nan := float32(math.NaN())
	for _, kind := range []data.ScaleKind{data.ScaleMax, data.ScaleZScore, data.ScaleSqrt} {
		gaps, whole := recording(5), recording(3)
		gaps.Activity.Data = []float32{400, nan, nan, 1, 100, 9, nan, nan, 250, 4}
		whole.Activity.Data = []float32{400, 1, 100, 9, 250, 4}
		if a, b := data.SuggestScale(gaps), data.SuggestScale(whole); a != b {
			t.Errorf("with gaps %s is suggested, without %s", a, b)
		}
		a, errA := gaps.Scale(kind, nil)
		b, errB := whole.Scale(kind, nil)
		if errA != nil || errB != nil || !slices.Equal(a.Offset, b.Offset) || !slices.Equal(a.Factor, b.Factor) {
			t.Errorf("%s: %+v with gaps, %+v without; %v, %v", kind, a, b, errA, errB)
		}
		for n := range 2 {
			var seen, want []float32
			for i := range 5 {
				if v := gaps.Activity.Row(i)[n]; v == v {
					seen = append(seen, v)
				}
			}
			for i := range 3 {
				want = append(want, whole.Activity.Row(i)[n])
			}
			if !slices.Equal(seen, want) {
				t.Errorf("%s makes %v of channel %d, without gaps %v", kind, seen, n, want)
			}
		}
	}
}

// TestScaleLeavesConstants checks that a constant channel and a channel of zeros stay unchanged. 0.1 is not exact in
// binary, so its mean over many bins is rounded.
func TestScaleLeavesConstants(t *testing.T) {
	for _, v := range []float32{0, 0.1, -3e7, 1e-20} {
		r := recording(1000)
		for i := range r.Activity.Data {
			r.Activity.Data[i] = v
		}
		if _, err := r.Scale(data.ScaleZScore, nil); err != nil || r.Activity.Row(0)[0] != v ||
			r.Activity.Row(999)[1] != v {
			t.Errorf("zscore makes %g of a constant %g, %v", r.Activity.Row(0)[0], v, err)
		}
	}
	r := recording(3)
	if s, err := r.Scale(data.ScaleMax, nil); err != nil || r.Activity.Data[0] != 0 || s.Factor[0] != 1 {
		t.Errorf("max makes %g of zeros, %+v, %v", r.Activity.Data[0], s, err)
	}
}

// TestScaleLeavesLongConstants checks that a constant channel stays unchanged for any number of bins.
func TestScaleLeavesLongConstants(t *testing.T) {
	r := recording(300_000)
	for i := range r.Activity.Data {
		r.Activity.Data[i] = 3
	}
	if _, err := r.Scale(data.ScaleZScore, nil); err != nil || r.Activity.Data[0] != 3 {
		t.Errorf("zscore makes %g of a constant 3, %v", r.Activity.Data[0], err)
	}
}

// TestScaleRefuses checks that an error leaves the recording as it was.
func TestScaleRefuses(t *testing.T) {
	for _, c := range []struct {
		kind  data.ScaleKind
		input bool
		want  []string
	}{
		{"log", false, []string{`unknown scale "log"`}},
		{data.ScaleSqrt, false, []string{"channel right is -1 at row 2", "another scale"}},
		{data.ScaleSqrt, true, []string{"external input cue"}},
	} {
		r := recording(4)
		r.Activity.Row(1)[0], r.Activity.Row(2)[1] = 4, -1
		if c.input {
			r.Input, r.InputName = data.NewMatrix(4, 2), "cue"
		}
		_, err := r.Scale(c.kind, nil)
		for _, w := range c.want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v; want an error that says %q", c.kind, err, w)
			}
		}
		if r.Activity.Row(1)[0] != 4 {
			t.Errorf("%s: the activity was changed all the same", c.kind)
		}
	}
}

func TestSuggestScale(t *testing.T) {
	for _, c := range []struct {
		values [2]float32
		want   data.ScaleKind
	}{
		{[2]float32{0, 0}, data.ScaleNone},
		{[2]float32{1, -1}, data.ScaleNone},
		{[2]float32{0.06, 0.06}, data.ScaleNone},
		{[2]float32{4.9, 4.9}, data.ScaleNone},
		{[2]float32{0.04, 0.04}, data.ScaleMax},
		{[2]float32{0.04, -0.04}, data.ScaleZScore},
		{[2]float32{60, 0}, data.ScaleMax},
		{[2]float32{-60, 0}, data.ScaleZScore},
	} {
		r := recording(2)
		copy(r.Activity.Data, append(c.values[:], c.values[:]...))
		if got := data.SuggestScale(r); got != c.want {
			t.Errorf("for values %v: %s, want %s", c.values, got, c.want)
		}
	}
	if got := data.SuggestScale(recording(0)); got != data.ScaleNone {
		t.Errorf("for no values: %s", got)
	}
}

// TestCounted checks that spikes and spike rates are recognised by their unit, and other counts by their common step.
func TestCounted(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		unit   string
		values []float32
		want   bool
	}{
		{"", []float32{0, 1, 2, 7, nan, 0}, true},
		{"", []float32{0, 1. / 74, 3. / 74, 1, 13. / 74, 0}, true}, // divided by the largest of all
		{"", []float32{0, 20, 60, 100, 20, 40}, true},              // Hz, in bins of 50 ms
		{"", []float32{0, 3, 4, 6, 3, 4}, true},                    // not one event anywhere
		{"", []float32{0, 1, -1, 2, 3, 4}, false},
		{"", []float32{0, 1, 2, 3, 4, 4.3}, false},
		{"", []float32{0, .3137, .4771, .0203, 1.3301, 0}, false},
		{"", []float32{213, 244, 199, 307, 251, 222}, false}, // of a camera
		{"", []float32{1, 1001, 2, 3, 4, 5}, false},
		{"", []float32{0, 0, 0, nan, 0, 0}, false},
		{"Hz", []float32{0, .3137, .4771, .0203, 1.3301, 0}, true},
		{"counts", []float32{0, 5, 0, 0, 0, 7}, true},
		{"Hz", []float32{0, .3137, -.4771, .0203, 1.3301, 0}, false},
	} {
		r := recording(3)
		copy(r.Activity.Data, c.values)
		r.Unit = c.unit
		if got := r.IsCounts(); got != c.want {
			t.Errorf("%v in %q are counts: %v", c.values, c.unit, got)
		}
	}
}

// TestRaised checks that a baseline is found if most channels are far from zero, whatever their size. Constant and
// missing channels are ignored.
func TestRaised(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		values []float32 // of two channels
		want   bool
	}{
		{[]float32{2000, 30, 2100, 32, 1900, 29}, true},
		{[]float32{2000, 0, 2100, 0, 1900, 0}, true},
		{[]float32{2000, nan, nan, nan, 1900, nan}, true},
		{[]float32{2000, 0, 2100, 9, 1900, 1}, false}, // one of two is not most
		{[]float32{0, 0, 1, 2, 5, 1}, false},
		{[]float32{-200, -30, -210, -32, -190, -29}, false},
		{[]float32{.1, .1, .1, .1, .1, .1}, false},
		{[]float32{nan, nan, nan, nan, nan, nan}, false},
	} {
		r := recording(3)
		copy(r.Activity.Data, c.values)
		if got := r.HasBaseline(); got != c.want {
			t.Errorf("%v is raised: %v", c.values, got)
		}
	}
}

// TestApply checks that applying the scaling of another recording gives the same activity and input if the recordings
// are equal, for every scale. Scalings with other channels are refused.
func TestApply(t *testing.T) {
	for _, kind := range []data.ScaleKind{data.ScaleNone, data.ScaleMax, data.ScaleZScore, data.ScaleSqrt} {
		alike := func() *data.Recording {
			r := &data.Recording{Activity: data.Matrix{3, 2, []float32{1, 8, 2, 4, 4, 0}},
				Channels: []data.Channel{{Name: "a"}, {Name: "b"}}}
			if kind != data.ScaleSqrt {
				r.Input = data.Matrix{3, 2, []float32{1, 2, 3, 4, 5, 6}}
			}
			return r
		}
		a, b := alike(), alike()
		s, err := a.Scale(kind, nil)
		if err == nil {
			err = b.Apply(s)
		}
		if err != nil || !slices.Equal(a.Activity.Data, b.Activity.Data) || !slices.Equal(a.Input.Data, b.Input.Data) {
			t.Errorf("%s: %v and %v, %v", kind, a.Activity, b.Activity, err)
		}
		b = alike()
		b.Pick([]int{0})
		if err := b.Apply(s); (err == nil) != (kind == data.ScaleNone) {
			t.Errorf("%s of other channels: %v", kind, err)
		}
	}
}

// TestLogJacobian checks by finite differences that the density of scaled activity times the Jacobian is the density
// in the recording's own units. A zero has no density through a square root.
func TestLogJacobian(t *testing.T) {
	values := []float32{1, 40, 4, 10, 9, 90} // three bins of two channels
	for _, kind := range []data.ScaleKind{data.ScaleNone, data.ScaleMax, data.ScaleZScore, data.ScaleSqrt} {
		made := func(add float32) (*data.Recording, data.Scaling) {
			r := recording(3)
			copy(r.Activity.Data, values)
			for i := range r.Activity.Data {
				r.Activity.Data[i] += add
			}
			base := recording(3)
			copy(base.Activity.Data, values)
			s, err := base.Scale(kind, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Apply(s); err != nil {
				t.Fatal(err)
			}
			return r, s
		}
		const step = 0.01
		r, s := made(0)
		up, _ := made(step)
		down, _ := made(-step)
		want := 0.0
		for i := range values {
			want += math.Log(float64(up.Activity.Data[i]-down.Activity.Data[i])/(2*step)) / 3
		}
		// single precision over a step of .02
		if got := s.LogJacobian(r, []int{0, 1, 2}, nil); !(math.Abs(got-want) <= 1e-2) {
			t.Errorf("%s: %g, by differences %g", kind, got, want)
		}
		if got, other := s.LogJacobian(r, []int{0, 1, 2}, []bool{true, true}), 0.0; got != other {
			t.Errorf("%s: of no channels %g", kind, got)
		}
		r.Activity.Row(1)[0] = 0
		if got := s.LogJacobian(r, []int{0, 1, 2}, nil); (got != got) != (kind == data.ScaleSqrt) {
			t.Errorf("%s: with a zero %g", kind, got)
		}
	}
}

// TestScaleOfSomeBins checks that the scale is computed from the given bins and applied to all bins.
func TestScaleOfSomeBins(t *testing.T) {
	r := recording(4)
	copy(r.Activity.Data, []float32{1, 0, 3, 0, 1000, 0, 2, 0}) // the third bin is held out
	s, err := r.Scale(data.ScaleMax, []int{0, 1, 3})
	if err != nil || s.Factor[0] != 3 {
		t.Fatalf("the factor is %v, %v; want 3, the largest of the bins that train", s.Factor, err)
	}
	if got := r.Activity.Row(2)[0]; got != float32(1000./3) {
		t.Errorf("the held-out bin is %v, want 333.3", got)
	}
}
