package nwb

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"facrnn/data"
)

// Read reads a recording from the NWB file at path. Without a choice in sel, the activity is the likeliest of its
// series and sorted units (see likeness). The recording's Notes name the choice and the alternatives. If the choice
// is a guess, a warning in its Warnings says so.
//
// Values are in the unit of the series, with conversion and offset applied; NaN stay NaN. Rows are the samples inside
// trials, trial by trial in order of start time. With sel.Trials "none", or without trials in the file, the recording
// is one continuous segment. Errors name the file and the dataset, and say what to do.
func Read(path string, sel data.Selection) (*data.Recording, error) {
	return ReadContext(context.Background(), path, sel, Options{})
}

// Options says how a file is read. The zero value reads everything that is chosen, and reports no progress.
type Options struct {
	Progress data.Progress // is called with the progress of the reading, which may take minutes; nil disables it
	// Outline leaves out the checksum. A series of more than 64 million values is not read; then Activity has no
	// Data.
	Outline bool
}

// ReadContext reads like Read, and returns the error of ctx as soon as ctx ends. Besides the recording it needs
// little memory, about 100 MB or one chunk of the file, for a series of any length.
func ReadContext(ctx context.Context, path string, sel data.Selection, o Options) (*data.Recording, error) {
	f := newFile(ctx, path, o.Progress)
	if o.Outline {
		f.outline = outlineValues
	}
	rec, err := reading(f, func(in *contents) (*data.Recording, error) { return record(in, sel) })
	if err == nil {
		rec.Selection = sel
	}
	return rec, err
}

// record returns the recording that sel chooses from a surveyed file.
func record(in *contents, sel data.Selection) (*data.Recording, error) {
	c, err := choose(in, sel)
	if err != nil {
		return nil, err
	}
	a, err := read(c)
	if err != nil {
		return nil, err
	}
	return assemble(c, a)
}

// arrays holds the values of a choice.
type arrays struct {
	*data.Recording          // its activity, channels and bins; the rest is empty
	averaged        float64  // the time that each bin stands for, in seconds; 0 for single samples
	doubts          []string // why another dimension of the activity may be time
}

// read reads the activity of a choice.
func read(c choice) (a arrays, err error) {
	a.Recording = &data.Recording{
		Source: data.Source{Path: c.in.file.path, Format: "nwb", Series: c.path()}, Notes: c.notes,
		Warnings: c.warnings,
	}
	if len(c.series) == 0 {
		return a, a.readUnits(c)
	}
	return a, a.readSeries(c)
}

// outlineValues is the largest number of values of a series that an outline reads.
const outlineValues = 1 << 26

// readSeries reads the samples of one series, or of several series into adjacent columns.
func (a *arrays) readSeries(c choice) error {
	times, err := c.series[0].timeline()
	if err != nil {
		return err
	}
	a.Unit = c.series[0].knownUnit()
	a.warnOrientation(c)
	samples, trials := times.whole(), extentOf(c.trials.all)
	if far := durationMismatch("samples", "trials", samples, trials); far != "" && len(c.trials.all) > 0 {
		a.Warn("The samples of %s and its trials may differ in their unit of time: %s (%s): %s.",
			c.path(), far, ranges("samples", "trials", samples, trials), sameClock)
	}
	if err := c.series.sampledAlike(times); err != nil {
		return err
	}
	if err := c.refuseForUnits(); err != nil {
		return err
	}
	chosen, err := c.channels(a.Recording)
	if err != nil {
		return err
	}
	rows, err := a.cut(c, times)
	if err != nil {
		return err
	}
	a.Channels = c.in.channelNames(c.series)
	for _, s := range c.series {
		if n, err := s.namedChannels(); err == nil && n != 0 && n != s.channels {
			a.Note("The channels of %s are named by number, because its %s has %d rows for %d channels.", s.path,
				s.rowsColumn(), n,
				s.channels)
		}
	}
	N := c.series.width()
	a.Activity = data.Matrix{Rows: len(rows.samples), Cols: N}
	if most := c.in.file.outline; most == 0 || rows.values(N) <= most {
		if a.Activity, err = c.series.concat(rows); err != nil {
			return err
		}
	}
	keepChannels(a.Recording, chosen)
	return nil
}

