package nwb

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// build writes an NWB file with what fill puts into it, and returns its path.
func build(t testing.TB, fill func(root *hdf5.Group)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.nwb")
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("neurodata_type", "NWBFile")
	w.Root().Attr("nwb_version", "2.8.0")
	fill(w.Root())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// at makes the groups of a path, the last one of the given NWB type.
func at(root *hdf5.Group, path, kind string) *hdf5.Group {
	g := root
	for name := range strings.SplitSeq(path, "/") {
		g = g.Group(name)
	}
	if kind != "" {
		g.Attr("neurodata_type", kind)
	}
	return g
}

// rated adds a series that is sampled at a rate from a start on.
func rated(root *hdf5.Group, path string, values any, shape []int, start, rate float64) *hdf5.Dataset {
	g := at(root, path, "TimeSeries")
	g.Dataset("starting_time", start, nil, hdf5.Options{}).Attr("rate", rate)
	d := g.Dataset("data", values, shape, hdf5.Options{})
	d.Attr("unit", "Hz")
	return d
}

// stamped adds a series with timestamps.
func stamped(root *hdf5.Group, path, kind string, values any, shape []int, times []float64) *hdf5.Group {
	g := at(root, path, kind)
	g.Dataset("timestamps", times, nil, hdf5.Options{})
	g.Dataset("data", values, shape, hdf5.Options{})
	return g
}

func trials(root *hdf5.Group, start, stop []float64) {
	g := at(root, "intervals/trials", "TimeIntervals")
	g.Attr("colnames", []string{"start_time", "stop_time", "correct"})
	g.Dataset("start_time", start, nil, hdf5.Options{})
	g.Dataset("stop_time", stop, nil, hdf5.Options{})
	g.Dataset("correct", make([]bool, len(start)), nil, hdf5.Options{})
}

// units adds sorted units with the given spikes.
func units(root *hdf5.Group, spikes ...[]float64) *hdf5.Group {
	g := at(root, "units", "Units")
	var all []float64
	var index, ids []int
	for i, s := range spikes {
		all = append(all, s...)
		index, ids = append(index, len(all)), append(ids, 10+i)
	}
	g.Dataset("spike_times", all, nil, hdf5.Options{})
	g.Dataset("spike_times_index", index, nil, hdf5.Options{})
	g.Dataset("id", ids, nil, hdf5.Options{})
	return g
}

func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	return x
}

