package nwb

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// happenings is ten bins of a second in two trials, 0 to 4 and 5 to 9 s, with an EventsTable, LabeledEvents and Events.
func happenings(g *hdf5.Group) {
	rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
	trials(g, []float64{0, 5}, []float64{4, 9})
	onlyEvents(g)
}

func onlyEvents(g *hdf5.Group) {
	e := at(g, "events/onset", "EventsTable")
	e.Attr("colnames", []string{"timestamp", "angle"})
	e.Dataset("id", []int{0, 1, 2}, nil, hdf5.Options{})
	e.Dataset("timestamp", []float64{1, 2.5, 6}, nil, hdf5.Options{})
	e.Dataset("angle", []float64{0, 90, 0}, nil, hdf5.Options{})
	l := at(g, "acquisition/door", "LabeledEvents")
	l.Dataset("timestamps", []float64{1, 2, 6, 7}, nil, hdf5.Options{})
	l.Dataset("data", []uint8{1, 0, 1, 2}, nil, hdf5.Options{}).Attr("labels", []string{"shut", "open"})
	at(g, "acquisition/licks", "Events").Dataset("timestamps", []float64{7.5, 0.5, 0.7, 7.2}, nil, hdf5.Options{})
}

// TestEventsAreListed checks that events are listed with their types and columns of times, after the tables of
// intervals. Labels are not activity.
func TestEventsAreListed(t *testing.T) {
	c, err := List(build(t, happenings))
	if err != nil {
		t.Fatal(err)
	}
	want := []data.Table{
		{Path: "intervals/trials", Name: "trials", Type: "TimeIntervals",
			Count: 2, Columns: []string{"start_time", "stop_time", "correct"}},
		{Path: "acquisition/door", Name: "door", Type: "LabeledEvents", Times: "timestamps",
			Count: 4, Columns: []string{"timestamps", "data"}},
		{Path: "acquisition/licks", Name: "licks", Type: "Events", Times: "timestamps",
			Count: 4, Columns: []string{"timestamps"}},
		{Path: "events/onset", Name: "onset", Type: "EventsTable", Times: "timestamp",
			Count: 3, Columns: []string{"timestamp", "angle"}},
	}
	if d := cmp.Diff(want, c.Tables); d != "" {
		t.Error(d)
	}
	if s := c.Series[0]; s.Path != "acquisition/door" || s.Role != "events" {
		t.Errorf("the labels are listed as %+v, want the role events", s)
	}
	path := build(t, onlyEvents)
	_, err = Read(path, data.Selection{})
	if err == nil || !strings.Contains(err.Error(), "acquisition/door (it holds labels of events)") {
		t.Errorf("a file of events alone: %v", err)
	}
}

// TestEventsBesideTheActivity checks that events are counted in each bin, and a label is 1 from its event until the
// next, whether as drive or as behaviour. The bins are 0 to 3 and 5 to 8 s.
func TestEventsBesideTheActivity(t *testing.T) {
	path := build(t, happenings)
	nan := float32(math.NaN())
	labels := []float32{
		0, 0, 0, // before the first
		0, 1, 0,
		0, 0, 1,
		0, 0, 1,
		0, 0, 1,
		0, 1, 0,
		1, 0, 0,
		1, 0, 0,
	}
	r, err := Read(path, data.Selection{
		Drive: []string{"door", "licks", "events/onset"}, Behavior: []string{"door", "licks"}, Event: "licks",
	})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"door=2", "door=open", "door=shut", "licks", "onset"}
	if d := cmp.Diff(names, r.DriveNames) + cmp.Diff(names[:4], r.BehaviorNames); d != "" {
		t.Error(d)
	}
	licks, onset := []float32{2, 0, 0, 0, 0, 0, 2, 0}, []float32{0, 1, 1, 0, 0, 1, 0, 0}
	for bin := range 8 {
		want := append(append([]float32{}, labels[3*bin:3*bin+3]...), licks[bin], onset[bin])
		if d := cmp.Diff(want, r.Drive.Row(bin)); d != "" {
			t.Errorf("drive of bin %d: %s", bin, d)
		}
		if want = want[:4]; bin == 0 {
			want = []float32{nan, nan, nan, 2}
		}
		if d := cmp.Diff(want, r.Behavior.Row(bin), sameNaN); d != "" {
			t.Errorf("behaviour of bin %d: %s", bin, d)
		}
	}
	if d := cmp.Diff([]float64{0.5, 7.2}, r.Event); d != "" || r.EventName != "licks" {
		t.Errorf("the first lick of each trial, as %q: %s", r.EventName, d)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

var sameNaN = cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })

