package nwb

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"sort"
	"strings"

	"facrnn/data"
	"facrnn/data/hdf5/reader"
)

const trialsPath = "intervals/trials"

// interval is a trial: start <= t < stop, in seconds.
type interval struct{ start, stop float64 }

// trialTable holds the trials into which the recording is cut.
type trialTable struct {
	table             // its group is nil for one continuous segment
	count  int        // rows
	trials []interval // by start time; nil for one continuous segment
	rows   []int      // the row in the table of each trial
	all    []interval // the time of all rows, also of those not chosen, ascending and separate
	notes  []string   // on trials that were left out or are unusual
}

// chooseTrials reads the chosen table of trials; see table. The trials are the rows that meet the conditions and end
// after they start. With sel.Align they are windows around events, for rows that have one.
func (c *choice) chooseTrials() error {
	g, err := c.in.table(c.sel.Trials)
	if err != nil {
		return err
	}
	if g.group == nil {
		return c.in.needsTable(c.sel)
	}
	start, stop, err := c.in.bounds(g, c.sel)
	if err != nil {
		return err
	}
	t := trialTable{table: g, count: len(start)}
	keep, err := where(g.path, "trials", t.count, c.where,
		func(name string) (column, error) { return g.column(name, t.count) })
	if err != nil {
		return err
	}
	var pairs []float64
	for i := range start {
		if !math.IsInf(start[i], 0) && !math.IsInf(stop[i], 0) {
			pairs = append(pairs, start[i], stop[i])
		}
	}
	t.all = mergeIntervals(pairs)
	if err := t.keepRows(start, stop, keep, c); err != nil {
		return err
	}
	c.trials = t
	return nil
}

// keepRows adds the kept rows that start before they stop, by start time. It fails if there are none.
func (t *trialTable) keepRows(start, stop []float64, keep []bool, c *choice) error {
	kept, unknown, empty, align := 0, 0, 0, c.sel.Align
	for i := range start {
		switch {
		case !keep[i]:
			continue
		case math.IsNaN(start[i] + stop[i]), math.IsInf(start[i], 0), math.IsInf(stop[i], 0):
			unknown++
		case start[i] >= stop[i]:
			empty++
		default:
			t.rows = append(t.rows, i)
		}
		kept++
	}
	sort.SliceStable(t.rows, func(i, j int) bool { return start[t.rows[i]] < start[t.rows[j]] })
	for _, i := range t.rows {
		t.trials = append(t.trials, interval{start[i], stop[i]})
	}
	if len(c.where) > 0 {
		t.note("%d of the %d trials of %s have %s.", kept, t.count, t.path, conditionList(c.where))
	}
	if unknown > 0 && align != "" && !t.has(align) {
		t.note("%d trials without one of the events %s are left out.", unknown, align)
	} else if unknown > 0 {
		t.note("%d trials whose %s is NaN or infinite are left out.", unknown, cmp.Or(align, "start or stop"))
	}
	if empty > 0 {
		t.note("%d trials of no length, whose stop is not after their start, are left out.", empty)
	}
	t.noteOverlap()
	switch {
	case len(t.trials) > 0:
		return nil
	case align != "":
		return fmt.Errorf("%s/%s: none of %d trials has a time in it: choose another column by --align", t.path, align,
			kept)
	}
	return t.noTrials(kept, unknownTimes(t.count, keep, start), unknownTimes(t.count, keep, stop))
}

// unknownTimes counts the times of kept rows that are NaN or infinite.
func unknownTimes(rows int, keep []bool, times []float64) (n int) {
	for i := range rows {
		if (keep == nil || keep[i]) && math.IsNaN(times[i]-times[i]) {
			n++
		}
	}
	return n
}

// noTrials returns the error of a table without a valid trial. starts and stops count the unknown times of its rows.
func (g table) noTrials(rows, starts, stops int) error {
	switch windows := g.windowAdvice(); {
	case rows > 0 && starts == rows:
		return fmt.Errorf("%s: all %d start times are NaN: %s", g.path, rows, windows)
	case rows > 0 && stops == rows:
		return fmt.Errorf("%s: all %d stop times are NaN: %s", g.path, rows, windows)
	}
	return fmt.Errorf("%s: none of %d trials has a stop after its start: choose another table, or none, by --trials",
		g.path, rows)
}

