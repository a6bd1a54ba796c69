package nwb

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// task writes ten bins of a second in four trials, of which the last has no data. It adds a table with every kind of
// column, a wheel of two columns at 2 Hz, a pupil at 0.5 Hz, and annotations.
func task(g *hdf5.Group) {
	rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
	rated(g, "processing/behavior/wheel", ramp(40), []int{20, 2}, 0, 2)
	stamped(g, "processing/behavior/Position/hand", "SpatialSeries", ramp(10), []int{5, 2}, []float64{0, 2, 4, 6, 8})
	rated(g, "processing/behavior/pupil", []float32{0, 2, 6, 6, 6}, nil, 0, 0.5)
	stamped(g, "stimulus/presentation/said", "AnnotationSeries", []string{"go", "stop", "go"}, nil,
		[]float64{1, 3.5, 9})
	rated(g, "acquisition/cue", ramp(10), nil, 0, 1)
	t := at(g, "intervals/trials", "TimeIntervals")
	t.Attr("colnames", []string{"start_time", "stop_time", "cue_time", "go_cue", "correct", "contrast", "reward",
		"listed", "target"})
	for name, values := range map[string]any{
		"start_time": []float64{6, 0, 3, 100}, "stop_time": []float64{8, 2, 5, 101},
		"cue_time": []float64{7, math.NaN(), 4, 100.5},
		"go_cue":   []string{"left", "right", "left", "never"}, "correct": []bool{true, false, true, true},
		"contrast": []float64{0.25, 1, 0.5, 0.1},
		"reward":   []float64{math.NaN(), 1, 2, 3}, "target": []int{3, 10, 3, 10}, "cue": []int{1, 1, 1, 1},
	} {
		t.Dataset(name, values, nil, hdf5.Options{})
	}
	t.Dataset("listed", []float64{1, 2, 3, 4}, nil, hdf5.Options{})
	t.Dataset("listed_index", []int{1, 2, 3, 4}, nil, hdf5.Options{})
}

