package nwb

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"facrnn/data"
)

// Read takes a recording from the NWB file at path. Without a choice in sel, the activity is the likeliest of its
// series and sorted units (see likeness); the choice and the alternatives are in the recording's Notes, and a choice
// that is a guess is in its Warnings.
//
// Values are in the series' unit (conversion and offset are applied); NaN stay NaN. Rows are the samples inside trials,
// trial by trial in order of start time; sel.Trials "none", or a file without trials, gives one continuous stretch.
// Errors name the file and the dataset, and say what to do.
func Read(path string, sel data.Selection) (*data.Recording, error) {
	return ReadContext(context.Background(), path, sel, Options{})
}

// Options say how a file is read. The zero value reads all that is chosen, in silence.
type Options struct {
	Progress data.Progress // is called with the progress of the reading, which may take minutes; nil disables it
	// Outline leaves out the checksum, and the values of a series of more than 64 million: the Activity then has no
	// Data.
	Outline bool
}

// ReadContext is Read that ends with the error of ctx as soon as there is one. Beside the recording it takes little
// memory, some 100 MB or a chunk of the file at a time, however long the series.
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

// record makes a recording of what sel chooses of a file that is surveyed.
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

// arrays are what is read of a choice.
type arrays struct {
	*data.Recording          // its activity, channels and bins; the rest is empty
	averaged        float64  // the time that each bin stands for, in seconds; 0 for single samples
	doubts          []string // of which dimension of the activity is time
}

// read reads the activity of a choice over its bins.
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

// outlineValues is how many values of a series are read for an outline at most.
const outlineValues = 1 << 26

// readSeries reads the samples of one series, or of several side by side.
func (a *arrays) readSeries(c choice) error {
	times, err := c.series[0].timeline()
	if err != nil {
		return err
	}
	a.Unit = c.series[0].knownUnit()
	a.warnOrientation(c)
	samples, trials := times.whole(), around(c.trials.all)
	if far := apart("samples", "trials", samples, trials); far != "" && len(c.trials.all) > 0 {
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
	a.Channels = c.in.sideNames(c.series)
	for _, s := range c.series {
		if n, err := s.named(); err == nil && n != 0 && n != s.channels {
			a.Note("The channels of %s go by numbers, for its %s has %d rows for %d of them.", s.path, s.rowsOf(), n,
				s.channels)
		}
	}
	N := c.series.width()
	a.Activity = data.Matrix{Rows: len(rows.samples), Cols: N}
	if most := c.in.file.outline; most == 0 || rows.values(N) <= most {
		if a.Activity, err = c.series.side(rows); err != nil {
			return err
		}
	}
	keepChannels(a.Recording, chosen)
	return nil
}

// refuseForUnits returns an error if the selection of a series has a flag that is for sorted units.
func (c choice) refuseForUnits() error {
	switch {
	case c.sel.MinRate > 0:
		return fmt.Errorf("--min-rate chooses among sorted units, but the activity is the series %s: give --units too, or leave it out", c.path())
	case c.sel.AbsentUnits != "":
		return fmt.Errorf("--absent-units is for sorted units, but the activity is the series %s: give --units too, or leave it out", c.path())
	}
	return nil
}

// maxTimes is how often trials may take every bin of a series, on average. Windows around events overlap a few times.
const maxTimes = 32

// cut cuts the samples of a choice into bins and trials, and checks before that memory can hold them.
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
		return nil, fmt.Errorf("%s: the trials overlap so much that every bin is taken %.0f times: check their start and stop, or choose --trials none", at, each)
	}
	a.averaged, a.BinWidth = bin, cmp.Or(bin, times.step)
	var rows *cut
	if bin == 0 {
		rows = cutSamples(times, trials)
	} else {
		rows = cutBins(times, bin, trials)
		a.Note("The samples of %s, %g s apart, are averaged in bins of %g s.", at, times.step, bin)
	}
	if times.err != nil {
		return nil, times.err
	}
	rows.fill(a.Recording)
	return rows, nil
}

// defaultBin is the width of a bin of spikes, in seconds, if none is given.
const defaultBin = 0.05

// readUnits counts the spikes of the sorted units in bins.
func (a *arrays) readUnits(c choice) error {
	a.BinWidth, a.Unit = cmp.Or(c.sel.BinWidth, defaultBin), "counts"
	a.averaged = a.BinWidth
	p, err := c.units.population(a.Recording, c)
	if err != nil {
		return err
	}
	if err := a.checkLengths(c, p.stretch(defaultBin)); err != nil {
		return err
	}
	held, err := p.binned(a.Recording, c.trials)
	if err != nil {
		return err
	}
	a.Channels = p.channels()
	if a.Bins() == 0 {
		return nil // assemble refuses it, because it says more of the trials
	}
	if err := c.units.cutUnobserved(a.Recording); err != nil {
		return err
	}
	a.Note("Spikes of %d units are counted in bins of %g s.", a.Activity.Cols, a.BinWidth)
	p.warnClocks(a.Recording, c.trials, held)
	trials := c.trials.trials
	if n := p.beyond(trials); n > 0 {
		a.Warn("%d of %d trials lie before the first or after the last spike of all units, and are taken as silent.", n,
			len(trials))
	}
	if trials != nil && !slices.ContainsFunc(a.Activity.Data, func(v float32) bool { return v > 0 }) {
		return fmt.Errorf("%s: none of the %d trials holds a spike: %s: %s, or choose --trials none",
			c.path(), a.Trials, ranges("spikes", "trials", p.span(), around(trials)), sameClock)
	}
	return nil
}