func TestRead(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		fill     func(*hdf5.Group)
		sel      data.Selection
		activity []float32
		time     []float64
		trial    []int
		starts   []int
		series   string
		bin      float64
	}{
		"a rate gives the times": {
			fill:     func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(6), []int{3, 2}, 5, 2) },
			activity: ramp(6), time: []float64{5, 5.5, 6}, trial: []int{0, 0, 0}, starts: []int{0},
			series: "acquisition/x", bin: 0.5,
		},
		"timestamps, with a gap of more than one and a half steps": {
			fill: func(g *hdf5.Group) {
				stamped(g, "acquisition/x", "TimeSeries", ramp(10), []int{5, 2}, []float64{1, 2, 3.4, 6, 7})
			},
			activity: ramp(10), time: []float64{1, 2, 3.4, 6, 7}, trial: []int{0, 0, 0, 0, 0}, starts: []int{0, 3},
			series: "acquisition/x", bin: 1.4,
		},
		"conversion and offset are applied to integers": {
			fill: func(g *hdf5.Group) {
				d := rated(g, "acquisition/x", []int16{1, 2, -3, 4}, []int{2, 2}, 0, 1)
				d.Attr("conversion", 0.5)
				d.Attr("offset", 10.0)
			},
			activity: []float32{10.5, 11, 8.5, 12}, time: []float64{0, 1}, trial: []int{0, 0}, starts: []int{0},
			series: "acquisition/x", bin: 1,
		},
		"channels x time is turned round, by the timestamps": {
			fill: func(g *hdf5.Group) {
				stamped(g, "acquisition/x", "TimeSeries", []float32{0, 2, 4, 1, 3, 5}, []int{2, 3}, []float64{0, 1, 2})
			},
			activity: ramp(6), time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
			series: "acquisition/x", bin: 1,
		},
		"channels x time is turned round, by the ROIs": {
			fill: func(g *hdf5.Group) {
				rated(g, "processing/ophys/Fluorescence/r", []float32{0, 2, 4, 1, 3, 5}, []int{2, 3}, 0, 1)
				at(g, "processing/ophys/Fluorescence/r", "").Dataset("rois", []int{0, 1}, nil, hdf5.Options{})
			},
			activity: ramp(6), time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
			series: "processing/ophys/Fluorescence/r", bin: 1,
		},
		"trials by start time; the stop is outside; one without a bin is dropped": {
			fill: func(g *hdf5.Group) {
				rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 10)
				trials(g, []float64{0.6, 0.1, 0.41, math.NaN()}, []float64{0.8, 0.3, 0.45, 1})
			},
			activity: []float32{2, 3, 4, 5, 12, 13, 14, 15}, time: []float64{0.1, 0.2, 0.6, 0.7},
			trial: []int{0, 0, 1, 1}, starts: []int{0, 2}, series: "acquisition/x", bin: 0.1,
		},
		"no trials where none are wanted": {
			fill: func(g *hdf5.Group) {
				rated(g, "acquisition/x", ramp(4), []int{2, 2}, 0, 10)
				trials(g, []float64{0.1}, []float64{0.2})
			},
			sel:      data.Selection{Trials: "none"},
			activity: ramp(4), time: []float64{0, 0.1}, trial: []int{0, 0}, starts: []int{0}, series: "acquisition/x",
			bin: 0.1,
		},
		"one dimension is one channel": {
			fill:     func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(3), nil, 0, 1) },
			activity: ramp(3), time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
			series: "acquisition/x", bin: 1,
		},
		"NaN stay NaN": {
			fill:     func(g *hdf5.Group) { rated(g, "acquisition/x", []float32{1, nan, 3, 4}, []int{2, 2}, 0, 1) },
			activity: []float32{1, nan, 3, 4}, time: []float64{0, 1}, trial: []int{0, 0}, starts: []int{0},
			series: "acquisition/x", bin: 1,
		},
		"results of processing are likelier than raw data with more channels, and never stimuli or behaviour": {
			fill: func(g *hdf5.Group) {
				rated(g, "acquisition/raw", ramp(8), []int{2, 4}, 0, 1)
				rated(g, "stimulus/presentation/s", ramp(20), []int{2, 10}, 0, 1)
				rated(g, "processing/behavior/b", ramp(20), []int{2, 10}, 0, 1)
				rated(g, "processing/ecephys/rates", ramp(4), []int{2, 2}, 0, 1)
			},
			activity: ramp(4), time: []float64{0, 1}, trial: []int{0, 0}, starts: []int{0},
			series: "processing/ecephys/rates", bin: 1,
		},
		"spikes in bins from the start of each trial": {
			fill: func(g *hdf5.Group) {
				units(g, []float64{0.99, 1, 1.04, 1.1, 1.16, 2.05}, []float64{2.0999, 1.01})
				trials(g, []float64{1, 2}, []float64{1.15, 2.1})
			},
			activity: []float32{2, 1, 0, 0, 1, 0, 0, 0, 1, 1}, time: []float64{1, 1.05, 1.1, 2, 2.05},
			trial: []int{0, 0, 0, 1, 1}, starts: []int{0, 3}, series: "units", bin: 0.05,
		},
		"spikes without trials, from the first to the last": {
			fill: func(g *hdf5.Group) { units(g, []float64{1, 1.5}, []float64{2.5}) }, sel: data.Selection{BinWidth: 1},
			activity: []float32{2, 0, 0, 1}, time: []float64{1, 2}, trial: []int{0, 0}, starts: []int{0},
			series: "units", bin: 1,
		},
		"spikes without trials, over the time of observation": {
			fill: func(g *hdf5.Group) {
				units(g, []float64{1}, []float64{2.5}).Dataset("obs_intervals", []float64{0, 3, 0, 3}, []int{2, 2},
					hdf5.Options{})
			},
			sel:      data.Selection{BinWidth: 1},
			activity: []float32{0, 0, 1, 0, 0, 1}, time: []float64{0, 1, 2}, trial: []int{0, 0, 0}, starts: []int{0},
			series: "units", bin: 1,
		},
		"units on demand, though a series exists": {
			fill: func(g *hdf5.Group) {
				rated(g, "acquisition/x", ramp(4), []int{2, 2}, 0, 10)
				units(g, []float64{1, 2.5}, []float64{1, 2})
			},
			sel:      data.Selection{Units: true, BinWidth: 1},
			activity: []float32{1, 1, 1, 1}, time: []float64{1, 2}, trial: []int{0, 0}, starts: []int{0},
			series: "units", bin: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Read(build(t, c.fill), c.sel)
			if err != nil {
				t.Fatal(err)
			}
			close := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
			same := cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })
			for what, d := range map[string]string{
				"activity": cmp.Diff(c.activity, r.Activity.Data, same),
				"time":     cmp.Diff(c.time, r.Time, close),
				"trial":    cmp.Diff(c.trial, r.Trial),
				"starts":   cmp.Diff(c.starts, r.SegmentStarts),
				"series":   cmp.Diff(c.series, r.Source.Series),
				"bin":      cmp.Diff(c.bin, r.BinWidth, close),
			} {
				if d != "" {
					t.Errorf("%s: %s", what, d)
				}
			}
			if len(r.Channels) != r.Activity.Cols {
				t.Errorf("%d names for %d channels", len(r.Channels), r.Activity.Cols)
			}
		})
	}
}

