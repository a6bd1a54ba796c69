package nwb

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// lapse is a recording of 300 s in trials of 5 s, one every 6 s, and a wheel sampled at 15 Hz that has no samples
// from 100 to 160 s.
func lapse(g *hdf5.Group) {
	var start, stop, spikes, stamps, wheel []float64
	for i := range 50 {
		start, stop = append(start, float64(6*i)), append(stop, float64(6*i+5))
	}
	for i := range 3000 {
		spikes = append(spikes, 0.1*float64(i)+0.03)
	}
	for i := range 4500 {
		if t := float64(i) / 15; t < 100 || t > 160 {
			stamps, wheel = append(stamps, t), append(wheel, 10+t)
		}
	}
	trials(g, start, stop)
	units(g, spikes)
	stamped(g, "processing/behavior/wheel", "TimeSeries", wheel, nil, stamps)
}

// TestGapIsMissing checks that behaviour is NaN in gaps. A drive keeps its last value there, or follows DriveGaps.
// Warnings and errors give the number of bins.
func TestGapIsMissing(t *testing.T) {
	path := build(t, lapse)
	inGap := func(at float64) bool { return at > 99.99 && at < 159.99 }
	for _, c := range []struct {
		gaps, says string
		want       float64
	}{
		{"", "it keeps its last value, or its first value at the beginning. Change this with --drive-gaps zero or " +
			"error.", 10 + 1499.0/15},
		{data.GapsHold, "it keeps its last value", 10 + 1499.0/15},
		{data.GapsZero, "it is 0 (--drive-gaps zero)", 0},
	} {
		r, err := Read(path, data.Selection{Drive: []string{"wheel"}, Behavior: []string{"wheel"}, DriveGaps: c.gaps})
		if err != nil {
			t.Fatal(err)
		}
		missing := 0
		for bin, at := range r.Time {
			y, u := float64(r.Behavior.Row(bin)[0]), float64(r.Drive.Row(bin)[0])
			if y != y {
				missing++
			}
			switch {
			case inGap(at) != (y != y):
				t.Errorf("%q: the behaviour at %g s is %g", c.gaps, at, y)
			case inGap(at) && math.Abs(u-c.want) > 1e-4:
				t.Errorf("%q: the drive at %g s is %g, want %g", c.gaps, at, u, c.want)
			case !inGap(at) && (math.Abs(y-10-at) > 0.1 || math.Abs(u-10-at) > 0.1):
				t.Errorf("%q: behaviour and drive at %g s are %g and %g", c.gaps, at, y, u)
			}
		}
		if missing != 1000 {
			t.Errorf("%q: %d bins are missing, want 1000", c.gaps, missing)
		}
		for _, want := range []string{
			"The drive processing/behavior/wheel has no sample in 1000 of the 5000 bins, the first at 100 s; there " +
				c.says,
			"there it is missing (NaN).",
		} {
			if !noted(r.Warnings, want) {
				t.Errorf("%q: warnings %q; want %q", c.gaps, r.Warnings, want)
			}
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
	for gaps, want := range map[string]string{
		data.GapsError: "it has no sample in 1000 of the 5000 bins, the first at 100 s",
		"line":         "choose hold, zero or error",
	} {
		_, err := Read(path, data.Selection{Drive: []string{"wheel"}, DriveGaps: gaps})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--drive-gaps %s: %v; want %q", gaps, err, want)
		}
	}
}

// TestSlowSamplesAreNoGap checks that samples slower than the bins are interpolated, in even or jittered steps, and
// also if single samples are lost. Within a step of its ends, a series keeps its value.
func TestSlowSamplesAreNoGap(t *testing.T) {
	var even, jittered, lost []float64
	for i := range 100 {
		at := 0.1*float64(i) + 0.01
		even, jittered = append(even, at), append(jittered, at+0.04*math.Sin(float64(7*i)))
		if i%9 != 4 {
			lost = append(lost, at)
		}
	}
	for name, stamps := range map[string][]float64{"even": even, "jittered": jittered, "lost": lost} {
		r, err := Read(build(t, func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(400), []int{200, 2}, 0, 20)
			stamped(g, "processing/behavior/y", "TimeSeries", stamps, nil, stamps) // its values are its times
		}), data.Selection{Series: "x", Behavior: []string{"y"}})
		if err != nil {
			t.Fatal(err)
		}
		for bin, at := range r.Time {
			if y := float64(r.Behavior.Row(bin)[0]); !(math.Abs(y-at) <= 0.06) {
				t.Errorf("%s: the behaviour at %g s is %g", name, at, y)
			}
		}
	}
}

