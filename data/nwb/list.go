package nwb

import (
	"context"
	"fmt"
	"path/filepath"

	"facrnn/data"
)

// List says what the NWB file at path holds that could be modelled: its series in the order of their paths, its units, and its
// tables of trials. Of the values it reads only timestamps, of very many some, and counts the NaN of arrays up to 4 million values
// (Missing is -1 for larger ones). A file that holds nothing to model is no error.
func List(path string) (*data.Contents, error) {
	return ListContext(context.Background(), path, Options{})
}

// ListContext is List that ends with the error of ctx as soon as there is one.
func ListContext(ctx context.Context, path string, o Options) (contents *data.Contents, err error) {
	defer recovered(path, &err)
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.h5.Close() }() // read only
	c := &data.Contents{Path: path, Format: "nwb"}
	follow, done, total := follow(ctx, o.Progress), 0, 0 // bytes of what is counted
	for _, s := range f.series {
		total += s.counted()
	}
	for _, s := range f.series {
		c.Series = append(c.Series, f.describeSeries(s))
		done += s.counted()
		if err := follow("listing "+filepath.Base(path), int64(done), int64(total)); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if f.units != nil {
		c.Units = f.countUnits()
	}
	for _, t := range f.tables {
		table := data.Table{Path: t.path, Name: t.name(), Type: t.kind, Count: f.countRows(t), Columns: t.columns}
		if t.isEvents() {
			table.Times = t.clockColumn()
		}
		c.Tables = append(c.Tables, table)
	}
	if f.damage != nil {
		return nil, fmt.Errorf("%s: %w", path, f.damage)
	}
	return c, nil
}

// recovered turns a panic into an error: whatever is in a file, the program that reads it goes on.
func recovered(path string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: damaged, or of a kind this reader does not know (%v): write it again with pynwb or MatNWB", path, r)
	}
}

func (f *file) describeSeries(s *series) data.Series {
	d := data.Series{Path: s.path, Name: s.name(), Type: s.kind, Shape: s.data.shape, Rate: s.rate, Unit: f.unit(s), Missing: -1, Role: s.role}
	if s.byChannel {
		d.Shape = []int{s.bins, s.channels}
	}
	if s.times > 0 {
		step, err := f.step(s)
		f.note(err)
		if step > 0 {
			d.Rate = 1 / step
		}
	}
	switch {
	case s.data.isInteger() || s.data.isNumeric() && s.data.len() == 0:
		d.Missing = 0
	case s.counted() > 0:
		x, err := s.data.floats()
		if err == nil {
			d.Missing = nans(x)
		} else {
			f.note(fmt.Errorf("%s/data: %w", s.path, err))
		}
	}
	return d
}

// countRows is the rows of a table; 0 where they cannot be counted.
func (f *file) countRows(g *group) int {
	n, err := f.rows(g)
	f.note(err)
	return n
}

// counted is how many bytes are read to count the NaN of a series; 0 where they are not counted.
func (s *series) counted() int {
	if !s.data.isNumeric() || s.data.isInteger() || s.data.len() > blockElements {
		return 0
	}
	return s.data.len() * s.data.size
}

func nans(x []float64) int {
	n := 0
	for _, v := range x {
		if v != v {
			n++
		}
	}
	return n
}

func (f *file) countUnits() data.Units {
	u := data.Units{Columns: f.units.columns}
	for _, column := range [...]string{"id", "spike_times_index"} {
		d, err := f.dataset(f.units, column)
		f.note(err)
		if d != nil {
			u.Count = d.len()
		}
	}
	d, err := f.dataset(f.units, "spike_times")
	f.note(err)
	if d != nil {
		u.Spikes = d.len()
	}
	return u
}