// refuseForUnits returns an error if the activity is a series but a flag for sorted units is given.
func (c choice) refuseForUnits() error {
	switch {
	case c.sel.MinRate > 0:
		return fmt.Errorf("--min-rate is for sorted units, but the activity is the series %s: add --units, or leave "+
			"out --min-rate", c.path())
	case c.sel.AbsentUnits != "":
		return fmt.Errorf("--absent-units is for sorted units, but the activity is the series %s: add --units, or "+
			"leave out --absent-units", c.path())
	}
	return nil
}

// maxTimes is the largest mean number of trials that may contain a bin of a series. Windows around events overlap a
// few times.
const maxTimes = 32

// cut cuts the samples of a choice into bins and trials. Before that, it checks that they fit into memory.
func (a *arrays) cut(c choice, times *timeline) (*cut, error) {
	at, trials, N := c.path(), c.trials.trials, c.series.width()
	bin, err := times.binned(at, c.sel.BinWidth)
	if err != nil {
		return nil, err
	}
	if err := a.checkLengths(c, times.whole()); err != nil {
		return nil, err
	}
	if n, taken := countRows(times, bin, trials); tooMany(n, N) {
		fewer := "choose a longer --bin-width, or fewer trials by --trials and --where"
		if c.series[0].frame != [2]int{} {
			fewer += "; or crop the images, average their pixels, or extract ROIs first"
		}
		return nil, fmt.Errorf("%s: %.0f bins of %d channels %w: %s", at, n, N, data.ErrTooLarge, fewer)
	} else if each := taken / float64(times.samples); each > maxTimes {
		return nil, fmt.Errorf("%s: the trials overlap so much that each bin lies in %.0f of them: check their "+
			"start and stop, or choose --trials none", at, each)
	}
	a.averaged, a.BinWidth = bin, cmp.Or(bin, times.step)
	var rows *cut
	if bin == 0 {
		rows = cutSamples(times, trials)
	} else {
		rows = cutBins(times, bin, trials)
		a.Note("The samples of %s, %g s apart, are averaged in bins of %g s (--bin-width).", at, times.step, bin)
	}
	if times.err != nil {
		return nil, times.err
	}
	rows.fill(a.Recording)
	return rows, nil
}

// defaultBin is the default width of a bin of spikes, in seconds.
const defaultBin = 0.05

// readUnits counts the spikes of the sorted units in bins.
func (a *arrays) readUnits(c choice) error {
	a.BinWidth, a.Unit = cmp.Or(c.sel.BinWidth, defaultBin), "counts"
	a.averaged = a.BinWidth
	p, err := c.units.population(a.Recording, c)
	if err != nil {
		return err
	}
	if err := a.checkLengths(c, p.binnedTime(defaultBin)); err != nil {
		return err
	}
	inTrials, err := p.binned(a.Recording, c.trials)
	if err != nil {
		return err
	}
	a.Channels = p.channels()
	if a.Bins() == 0 {
		return nil // assemble refuses it, because it says more of the trials
	}
	if err := c.units.dropUnobserved(a.Recording); err != nil {
		return err
	}
	a.Note("Spikes of %d units are counted in bins of %g s.", a.Activity.Cols, a.BinWidth)
	p.warnClocks(a.Recording, c.trials, inTrials)
	trials := c.trials.trials
	if n := p.beyond(trials); n > 0 {
		a.Warn("%d of %d trials lie before the first or after the last spike of all units; their counts are 0.", n,
			len(trials))
	}
	if trials != nil && !slices.ContainsFunc(a.Activity.Data, func(v float32) bool { return v > 0 }) {
		return fmt.Errorf("%s: none of the %d trials holds a spike: %s: %s, or choose --trials none",
			c.path(), a.Trials, ranges("spikes", "trials", p.span(), extentOf(trials)), sameClock)
	}
	return nil
}