// TestDrive checks that columns of trials are constant within a trial, in order of time, with words one-hot. Series
// are brought to the bins and become further columns. The bins are 0, 1, 3, 4, 6 and 7.
func TestDrive(t *testing.T) {
	path := build(t, task)
	for _, c := range []struct {
		drive []string
		names []string
		want  []float32
	}{
		{nil, nil, nil},
		{[]string{"none"}, nil, nil},
		{[]string{"contrast"}, []string{"contrast"}, []float32{1, 1, 0.5, 0.5, 0.25, 0.25}},
		{[]string{"trials/contrast"}, []string{"contrast"}, []float32{1, 1, 0.5, 0.5, 0.25, 0.25}},
		{[]string{"go_cue"}, []string{"go_cue=left", "go_cue=right"}, []float32{0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0}},
		{[]string{"/intervals/trials/correct"}, []string{"correct=FALSE", "correct=TRUE"},
			[]float32{1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1}},
		{[]string{"wheel"}, []string{"wheel 0", "wheel 1"}, []float32{1, 2, 5, 6, 13, 14, 17, 18, 25, 26, 29, 30}},
		{[]string{"pupil"}, []string{"pupil"}, []float32{0, 1, 4, 6, 6, 6}},
		{[]string{"pupil", "contrast"}, []string{"pupil", "contrast"},
			[]float32{0, 1, 1, 1, 4, 0.5, 6, 0.5, 6, 0.25, 6, 0.25}},
		{[]string{"said"}, []string{"said=go", "said=stop"}, []float32{0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1}},
		{[]string{"trials/cue"}, []string{"cue"}, []float32{1, 1, 1, 1, 1, 1}},
		{[]string{"acquisition/cue"}, []string{"cue"}, []float32{0, 1, 3, 4, 6, 7}},
	} {
		r, err := Read(path, data.Selection{Drive: c.drive})
		if err != nil {
			t.Errorf("%q: %v", c.drive, err)
			continue
		}
		if d := cmp.Diff(c.names, r.DriveNames) + cmp.Diff(c.want, r.Drive.Data); d != "" {
			t.Errorf("%q: %s", c.drive, d)
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
		if len(c.drive) > 0 && c.drive[0] == "said" && !noted(r.Notes, "no value yet in 1 of the 6 bins") {
			t.Errorf("notes %q", r.Notes)
		}
	}
}

// TestDriveRefuses checks the errors for a drive that is missing, given twice, or without one value per row, and for
// too many values. The error of a missing value says where it is.
func TestDriveRefuses(t *testing.T) {
	path := build(t, task)
	for _, c := range []struct {
		drive []string
		want  []string
	}{
		{[]string{"y"}, []string{"drive: y: no such series", "acquisition/x",
			"or of the columns of intervals/trials: start_time", "go_cue"}},
		{[]string{"trials/y"}, []string{`no column "y"`, "contrast"}},
		{[]string{"cue"}, []string{"cue: it is the series acquisition/cue and a column of intervals/trials",
			"intervals/trials/cue"}},
		{[]string{"listed"}, []string{"intervals/trials/listed", "a list for each row"}},
		{[]string{"pupil", "processing/behavior/pupil"}, []string{"pupil: it is asked for twice"}},
		{[]string{"go_cue", "trials/go_cue"}, []string{"go_cue=left: it is asked for twice"}},
		{[]string{"reward"}, []string{"drive: 2 value(s) are NaN", "the first in reward (column 0) at row 4 (6 s)",
			"--where"}},
	} {
		r, err := Read(path, data.Selection{Drive: c.drive})
		if err == nil {
			err = r.Check()
		}
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v; want an error that says %q", c.drive, err, want)
			}
		}
	}
	if _, err := Read(path, data.Selection{Behavior: []string{"glove"}}); err == nil || !strings.Contains(err.Error(), "behaviour: glove: no such series") || !strings.Contains(err.Error(), `"none" leaves it out`) {
		t.Errorf("behaviour that is not there: %v", err)
	}
	many := build(t, func(g *hdf5.Group) {
		var start, stop []float64
		var names []string
		for i := range 40 {
			start, stop, names = append(start, float64(i)), append(stop, float64(i+1)), append(names,
				fmt.Sprint("picture ", i))
		}
		rated(g, "acquisition/x", ramp(80), []int{40, 2}, 0, 1)
		trials(g, start, stop)
		at(g, "intervals/trials", "").Dataset("image", names, nil, hdf5.Options{})
	})
	if _, err := Read(many, data.Selection{Drive: []string{"image"}}); err == nil ||
		!strings.Contains(err.Error(), "intervals/trials/image: it has more than 32 different values") {
		t.Errorf("%v", err)
	}
	if r, err := Read(many, data.Selection{Drive: []string{"image"}, Where: []string{"image!=picture 1"},
		Trials: "none"}); err == nil {
		t.Errorf("a column without trials: %v", r.DriveNames)
	}
}

// TestDriveOfSpikes checks that a drive follows the bins of spikes, also if trials that no unit observed are left
// out.
func TestDriveOfSpikes(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		u := units(g, []float64{0.5, 2.5, 4.5})
		u.Dataset("obs_intervals", []float64{0, 2, 4, 6}, []int{2, 2}, hdf5.Options{})
		u.Dataset("obs_intervals_index", []int{2}, nil, hdf5.Options{})
		trials(g, []float64{0, 2, 4}, []float64{2, 4, 6})
		at(g, "intervals/trials", "").Dataset("gain", []float64{1, 2, 3}, nil, hdf5.Options{})
	})
	r, err := Read(path, data.Selection{BinWidth: 1, Drive: []string{"gain"}, Condition: "gain", Event: "stop_time"})
	if err != nil {
		t.Fatal(err)
	}
	spans := []data.Span{{Start: 0, Stop: 2}, {Start: 4, Stop: 6}}
	if d := cmp.Diff([]float32{1, 1, 3, 3}, r.Drive.Data) + cmp.Diff([]string{"1", "3"}, r.Condition) +
		cmp.Diff([]float64{2, 6}, r.Event) + cmp.Diff(spans, r.Spans); d != "" {
		t.Error(d)
	}
}