// windowAdvice returns advice for a table whose rows do not say when a trial starts and stops.
func (g table) windowAdvice() string {
	var times []string
	for _, name := range g.columns {
		d, err := g.dataset(name)
		if err != nil || d == nil || !d.isList() || d.class != reader.Float || name == "stop_time" {
			continue
		}
		if x, err := d.floats(); err == nil && slices.ContainsFunc(x, func(t float64) bool { return t-t == 0 }) {
			times = append(times, name)
		}
	}
	of := ""
	if len(times) > 0 {
		of = fmt.Sprintf(" (%s)", data.JoinFew(times))
	}
	return fmt.Sprintf("take windows around the times in a column%s with --align COLUMN --after SECONDS, or choose "+
		"--trials none", of)
}

func (t *trialTable) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// noteOverlap counts the trials that start before an earlier one has stopped.
func (t *trialTable) noteOverlap() {
	const slack = 1e-6 // seconds, of rounding
	n, end := 0, math.Inf(-1)
	for _, k := range t.trials {
		if k.start < end-slack {
			n++
		}
		end = max(end, k.stop)
	}
	if n > 0 {
		t.note("%d trials begin before an earlier one has ended; bins inside both are read twice.", n)
	}
}

// needsTable returns an error if a flag needs trials but there are none.
func (in *contents) needsTable(sel data.Selection) error {
	flag := ""
	switch {
	case sel.Align != "":
		flag = "--align"
	case len(sel.Where) > 0:
		flag = "--where"
	case sel.Condition != "" && sel.Condition != data.None:
		flag = "--condition"
	case sel.Event != "" && sel.Event != data.None:
		flag = "--event"
	default:
		return nil
	}
	if len(in.tables) == 0 {
		return fmt.Errorf("there is no table of trials for %s: leave it out", flag)
	}
	if g := in.tables[0]; g.isEvents() {
		return fmt.Errorf("there is no %s for %s: take windows around events, such as by %s", trialsPath, flag,
			g.windows())
	}
	return fmt.Errorf("there is no %s for %s: choose a table by --trials, such as %s", trialsPath, flag,
		in.tables[0].path)
}

// bounds returns the start and stop of every trial: of a window around its event if sel.Align names one, else of its
// row.
func (in *contents) bounds(g table, sel data.Selection) (start, stop []float64, err error) {
	if sel.Align == "" {
		return g.bounds()
	}
	times, err := in.timesOf(g, sel.Align, "--align")
	if err != nil {
		return nil, nil, err
	}
	for _, t := range times {
		start, stop = append(start, t-sel.Before), append(stop, t+sel.After)
	}
	return start, stop, nil
}

// bounds returns the start and stop of every row.
func (g table) bounds() (start, stop []float64, err error) {
	if start, err = g.floats(g.clockColumn()); err != nil {
		return nil, nil, err
	}
	if g.isEvents() {
		return g.durations(start)
	}
	if !g.has("stop_time") && g.brokenLinks["stop_time"] == nil {
		return nil, nil, fmt.Errorf("%s: it has no column stop_time: write it, or %s", g.path, g.windowAdvice())
	}
	if stop, err = g.floats("stop_time"); err != nil {
		return nil, nil, err
	}
	if len(start) != len(stop) {
		return nil, nil, fmt.Errorf("%s: %d start times but %d stop times: one of the two columns is cut short",
			g.path, len(start), len(stop))
	}
	return start, stop, nil
}

