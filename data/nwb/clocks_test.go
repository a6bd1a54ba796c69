package nwb

import (
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestClocks checks the warning if spikes and trials seem to count time in other units or from another start. There
// is no warning if they share a clock, even with few and short trials.
func TestClocks(t *testing.T) {
	scaled := func(by, from float64) func(x []float64) []float64 {
		return func(x []float64) []float64 {
			y := slices.Clone(x)
			for i := range y {
				y[i] = by*y[i] + from
			}
			return y
		}
	}
	same := scaled(1, 0)
	for name, c := range map[string]struct {
		spikes, times func([]float64) []float64
		trials        int // of 50
		long          float64
		want          []string // in one warning; none for none
	}{
		"one clock":        {same, same, 50, 5, nil},
		"short trials":     {same, same, 50, 0.1, nil},
		"trials in a part": {same, same, 5, 5, nil},
		"spikes in milliseconds": {scaled(1000, 0), same, 50, 5, []string{
			"unit of time",
			"the spikes last",
			"as if the times of the spikes were in milliseconds",
			"0.1% of the spikes lie in the trials",
		}},
		"trials in milliseconds": {same, scaled(1000, 0), 50, 5, []string{
			"unit of time",
			"as if the times of the trials were in milliseconds",
		}},
		"spikes in samples": {scaled(30000, 0), same, 50, 5, []string{
			"as if the times of the spikes were in sample numbers",
		}},
		"spikes that begin later": {scaled(1, 200), same, 50, 5, []string{
			"may not share a clock",
			"33.2% of the trials' time",
			"the spikes go from 200 to 499.9 s, the trials from 0 to 299 s",
		}},
		"spikes between the trials": {func(x []float64) []float64 {
			return slices.DeleteFunc(slices.Clone(x), func(t float64) bool {
				i := int(10*t+0.5) % 60
				return i < 50 &&
					i > 1
			})
		}, same, 50, 5, []string{
			"may not share a clock",
			"25% of the spikes lie in the trials of intervals/trials, which cover 83.4% of the time",
		}},
	} {
		path := build(t, func(g *hdf5.Group) {
			var spikes, start, stop []float64
			for i := range 3000 {
				spikes = append(spikes, 0.1*float64(i))
			}
			for i := range c.trials {
				start, stop = append(start, float64(6*i)), append(stop, float64(6*i)+c.long)
			}
			units(g, c.spikes(spikes))
			trials(g, c.times(start), c.times(stop))
		})
		r, err := Read(path, data.Selection{BinWidth: 0.05})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		i := slices.IndexFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "same start") })
		if (i >= 0) != (c.want != nil) {
			t.Errorf("%s: warnings %q", name, r.Warnings)
		}
		for _, want := range c.want {
			if i >= 0 && !strings.Contains(r.Warnings[i], want) {
				t.Errorf("%s: %q; want %q", name, r.Warnings[i], want)
			}
		}
	}
}

// TestClockOfFewTrials checks that the trials that --where leaves out count too.
func TestClockOfFewTrials(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		var spikes []float64
		for i := range 4000 {
			spikes = append(spikes, 0.1*float64(i))
		}
		units(g, spikes)
		trials(g, []float64{0, 200, 399}, []float64{0.5, 200.5, 399.5})
	})
	r, err := Read(path, data.Selection{Where: []string{"start_time=200"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Warnings) > 0 {
		t.Errorf("warnings %q", r.Warnings)
	}
}

// TestSeriesInAnotherUnit checks that samples that last a thousand times as long as the trials are warned of.
func TestSeriesInAnotherUnit(t *testing.T) {
	r, err := Read(build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20000), []int{10000, 2}, 0, 1)
		trials(g, []float64{0, 5}, []float64{4, 10})
	}), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The samples of acquisition/x and its trials may differ in their unit of time: " +
		"the samples last 1e+03 times as long"; !noted(r.Warnings, want) {
		t.Errorf("warnings %q; want %q", r.Warnings, want)
	}
}
