package nwb

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"facrnn/data"
)

// table is a table of time intervals, such as trials, or of events.
type table struct{ *group }

// clockColumn returns the column of a table with the times of its rows. It is start_time of intervals, timestamp of
// an EventsTable, and timestamps of Events, LabeledEvents and annotations.
func (g table) clockColumn() string {
	for _, name := range [...]string{"timestamp", "timestamps"} {
		if g.has(name) && !g.has("start_time") {
			return name
		}
	}
	return "start_time"
}

// isEvents reports whether the rows of a table are events, not intervals.
func (g table) isEvents() bool { return g.clockColumn() != "start_time" }

// isEventTimes reports whether a group without data is a list of the times of events, and not a series whose data are
// missing.
func (g *group) isEventTimes() bool {
	typed := g.kind != "" && !strings.HasSuffix(g.kind, "Series")
	return typed && g.has("timestamps") && g.brokenLinks["data"] == nil && !g.has("external_file")
}

// windows returns the flags for windows around the events of a table, for messages.
func (g table) windows() string {
	return fmt.Sprintf("--trials %s --align %s --before SECONDS --after SECONDS", g.path, g.clockColumn())
}

// events returns the tables of events.
func (in *contents) events() []table {
	return slices.DeleteFunc(slices.Clone(in.tables), func(g table) bool { return !g.isEvents() })
}

// eventsNamed returns the table of events with a name or path; its group is nil if there is none.
func (in *contents) eventsNamed(name string) table {
	g, _ := pick(in.events(), func(g table) string { return g.path }, "events", name)
	return g
}

// orEvents adds the tables of events to the error of a missing column.
func (in *contents) orEvents(err error) error {
	var paths []string
	for _, g := range in.events() {
		paths = append(paths, g.path)
	}
	if len(paths) == 0 {
		return err
	}
	return fmt.Errorf("%w; or of the events %s", err, data.JoinFew(paths))
}

// aroundEvents makes the table of events that sel.Align names the table of trials. It does so only if the selection
// names no table of trials and the file has no trials.
func (in *contents) aroundEvents(sel data.Selection) (data.Selection, error) {
	if sel.Align == "" || sel.Trials != "" {
		return sel, nil
	}
	trials, err := in.table("")
	if err != nil || trials.group != nil {
		return sel, err
	}
	if g := in.eventsNamed(sel.Align); g.group != nil {
		sel.Trials, sel.Align = g.path, g.clockColumn()
	}
	return sel, nil
}

// eventTimes returns the known times of a table's events, ascending.
func (g table) eventTimes() ([]float64, error) {
	times, err := g.floats(g.clockColumn())
	if err != nil {
		return nil, err
	}
	times = slices.DeleteFunc(times, func(t float64) bool { return math.IsNaN(t) || math.IsInf(t, 0) })
	slices.Sort(times)
	return times, nil
}

// firstEvents returns the time of the first event within each row of the table, NaN if there is none. A row lasts
// from its start to its stop, or to the next event in a table of events.
func (g table) firstEvents(events table) ([]float64, error) {
	times, err := events.eventTimes()
	if err != nil {
		return nil, err
	}
	start, stop, err := g.extents()
	if err != nil {
		return nil, err
	}
	first := make([]float64, len(start))
	for row := range first {
		first[row] = math.NaN()
		if i := sort.SearchFloat64s(times, start[row]); i < len(times) && times[i] < stop[row] {
			first[row] = times[i]
		}
	}
	return first, nil
}

// extents returns the start and stop of every row of a table. An event stops at the next one.
func (g table) extents() (start, stop []float64, err error) {
	if !g.isEvents() {
		return g.bounds()
	}
	if start, err = g.floats(g.clockColumn()); err != nil {
		return nil, nil, err
	}
	sorted, err := g.eventTimes()
	if err != nil {
		return nil, nil, err
	}
	for _, t := range start {
		next := math.Inf(1)
		if i := sort.Search(len(sorted), func(i int) bool { return sorted[i] > t }); i < len(sorted) {
			next = sorted[i]
		}
		stop = append(stop, next)
	}
	return start, stop, nil
}

// countEvents counts a table's events in each bin.
func (g table) countEvents(bins []float64, width float64) (a alignment, err error) {
	times, err := g.eventTimes()
	if err != nil {
		return a, err
	}
	a.m = data.NewMatrix(len(bins), 1)
	if a.samples = len(times); a.samples == 0 {
		return a, fmt.Errorf("%s: it has no events: choose other events", g.path)
	}
	a.span = interval{times[0], times[len(times)-1]}
	for row, t := range bins {
		first, last := sort.SearchFloat64s(times, t-tolerance*width), sort.SearchFloat64s(times, t+width*(1-tolerance))
		a.m.Data[row] = float32(last - first)
	}
	return a, nil
}

// durations returns the start and stop of events that have a duration.
func (g table) durations(start []float64) ([]float64, []float64, error) {
	const column = "duration"
	if !g.has(column) {
		return nil, nil, fmt.Errorf("%s: it holds the times of events, without a stop: take windows around them by %s",
			g.path, g.windows())
	}
	long, err := g.column(column, len(start))
	if err == nil && long.numbers == nil {
		err = fmt.Errorf("%s: it holds %s, not seconds: take windows around the events by %s",
			long.path, long.distinct(), g.windows())
	}
	if err != nil {
		return nil, nil, err
	}
	stop := make([]float64, len(start))
	for i := range stop {
		stop[i] = start[i] + long.numbers[i]
	}
	return start, stop, nil
}
