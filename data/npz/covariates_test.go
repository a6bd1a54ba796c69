package npz

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
)

// task is six bins in three trials, with arrays of every kind.
func task() map[string]Array {
	return map[string]Array{
		"activity": zeros(6, 2), "trial": Ints([]int{5, 5, 2, 2, 9, 9}),
		"light": Vector([]float32{0, 1, 2, 3, 4, 5}), "wheel": {[]int{6, 2},
			[]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		"gain": Vector([]float64{7, 8, 9}), "pair": {[]int{3, 2}, []int64{1, 2, 3, 4, 5, 6}},
		"on":   Vector([]bool{true, false, true}),
		"side": Vector([]string{"right", "left", "right"}), "said": Vector([]string{"a", "b", "a", "a", "b", "b"}),
		"condition": Vector([]int64{1, 1, 2}), "target": Vector([]int64{4, 4, 5}),
		"event": Vector([]float64{0.5, math.NaN(), 4}), "short": zeros(4),
	}
}

func TestDrive(t *testing.T) {
	path := written(t, task())
	for _, c := range []struct {
		drive []string
		names []string
		want  []float32
	}{
		{nil, nil, nil},
		{[]string{"none"}, nil, nil},
		{[]string{"light"}, []string{"light"}, []float32{0, 1, 2, 3, 4, 5}},
		{[]string{"gain", "light"}, []string{"gain", "light"}, []float32{7, 0, 7, 1, 8, 2, 8, 3, 9, 4, 9, 5}},
		{[]string{"wheel"}, []string{"wheel 0", "wheel 1"}, []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{[]string{"pair"}, []string{"pair 0", "pair 1"}, []float32{1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6}},
		{[]string{"on"}, []string{"on"}, []float32{1, 1, 0, 0, 1, 1}},
		{[]string{"side"}, []string{"side=left", "side=right"}, []float32{0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1}},
		{[]string{"said"}, []string{"said=a", "said=b"}, []float32{1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1}},
	} {
		r, err := Recording(path, data.Selection{Drive: c.drive})
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
	}
	for name, want := range map[string]string{
		"short": "array short is (4,) but the activity is activity (6, 2)", "dark": "there is no array dark",
		"z": "the ground truth of a simulation",
	} {
		arrays := task()
		arrays["z"] = zeros(6, 2)
		if _, err := Recording(written(t, arrays), data.Selection{Drive: []string{name}}); err == nil ||
			!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--drive") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Recording(path, data.Selection{Drive: []string{"gain", "gain"}}); err == nil ||
		!strings.Contains(err.Error(), "gain twice") {
		t.Errorf("%v", err)
	}
}

func TestConditions(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		without   []string
		sel       data.Selection
		condition []string
		name      string
		event     []float64
	}{
		"the array condition, and event": {nil, data.Selection{}, []string{"1", "1", "2"}, "condition",
			[]float64{0.5, nan, 4}},
		"without it, one that is called like it": {[]string{"condition", "event"}, data.Selection{},
			[]string{"4", "4", "5"}, "target", nil},
		"a named one": {nil, data.Selection{Condition: "side", Event: "gain"},
			[]string{"right", "left", "right"}, "side", []float64{7, 8, 9}},
		"of booleans": {nil, data.Selection{Condition: "on", Event: "none"},
			[]string{"true", "false", "true"}, "on", nil},
		"none":                {nil, data.Selection{Condition: "none", Event: "none"}, nil, "", nil},
		"none without trials": {nil, data.Selection{Trials: "none"}, nil, "", nil},
		"none is called like it, or of another shape": {[]string{"condition", "target", "event"}, data.Selection{}, nil,
			"", nil},
	} {
		arrays := task()
		for _, w := range c.without {
			delete(arrays, w)
		}
		r, err := Recording(written(t, arrays), c.sel)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
		if d := cmp.Diff(c.condition, r.Condition) + cmp.Diff(c.event, r.Event, same); d != "" ||
			r.ConditionName != c.name {
			t.Errorf("%s: by %q: %s", name, r.ConditionName, d)
		}
	}
	for want, sel := range map[string]data.Selection{
		"must hold one value for each of the 3 trials": {Condition: "light"},
		"there is no array colour":                     {Condition: "colour"},
		"holds strings, not numbers: choose another":   {Event: "side"},
		"--condition groups trials":                    {Condition: "side", Trials: "none"},
	} {
		if _, err := Recording(written(t, task()), sel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", sel, err)
		}
	}
}

// TestArraysBack checks that drive, behaviour, conditions and events are read back as they were written, with their
// names.
func TestArraysBack(t *testing.T) {
	r, err := Recording(written(t, task()), data.Selection{Drive: []string{"side", "light"},
		Behavior: []string{"wheel", "gain"}, Condition: "side"})
	if err == nil || !strings.Contains(err.Error(), "array gain") { // behaviour is of bins
		t.Errorf("%v", err)
	}
	if r, err = Recording(written(t, task()), data.Selection{Drive: []string{"side", "light"},
		Behavior: []string{"wheel", "light"}, Condition: "side"}); err != nil {
		t.Fatal(err)
	}
	again, err := Recording(written(t, Arrays(r)), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
	if d := cmp.Diff(r.Drive, again.Drive) + cmp.Diff(r.DriveNames, again.DriveNames) +
		cmp.Diff(r.Behavior, again.Behavior) + cmp.Diff(r.BehaviorNames, again.BehaviorNames) +
		cmp.Diff(r.Condition, again.Condition) + cmp.Diff(r.Event, again.Event, same); d != "" {
		t.Error(d)
	}
	if !noted(again, "--drive none") || again.ConditionName != "condition" || again.EventName != "event" {
		t.Errorf("conditions by %q, events by %q, notes %q", again.ConditionName, again.EventName, again.Notes)
	}
}

// TestDriveNames checks that drive names that do not fit are left out, with a note.
func TestDriveNames(t *testing.T) {
	arrays := task()
	arrays["drive"], arrays["drive_names"] = arrays["wheel"], Vector([]string{"left alone"})
	r, err := Recording(written(t, arrays), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"drive 0", "drive 1"}, r.DriveNames); d != "" || !noted(r, "drive_names was left out") {
		t.Errorf("%s; notes %q", d, r.Notes)
	}
	if r, err = Recording(written(t, arrays), data.Selection{Input: "drive"}); err != nil || !r.Drive.Empty() {
		t.Errorf("what is taken as the known input drives too: %v, %v", r.DriveNames, err)
	}
}

// TestMissingBehavior checks that missing behaviour is kept and counted, and refused if all is missing. NaN of a drive
// are refused, or filled by --drive-gaps.
func TestMissingBehavior(t *testing.T) {
	nan := math.NaN()
	arrays := task()
	arrays["gaze"], arrays["lost"] = Vector([]float64{1, nan, nan, 2, 3, 4}), Vector([]float64{nan, nan, nan, nan, nan,
		nan})
	path := written(t, arrays)
	r, err := Recording(path, data.Selection{Behavior: []string{"gaze"}, Drive: []string{"gaze"},
		DriveGaps: data.GapsHold})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float32{1, 1, 1, 2, 3, 4}, r.Drive.Data); d != "" || r.Behavior.Data[1] == r.Behavior.Data[1] {
		t.Errorf("behaviour %v, drive: %s", r.Behavior.Data, d)
	}
	for _, want := range []string{"The behaviour is missing (NaN) in 2 of the 6 bins.",
		"2 values of the drive are NaN and were filled by --drive-gaps hold."} {
		if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, want) {
			t.Errorf("warnings %q; want %q", all, want)
		}
	}
	if _, err := Recording(path, data.Selection{Behavior: []string{"lost"}}); err == nil ||
		!strings.Contains(err.Error(), "array lost: all of its values are missing (NaN)") {
		t.Errorf("%v", err)
	}
	if r, err = Recording(path, data.Selection{Drive: []string{"gaze"}}); err == nil {
		err = r.Check()
	}
	if err == nil || !strings.Contains(err.Error(), "--drive-gaps") {
		t.Errorf("%v; want an error that names --drive-gaps", err)
	}
}
