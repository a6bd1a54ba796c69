package nwb

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// cued adds trials with a column of events.
func cued(g *hdf5.Group, start, stop, cue []float64) {
	trials(g, start, stop)
	at(g, "intervals/trials", "").Dataset("cue", cue, nil, hdf5.Options{})
}

func noted(notes []string, want string) bool {
	return slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, want) })
}

// TestTrials checks which bins are read, and the notes and warnings on unusual trials.
func TestTrials(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		start, stop, cue []float64
		sel              data.Selection
		time             []float64
		trial            []int
		notes, warnings  []string
	}{
		"windows around an event begin and end where they are told to": {
			start: []float64{0, 5}, stop: []float64{5, 10}, cue: []float64{2, 7},
			sel:  data.Selection{Align: "cue", Before: 1, After: 2},
			time: []float64{1, 2, 3, 6, 7, 8}, trial: []int{0, 0, 0, 1, 1, 1},
			notes: []string{"2 trials are taken from intervals/trials, from 1 s before to 2 s after cue."},
		},
		"a window may lie on one side of its event": {
			start: []float64{0, 5}, stop: []float64{5, 10}, cue: []float64{2, 7},
			sel:  data.Selection{Align: "cue", Before: -1, After: 3},
			time: []float64{3, 4, 8, 9}, trial: []int{0, 0, 1, 1},
		},
		"windows come in order of time, not of the table; an event that is NaN drops its trial": {
			start: []float64{0, 3, 6}, stop: []float64{3, 6, 9}, cue: []float64{7, nan, 1},
			sel:  data.Selection{Align: "cue", After: 1},
			time: []float64{1, 7}, trial: []int{0, 1},
			notes: []string{"1 trials whose cue is NaN or infinite are left out.", "2 trials are taken"},
		},
		"any column of times will do": {
			start: []float64{0, 5}, stop: []float64{4, 9}, cue: []float64{0, 0},
			sel:  data.Selection{Align: "stop_time", Before: 2},
			time: []float64{2, 3, 7, 8}, trial: []int{0, 0, 1, 1},
		},
		"times that count from their trial's start are warned of": {
			start: []float64{2, 4, 6, 8}, stop: []float64{4, 6, 8, 10}, cue: []float64{0, 1, 2, nan},
			sel:  data.Selection{Align: "cue", After: 1},
			time: []float64{0, 1, 2}, trial: []int{0, 1, 2},
			warnings: []string{"intervals/trials/cue seems to count from the start of its own trial in 3 of 3"},
		},
		"windows of chosen trials alone": {
			start: []float64{0, 5}, stop: []float64{5, 10}, cue: []float64{2, 7},
			sel:  data.Selection{Align: "cue", After: 2, Where: []string{"cue>2"}},
			time: []float64{7, 8}, trial: []int{0, 0},
			notes: []string{"1 of the 2 trials of intervals/trials have cue>2."},
		},
		"trials that overlap are counted, also inside one that is not the last": {
			start: []float64{0, 1, 3}, stop: []float64{5, 2, 6}, cue: []float64{0, 0, 0},
			time: []float64{0, 1, 2, 3, 4, 1, 3, 4, 5}, trial: []int{0, 0, 0, 0, 0, 1, 2, 2, 2},
			notes:    []string{"2 trials begin before an earlier one has ended"},
			warnings: []string{"6 of 9 bins lie in more than one trial"},
		},
		"trials end to end do not overlap": {
			start: []float64{0, 0.1 + 0.2, 0.6}, stop: []float64{0.3, 0.6, 2}, cue: []float64{0, 0, 0},
			time: []float64{0, 1}, trial: []int{0, 1},
			warnings: []string{"1 of 3 trials hold no data"},
		},
		"trials of no length, or less, are counted": {
			start: []float64{0, 3, 6, nan}, stop: []float64{2, 3, 5, 9}, cue: []float64{0, 0, 0, 0},
			time: []float64{0, 1}, trial: []int{0, 0},
			notes: []string{"2 trials of no length", "1 trials whose start or stop is NaN"},
		},
		"trials without data are warned of": {
			start: []float64{0, 100, 200}, stop: []float64{2, 101, 201}, cue: []float64{0, 0, 0},
			time: []float64{0, 1}, trial: []int{0, 0},
			notes: []string{"1 trials are taken"}, warnings: []string{"2 of 3 trials hold no data and are left out."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t, func(g *hdf5.Group) {
				rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
				cued(g, c.start, c.stop, c.cue)
			})
			r, err := Read(path, c.sel)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.time, r.Time) + cmp.Diff(c.trial, r.Trial); d != "" {
				t.Error(d)
			}
			for _, want := range c.notes {
				if !noted(r.Notes, want) {
					t.Errorf("%q is not in %q", want, r.Notes)
				}
			}
			for _, want := range c.warnings {
				if !noted(r.Warnings, want) {
					t.Errorf("%q is not in %q", want, r.Warnings)
				}
			}
			if c.warnings == nil && r.Warnings != nil {
				t.Errorf("warns %q", r.Warnings)
			}
			if noted(r.Notes, "begin before") != strings.Contains(name, "overlap are") {
				t.Errorf("notes %q", r.Notes)
			}
		})
	}
}

