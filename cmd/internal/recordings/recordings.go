// Package recordings is how the programs are told which recording to take: the flags, and the reader that fits the file.
package recordings

import (
	"context"
	"fmt"

	"facrnn/data"
	"facrnn/data/demo"
	"facrnn/data/npz"
	"facrnn/data/nwb"
)

// Flags choose a recording; the zero value is the embedded demo. A program embeds them in its command line and its config file.
type Flags struct {
	Data          string   `toml:"data" placeholder:"FILE" help:"The recording, an .nwb, .npz or .npy file; the embedded demo without one."`
	Series        string   `toml:"series" placeholder:"NAME" help:"Path or name of the series to fit, or of a container of imaging planes; the likeliest activity, which may be the sorted units, without one."`
	Units         bool     `toml:"units" help:"Fit the binned spikes of the sorted units, even if there is a series."`
	Pixels        bool     `toml:"pixels,omitempty" help:"Fit the pixels of a stack of images, each a channel: that of --series, or the only one."`
	Transpose     bool     `toml:"transpose,omitempty" help:"The activity is stored as channels x time, though nothing in the file says so; inspect warns if that seems likely."`
	WhereUnits    []string `toml:"where-units,omitempty" sep:"none" placeholder:"COLUMN=VALUE" help:"Only units, or ROIs or electrodes of a series, of which this holds, with =, !=, <, <=, > or >=; may be repeated, and all must hold."`
	MinRate       Hertz    `toml:"min-rate,omitempty" placeholder:"HZ" help:"Only units that fire at that rate or more while they are observed."`
	Absent        string   `name:"absent-units" toml:"absent-units,omitempty" placeholder:"missing|silent" help:"How units that are there for part of the session count elsewhere: missing, or silent (zeros); missing without one."`
	BinWidth      Seconds  `toml:"bin-width" placeholder:"SECONDS" help:"Width of the bins in which spikes are counted (0.05 s without one), or the samples of a series averaged (as they are without one)."`
	Rate          Hertz    `toml:"rate,omitempty" placeholder:"HZ" help:"Bins a second, of a file that does not say: an .npy file, or an .npz file without the array time."`
	Smooth        Seconds  `toml:"smooth,omitempty" placeholder:"SECONDS" help:"Smooth the activity by a Gaussian window of that standard deviation over the bin and the bins before it; counts become rates in Hz."`
	SmoothAcausal *bool    `toml:"smooth-acausal,omitempty" help:"Let the window of --smooth reach into later bins. Held-out figures are then too good: a predicted bin has been seen in part."`
	Trials        string   `toml:"trials" placeholder:"TABLE" help:"Path or name of the table of trials, or none; the file's trials without one."`
	Where         []string `toml:"where,omitempty" sep:"none" placeholder:"COLUMN=VALUE" help:"Only trials of which this holds, with =, !=, <, <=, > or >=; may be repeated, and all must hold."`
	Align         string   `toml:"align,omitempty" placeholder:"COLUMN" help:"Cut windows around the times in that column of the table of trials, instead of from start to stop."`
	Before        Seconds  `toml:"before,omitempty" placeholder:"SECONDS" help:"How long before such a time its window begins."`
	After         Seconds  `toml:"after,omitempty" placeholder:"SECONDS" help:"How long after such a time its window ends."`
	Input         string   `toml:"input" placeholder:"NAME" help:"Path or name of the known external input; none without one."`
	Drive         []string `toml:"drive,omitempty" sep:"none" placeholder:"NAME" help:"Path or name of measured input whose effect on every channel is learned, or a column of the table of trials; may be repeated."`
	DriveGaps     string   `toml:"drive-gaps,omitempty" placeholder:"hold|zero|error" help:"What --drive and --input are where they have no samples: their last value, 0 or an error. Without it, the last value, with a warning; NaN in the file are an error."`
	Behavior      []string `toml:"behavior,omitempty" aliases:"behaviour" sep:"none" placeholder:"NAME" help:"Path or name of the behaviour to evaluate against; none without one; may be repeated."`
	Condition     string   `toml:"condition,omitempty" placeholder:"COLUMN" help:"Column of the table of trials that tells them apart, or none; the first that is called like one without it."`
	Event         string   `toml:"event,omitempty" placeholder:"COLUMN" help:"Column of that table with the time of an event in each trial, or none; that of --align without it."`
}

