package nwb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"facrnn/data"
)

// covariates adds the covariates of a choice to its recording: series, events, and columns of the table of trials.
type covariates struct {
	choice
	r *data.Recording
}

func (c covariates) add() error {
	if in := c.sel.Input; in != "" && in != data.None {
		p, err := c.read(in, "external input", c.sel.DriveGaps)
		if err != nil {
			return err
		}
		c.r.Input, c.r.InputName = p.Values, p.Path
	}
	if err := c.behavior(); err != nil {
		return err
	}
	err := c.r.SetDrive(data.Named(c.sel.Drive), c.sel.DriveGaps, c.drive, func(_ data.Covariate, column string) error {
		return fmt.Errorf("drive: %s: it is asked for twice: leave one out", column)
	})
	if err != nil || c.trials.group == nil {
		return err
	}
	if err := c.r.ChooseCondition(c.sel.Condition, c.trials.likelyConditions(), c.condition); err != nil {
		return err
	}
	if err := c.warnRelative(c.sel.Align); err != nil {
		return err
	}
	return c.event(cmp.Or(c.sel.Event, c.sel.Align))
}

// read reads a series or events at the bins of the recording. what is their role, and gaps has the meaning of
// data.Selection.DriveGaps.
func (c covariates) read(name, what, gaps string) (data.Covariate, error) {
	from, err := c.in.source(name)
	if err != nil {
		return data.Covariate{}, fmt.Errorf("%s: %w; \"none\" leaves it out", what, c.in.orEvents(err))
	}
	p, err := from.align(c.r, what)
	if err != nil {
		return data.Covariate{}, err
	}
	c.warnTransposed(from.series)
	return p.Covariate, p.fill(c.r, what, gaps)
}

// warnTransposed warns of a covariate that may be stored as channels x time.
func (c covariates) warnTransposed(s *series) {
	if s == nil || s.unusable != "" || c.r.Bins() == 0 {
		return
	}
	if why := s.doubt([]endTime{{"the activity lasts", slices.Max(c.r.Time) + c.r.BinWidth}}); why != "" {
		c.r.Warn("%s. If its rows are channels, write it with time as its first dimension.", why)
	}
}

// behavior reads the behaviour, with its series in adjacent columns.
func (c covariates) behavior() error {
	var parts []data.Covariate
	for _, name := range data.Named(c.sel.Behavior) {
		p, err := c.read(name, behaviour, "")
		if err != nil {
			return cmp.Or(data.Repeated("behavior", name, c.in.knows), err)
		}
		parts = append(parts, p)
	}
	c.r.SetBehavior(parts...)
	return nil
}

// drive reads a part of the drive: a series, events, or a column of the table of trials.
func (c covariates) drive(name string) (data.Covariate, error) {
	p, err := c.seriesOrColumn(name)
	if err == nil {
		return p, nil
	}
	known := func(name string) bool {
		_, isColumn := c.trials.columnNamed(name)
		return isColumn || c.in.knows(name)
	}
	return p, cmp.Or(data.Repeated("drive", name, known), fmt.Errorf("drive: %w", err))
}

func (c covariates) seriesOrColumn(name string) (p data.Covariate, err error) {
	from, wrong := c.in.source(name)
	table := c.trials
	column, isColumn := table.columnNamed(name)
	switch {
	case isColumn && wrong == nil && from.path() != strings.Trim(name, "/"):
		return p, fmt.Errorf("%s: it is the series %s and a column of %s: give %s or %s/%s",
			name, from.path(), table.path, from.path(), table.path, column)
	case isColumn && wrong != nil:
		return c.column(column)
	case wrong != nil && table.group != nil:
		if none := (unknownName{}); errors.As(wrong, &none) {
			none.table, none.columns = table.path, table.otherColumns(table.count, name)
			return p, c.in.orEvents(none)
		}
		return p, fmt.Errorf("%w; or for a column of %s, %s", c.in.orEvents(wrong), table.path,
			table.choices(table.count, name))
	}
	return c.read(name, "drive", c.sel.DriveGaps)
}

// column reads a column of the table of trials, which is constant within each trial. Words become one-hot columns.
func (c covariates) column(name string) (p data.Covariate, err error) {
	col, err := c.trials.column(name, c.trials.count)
	if err != nil {
		return p, err
	}
	taken, rows := c.trials.tableRows(c.r), make([]int, c.r.Bins())
	for t, trial := range c.r.Trial {
		rows[t] = taken[trial]
	}
	if col.texts != nil {
		if p.Values, p.Names, err = data.OneHot(name, col.texts, rows); err != nil {
			return p, fmt.Errorf("%s: %w", col.path, err)
		}
		return p, nil
	}
	m := data.NewMatrix(len(rows), 1)
	for t, i := range rows {
		m.Data[t] = float32(col.numbers[i])
	}
	return data.Covariate{Values: m, Names: []string{name}}, nil
}

// likelyConditions returns the columns with one value per row whose names suggest a condition. A matrix is read only
// if the selection names it.
func (t trialTable) likelyConditions() (names []string) {
	for _, name := range t.columns {
		if !data.LikelyCondition(name) || !t.has(name) || t.has(name+"_index") {
			continue
		}
		if d, err := t.dataset(name); err != nil || d.isList() {
			names = append(names, name)
		}
	}
	return names
}

// condition reads the value of a column in every trial, as text.
func (c covariates) condition(name string) ([]string, error) {
	col, err := c.trials.column(name, c.trials.count)
	if err != nil {
		c.in.file.note(err)
		return nil, err
	}
	var texts []string
	for _, row := range c.trials.tableRows(c.r) {
		if col.texts != nil {
			texts = append(texts, col.texts[row])
		} else {
			texts = append(texts, data.NumberText(col.numbers[row]))
		}
	}
	return texts, nil
}

// warnRelative warns if the times of a column for --align seem to count from the start of their own trials: if most
// of them would lie in their trial only then.
func (c covariates) warnRelative(name string) error {
	table := c.trials
	if name == "" || !table.has("start_time") || !table.has("stop_time") {
		return nil
	}
	times, err := c.in.timesOf(table.table, name, "--align")
	if err != nil {
		return err
	}
	start, stop, err := table.bounds()
	if err != nil {
		return err
	}
	relative := 0
	for _, row := range table.rows {
		if t := times[row]; (t < start[row] || t > stop[row]) && t >= 0 && t <= stop[row]-start[row] {
			relative++
		}
	}
	if relative > len(table.rows)/2 {
		c.r.Warn("%s/%s seems to count from the start of its own trial in %d of %d, but is read as seconds from the "+
			"start of the session: check it, and write session times.", table.path, name, relative, len(table.rows))
	}
	return nil
}

// event reads a time in each trial, if the selection names a column of times.
func (c covariates) event(name string) error {
	table, r := c.trials, c.r
	if name == "" || name == data.None {
		return nil
	}
	times, err := c.in.timesOf(table.table, name, "--event")
	if err != nil {
		return err
	}
	if r.EventName = name; table.isEvents() && name == table.clockColumn() {
		r.EventName = table.name()
	}
	for _, row := range table.tableRows(r) {
		r.Event = append(r.Event, times[row])
	}
	return nil
}
