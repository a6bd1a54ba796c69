package nwb

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"facrnn/data"
)

// Read takes a recording from the NWB file at path. Without a choice in sel, the activity is the likeliest of its series and sorted
// units (see likeness); the choice and the alternatives are in the recording's Notes, and a choice that is a guess is in its Warnings.
//
// Values are in the series' unit (conversion and offset are applied); NaN stay NaN. Rows are the samples inside trials, trial by
// trial in order of start time; sel.Trials "none", or a file without trials, gives one continuous stretch. Errors name the file
// and the dataset, and say what to do.
func Read(path string, sel data.Selection) (*data.Recording, error) {
	return ReadContext(context.Background(), path, sel, Options{})
}

// Options say how a file is read. The zero value reads all that is chosen, in silence.
type Options struct {
	Progress data.Progress // is told how far the reading is, which may take minutes; nil for nobody
	Outline  bool          // leave out the values of a series of more than 64 million, so that the Activity has no Data, and the checksum
}

// ReadContext is Read that ends with the error of ctx as soon as there is one. Beside the recording it takes little memory, some 100 MB
// or a chunk of the file at a time, however long the series.
func ReadContext(ctx context.Context, path string, sel data.Selection, o Options) (*data.Recording, error) {
	return reading(newFile(ctx, path, o.Progress), func(f *file) (*data.Recording, error) {
		if o.Outline {
			f.outline = outlineValues
		}
		return f.read(sel)
	})
}

// follow passes on how far reading is, and ends it with a context.
func follow(ctx context.Context, progress data.Progress) func(what string, done, total int64) error {
	return func(what string, done, total int64) error {
		if progress != nil {
			progress(what, done, total)
		}
		return ctx.Err()
	}
}

func (f *file) read(sel data.Selection) (*data.Recording, error) {
	if err := sel.Check(); err != nil {
		return nil, data.WrongFlag(err)
	}
	if sel.Rate != 0 {
		return nil, errors.New("an NWB file says the rate of its series: leave --rate out")
	}
	if sel.Pixels {
		f.flatten()
	}
	sel, err := f.aroundEvents(sel)
	if err != nil {
		return nil, err
	}
	c, err := f.choose(sel)
	if err != nil {
		return nil, err
	}
	s, notes := c.planes, c.notes
	table, err := f.trials(sel)
	if err != nil {
		return nil, err
	}
	for _, p := range f.faults {
		notes = append(notes, fmt.Sprintf("A part of the file is passed over: %v.", p.err))
	}
	r := &data.Recording{Source: data.Source{Path: f.path, Format: "nwb"}, Session: f.session(), Notes: notes, Warnings: c.warnings}
	if len(s) == 0 {
		err = f.takeUnits(r, sel, table)
	} else {
		err = f.takeSeries(r, s, sel, table)
	}
	if err != nil {
		return nil, err
	}
	if err := f.noteTrials(r, table, sel); err != nil {
		return nil, err
	}
	f.warnUnclosed(r)
	r.WarnOverlap()
	r.WarnLongBins()
	noteMissing(r, len(s) == 0 && f.units.has("obs_intervals"))
	if err := f.takeBeside(r, sel, table); err != nil {
		return nil, err
	}
	r.Notes = slices.Concat(r.Notes, f.remarks, f.linkedNotes(s, f.units))
	if f.damage != nil {
		return nil, f.damage
	}
	if f.outline > 0 {
		return r, nil
	}
	r.Source.SHA256, err = hash(f.path, f.follow)
	return r, err
}

// mostTimes is how often trials may take every bin of a series, on average. Windows around events overlap a few times.
const mostTimes = 32