// timesOf returns the times in the column of a table that a flag names. If the flag names events, it returns the
// first event in each row.
func (in *contents) timesOf(g table, column, flag string) ([]float64, error) {
	rows, err := g.size()
	if err != nil {
		return nil, err
	}
	if events := in.eventsNamed(column); events.group != nil && !g.has(column) {
		return g.firstEvents(events)
	}
	if !slices.Contains(g.children, column) {
		times := g.timeColumns()
		if len(times) == 0 {
			return nil, in.orEvents(fmt.Errorf("%s: no column %q for %s, and no other column of times: leave %s out",
				g.path, column, flag, flag))
		}
		return nil, in.orEvents(fmt.Errorf("%s: no column %q for %s: choose one that holds times, of %s%s",
			g.path, column, flag, strings.Join(times, ", "), data.DidYouMean(column, times)))
	}
	c, err := g.column(column, rows)
	if err != nil {
		return nil, err
	}
	if c.numbers == nil || c.texts != nil {
		return nil, fmt.Errorf("%s: it holds %s, not times in seconds: choose another column by %s, of %s",
			c.path, c.distinct(), flag, strings.Join(g.timeColumns(), ", "))
	}
	return c.numbers, nil
}

// table returns the table with a name or path; by default the file's trials. The table has no group if there are
// none. It fails if trials cannot be read.
func (in *contents) table(name string) (table, error) {
	switch {
	case name == data.None:
		return table{}, nil
	case name != "":
		return pick(in.tables, func(g table) string { return g.path }, "table of trials", name)
	case len(in.tables) == 0 || in.tables[0].path != trialsPath:
		return table{}, nil
	}
	if n, err := in.tables[0].size(); n == 0 {
		return table{}, err
	}
	return in.tables[0], nil
}

// size counts the rows of a table.
func (g table) size() (int, error) {
	d, err := g.dataset(g.clockColumn())
	if err != nil || d == nil {
		return 0, err
	}
	return d.len(), nil
}

// pick returns the only item whose path is name or ends in it. what names the kind of item in errors.
func pick[T any](all []T, pathOf func(T) string, what, name string) (T, error) {
	var found []T
	var paths, matches []string
	name = strings.Trim(name, "/")
	for _, x := range all {
		p := pathOf(x)
		if p == name {
			return x, nil
		}
		paths = append(paths, p)
		if path.Base(p) == name || strings.HasSuffix(p, "/"+name) {
			found, matches = append(found, x), append(matches, p)
		}
	}
	var zero T
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return zero, fmt.Errorf("%s: %d parts have that name: give the path, one of %s", name, len(found),
			strings.Join(matches, ", "))
	case len(paths) == 0:
		return zero, fmt.Errorf("%s: no such %s, and the file has no other: leave the name out", name, what)
	}
	return zero, unknownName{name: name, what: what, choices: paths}
}

// unknownName is the error of a name that matches no path.
type unknownName struct {
	name, what string
	choices    []string // paths
	table      string   // whose columns may be named too; empty for none
	columns    []string
}

func (e unknownName) Error() string {
	text := fmt.Sprintf("%s: no such %s: choose one of %s", e.name, e.what, strings.Join(e.choices, ", "))
	if e.table != "" {
		text += fmt.Sprintf(", or of the columns of %s: %s", e.table, strings.Join(e.columns, ", "))
	}
	return text + data.DidYouMean(e.name, append(slices.Clone(e.choices), e.columns...))
}

// columnNamed returns the column that TABLE/COLUMN or COLUMN names. If the table is named, the column may be missing.
func (t trialTable) columnNamed(name string) (string, bool) {
	if t.group == nil {
		return "", false
	}
	in, column := path.Split(strings.Trim(name, "/"))
	if in = strings.TrimSuffix(in, "/"); in == "" {
		return column, t.has(column)
	}
	return column, in == t.path || strings.HasSuffix(t.path, "/"+in)
}

// tableRows returns the row in the table of every trial of a recording, which has some of the table's trials, in the
// same order.
func (t trialTable) tableRows(r *data.Recording) []int {
	rows := make([]int, 0, len(r.Spans))
	for i, k := range t.trials {
		if n := len(rows); n < len(r.Spans) && r.Spans[n] == (data.Span{Start: k.start, Stop: k.stop}) {
			rows = append(rows, t.rows[i])
		}
	}
	return rows
}
