package nwb

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"facrnn/data"
)

// takeBeside reads what goes with the activity: series and columns of the table of trials.
func (f *file) takeBeside(r *data.Recording, sel data.Selection, table trialTable) error {
	if sel.Input != "" && sel.Input != none {
		p, err := f.beside(r, sel.Input, "external input", sel.DriveGaps)
		if err != nil {
			return err
		}
		r.Input, r.InputName = p.m, p.path
	}
	if err := f.takeBehavior(r, sel.Behavior); err != nil {
		return err
	}
	if err := f.takeDrive(r, sel, table); err != nil {
		return err
	}
	if table.group == nil {
		return nil
	}
	if err := f.takeCondition(r, sel.Condition, table); err != nil {
		return err
	}
	if err := f.warnRelative(r, sel.Align, table); err != nil {
		return err
	}
	return f.takeEvent(r, cmp.Or(sel.Event, sel.Align), table)
}

// beside reads a series or events that go with the activity, at its bins; gaps is as data.Selection.DriveGaps.
func (f *file) beside(r *data.Recording, name, what, gaps string) (part, error) {
	from, err := f.source(name)
	if err != nil {
		return part{}, fmt.Errorf("%s: %w; \"none\" leaves it out", what, f.orEvents(err))
	}
	p, err := f.sideBy(r, from, what)
	if err == nil {
		f.warnTurned(r, from.series)
		err = p.fill(r, what, gaps)
	}
	return p, err
}

// warnTurned warns of a series beside the activity that may be stored as channels x time.
func (f *file) warnTurned(r *data.Recording, s *series) {
	if s == nil || s.odd != "" || r.Bins() == 0 {
		return
	}
	if why := s.doubt([]lasting{{"the activity lasts", slices.Max(r.Time) + r.BinWidth}}); why != "" {
		r.Warnings = append(r.Warnings, why+". If its rows are channels, write it with time as its first dimension.")
	}
}

// knows reports whether a series is of that name or path.
func (f *file) knows(name string) bool {
	_, err := f.find(name)
	return err == nil
}

// takeBehavior puts series side by side.
func (f *file) takeBehavior(r *data.Recording, names []string) error {
	var parts []data.Matrix
	var paths, units []string
	for _, name := range names {
		if name == none {
			continue
		}
		p, err := f.beside(r, name, behaviour, "")
		if err != nil {
			if several := data.Repeated("behavior", name, f.knows); several != nil {
				return several
			}
			return err
		}
		parts, paths, units = append(parts, p.m), append(paths, p.path), append(units, p.unit)
		r.BehaviorNames = append(r.BehaviorNames, p.names...)
	}
	r.Behavior, r.BehaviorName = data.Beside(parts...), strings.Join(paths, ", ")
	if units = slices.Compact(units); len(units) == 1 {
		r.BehaviorUnit = units[0]
	}
	return nil
}

// columnNames are what the columns of a series are called: by its name or, where another has the same, its path.
func (f *file) columnNames(s *series) []string {
	return data.ColumnNames(f.shortName(s), s.channels, s.kind == "SpatialSeries")
}

func (f *file) shortName(s *series) string {
	for _, o := range f.series {
		if o != s && o.name() == s.name() {
			return s.path
		}
	}
	return s.name()
}

// takeDrive puts series and columns of the table of trials side by side.
func (f *file) takeDrive(r *data.Recording, sel data.Selection, table trialTable) error {
	var parts []data.Matrix
	for _, name := range sel.Drive {
		if name == none {
			continue
		}
		m, columns, err := f.driveBy(r, name, sel.DriveGaps, table)
		if err != nil {
			several := data.Repeated("drive", name, func(name string) bool {
				_, isColumn := table.columnNamed(name)
				return isColumn || f.knows(name)
			})
			if several != nil {
				return several
			}
			return fmt.Errorf("drive: %w", err)
		}
		for _, c := range columns {
			if slices.Contains(r.DriveNames, c) {
				return fmt.Errorf("drive: %s: it is asked for twice: leave one out", c)
			}
			r.DriveNames = append(r.DriveNames, c)
		}
		parts = append(parts, m)
	}
	r.Drive = data.Beside(parts...)
	r.FillDrive(sel.DriveGaps)
	return nil
}