func (f *file) takeSeries(r *data.Recording, planes []*series, sel data.Selection, table trialTable) error {
	s, at, trials := planes[0], planes[0].path, table.trials
	if len(planes) > 1 {
		at = path.Dir(at)
	}
	times, err := f.timeline(s)
	if err != nil {
		return err
	}
	r.Source.Series = at
	r.Unit = f.knownUnit(s)
	f.warnOrientation(r, planes)
	if far := apart("samples", "trials", times.whole(), around(table.all)); far != "" && len(table.all) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("The samples of %s and its trials may differ in their unit of time: %s (%s): %s.", at, far, ranges("samples", "trials", times.whole(), around(table.all)), sameClock))
	}
	if err := f.sampledAlike(planes, times); err != nil {
		return err
	}
	if sel.MinRate > 0 {
		return fmt.Errorf("--min-rate chooses among sorted units, but the activity is the series %s: give --units too, or leave it out", at)
	}
	if sel.AbsentUnits != "" {
		return fmt.Errorf("--absent-units is for sorted units, but the activity is the series %s: give --units too, or leave it out", at)
	}
	chosen, err := f.chooseChannels(r, planes, sel.WhereUnits)
	if err != nil {
		return err
	}
	bin, err := times.binned(at, sel.BinWidth)
	if err != nil {
		return err
	}
	warnings, err := f.checkLengths(sel, table, times.whole())
	if err != nil {
		return err
	}
	r.Warnings = append(r.Warnings, warnings...)
	if n, taken := countRows(times, bin, trials); tooMany(n, width(planes)) {
		fewer := "choose a longer --bin-width, or fewer trials by --trials and --where"
		if s.frame != [2]int{} {
			fewer += "; or crop the images, average their pixels, or extract ROIs first"
		}
		return fmt.Errorf("%s: %.0f bins of %d channels %w: %s", at, n, width(planes), data.ErrTooLarge, fewer)
	} else if each := taken / float64(times.samples); each > mostTimes {
		return fmt.Errorf("%s: the trials overlap so much that every bin is taken %.0f times: check their start and stop, or choose --trials none", at, each)
	}
	var c *cut
	if r.BinWidth = times.step; bin == 0 {
		c = cutSamples(times, trials)
	} else {
		c = cutBins(times, bin, trials)
		r.BinWidth = bin
		r.Notes = append(r.Notes, fmt.Sprintf("The samples of %s, %g s apart, are averaged in bins of %g s.", at, times.step, bin))
	}
	if times.err != nil {
		return times.err
	}
	c.fill(r)
	r.Channels = f.sideNames(planes)
	for _, s := range planes {
		if n, err := f.named(s); err == nil && n != 0 && n != s.channels {
			r.Notes = append(r.Notes, fmt.Sprintf("The channels of %s go by numbers, for its %s has %d rows for %d of them.", s.path, f.rowsOf(s.group), n, s.channels))
		}
	}
	if f.outline > 0 && c.values(width(planes)) > f.outline {
		r.Activity = data.Matrix{Rows: len(c.samples), Cols: width(planes)}
		keepChannels(r, chosen)
		return f.maskInvalid(r, table, bin)
	}
	if r.Activity, err = f.side(planes, c); err != nil {
		return err
	}
	keepChannels(r, chosen)
	if err := f.maskInvalid(r, table, bin); err != nil {
		return err
	}
	return smooth(r, sel)
}

// outlineValues is how many values of a series are read for an outline at most.
const outlineValues = 1 << 26