// TestWindowsAroundEvents checks that events become trials by --trials and --align, and move the windows of trials.
// If the file has no trials, --align is enough.
func TestWindowsAroundEvents(t *testing.T) {
	bare := func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
		onlyEvents(g)
	}
	for _, c := range []struct {
		name  string
		fill  func(*hdf5.Group)
		sel   data.Selection
		times []float64
		event []float64
	}{
		{"a table of events", happenings, data.Selection{Trials: "onset", Align: "timestamp", After: 2},
			[]float64{1, 2, 3, 4, 6, 7}, []float64{1, 2.5, 6}},
		{"some of them", happenings, data.Selection{Trials: "onset", Align: "timestamp", After: 2,
			Where: []string{"angle=0"}},
			[]float64{1, 2, 6, 7}, []float64{1, 6}},
		{"those of a label", happenings, data.Selection{Trials: "door", Align: "timestamps", After: 1,
			Where: []string{"data=open"}},
			[]float64{1, 6}, []float64{1, 6}},
		{"no trials in the file", bare, data.Selection{Align: "onset", After: 2},
			[]float64{1, 2, 3, 4, 6, 7}, []float64{1, 2.5, 6}},
		{"the first in each trial", happenings, data.Selection{Align: "licks", Before: 0.5, After: 1.5},
			[]float64{0, 1, 7, 8}, []float64{0.5, 7.2}},
		{"the next event before the next row", happenings,
			data.Selection{Trials: "onset", Align: "timestamp", After: 1, Event: "licks"},
			[]float64{1, 3, 6}, []float64{math.NaN(), math.NaN(), 7.2}},
	} {
		r, err := Read(build(t, c.fill), c.sel)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
		if d := cmp.Diff(c.times, r.Time) + cmp.Diff(c.event, r.Event, same); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// TestEventsThatLast checks that the duration of an event makes it a trial without a window.
func TestEventsThatLast(t *testing.T) {
	r, err := Read(build(t, func(g *hdf5.Group) {
		happenings(g)
		at(g, "events/onset", "").Dataset("duration", []float64{1, 2, math.NaN()}, nil, hdf5.Options{})
	}), data.Selection{Trials: "onset"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{1, 3, 4}, r.Time); d != "" {
		t.Error(d)
	}
}

// TestEventsRefuse says how windows are taken, and names the events where a name is not known.
func TestEventsRefuse(t *testing.T) {
	bare := func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20), []int{10, 2}, 0, 1)
		onlyEvents(g)
	}
	for _, c := range []struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want string
	}{
		{happenings, data.Selection{Trials: "onset"},
			"take windows around them by --trials events/onset --align timestamp --before SECONDS --after SECONDS"},
		{bare, data.Selection{Align: "cue", After: 1},
			"take windows around events, such as by --trials acquisition/door --align timestamps"},
		{happenings, data.Selection{Align: "cue", After: 1},
			`no column "cue" for --align: choose one that holds times, of start_time, stop_time; ` +
				`or of the events acquisition/door, acquisition/licks, events/onset`},
		{happenings, data.Selection{Event: "cue"}, "or of the events acquisition/door"},
		{happenings, data.Selection{Drive: []string{"cue"}}, "or of the events acquisition/door"},
		{happenings, data.Selection{Behavior: []string{"cue"}}, "or of the events acquisition/door"},
		{happenings, data.Selection{Drive: []string{"licks"}, Trials: "none", Series: "late"},
			"acquisition/licks: it has no sample in the recording: the 4 samples go from 0.5 to 7.5 s, " +
				"the bins from 100 to 110 s"},
	} {
		if c.sel.Series == "" {
			c.sel.Series = "acquisition/x"
		}
		path := build(t, func(g *hdf5.Group) {
			c.fill(g)
			rated(g, "acquisition/late", ramp(20), []int{10, 2}, 100, 1)
		})
		if _, err := Read(path, c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want %q", c.sel, err, c.want)
		}
	}
}