// TestBeside checks that input and behaviour are brought to the bins of the activity, which begin at 0, 1, 2 and 3 s.
func TestBeside(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		values []float32
		times  []float64
		want   []float32
	}{
		"the same times, row by row": {[]float32{5, 6, 7, 8}, []float64{0, 1, 2, 3}, []float32{5, 6, 7, 8}},
		"the mean of the samples in a bin": {[]float32{0, 2, 4, 6, 8, 10, 12, 14},
			[]float64{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5}, []float32{1, 5, 9, 13}},
		"a line where a bin has no sample":  {[]float32{0, 4, 6}, []float64{0, 2, 3}, []float32{0, 2, 4, 6}},
		"held before the first, after last": {[]float32{3, 5}, []float64{1, 2}, []float32{3, 3, 5, 5}},
		"missing more than a step away":     {[]float32{3, 5, 7}, []float64{1.5, 1.75, 2}, []float32{nan, 4, 7, nan}},
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t, func(g *hdf5.Group) {
				rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
				stamped(g, "processing/behavior/Position/hand", "SpatialSeries", c.values, nil, c.times)
			})
			r, err := Read(path, data.Selection{Behavior: []string{"hand"}})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, r.Behavior.Data, sameNaN); d != "" {
				t.Error(d)
			}
			if r.BehaviorName != "processing/behavior/Position/hand" || r.Behavior.Cols != 1 {
				t.Errorf("%d columns of %s", r.Behavior.Cols, r.BehaviorName)
			}
		})
	}
}