// Selection is what the flags choose within a file.
func (f Flags) Selection() data.Selection {
	return data.Selection{
		Series:        f.Series,
		Units:         f.Units,
		Pixels:        f.Pixels,
		Transpose:     f.Transpose,
		WhereUnits:    f.WhereUnits,
		MinRate:       float64(f.MinRate),
		AbsentUnits:   f.Absent,
		BinWidth:      float64(f.BinWidth),
		Rate:          float64(f.Rate),
		Smooth:        float64(f.Smooth),
		SmoothAcausal: f.SmoothAcausal != nil && *f.SmoothAcausal,
		Trials:        f.Trials,
		Where:         f.Where,
		Align:         f.Align,
		Before:        float64(f.Before),
		After:         float64(f.After),
		Input:         f.Input,
		Drive:         f.Drive,
		DriveGaps:     f.DriveGaps,
		Behavior:      f.Behavior,
		Condition:     f.Condition,
		Event:         f.Event,
	}
}

// Open reads the recording, and tells progress how far it is, if that is not nil. Errors are one line that names the file, what is
// wrong with it, and what to do, or that of ctx.
func Open(ctx context.Context, f Flags, progress data.Progress) (*data.Recording, error) {
	return open(ctx, f, nwb.Options{Progress: progress})
}

// OpenAgain is Open for the flags of a run, which reads the recording as the run did. Runs of older versions took units that are absent for part of the
// session as silent, and their flags do not say so.
func OpenAgain(ctx context.Context, f Flags, progress data.Progress) (*data.Recording, error) {
	rec, err := Open(ctx, f, progress)
	if err == nil && f.Absent == "" && rec.AbsentUnits == data.AbsentMissing {
		f.Absent = data.AbsentSilent
		return Open(ctx, f, progress)
	}
	return rec, err
}

// Outline is Open without what takes long: the activity of a large series has no Data, and the source no checksum.
func Outline(ctx context.Context, f Flags, progress data.Progress) (*data.Recording, error) {
	return open(ctx, f, nwb.Options{Progress: progress, Outline: true})
}

func open(ctx context.Context, f Flags, o nwb.Options) (*data.Recording, error) {
	switch format, err := f.Format(); {
	case err != nil:
		return nil, err
	case format == "nwb":
		return nwb.ReadContext(ctx, f.Data, f.Selection(), o)
	case format != "demo":
		return npz.RecordingContext(ctx, f.Data, f.Selection())
	}
	if !f.Selection().IsZero() {
		return nil, fmt.Errorf("demo: the embedded recording leaves nothing to choose: name a file by --data, or leave the other flags of the data out")
	}
	return demo.Recording()
}

// List says what the file holds that could be modelled; see Open.
func List(ctx context.Context, f Flags, progress data.Progress) (*data.Contents, error) {
	switch format, err := f.Format(); {
	case err != nil:
		return nil, err
	case format == "nwb":
		return nwb.ListContext(ctx, f.Data, nwb.Options{Progress: progress})
	case format != "demo":
		return npz.ListContext(ctx, f.Data)
	}
	r, err := demo.Recording()
	if err != nil {
		return nil, err
	}
	return contents(r), nil
}

// contents describes a recording that is no file.
func contents(r *data.Recording) *data.Contents {
	rate := 0.0
	if r.BinWidth > 0 {
		rate = 1 / r.BinWidth
	}
	series := func(name, role, unit string, m data.Matrix, missing int) data.Series {
		return data.Series{Path: name, Name: name, Type: "float32", Shape: []int{m.Rows, m.Cols}, Rate: rate, Unit: unit, Missing: missing, Role: role}
	}
	c := &data.Contents{Path: r.Source.Path, Format: r.Source.Format}
	c.Series = append(c.Series, series(r.Source.Series, "activity", r.Unit, r.Activity, r.Missing()))
	if !r.Input.Empty() {
		c.Series = append(c.Series, series(r.InputName, "input", "", r.Input, -1))
	}
	if !r.Behavior.Empty() {
		c.Series = append(c.Series, series(r.BehaviorName, "behavior", "", r.Behavior, -1))
	}
	if r.Trials > 0 {
		c.Tables = []data.Table{{Path: "trial", Name: "trial", Count: r.Trials}}
	}
	return c
}