// TestCodesHold checks that a list of few integers without a unit holds codes, each valid until the next. Floats,
// many integers, and integers with a unit or conversion are measurements, which are interpolated. A bin of codes 0
// and 1 has the share of samples that are 1.
func TestCodesHold(t *testing.T) {
	times := []float64{1, 3, 3.5, 7}
	many := make([]int16, 80)
	manyTimes := make([]float64, 80)
	for i := range many {
		many[i], manyTimes[i] = int16(i), 2*float64(i)
	}
	for name, c := range map[string]struct {
		values any
		times  []float64
		attr   string
		value  any
		want   map[int]float32 // of some bins
	}{
		"codes": {[]int32{1, 3, 5, 2}, times, "", nil,
			map[int]float32{1: 1, 2: 1, 3: 5, 4: 5, 6: 5, 7: 2, 9: 2}},
		"no unit":        {[]uint8{1, 3, 5, 2}, times, "unit", "n.a.", map[int]float32{2: 1, 5: 5}},
		"unit of none":   {[]uint8{1, 3, 5, 2}, times, "unit", "None", map[int]float32{2: 1, 5: 5}},
		"unitless":       {[]int32{1, 3, 5, 2}, times, "unit", "unitless", map[int]float32{2: 1, 5: 5}},
		"dimensionless":  {[]int32{1, 3, 5, 2}, times, "unit", "dimensionless", map[int]float32{2: 1, 5: 5}},
		"floats":         {[]float32{1, 3, 5, 2}, times, "", nil, map[int]float32{2: 2, 3: 4}},
		"a unit":         {[]int32{1, 3, 5, 2}, times, "unit", "cm", map[int]float32{2: 2, 3: 4}},
		"a conversion":   {[]int32{1, 3, 5, 2}, times, "conversion", 0.5, map[int]float32{2: 1, 3: 2}},
		"many values":    {many, manyTimes, "", nil, map[int]float32{1: 0.5, 3: 1.5}},
		"zeros and ones": {[]int8{1, 1, 0, 1}, times, "", nil, map[int]float32{2: 1, 3: 0.5, 4: 0, 6: 0, 7: 1}},
	} {
		r, err := Read(build(t, func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
			s := at(g, "processing/behavior/state", "TimeSeries")
			s.Dataset("timestamps", c.times, nil, hdf5.Options{})
			d := s.Dataset("data", c.values, nil, hdf5.Options{})
			if c.attr != "" {
				d.Attr(c.attr, c.value)
			}
		}), data.Selection{Series: "x", Drive: []string{"state"}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for bin, want := range c.want {
			if got := r.Drive.Row(bin)[0]; got != want {
				t.Errorf("%s: bin %d is %g, want %g", name, bin, got, want)
			}
		}
		isCodes := slices.Contains([]string{
			"codes", "no unit", "unit of none", "unitless", "dimensionless", "zeros and ones",
		}, name)
		if noted(r.Notes,
			"holds codes, because it has few integers and no unit; each code holds until the next") != isCodes {
			t.Errorf("%s: notes %q", name, r.Notes)
		}
	}
}

// TestShortLabels checks that a label that is over before its bin ends is warned of.
func TestShortLabels(t *testing.T) {
	r, err := Read(build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
		words := []string{"open", "shut", "open", "shut"}
		stamped(g, "acquisition/valve", "AnnotationSeries", words, nil, []float64{2.1, 2.2, 4, 6})
	}), data.Selection{Drive: []string{"valve"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The drive acquisition/valve loses 1 labels"; !noted(r.Warnings, want) {
		t.Errorf("warnings %q; want %q", r.Warnings, want)
	}
}

// TestBesideTheRecording checks that a series without a sample in the recording is refused with the times of both.
// The message also says if its times seem to be in milliseconds.
func TestBesideTheRecording(t *testing.T) {
	late, milliseconds := []float64{500, 501, 502}, make([]float64, 100)
	for i := range milliseconds {
		milliseconds[i] = float64(100 * i)
	}
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(200), []int{100, 2}, 0, 10)
		stamped(g, "processing/behavior/late", "TimeSeries", []float32{1, 2, 3}, nil, late)
		stamped(g, "processing/behavior/fast", "TimeSeries", ramp(100), nil, milliseconds)
	})
	for _, sel := range []data.Selection{{Behavior: []string{"late"}}, {Drive: []string{"late"}}, {Input: "late"}} {
		sel.Series = "x"
		want := "processing/behavior/late: it has no sample in the recording: the 3 samples go from 500 to 502 s, " +
			"the bins from 0 to 10 s: check that both count seconds from the same start"
		if _, err := Read(path, sel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	r, err := Read(path, data.Selection{Series: "x", Behavior: []string{"fast"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "has a sample in only 1 of the 100 bins; between samples it is interpolated linearly (the behaviour " +
		"samples last 990 times as long as the bins, as if the times of the behaviour samples were in milliseconds)."
	if !noted(r.Warnings, want) {
		t.Errorf("warnings %q; want %q", r.Warnings, want)
	}
}

// TestMissingInTheFile checks that NaN of a drive in the file are refused, or filled where --drive-gaps asks for that.
func TestMissingInTheFile(t *testing.T) {
	path := build(t, task)
	for gaps, want := range map[string][]float32{data.GapsHold: {1, 1, 2, 2, 2, 2}, data.GapsZero: {1, 1, 2, 2, 0, 0}} {
		r, err := Read(path, data.Selection{Drive: []string{"reward"}, DriveGaps: gaps})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r.Drive.Data); d != "" {
			t.Errorf("%s: %s", gaps, d)
		}
		if !noted(r.Warnings, "2 values of the drive are NaN and were filled by --drive-gaps "+gaps+".") {
			t.Errorf("%s: warnings %q", gaps, r.Warnings)
		}
	}
}