// TestReadRefuses checks that an error is one line that begins with the file, and says what is wrong and where.
func TestReadRefuses(t *testing.T) {
	one := func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1) }
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want []string
	}{
		"an unknown series":    {one, data.Selection{Series: "y"}, []string{"y: no such series", "acquisition/x"}},
		"an unknown input":     {one, data.Selection{Input: "y"}, []string{"external input", "y", "acquisition/x"}},
		"an unknown table":     {one, data.Selection{Trials: "y"}, []string{"y: no such table of trials"}},
		"units where are none": {one, data.Selection{Units: true}, []string{"no table of sorted units"}},
		"two of that name": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
			rated(g, "processing/a/x", ramp(8), []int{4, 2}, 0, 1)
		}, data.Selection{Series: "x"}, []string{"2 parts have that name", "acquisition/x, processing/a/x"}},
		"a stack of images": {func(g *hdf5.Group) {
			rated(g, "acquisition/film", ramp(8), []int{2, 2, 2}, 0, 1)
		}, data.Selection{Series: "film"}, []string{"acquisition/film", "2 x 2 x 2", "extract ROIs", "--pixels"}},
		"only a stack of images": {func(g *hdf5.Group) {
			rated(g, "acquisition/film", ramp(8), []int{2, 2, 2}, 0, 1)
		}, data.Selection{}, []string{"nothing that can be modelled", "extract ROIs"}},
		"trials of another clock": {func(g *hdf5.Group) {
			one(g)
			trials(g, []float64{100}, []float64{101})
		}, data.Selection{}, []string{"intervals/trials", "none of its 1 trials holds a bin"}},
		"time that runs backwards": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "TimeSeries", ramp(6), []int{3, 2}, []float64{0, 2, 1})
		}, data.Selection{}, []string{"acquisition/x/timestamps", "backwards at number 2"}},
		"too few timestamps": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "TimeSeries", ramp(8), []int{4, 2}, []float64{0, 1, 2})
		}, data.Selection{}, []string{"acquisition/x", "3 timestamps", "4 x 2"}},
		"neither rate nor timestamps": {func(g *hdf5.Group) {
			at(g, "acquisition/x", "TimeSeries").Dataset("data", ramp(8), []int{4, 2}, hdf5.Options{})
		}, data.Selection{}, []string{"acquisition/x", "neither timestamps nor a rate"}},
		"timestamps that are all the same": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "TimeSeries", ramp(6), []int{3, 2}, []float64{1.6e9, 1.6e9, 1.6e9})
		}, data.Selection{}, []string{"acquisition/x/timestamps", "most times are equal", "double precision"}},
		"timestamps in a table": {func(g *hdf5.Group) {
			x := at(g, "acquisition/x", "TimeSeries")
			x.Dataset("timestamps", []float64{1, 2, 3, 4}, []int{2, 2}, hdf5.Options{})
			x.Dataset("data", ramp(8), []int{4, 2}, hdf5.Options{})
		}, data.Selection{}, []string{"acquisition/x/timestamps", "2 x 2", "not a list"}},
		"a start that is no time": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, math.NaN(), 1)
		}, data.Selection{}, []string{"acquisition/x/starting_time", "NaN"}},
		"a conversion that leaves nothing": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1).Attr("conversion", 0.0)
		}, data.Selection{}, []string{"acquisition/x/data", "conversion is 0"}},
		"too few factors of channels": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
			at(g, "acquisition/x", "").Dataset("channel_conversion", []float64{2}, nil, hdf5.Options{})
		}, data.Selection{}, []string{"acquisition/x/channel_conversion", "1 factors for 2 channels"}},
		"waveforms of spikes": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "SpikeEventSeries", ramp(6), []int{3, 2}, []float64{1, 2, 3})
		}, data.Selection{}, []string{"acquisition/x", "waveform around each spike", "--units"}},
		"the ends of intervals": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "IntervalSeries", []int8{1, -1}, nil, []float64{1, 2})
		}, data.Selection{Series: "x"}, []string{"acquisition/x", "it holds the ends of intervals", "--trials"}},
		"trials without a stop": {func(g *hdf5.Group) {
			one(g)
			at(g, "intervals/trials", "TimeIntervals").Dataset("start_time", []float64{0, 2}, nil, hdf5.Options{})
		}, data.Selection{}, []string{"intervals/trials", "no column stop_time", "--align", "--trials none"}},
		"spikes without an index": {func(g *hdf5.Group) {
			at(g, "units", "Units").Dataset("spike_times", []float64{1, 2}, nil, hdf5.Options{})
		}, data.Selection{}, []string{"units", "no spike_times_index"}},
		"an index beyond the spikes": {func(g *hdf5.Group) {
			u := at(g, "units", "Units")
			u.Dataset("spike_times", []float64{1, 2}, nil, hdf5.Options{})
			u.Dataset("spike_times_index", []int{1, 5}, nil, hdf5.Options{})
		}, data.Selection{}, []string{"units/spike_times_index", "row 1 ends at 5"}},
		"booleans where numbers are needed": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", []bool{true, false}, nil, 0, 1)
		}, data.Selection{Series: "x"}, []string{"acquisition/x", "booleans or another enumeration, not numbers"}},
		"a column of references": {func(g *hdf5.Group) {
			u := units(g, []float64{1})
			u.Dataset("obs_intervals", hdf5.Ref(1), nil, hdf5.Options{})
		}, data.Selection{}, []string{"units/obs_intervals", "cannot be read (it holds references", "h5repack"}},
		"data behind a soft link that leads nowhere": {func(g *hdf5.Group) {
			one(g)
			y := at(g, "acquisition/y", "TimeSeries")
			y.Dataset("timestamps", []float64{1, 2, 3, 4}, nil, hdf5.Options{})
			y.SoftLink("data", "/acquisition/x/date")
		}, data.Selection{Series: "y"},
			[]string{"acquisition/y/data: it is a soft link to /acquisition/x/date, which is missing"}},
		"a conversion of a kind that cannot be read": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1).Attr("conversion", "two")
		}, data.Selection{}, []string{"acquisition/x/data", "attribute conversion"}},
		"more bins than memory": {func(g *hdf5.Group) { units(g, []float64{0, 1e9}) }, data.Selection{BinWidth: 1e-3},
			[]string{"--bin-width"}},
		"a bin of no width": {one, data.Selection{BinWidth: -1}, []string{"--bin-width is -1"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t, c.fill)
			_, err := Read(path, c.sel)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(c.want, prefix(err, path)) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has more than one line", err)
			}
		})
	}
}