func (f *file) takeUnits(r *data.Recording, sel data.Selection, table trialTable) error {
	trials := table.trials
	r.BinWidth = sel.BinWidth
	if r.BinWidth == 0 {
		r.BinWidth = defaultBin
	}
	r.Unit = "counts"
	p, err := f.population(r, sel)
	if err != nil {
		return err
	}
	r.Source.Series = f.units.path
	warnings, err := f.checkLengths(sel, table, p.stretch(0.05))
	if err != nil {
		return err
	}
	r.Warnings = append(r.Warnings, warnings...)
	held, err := f.binned(r, p, table)
	if err != nil {
		return err
	}
	r.Channels = p.channels
	if r.Bins() == 0 {
		return nil // for the caller to refuse, who knows of the trials
	}
	if err := f.cutUnobserved(r); err != nil {
		return err
	}
	r.Notes = append(r.Notes, fmt.Sprintf("Spikes of %d units are counted in bins of %g s.", r.Activity.Cols, r.BinWidth))
	p.warnClocks(r, table, held)
	if n := p.beyond(trials); n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d trials lie before the first or after the last spike of all units, and are taken as silent.", n, len(trials)))
	}
	if trials != nil && !slices.ContainsFunc(r.Activity.Data, func(v float32) bool { return v > 0 }) {
		return fmt.Errorf("%s: none of the %d trials holds a spike: %s: %s, or choose --trials none", f.units.path, r.Trials, ranges("spikes", "trials", p.span(), around(trials)), sameClock)
	}
	if err := f.maskInvalid(r, table, r.BinWidth); err != nil {
		return err
	}
	if sel.Smooth == 0 {
		return nil
	}
	for i := range r.Activity.Data {
		r.Activity.Data[i] /= float32(r.BinWidth)
	}
	r.Unit = "Hz"
	return smooth(r, sel)
}

// smooth smooths the activity, if that is asked for.
func smooth(r *data.Recording, sel data.Selection) error {
	if sel.Smooth == 0 || r.Bins() == 0 {
		return nil
	}
	if err := r.Smooth(sel.Smoothing()); errors.As(err, &data.FlagError{}) {
		return err
	} else if err != nil {
		return fmt.Errorf("%s: %w", r.Source.Series, err)
	}
	return nil
}

// noteTrials notes the trials that were taken; it is an error where none holds a bin.
func (f *file) noteTrials(r *data.Recording, table trialTable, sel data.Selection) error {
	if table.group == nil {
		var others []string
		for _, t := range f.tables {
			switch {
			case t.isEvents():
				others = append(others, t.path+" (with --align "+t.clockColumn()+")")
			case t.path != invalidPath:
				others = append(others, t.path)
			}
		}
		if len(others) > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("No trials are used; by --trials the file has %s.", data.Few(others)))
		}
		return nil
	}
	if r.Trials == 0 {
		advice := sameClock + ", or choose --trials none"
		if len(f.doubts) > 0 {
			advice = f.doubts[0] + ": give --transpose if its rows are channels"
		}
		return fmt.Errorf("%s: none of its %d trials holds a bin of %s: %s", table.path, len(table.trials), r.Source.Series, advice)
	}
	r.Notes = append(r.Notes, table.notes...)
	note := fmt.Sprintf("%d trials are taken from %s", r.Trials, table.path)
	if sel.Align != "" {
		note += fmt.Sprintf(", from %g s before to %g s after %s", sel.Before, sel.After, sel.Align)
	}
	r.Notes = append(r.Notes, note+".")
	if dropped := len(table.trials) - r.Trials; dropped > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d trials hold no data and are left out.", dropped, len(table.trials)))
	}
	return nil
}

// warnUnclosed warns of a file that its writer never closed, and says how much was found.
func (f *file) warnUnclosed(r *data.Recording) {
	if f.unclosed == "" || r.Bins() == 0 {
		return
	}
	r.Warnings = append(r.Warnings,
		fmt.Sprintf("The file was never closed by the program that wrote it (%s), so its end may be missing: %d series "+
			"were found, and of %s %d bins, until %.6g s.",
			f.unclosed, len(f.series), r.Source.Series, r.Bins(), r.Time[r.Bins()-1]))
}

// noteMissing notes how many values are NaN, the first of them and, of units that were watched now and then, why.
func noteMissing(r *data.Recording, watched bool) {
	n := r.Missing()
	if n == 0 {
		return
	}
	for i, v := range r.Activity.Data {
		if v != v {
			row, col := i/r.Activity.Cols, i%r.Activity.Cols
			r.Notes = append(r.Notes, fmt.Sprintf("%d values are NaN, the first in channel %s (column %d) at row %d (%.6g s).", n, r.Channels[col].Name, col, row, r.Time[row]))
			if watched {
				r.Notes = append(r.Notes, "Bins that do not lie wholly within the obs_intervals of their unit are missing.")
			}
			return
		}
	}
}
