package nwb

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

func TestList(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		d := rated(g, "acquisition/x", []float32{1, float32(math.NaN()), 3, 4}, []int{2, 2}, 0, 4)
		d.Attr("conversion", 2.0)
		stamped(g, "processing/ophys/DfOverF/r", "RoiResponseSeries", ramp(6), []int{2, 3}, []float64{0, 0.5, 1})
		rated(g, "stimulus/presentation/s", ramp(2), nil, 0, 1)
		units(g, []float64{1, 2}, []float64{3})
		at(g, "intervals/epochs", "TimeIntervals").Dataset("start_time", []float64{0}, nil, hdf5.Options{})
		at(g, "intervals/epochs", "").Dataset("stop_time", []float64{0}, nil, hdf5.Options{})
		trials(g, []float64{0, 1}, []float64{1, 2})
	})
	got, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	want := &data.Contents{
		Path: path, Format: "nwb",
		Series: []data.Series{
			{Path: "acquisition/x", Name: "x", Type: "TimeSeries", Shape: []int{2, 2}, Rate: 4, Unit: "Hz", Missing: 1,
				Role: "activity"},
			{Path: "processing/ophys/DfOverF/r", Name: "r", Type: "RoiResponseSeries", Shape: []int{3, 2}, Rate: 2,
				Role: "activity"},
			{Path: "stimulus/presentation/s", Name: "s", Type: "TimeSeries", Shape: []int{2}, Rate: 1, Unit: "Hz",
				Role: "input"},
		},
		Units: data.Units{Count: 2, Spikes: 3, Columns: []string{"spike_times", "spike_times_index"}},
		Tables: []data.Table{
			{Path: "intervals/trials", Name: "trials", Type: "TimeIntervals", Count: 2,
				Columns: []string{"start_time", "stop_time", "correct"}},
			{
				Path: "intervals/epochs", Name: "epochs", Type: "TimeIntervals", Count: 1,
				Columns: []string{"start_time", "stop_time"},
				Problem: "none of 1 trials has a stop after its start: choose another table, or none, by --trials",
			},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestSharedTimestamps checks timestamps that are a link to another series, which pynwb writes as a soft link. A
// series behind a soft link is listed once, and found under both paths. A link that leads nowhere is an error only if
// the series is read.
func TestSharedTimestamps(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		a := at(g, "acquisition/a", "TimeSeries")
		times := a.Dataset("timestamps", []float64{1, 2, 3}, nil, hdf5.Options{})
		a.Dataset("data", ramp(6), []int{3, 2}, hdf5.Options{})
		hard, soft := at(g, "acquisition/hard", "TimeSeries"), at(g, "acquisition/soft", "TimeSeries")
		hard.Dataset("data", ramp(6), []int{3, 2}, hdf5.Options{})
		hard.Link("timestamps", times)
		soft.Dataset("data", ramp(6), []int{3, 2}, hdf5.Options{})
		soft.SoftLink("timestamps", "/acquisition/a/timestamps")
		at(g, "acquisition/lost", "TimeSeries").Dataset("data", ramp(6), []int{3, 2}, hdf5.Options{})
		at(g, "acquisition/lost", "").SoftLink("timestamps", "/acquisition/a/times")
		at(g, "Lfp", "LFP").SoftLink("again", "/acquisition/a") // before the series itself
	})
	c, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, s := range c.Series {
		got[s.Path] = s.Rate
	}
	if d := cmp.Diff(map[string]float64{"acquisition/a": 1, "acquisition/hard": 1, "acquisition/soft": 1,
		"acquisition/lost": 0}, got); d != "" {
		t.Error(d)
	}
	for _, series := range []string{"hard", "soft", "/Lfp/again"} {
		r, err := Read(path, data.Selection{Series: series})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]float64{1, 2, 3}, r.Time); d != "" {
			t.Error(series, d)
		}
	}
	if _, err := Read(path, data.Selection{Series: "lost"}); err == nil ||
		!strings.Contains(err.Error(),
			"acquisition/lost/timestamps: it is a soft link to /acquisition/a/times, which is missing") {
		t.Error(err)
	}
}