// driveBy is a part of the drive, a series, events or a column, and the names of its columns.
func (f *file) driveBy(r *data.Recording, name, gaps string, table trialTable) (data.Matrix, []string, error) {
	from, wrong := f.source(name)
	column, isColumn := table.columnNamed(name)
	switch {
	case isColumn && wrong == nil && from.path() != strings.Trim(name, "/"):
		return data.Matrix{}, nil, fmt.Errorf("%s: it is the series %s and a column of %s: give %s or %s/%s", name, from.path(), table.path, from.path(), table.path, column)
	case isColumn && wrong != nil:
		return f.driveColumn(r, table, column)
	case wrong != nil && table.group != nil:
		if none := (unknownName{}); errors.As(wrong, &none) {
			none.table, none.columns = table.path, f.otherColumns(table.group, table.count, name)
			return data.Matrix{}, nil, f.orEvents(none)
		}
		return data.Matrix{}, nil, fmt.Errorf("%w; or for a column of %s, %s", f.orEvents(wrong), table.path, f.choices(table.group, table.count, name))
	}
	p, err := f.beside(r, name, "drive", gaps)
	return p.m, p.names, err
}

// columnNamed is the column of the table that TABLE/COLUMN or COLUMN names; it need not be there if the table is named.
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

// driveColumn is a column of the table of trials, constant within each: a column of numbers as it is, words one-hot.
func (f *file) driveColumn(r *data.Recording, table trialTable, name string) (data.Matrix, []string, error) {
	c, err := f.column(table.group, name, table.count)
	if err != nil {
		return data.Matrix{}, nil, err
	}
	taken, rows := table.taken(r), make([]int, r.Bins())
	for t, trial := range r.Trial {
		rows[t] = taken[trial]
	}
	if c.texts != nil {
		m, names, err := data.OneHot(name, c.texts, rows)
		if err != nil {
			return m, nil, fmt.Errorf("%s: %w", c.path, err)
		}
		return m, names, nil
	}
	m := data.NewMatrix(len(rows), 1)
	for t, i := range rows {
		m.Data[t] = float32(c.numbers[i])
	}
	return m, []string{name}, nil
}

// taken is the row of the table for every trial of a recording, which are some of the table's, in their order.
func (t trialTable) taken(r *data.Recording) []int {
	rows := make([]int, 0, len(r.Spans))
	for i, k := range t.trials {
		if n := len(rows); n < len(r.Spans) && r.Spans[n] == (data.Span{Start: k.start, Stop: k.stop}) {
			rows = append(rows, t.rows[i])
		}
	}
	return rows
}

// takeCondition reads what tells trials apart: the column that is asked for, else the first that is likely to.
func (f *file) takeCondition(r *data.Recording, name string, table trialTable) error {
	if name == none {
		return nil
	}
	taken := table.taken(r)
	if name != "" {
		texts, err := f.conditions(table, name, taken)
		if err != nil {
			return err
		}
		r.SetCondition(name, texts)
		return nil
	}
	for _, name := range table.columns {
		if !data.LikelyCondition(name) || !table.has(name) || table.has(name+"_index") {
			continue
		}
		if d, err := f.dataset(table.group, name); err == nil && !d.isList() {
			continue // a matrix is taken only when it is asked for
		}
		texts, err := f.conditions(table, name, taken)
		f.note(err)
		if err == nil && data.TellsApart(texts) {
			r.SetCondition(name, texts)
			return nil
		}
	}
	return nil
}

// conditions are the values of a column in some of its rows, as texts.
func (f *file) conditions(table trialTable, name string, rows []int) ([]string, error) {
	c, err := f.column(table.group, name, table.count)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(rows))
	for i, row := range rows {
		if c.texts != nil {
			texts[i] = c.texts[row]
		} else {
			texts[i] = data.NumberText(c.numbers[row])
		}
	}
	return texts, nil
}

// warnRelative warns of a column of times to align to most of which would lie in their own trials only if they counted from its start.
func (f *file) warnRelative(r *data.Recording, name string, table trialTable) error {
	if name == "" || !table.has("start_time") || !table.has("stop_time") {
		return nil
	}
	times, err := f.timesOf(table.group, name, "--align")
	if err != nil {
		return err
	}
	start, stop, err := f.bounds(table.group, data.Selection{})
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
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s/%s seems to count from the start of its own trial in %d of %d, but is taken in seconds from the session's: check it, and write it so.", table.path, name, relative, len(table.rows)))
	}
	return nil
}

// takeEvent reads a time in each trial, if a column of them is named.
func (f *file) takeEvent(r *data.Recording, name string, table trialTable) error {
	if name == "" || name == none {
		return nil
	}
	times, err := f.timesOf(table.group, name, "--event")
	if err != nil {
		return err
	}
	if r.EventName = name; table.isEvents() && name == table.clockColumn() {
		r.EventName = table.name()
	}
	for _, row := range table.taken(r) {
		r.Event = append(r.Event, times[row])
	}
	return nil
}
