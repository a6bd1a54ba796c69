package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facrnn/data"
)

// drawn is a recording of one to four stretches with bins of 0.1 s, values of moderate size, and NaN among them.
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

// TestSmoothKeepsConstants: whatever the window, the gaps and the missing values, a constant stays what it is up to single precision,
// what is missing stays missing, and nothing leaves the range of the values around it.
func TestSmoothKeepsConstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawn(t)
		sd := rapid.Float64Range(1e-4, 50).Draw(t, "sd")
		before := slices.Clone(r.Activity.Data)
		if err := r.Smooth(sd); err != nil {
			t.Fatal(err)
		}
		ends := append(slices.Clone(r.Starts), r.Bins())
		for i, first := range r.Starts {
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
		if err := r.Smooth(sd); err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Activity.Data {
			if v == v && !(math.Abs(float64(v-c)) <= 1e-6*math.Abs(float64(c))) {
				t.Fatalf("value %d of a constant %v is %v", i, c, v)
			}
		}
	})
}

// TestSmoothIsGaussian: an impulse far from any edge becomes the window itself, whose weights add up to 1 and fall by exp(-d^2/2).
func TestSmoothIsGaussian(t *testing.T) {
	r := recording(101)
	r.BinWidth = 0.1
	r.Activity.Row(50)[0] = 1
	if err := r.Smooth(0.3); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for row := range 101 {
		v := float64(r.Activity.Row(row)[0])
		sum += v
		d := float64(row-50) / 3
		want := math.Exp(-d*d/2) * float64(r.Activity.Row(50)[0])
		if !(math.Abs(d) <= 4) {
			want = 0 // the window ends there
		}
		if !(math.Abs(v-want) <= 1e-7) {
			t.Errorf("row %d: %v, want %v", row, v, want)
		}
	}
	if !(math.Abs(sum-1) <= 1e-6) {
		t.Errorf("the window adds up to %v", sum)
	}
}

// TestSmoothRefuses: an error leaves the recording as it was.
func TestSmoothRefuses(t *testing.T) {
	for _, c := range []struct {
		sd, width float64
		want      string
	}{
		{-1, 0.1, "--smooth is -1"},
		{math.NaN(), 0.1, "--smooth is NaN"},
		{math.Inf(1), 0.1, "--smooth is +Inf"},
		{1, 0, "how long a bin is"},
		{1000, 0.1, "1e+04 bins"},
	} {
		r := recording(3)
		r.BinWidth = c.width
		r.Activity.Data[0] = 5
		if err := r.Smooth(c.sd); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%g s: %v; want an error that says %q", c.sd, err, c.want)
		}
		if r.Activity.Data[0] != 5 {
			t.Errorf("%g s: changed all the same", c.sd)
		}
	}
}
