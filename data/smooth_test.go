package data_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facrnn/data"
)

// drawn returns a recording of one to four stretches with bins of 0.1 s, values of moderate size, and NaN among them.
func drawn(t *rapid.T) *data.Recording {
	r := recording(0, rapid.SliceOfN(rapid.IntRange(1, 30), 1, 4).Draw(t, "stretches")...)
	r.BinWidth = 0.1
	for i := range r.Activity.Data {
		r.Activity.Data[i] = rapid.Float32Range(-50, 50).Draw(t, "x")
		if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
			r.Activity.Data[i] = float32(math.NaN())
		}
	}
	return r
}

// TestSmoothKeepsConstants checks any window, gaps and missing values. A constant is unchanged up to single precision,
// missing values stay missing, and no value leaves the range of its neighbours.
func TestSmoothKeepsConstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawn(t)
		sd := rapid.Float64Range(1e-4, 50).Draw(t, "sd")
		before := slices.Clone(r.Activity.Data)
		o := data.Smoothing{SD: min(sd, 0.09*float64(longestOf(r))), Acausal: rapid.Bool().Draw(t, "acausal")}
		if err := r.Smooth(o); err != nil {
			t.Fatal(err)
		}
		ends := append(slices.Clone(r.SegmentStarts), r.Bins())
		for i, first := range r.SegmentStarts {
			for n := range 2 {
				low, high := float32(math.Inf(1)), float32(math.Inf(-1))
				for row := first; row < ends[i+1]; row++ {
					if v := before[2*row+n]; v == v {
						low, high = min(low, v), max(high, v)
					}
				}
				for row := first; row < ends[i+1]; row++ {
					v, was := r.Activity.Row(row)[n], before[2*row+n]
					if (v != v) != (was != was) {
						t.Fatalf("row %d: %v was %v", row, v, was)
					}
					if v < low-1e-5 || v > high+1e-5 {
						t.Fatalf("row %d: %v is outside %v to %v, the values of its stretch", row, v, low, high)
					}
				}
			}
		}
		c := rapid.Float32Range(-50, 50).Draw(t, "constant")
		for i, v := range before {
			if v == v {
				before[i] = c
			}
		}
		r.Activity.Data = slices.Clone(before)
		if err := r.Smooth(o); err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Activity.Data {
			if v == v && !(math.Abs(float64(v-c)) <= 1e-6*math.Abs(float64(c))) {
				t.Fatalf("value %d of a constant %v is %v", i, c, v)
			}
		}
	})
}

// longestOf returns the number of bins of the longest stretch.
func longestOf(r *data.Recording) (longest int) {
	ends := append(slices.Clone(r.SegmentStarts), r.Bins())
	for i, first := range r.SegmentStarts {
		longest = max(longest, ends[i+1]-first)
	}
	return longest
}

// TestSmoothIsGaussian checks that an impulse far from any edge becomes the window itself, whose weights sum to 1 and
// fall by exp(-d^2/2). A causal window leaves the bins before the impulse unchanged, so no bin contains later bins.
func TestSmoothIsGaussian(t *testing.T) {
	for _, acausal := range []bool{false, true} {
		r := recording(101)
		r.BinWidth = 0.1
		r.Activity.Row(50)[0] = 1
		if err := r.Smooth(data.Smoothing{SD: 0.3, Acausal: acausal}); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for row := range 101 {
			v := float64(r.Activity.Row(row)[0])
			sum += v
			d := float64(row-50) / 3
			want := math.Exp(-d*d/2) * float64(r.Activity.Row(50)[0])
			if !(math.Abs(d) <= 4) || !acausal && row < 50 {
				want = 0 // the window ends there
			}
			if !(math.Abs(v-want) <= 1e-7) {
				t.Errorf("acausal %v, row %d: %v, want %v", acausal, row, v, want)
			}
		}
		if !(math.Abs(sum-1) <= 1e-6) {
			t.Errorf("acausal %v: the window adds up to %v", acausal, sum)
		}
	}
}

// TestNoiseR2 checks NoiseR2 against smoothed white noise that is predicted from the bin before by least squares. With
// 200,000 bins the standard error is below .005.
func TestNoiseR2(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, o := range []data.Smoothing{{SD: 0.05}, {SD: 0.3}, {SD: 0.05, Acausal: true}, {SD: 0.3, Acausal: true}} {
		r := recording(200_000)
		r.BinWidth = 0.1
		for i := range r.Activity.Data {
			r.Activity.Data[i] = float32(random.NormFloat64())
		}
		if err := r.Smooth(o); err != nil {
			t.Fatal(err)
		}
		same, next := 0.0, 0.0
		for row := range r.Bins() - 1 {
			a, b := float64(r.Activity.Row(row)[0]), float64(r.Activity.Row(row + 1)[0])
			same, next = same+a*a, next+a*b
		}
		if got, want := o.NoiseR2(0.1), next/same*next/same; !(math.Abs(got-want) <= 0.02) {
			t.Errorf("%+v: %.3f, measured %.3f", o, got, want)
		}
	}
}

// TestSmoothSays checks that smoothing warns the R2 that the window causes by itself, and for an acausal window that
// metrics are too good.
func TestSmoothSays(t *testing.T) {
	for _, acausal := range []bool{false, true} {
		r := recording(50)
		r.BinWidth = 0.1
		o := data.Smoothing{SD: 0.3, Acausal: acausal}
		if err := r.Smooth(o); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(r.Warnings, "\n")
		if !strings.Contains(said, "independent noise") || strings.Contains(said, "acausally") != acausal ||
			r.Smoothed != o {
			t.Errorf("acausal %v: %q, %+v", acausal, said, r.Smoothed)
		}
	}
}

// TestSmoothRefuses checks that an error leaves the recording as it was.
func TestSmoothRefuses(t *testing.T) {
	for _, c := range []struct {
		sd, width float64
		trials    int
		want      string
	}{
		{-1, 0.1, 0, "--smooth is -1"},
		{math.NaN(), 0.1, 0, "--smooth is NaN"},
		{math.Inf(1), 0.1, 0, "--smooth is +Inf"},
		{1, 0, 0, "how long a bin is"},
		{0.5, 0.1, 0, "longer than the recording (0.3 s)"},
		{0.5, 0.1, 1, "longer than the longest trial (0.3 s)"},
	} {
		r := recording(3)
		r.BinWidth, r.Trials = c.width, c.trials
		r.Activity.Data[0] = 5
		if err := r.Smooth(data.Smoothing{SD: c.sd}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%g s: %v; want an error that says %q", c.sd, err, c.want)
		}
		if r.Activity.Data[0] != 5 {
			t.Errorf("%g s: changed all the same", c.sd)
		}
	}
}