// TestUnitNames checks that units are named by unit_name, and have the region of their first electrode.
func TestUnitNames(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		u := units(g, []float64{1, 2}, []float64{1.5})
		u.Dataset("unit_name", []string{"ä", "b"}, nil, hdf5.Options{})
		u.Dataset("electrodes", []int{1, 0, 0}, nil, hdf5.Options{})
		u.Dataset("electrodes_index", []int{2, 3}, nil, hdf5.Options{})
		u.Dataset("good", []bool{true, false}, nil, hdf5.Options{})
		at(g, "general/extracellular_ephys/electrodes", "DynamicTable").Dataset("location", []string{"M1", "PMd"}, nil,
			hdf5.Options{})
	})
	r, err := Read(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]data.Channel{{Name: "ä", Region: "PMd"}, {Name: "b", Region: "M1"}}, r.Channels); d != "" {
		t.Error(d)
	}
}

// FuzzRead checks that Read ends with a recording or an error for any bytes of a file.
func FuzzRead(f *testing.F) {
	path := build(f, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
		g.Group("acquisition").Group("y").Dataset("data", ramp(60), []int{20, 3},
			hdf5.Options{Chunk: []int{3, 2}, Deflate: 1, Shuffle: true})
		at(g, "acquisition/y", "TimeSeries").Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 2.0)
		units(g, []float64{1, 2}, []float64{3}).Dataset("unit_name", []string{"a", "b"}, nil, hdf5.Options{})
		trials(g, []float64{0, 1}, []float64{1, 2})
	})
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, true)
	f.Add(whole[:len(whole)/2], false)
	f.Fuzz(func(t *testing.T, file []byte, units bool) {
		path := filepath.Join(t.TempDir(), "fuzz.nwb")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Read(path, data.Selection{Units: units})
		if (r == nil) == (err == nil) {
			t.Errorf("recording %v, error %v", r, err)
		}
		_, listed := List(path)
		_, chosen := Read(path, data.Selection{Where: []string{"correct=false"}})
		_, each := readEach(path)
		for _, err := range []error{err, listed, chosen, each} {
			if crash := (panicked{}); errors.As(err, &crash) {
				t.Errorf("a panic: %v at %s\n%s", crash.value, crash.at, crash.stack)
			}
		}
	})
}

// TestListDamage checks that a file with one damaged structure is listed with the problem, unless its root is
// damaged. Reading the damaged part stays an error.
func TestListDamage(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
		rated(g, "acquisition/y", ramp(8), []int{4, 2}, 0, 1)
		units(g, []float64{1, 2}, []float64{3})
		trials(g, []float64{0, 2}, []float64{2, 4})
	})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	undamaged, err := List(path)
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	parts := structuresOf(whole)
	for _, s := range parts {
		if s.end == 0 {
			continue
		}
		broken := slices.Clone(whole)
		broken[s.end-1] ^= 1 // its checksum is wrong then
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := List(path)
		if err != nil {
			continue // the root, or what leads to it
		}
		listed++
		problems := slices.Clone(c.Problems)
		for _, s := range c.Series {
			problems = append(problems, s.Problem)
		}
		for _, s := range c.Tables {
			problems = append(problems, s.Problem)
		}
		if !noted(append(problems, c.Units.Problem), "damaged") {
			t.Errorf("damage at %d is not told: %+v", s.begin, c)
		}
		if len(c.Series) == 0 && c.Units.Count == 0 {
			t.Errorf("damage at %d hides all of %+v", s.begin, undamaged)
		}
		if _, err := Read(path, data.Selection{}); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("damage at %d: Read says %v", s.begin, err)
		}
	}
	if most := len(parts); listed < most/2 {
		t.Errorf("%d of %d damaged files are listed", listed, most)
	}
}
