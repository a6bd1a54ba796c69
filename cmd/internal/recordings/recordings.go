// Package recordings holds the flags that choose a recording, and picks the reader for its file.
package recordings

import (
	"context"
	"fmt"

	"facrnn/data"
	"facrnn/data/demo"
	"facrnn/data/npz"
	"facrnn/data/nwb"
)

// Flags choose a recording; the zero value is the embedded demo. A program embeds them in its command line and its
// config file.
type Flags struct {
	Data          string   `toml:"data" placeholder:"FILE" help:"Recording: an .nwb, .npz or .npy file. Default: ${default_recording}." group:"Recording"`
	Series        string   `toml:"series" placeholder:"NAME" help:"Series to read, or a container of imaging planes, by name or path. Default: the most likely activity." group:"Recording"`
	Units         bool     `toml:"units" help:"Read the spikes of the sorted units, even if the file has a series." group:"Recording"`
	Pixels        bool     `toml:"pixels,omitempty" help:"Read an image stack, each pixel as a channel: the stack of --series, or the only one." group:"Recording"`
	Transpose     bool     `toml:"transpose,omitempty" help:"Read the activity as channels x time. Use it if the file does not say so; inspect warns if this is likely." group:"Recording"`
	WhereUnits    []string `toml:"where-units,omitempty" sep:"none" placeholder:"COLUMN=VALUE" help:"Keep only units, ROIs or electrodes that meet this condition, such as 'quality=good'. Operators: = != < <= > >=. Repeat the flag for more conditions; all must hold." group:"Recording"`
	MinRate       Hertz    `toml:"min-rate,omitempty" placeholder:"HZ" help:"Keep only units that fire at this rate or more while they are observed." group:"Recording"`
	Absent        string   `name:"absent-units" toml:"absent-units,omitempty" placeholder:"missing|silent" help:"Value of a unit in bins in which it is not observed: missing, or silent (0). Default: missing." group:"Recording"`
	BinWidth      Seconds  `toml:"bin-width" placeholder:"SECONDS" help:"Width of a bin. Spikes are counted in bins, samples are averaged. Default: 0.05 for spikes; one sample a bin for a series." group:"Recording"`
	Rate          Hertz    `toml:"rate,omitempty" placeholder:"HZ" help:"Bins per second, for a file that does not say it: .npy, or .npz without the array time." group:"Recording"`
	Smooth        Seconds  `toml:"smooth,omitempty" placeholder:"SECONDS" help:"Smooth the activity with a causal Gaussian window of this standard deviation. Counts become rates in Hz." group:"Recording"`
	SmoothAcausal *bool    `toml:"smooth-acausal,omitempty" help:"Let the window of --smooth use later bins. Held-out scores are then too high, because a predicted bin has been seen in part." group:"Recording"`
	Trials        string   `toml:"trials" placeholder:"TABLE" help:"Table of trials, by name or path, or none. Default: the file's trials." group:"Trials"`
	Where         []string `toml:"where,omitempty" sep:"none" placeholder:"COLUMN=VALUE" help:"Keep only trials that meet this condition, such as 'correct=true'. Operators: = != < <= > >=. Repeat the flag for more conditions; all must hold." group:"Trials"`
	Align         string   `toml:"align,omitempty" placeholder:"COLUMN" help:"Cut windows around the times in this column of the trials. Default: from start to stop of each trial." group:"Trials"`
	Before        Seconds  `toml:"before,omitempty" placeholder:"SECONDS" help:"Start of the window, before the time of --align." group:"Trials"`
	After         Seconds  `toml:"after,omitempty" placeholder:"SECONDS" help:"End of the window, after the time of --align." group:"Trials"`
	Input         string   `toml:"input" placeholder:"NAME" help:"Offset: a known series that is added to the prediction, by name or path." group:"Input and behaviour"`
	Drive         []string `toml:"drive,omitempty" sep:"none" placeholder:"NAME" help:"Input with a learned effect on every channel: a series, or a column of the trials. Repeat the flag for more inputs." group:"Input and behaviour"`
	DriveGaps     string   `toml:"drive-gaps,omitempty" placeholder:"hold|zero|error" help:"Value of --drive and --input between their samples: hold (the last value), zero or error. Default: hold, with a warning. NaN in the file are always an error." group:"Input and behaviour"`
	Behavior      []string `toml:"behavior,omitempty" aliases:"behaviour" sep:"none" placeholder:"NAME" help:"Behaviour to compare the latents with, by name or path. Training never reads it. Repeat the flag for more." group:"Input and behaviour"`
	Condition     string   `toml:"condition,omitempty" placeholder:"COLUMN" help:"Column of the trials with the condition, or none. Default: the first column with a usual name and 2 to 16 values." group:"Trials"`
	Event         string   `toml:"event,omitempty" placeholder:"COLUMN" help:"Column of the trials with the time of an event, or none. Default: the column of --align." group:"Trials"`
}

// Vars returns the variable of the help texts of Flags: the recording that a program reads without --data.
func Vars(recording string) map[string]string {
	return map[string]string{"default_recording": recording}
}

// Selection returns the choices of the flags within a file.
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

// Open reads the recording, and reports its progress unless progress is nil. Its error is the context's error, or one
// line that names the file, the problem and the remedy.
func Open(ctx context.Context, f Flags, progress data.Progress) (*data.Recording, error) {
	return open(ctx, f, nwb.Options{Progress: progress})
}

// OpenAgain is Open for the flags of a run, which reads the recording as the run did. Runs of older versions took units
// that are absent for part of the session as silent, and their flags do not say so.
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
		return nil, fmt.Errorf("demo: the embedded recording leaves nothing to choose: name a file by --data, or " +
			"leave the other flags of the data out")
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
		return data.Series{Path: name, Name: name, Type: "float32", Shape: []int{m.Rows, m.Cols}, Rate: rate,
			Unit: unit, Missing: missing, Role: role}
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
