package nwb

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/data"
)

// Read takes a recording from the NWB file at path. Without a choice in sel, the activity is the likeliest series, or the
// sorted units where no series has two channels or more; what was chosen, and what else there was, is in the recording's Notes.
//
// Values are in the series' unit (conversion and offset are applied); NaN stay NaN. Rows are the samples inside trials, trial by
// trial in order of start time; sel.Trials "none", or a file without trials, gives one continuous stretch. Errors name the file
// and the dataset, and say what to do.
func Read(path string, sel data.Selection) (rec *data.Recording, err error) {
	defer recovered(path, &err)
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.h5.Close() }() // read only
	rec, err = f.read(sel)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

func (f *file) read(sel data.Selection) (*data.Recording, error) {
	if sel.BinWidth < 0 || math.IsNaN(sel.BinWidth) || math.IsInf(sel.BinWidth, 0) {
		return nil, fmt.Errorf("a bin width of %v s: choose one above zero by --bin-width", sel.BinWidth)
	}
	s, notes, err := f.choose(sel)
	if err != nil {
		return nil, err
	}
	table, err := f.trials(sel.Trials)
	if err != nil {
		return nil, err
	}
	for _, p := range f.faults {
		notes = append(notes, fmt.Sprintf("A part of the file is passed over: %v.", p.err))
	}
	r := &data.Recording{Source: data.Source{Path: f.path, Format: "nwb"}, Session: f.session(), Notes: notes}
	if s == nil {
		err = f.takeUnits(r, sel, table.trials)
	} else {
		err = f.takeSeries(r, s, sel, table.trials)
	}
	if err != nil {
		return nil, err
	}
	if err := f.noteTrials(r, table); err != nil {
		return nil, err
	}
	noteMissing(r)
	if r.Input, r.InputName, err = f.beside(r, sel.Input, "external input"); err != nil {
		return nil, err
	}
	if r.Behavior, r.BehaviorName, err = f.beside(r, sel.Behavior, "behaviour"); err != nil {
		return nil, err
	}
	r.Source.SHA256, err = hash(f.path)
	return r, err
}

// choose is the series to fit, or nil for the units, with a note of what else there was.
func (f *file) choose(sel data.Selection) (*series, []string, error) {
	switch {
	case sel.Units && sel.Series != "":
		return nil, nil, fmt.Errorf("both units and the series %s are asked for: choose one", sel.Series)
	case sel.Units:
		return nil, nil, nil
	case sel.Series != "":
		if f.units != nil && strings.Trim(sel.Series, "/") == f.units.path {
			return nil, nil, nil
		}
		s, err := f.find(sel.Series)
		return s, nil, err
	}
	all := f.activities()
	hasSpikes := f.units != nil && f.units.has("spike_times")
	if len(all) > 0 && (all[0].channels > 1 || !hasSpikes) {
		return all[0], []string{f.noteChoice(all, hasSpikes)}, nil
	}
	if hasSpikes {
		return nil, []string{fmt.Sprintf("The activity is the spikes of the sorted units (%s), for the file has no series of two channels or more.", f.units.path)}, nil
	}
	return nil, nil, f.nothing()
}

// find is the series of a name or path.
func (f *file) find(name string) (*series, error) {
	s, err := pick(f.series, func(s *series) string { return s.path }, "series", name)
	if err != nil {
		if p, fail := pick(slices.Concat(f.faults, f.empty), func(p fault) string { return p.path }, "", name); fail == nil {
			err = p.err
		}
		return nil, err
	}
	if s.odd != "" {
		return nil, fmt.Errorf("%s: %s", s.path, s.odd)
	}
	return s, nil
}

func (f *file) noteChoice(all []*series, units bool) string {
	s := all[0]
	note := fmt.Sprintf("The activity is the series %s (%d x %d), the likeliest of the file.", s.path, s.bins, s.channels)
	var others []string
	for _, o := range all[1:] {
		others = append(others, fmt.Sprintf("%s (%d x %d)", o.path, o.bins, o.channels))
	}
	if units {
		others = append(others, "the spikes of its units")
	}
	if len(others) > 0 {
		note += " Others are " + strings.Join(others, ", ") + "."
	}
	return note
}