// TestConditions checks the chosen conditions and events, the defaults, and the choice none.
func TestConditions(t *testing.T) {
	path, nan := build(t, task), math.NaN()
	for _, c := range []struct {
		sel       data.Selection
		condition []string
		name      string
		event     []float64
		eventName string
	}{
		// cue has one value; go_cue is not called like a condition
		{data.Selection{}, []string{"10", "3", "3"}, "target", nil, ""},
		{data.Selection{Condition: "none"}, nil, "", nil, ""},
		{data.Selection{Condition: "go_cue"}, []string{"right", "left", "left"}, "go_cue", nil, ""},
		{data.Selection{Condition: "correct"}, []string{"FALSE", "TRUE", "TRUE"}, "correct", nil, ""},
		{data.Selection{Condition: "contrast"}, []string{"1", "0.5", "0.25"}, "contrast", nil, ""},
		{data.Selection{Event: "cue_time"}, []string{"10", "3", "3"}, "target", []float64{nan, 4, 7}, "cue_time"},
		{data.Selection{Align: "cue_time", After: 1}, nil, "", []float64{4, 7}, "cue_time"}, // both are of target 3
		{data.Selection{Align: "cue_time", After: 1, Event: "start_time"}, nil, "", []float64{3, 6}, "start_time"},
		{data.Selection{Align: "cue_time", After: 1, Event: "none"}, nil, "", nil, ""},
		{data.Selection{Trials: "none"}, nil, "", nil, ""},
	} {
		r, err := Read(path, c.sel)
		if err != nil {
			t.Errorf("%+v: %v", c.sel, err)
			continue
		}
		same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
		if d := cmp.Diff(c.condition, r.Condition) + cmp.Diff(c.event, r.Event, same); d != "" ||
			r.ConditionName != c.name || r.EventName != c.eventName {
			t.Errorf("%+v: by %q and %q: %s", c.sel, r.ConditionName, r.EventName, d)
		}
		if c.name == "target" && !noted(r.Notes, "Trials are grouped by target (2 values).") {
			t.Errorf("notes %q", r.Notes)
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestConditionsRefuse(t *testing.T) {
	for _, c := range []struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want string
	}{
		{task, data.Selection{Condition: "colour"}, `no column "colour": choose one of`},
		{task, data.Selection{Event: "go_cue"}, `it holds "left", "never", "right", not times in seconds: choose another column by --event`},
		{task, data.Selection{Trials: "none", Condition: "target"},
			"--condition groups trials, but --trials is none"},
		{task, data.Selection{Trials: "none", Event: "cue_time"},
			"--event is a time in each trial, but --trials is none"},
		{func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1) },
			data.Selection{Condition: "target"}, "there is no table of trials for --condition"},
		{func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1) },
			data.Selection{Event: "cue_time"}, "there is no table of trials for --event"},
	} {
		if _, err := Read(build(t, c.fill), c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.sel, err)
		}
	}
}

// TestBehaviorSideBySide checks that several series are one behaviour, whose columns have the series' names.
func TestBehaviorSideBySide(t *testing.T) {
	r, err := Read(build(t, task), data.Selection{Trials: "none", Behavior: []string{"hand", "pupil"}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"hand x", "hand y", "pupil"}, r.BehaviorNames) +
		cmp.Diff([]float32{1, 2, 1}, r.Behavior.Row(1)); d != "" {
		t.Error(d)
	}
	if r.BehaviorName != "processing/behavior/Position/hand, processing/behavior/pupil" {
		t.Errorf("of %s", r.BehaviorName)
	}
}

// TestUnits checks that a series has the unit of the file, except if its text means no unit. Behaviour has a unit if
// all of its series have the same one.
func TestUnits(t *testing.T) {
	for _, c := range []struct{ activity, hand, eye, want, behavior string }{
		{"volts", "m", "m", "volts", "m"},
		{"n.a.", "m", "cm", "", ""},
		{"Unknown", "n.a.", "n.a.", "", ""},
		{"a.u.", "m", "n.a.", "a.u.", ""},
	} {
		path := build(t, func(root *hdf5.Group) {
			for name, unit := range map[string]string{"acquisition/x": c.activity, "processing/behavior/hand": c.hand,
				"processing/behavior/eye": c.eye} {
				g := at(root, name, "TimeSeries")
				g.Dataset("starting_time", 0., nil, hdf5.Options{}).Attr("rate", 1.)
				g.Dataset("data", ramp(10), []int{10, 1}, hdf5.Options{}).Attr("unit", unit)
			}
		})
		r, err := Read(path, data.Selection{Series: "x", Behavior: []string{"hand", "eye"}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Unit != c.want || r.BehaviorUnit != c.behavior {
			t.Errorf("%+v: units %q and %q", c, r.Unit, r.BehaviorUnit)
		}
	}
}
