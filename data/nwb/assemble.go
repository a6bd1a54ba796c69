package nwb

import (
	"errors"
	"fmt"
	"slices"

	"facrnn/data"
)

// assemble completes the recording of a choice with the session and the covariates. It adds notes on the parts that
// were read, and warnings of possible mistakes.
func assemble(c choice, a arrays) (*data.Recording, error) {
	r, f := a.Recording, c.in.file
	r.Session = sessionOf(f)
	if err := finish(c, a); err != nil {
		return nil, err
	}
	if err := c.noteTrials(a); err != nil {
		return nil, err
	}
	c.warnUnclosed(r)
	r.WarnOverlap()
	r.WarnLongBins()
	noteMissing(r, len(c.series) == 0 && c.units.has("obs_intervals"))
	if err := (covariates{c, r}).add(); err != nil {
		return nil, err
	}
	r.Notes = slices.Concat(r.Notes, f.remarks, f.linkedNotes(c.series, c.units))
	if f.damage != nil {
		return nil, f.damage
	}
	if f.outline > 0 {
		return r, nil
	}
	var err error
	r.Source.SHA256, err = hash(f.path, f.progress)
	return r, err
}

// finish masks the activity in invalid times, and smooths it if the selection asks for it. Smoothed counts become
// rates.
func finish(c choice, a arrays) error {
	r := a.Recording
	if r.Bins() == 0 {
		return nil
	}
	if err := c.in.maskInvalid(r, c.trials, a.averaged); err != nil {
		return err
	}
	if c.sel.Smooth == 0 || len(r.Activity.Data) == 0 {
		return nil
	}
	if len(c.series) == 0 {
		for i := range r.Activity.Data {
			r.Activity.Data[i] /= float32(r.BinWidth)
		}
		r.Unit = "Hz"
	}
	if err := r.Smooth(c.sel.Smoothing()); errors.As(err, &data.FlagError{}) {
		return err
	} else if err != nil {
		return fmt.Errorf("%s: %w", r.Source.Series, err)
	}
	return nil
}

// noteTrials adds a note on the trials that were read. It fails if no trial contains a bin.
func (c choice) noteTrials(a arrays) error {
	r, table, sel := a.Recording, c.trials, c.sel
	if table.group == nil {
		var others []string
		for _, t := range c.in.tables {
			switch {
			case t.isEvents():
				others = append(others, t.path+" (with --align "+t.clockColumn()+")")
			case t.path != invalidPath:
				others = append(others, t.path)
			}
		}
		if len(others) > 0 {
			r.Note("No trials are used. To use a table of the file, give --trials with one of: %s.",
				data.JoinFew(others))
		}
		return nil
	}
	if r.Trials == 0 {
		advice := sameClock + ", or choose --trials none"
		if len(a.doubts) > 0 {
			advice = a.doubts[0] + ": give --transpose if its rows are channels"
		}
		return fmt.Errorf("%s: none of its %d trials holds a bin of %s: %s", table.path, len(table.trials),
			r.Source.Series, advice)
	}
	r.Notes = append(r.Notes, table.notes...)
	note := fmt.Sprintf("%d trials are taken from %s", r.Trials, table.path)
	if sel.Align != "" {
		note += fmt.Sprintf(", from %g s before to %g s after %s", sel.Before, sel.After, sel.Align)
	}
	r.Notes = append(r.Notes, note+".")
	if dropped := len(table.trials) - r.Trials; dropped > 0 {
		r.Warn("%d of %d trials hold no data and are left out.", dropped, len(table.trials))
	}
	return nil
}

// warnUnclosed warns if the program that wrote the file never closed it, and says how much was found.
func (c choice) warnUnclosed(r *data.Recording) {
	if c.in.file.unclosed == "" || r.Bins() == 0 {
		return
	}
	r.Warn("The file was never closed by the program that wrote it (%s), so its end may be missing. It has %d series; "+
		"%s has %d bins, until %.6g s.",
		c.in.file.unclosed, len(c.in.series), r.Source.Series, r.Bins(), r.Time[r.Bins()-1])
}

// noteMissing adds a note with the number of NaN values and the first of them. If units have obs_intervals, it adds
// the reason.
func noteMissing(r *data.Recording, watched bool) {
	n := r.Missing()
	if n == 0 {
		return
	}
	for i, v := range r.Activity.Data {
		if v != v {
			row, col := i/r.Activity.Cols, i%r.Activity.Cols
			r.Note("%d values are NaN, the first in channel %s (column %d) at row %d (%.6g s).", n,
				r.Channels[col].Name, col, row, r.Time[row])
			if watched {
				r.Notes = append(r.Notes,
					"Bins that are not completely inside the obs_intervals of a unit are missing (NaN) for that unit.")
			}
			return
		}
	}
}
