package nwb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"facrnn/data"
)

// List describes the parts of the NWB file at path that could be modelled: its series in the order of their paths,
// its units, and its tables of trials. It reads timestamps and spikes, or samples of them if they are many. It counts
// the NaN of arrays up to 4 million values; Missing is -1 for larger arrays.
//
// Only a file that cannot be opened is an error. A file without anything to model is no error. A damaged or wrong
// part has a Problem.
func List(path string) (*data.Contents, error) {
	return ListContext(context.Background(), path, Options{})
}

// ListContext describes a file like List, and returns the error of ctx as soon as ctx ends.
func ListContext(ctx context.Context, path string, o Options) (*data.Contents, error) {
	f := newFile(ctx, path, o.Progress)
	f.lenient = true
	return reading(f, (*contents).list)
}

func (in *contents) list() (*data.Contents, error) {
	c := &data.Contents{Path: in.file.path, Format: "nwb"}
	done, total := 0, 0 // bytes read to count NaN
	for _, s := range in.series {
		total += s.bytesToCount()
	}
	for _, s := range in.series {
		c.Series = append(c.Series, s.list())
		done += s.bytesToCount()
		if err := in.file.progress("listing "+filepath.Base(in.file.path), int64(done), int64(total)); err != nil {
			return nil, err
		}
	}
	for _, p := range slices.Concat(in.file.skipped, in.withoutData) {
		if p.of != nil {
			c.Series = append(c.Series, data.Series{Path: p.of.path, Name: p.of.name(), Type: p.of.kind,
				Problem: problem(p.of.path, p.err)})
		}
	}
	slices.SortStableFunc(c.Series, func(a, b data.Series) int { return cmp.Compare(a.Path, b.Path) })
	if in.units.group != nil {
		c.Units = in.units.countUnits()
	}
	for _, t := range in.tables {
		table := data.Table{
			Path: t.path, Name: t.name(), Type: t.kind, Count: t.countRows(), Columns: t.columns,
			Problem: problem(t.path, t.problem()),
		}
		if t.isEvents() {
			table.Times = t.clockColumn()
		}
		c.Tables = append(c.Tables, table)
	}
	in.placeFaults(c)
	return c, nil
}

// placeFaults writes the problem of a skipped part into the entry of its series, table or units. If there is no such
// entry, it adds the problem to the problems of the file.
func (in *contents) placeFaults(c *data.Contents) {
	parts := map[string]*string{}
	if in.units.group != nil {
		parts[in.units.path] = &c.Units.Problem
	}
	for i := range c.Tables {
		parts[c.Tables[i].Path] = &c.Tables[i].Problem
	}
	for i := range c.Series {
		parts[c.Series[i].Path] = &c.Series[i].Problem
	}
	for _, p := range in.file.skipped {
		text := p.err.Error()
		beside := parts[p.path]
		if beside == nil {
			beside = parts[path.Dir(p.path)]
		}
		switch {
		case beside == nil && !slices.Contains(c.Problems, text):
			c.Problems = append(c.Problems, text)
		case beside == nil || strings.Contains(*beside, text):
		case *beside == "":
			*beside = text
		default: // the skipped part is the cause of the other problem
			*beside = text + "; " + *beside
		}
	}
}

// problem returns the text of an error without the path at its beginning; empty if there is no error.
func problem(at string, err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), at+": ")
}

// list describes a series, with the reason if it cannot be read.
func (s *series) list() data.Series {
	d := data.Series{Path: s.path, Name: s.name(), Type: s.kind, Shape: s.data.shape, Rate: s.rate, Unit: s.unit(),
		Missing: -1, Role: s.role}
	d.Guess = s.role == "activity" && s.likeness().guessed()
	if s.byChannel {
		d.Shape = []int{s.bins, s.channels}
	}
	wrong := s.problem()
	if s.times > 0 {
		step, err := s.step()
		if step > 0 {
			d.Rate = 1 / step
		}
		wrong = cmp.Or(wrong, err)
	}
	switch {
	case s.data.isInteger() || s.data.isNumeric() && s.data.len() == 0:
		d.Missing = 0
	case s.bytesToCount() > 0:
		x, err := s.data.floats()
		if err == nil {
			d.Missing = nans(x)
		} else {
			wrong = cmp.Or(wrong, fmt.Errorf("%s/data: %w", s.path, err))
		}
	}
	d.Problem = problem(s.path, wrong)
	return d
}

// problem returns an error that says why a series cannot be read. It checks the timestamps of series with up to 4
// million samples.
func (s *series) problem() error {
	if s.unusable != "" {
		return errors.New(s.unusable)
	}
	if s.times != s.bins || s.times <= blockElements {
		if _, err := s.timeline(); err != nil {
			return err
		}
	}
	_, _, err := s.scale()
	return err
}

// unitsProblem returns an error that says why the units cannot be read. It checks the spikes of tables with up to 4
// million.
func (t unitTable) unitsProblem(spikes int) error {
	if spikes <= blockElements {
		_, err := t.everyone()
		return err
	}
	_, err := t.spikeTimes()
	return err
}

// problem returns an error that says why the rows of a table cannot be trials.
func (g table) problem() error {
	if g.isEvents() { // events need no stop
		_, err := g.floats(g.clockColumn())
		return err
	}
	start, stop, err := g.bounds()
	if err != nil || len(start) == 0 {
		return err
	}
	for i := range start {
		if start[i] < stop[i] {
			return nil
		}
	}
	n := len(start)
	return g.noTrials(n, unknownTimes(n, nil, start), unknownTimes(n, nil, stop))
}

// countRows returns the number of rows of a table; 0 if they cannot be counted.
func (g table) countRows() int {
	n, err := g.size()
	g.file.note(err)
	return n
}

// bytesToCount returns the number of bytes that must be read to count the NaN of a series; 0 if they are not counted.
func (s *series) bytesToCount() int {
	if !s.data.isNumeric() || s.data.isInteger() || s.data.len() > blockElements {
		return 0
	}
	return s.data.len() * s.data.size
}

func nans(x []float64) (n int) {
	for _, v := range x {
		if v != v {
			n++
		}
	}
	return n
}

func (t unitTable) countUnits() data.Units {
	u := data.Units{Columns: t.columns}
	for _, column := range [...]string{"id", "spike_times_index"} {
		if d := t.optional(column); d != nil {
			u.Count = d.len()
		}
	}
	if d := t.optional("spike_times"); d != nil {
		u.Spikes = d.len()
	}
	u.Problem = problem(t.path, t.unitsProblem(u.Spikes))
	return u
}