// nothing says why there is nothing to fit.
func (f *file) nothing() error {
	if len(f.faults) > 0 {
		return fmt.Errorf("nothing that can be modelled was found, and a part could not be read: %w", f.faults[0].err)
	}
	var held []string
	for _, s := range f.series {
		why := s.odd
		if why == "" {
			why = "it lies where " + s.role + " is kept: name it by --series if it is the activity"
		}
		held = append(held, s.path+" ("+why+")")
	}
	if len(held) > 0 {
		return fmt.Errorf("nothing that can be modelled: no time series of activity and no sorted units with spikes, only %s", strings.Join(held, ", "))
	}
	return errors.New("nothing that can be modelled: no time series and no sorted units with spikes: give a file that has one of them")
}

func (f *file) takeSeries(r *data.Recording, s *series, sel data.Selection, trials []interval) error {
	times, err := f.clockTimes(s)
	if err != nil {
		return err
	}
	r.Source.Series = s.path
	r.BinWidth = s.step(times)
	r.Unit = s.data.text("unit")
	if sel.BinWidth != 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("The bin width of %g s is for spikes; %s keeps its own, %g s.", sel.BinWidth, s.path, r.BinWidth))
	}
	c := cutSamples(times, r.BinWidth, trials)
	if tooMany(float64(len(c.samples)), s.channels) {
		return fmt.Errorf("%s: %d bins of %d channels are more than memory should hold: average them into longer bins first, or choose --trials", s.path, len(c.samples), s.channels)
	}
	c.fill(r, times)
	if c.overlap > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d trials begin before the one before them has ended; bins inside both are taken twice.", c.overlap))
	}
	r.Channels = f.seriesChannels(s)
	r.Activity, err = f.values(s, c.samples)
	return err
}

func (f *file) takeUnits(r *data.Recording, sel data.Selection, trials []interval) error {
	r.BinWidth = sel.BinWidth
	if r.BinWidth == 0 {
		r.BinWidth = defaultBin
	}
	r.Unit = "counts"
	if err := f.binned(r, r.BinWidth, trials); err != nil {
		return err
	}
	r.Source.Series = f.units.path
	r.Channels = f.unitChannels(r.Activity.Cols)
	r.Notes = append(r.Notes, fmt.Sprintf("Spikes of %d units are counted in bins of %g s.", r.Activity.Cols, r.BinWidth))
	return nil
}

// noteTrials notes the trials that were taken; it is an error where none holds a bin.
func (f *file) noteTrials(r *data.Recording, table trialTable) error {
	if table.path == "" {
		if len(f.tables) > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("No trials are used; the file has the table %s.", f.tables[0].path))
		}
		return nil
	}
	if r.Trials == 0 {
		return fmt.Errorf("%s: none of its %d trials holds a bin of %s: check that both count seconds from the same start, or choose --trials none", table.path, table.rows, r.Source.Series)
	}
	note := fmt.Sprintf("%d trials are taken from %s.", r.Trials, table.path)
	if dropped := table.rows - r.Trials; dropped > 0 {
		note += fmt.Sprintf(" %d more hold no bin and are left out.", dropped)
	}
	r.Notes = append(r.Notes, note)
	return nil
}

// noteMissing notes how many values are NaN, and the first of them.
func noteMissing(r *data.Recording) {
	n := r.Missing()
	if n == 0 {
		return
	}
	for i, v := range r.Activity.Data {
		if v != v {
			row, col := i/r.Activity.Cols, i%r.Activity.Cols
			r.Notes = append(r.Notes, fmt.Sprintf("%d values are NaN, the first in channel %s (column %d) at row %d (%.6g s).", n, r.Channels[col].Name, col, row, r.Time[row]))
			return
		}
	}
}

// beside reads a series that goes with the activity, at its bins; empty where no name is given.
func (f *file) beside(r *data.Recording, name, what string) (data.Matrix, string, error) {
	if name == "" || name == none {
		return data.Matrix{}, "", nil
	}
	s, err := f.find(name)
	if err != nil {
		return data.Matrix{}, "", fmt.Errorf("%s: %w", what, err)
	}
	m, outside, err := f.aligned(s, r.Time, r.BinWidth)
	if err != nil {
		return data.Matrix{}, "", err
	}
	if outside > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("The %s %s has no sample near %d of the %d bins, before its first or after its last; there it is held constant.", what, s.path, outside, r.Bins()))
	}
	return m, s.path, nil
}