// TestWindowsHoldWhatTheyAsk checks that in a long recording, every window around an event has the samples from before
// to after, and no others.
func TestWindowsHoldWhatTheyAsk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cues := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
			return float64(rapid.IntRange(160, 640).Draw(t,
				"k")) / 8
		}), 1, 6).Draw(rt, "cues")
		before := float64(rapid.IntRange(-40, 80).Draw(rt, "before")) / 8
		after := float64(rapid.IntRange(-40, 80).Draw(rt, "after")) / 8
		path := build(t, func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(1600), []int{800, 2}, 0, 8)
			cued(g, make([]float64, len(cues)), slices.Repeat([]float64{1}, len(cues)), cues)
		})
		r, err := Read(path, data.Selection{Align: "cue", Before: before, After: after})
		if before+after <= 0 {
			if err == nil {
				rt.Fatal("a window of no length passes")
			}
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		slices.Sort(cues)
		var want []float64
		for _, c := range cues {
			for t := c - before; t < c+after; t += 1. / 8 {
				want = append(want, t)
			}
		}
		if d := cmp.Diff(want, r.Time); d != "" {
			rt.Fatal(d)
		}
		if r.Trials != len(cues) || len(r.SegmentStarts) != len(cues) {
			rt.Fatalf("%d trials, %d starts for %d events", r.Trials, len(r.SegmentStarts), len(cues))
		}
	})
}

func TestAlignRefuses(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
		cued(g, []float64{0, 5}, []float64{5, 10}, []float64{math.NaN(), math.Inf(1)})
		at(g, "intervals/trials", "").Dataset("side", []string{"left", "right"}, nil, hdf5.Options{})
		at(g, "intervals/trials", "").Dataset("late", []float64{1000, 2000}, nil, hdf5.Options{})
	})
	for _, c := range []struct {
		sel  data.Selection
		want []string
	}{
		{data.Selection{Align: "go", After: 1}, []string{`no column "go"`, "choose one that holds times, of " +
			"start_time, stop_time"}},
		{data.Selection{Align: "cues", After: 1}, []string{`no column "cues" for --align`}},
		{data.Selection{Align: "side", After: 1}, []string{"intervals/trials/side", `"left", "right", not times`}},
		{data.Selection{Align: "correct", After: 1}, []string{"intervals/trials/correct", "not times"}},
		{data.Selection{Align: "cue", After: 1}, []string{"intervals/trials/cue", "none of 2 trials has a time"}},
		{data.Selection{Align: "late", After: 1}, []string{"none of its 2 trials holds a bin"}},
		{data.Selection{Align: "start_time"}, []string{"--before and --after"}},
		{data.Selection{Before: 1}, []string{"--align"}},
	} {
		_, err := Read(path, c.sel)
		for _, w := range append(c.want, prefix(err, path)) {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%+v: %v; want an error that says %q", c.sel, err, w)
			}
		}
	}
}

// TestUnknownStops checks that the error of trials whose stops or starts are all unknown says so, and names the flags
// and columns that need none.
func TestUnknownStops(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		start, stop []float64
		want        string
	}{
		"stops": {[]float64{0, 2}, []float64{nan, nan},
			"intervals/trials: all 2 stop times are NaN: take windows around the times in a column (start_time, cue) " +
				"with --align COLUMN --after SECONDS, or choose --trials none"},
		"starts": {[]float64{nan, nan}, []float64{1, 2},
			"intervals/trials: all 2 start times are NaN: take windows around the times in a column (cue) with " +
				"--align"},
		"other": {[]float64{1, nan}, []float64{1, 2}, "intervals/trials: none of 2 trials has a stop after its start"},
	} {
		path := build(t, func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
			tr := at(g, "intervals/trials", "TimeIntervals")
			tr.Attr("colnames", []string{"start_time", "stop_time", "cue", "never"})
			tr.Dataset("start_time", c.start, nil, hdf5.Options{})
			tr.Dataset("stop_time", c.stop, nil, hdf5.Options{})
			tr.Dataset("cue", []float64{1, 3}, nil, hdf5.Options{})
			tr.Dataset("never", []float64{nan, nan}, nil, hdf5.Options{})
		})
		if _, err := Read(path, data.Selection{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if name != "stops" {
			continue
		}
		if r, err := Read(path, data.Selection{Align: "cue", After: 2}); err != nil || r.Trials != 2 || r.Bins() != 4 {
			t.Errorf("%s: windows around a column: %v", name, err)
		}
	}
}
