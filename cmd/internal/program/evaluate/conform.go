package evaluate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/cmd/internal/recordings"
	"facrnn/data"
)

// conform brings a recording to the model: its channels become the model's units, in the model's order. What cannot be
// brought into line is an error, what might be meant is a warning.
func (e *evaluation) conform(
	ctx context.Context, rec *data.Recording, allowMissing bool, progress data.Progress,
) (warnings []string, err error) {
	if err := rec.Check(); err != nil {
		return nil, err
	}
	units, err := e.matchUnits(rec, allowMissing) // first: with other units, nothing else matters
	if err != nil {
		return nil, err
	}
	fitted := e.run.Summary.Data
	switch known, now := fitted.BinWidth > 0, rec.BinWidth > 0; {
	case known && now && math.Abs(rec.BinWidth-fitted.BinWidth) > 1e-3*fitted.BinWidth: // times of samples may jitter
		return nil, fmt.Errorf("its bins last %.6g s, but the bins of the fit last %.6g s; use the same width "+
			"(--bin-width, for spikes), or resample it", rec.BinWidth, fitted.BinWidth)
	case known != now:
		warnings = append(warnings,
			"the width of bins is known for only one of the two recordings, so it cannot be checked")
	}
	switch {
	case e.run.Unit != "" && rec.Unit != "" && e.run.Unit != rec.Unit:
		return nil, fmt.Errorf("its activity is in %s, but the activity of the fit is in %s; choose the same series "+
			"with --series, or convert it", rec.Unit, e.run.Unit)
	case (e.run.Unit == "") != (rec.Unit == ""):
		warnings = append(warnings,
			"the unit of the activity is known for only one of the two recordings, so it cannot be checked")
	}
	if s := rec.Source.Series; s != fitted.Series {
		warnings = append(warnings, fmt.Sprintf("the activity is %s; the model was fitted to %s", s, fitted.Series))
	}
	if e.run.Trained(rec) {
		warnings = append(warnings,
			"this is the file that the model was fitted to, taken otherwise: its figures are of bins that may have "+
				"trained the model")
	}
	more, err := e.conformInput(ctx, rec, progress)
	if err != nil {
		return nil, err
	}
	rec.Pick(e.order)
	rec.Channels = slices.Clone(e.run.Channels)
	return slices.Concat(warnings, more, units), nil
}

// conformInput wants a known input where the model has one, and leaves input and drive out where it has none. A model
// of an older run does not say.
func (e *evaluation) conformInput(
	ctx context.Context, rec *data.Recording, progress data.Progress,
) (warnings []string, err error) {
	if err := e.complete(ctx, progress); err != nil {
		return nil, err
	}
	if len(e.run.Known.Drive) == 0 && len(rec.DriveNames) > 0 {
		warnings = append(warnings, fmt.Sprintf("the model has no drive: %s is left out", data.JoinFew(rec.DriveNames)))
		rec.Drive, rec.DriveNames = data.Matrix{}, nil
	}
	switch input := e.run.Known.Input; {
	case input != "" && rec.Input.Empty():
		return nil, fmt.Errorf("the model has a known external input, %s, and the recording none: name it by --input",
			input)
	case input == "" && !rec.Input.Empty():
		rec.Input = data.Matrix{}
		warnings = append(warnings, fmt.Sprintf("the model has no known external input: %s is left out", rec.InputName))
	}
	return warnings, nil
}

// matchUnits finds the model's units among the channels of a recording, by their names, as e.order and e.absent say. A
// model's unit that is missing is an error unless that is allowed.
func (e *evaluation) matchUnits(rec *data.Recording, allowMissing bool) (warnings []string, err error) {
	want, have := namesOf(e.run.Channels), namesOf(rec.Channels)
	place := map[string]int{}
	for n, name := range have {
		place[name] = n
	}
	wanted := map[string]bool{}
	for _, name := range want {
		wanted[name] = true
	}
	if len(place) < len(have) || len(wanted) < len(want) { // several of one name
		if !slices.Equal(want, have) {
			return nil, errors.New("several units have the same name, so they cannot be distinguished; give them " +
				"different names, or give the model's units in the model's order")
		}
		place = nil
	}
	e.order, e.absent = nil, nil
	for n, name := range want {
		i, ok := place[name]
		switch {
		case place == nil:
			i = n
		case !ok:
			i, e.absent = -1, append(e.absent, name)
		}
		e.order = append(e.order, i)
	}
	var extra []string
	for _, name := range have {
		if !wanted[name] {
			extra = append(extra, name)
		}
	}
	switch absent := len(e.absent); {
	case absent == len(want):
		return nil, fmt.Errorf("the recording has none of the model's %d units (%s), but %s; give a recording of "+
			"the same units", absent, data.JoinFew(e.absent), data.JoinFew(have))
	case absent > 0 && !allowMissing:
		return nil, fmt.Errorf("the recording lacks %d of the model's %d units: %s; --allow-missing-units counts "+
			"them as missing", absent, len(want), data.JoinFew(e.absent))
	case absent > 0:
		warnings = append(warnings,
			fmt.Sprintf("the recording lacks %d of the model's %d units, which count as missing; all numbers are of "+
				"the other units: %s",
				absent, len(want), data.JoinFew(e.absent)))
	}
	if len(extra) > 0 {
		warnings = append(warnings, fmt.Sprintf("%d units are not the model's, and left out: %s", len(extra),
			data.JoinFew(extra)))
	}
	if there := slices.DeleteFunc(slices.Clone(e.order), func(n int) bool { return n < 0 }); !slices.IsSorted(there) {
		warnings = append(warnings,
			"the units are in another order than the model's, and were brought into that by their names")
	}
	return warnings, nil
}

// checkUnits looks for the model's units in a file that cannot be read as the run's settings have it, without these
// settings: whether the units are there matters more than anything else. It returns nil if they are, or if the file
// cannot be read at all.
func (e *evaluation) checkUnits(ctx context.Context, f arguments, asked recordings.Flags) error {
	const none = "none"
	rec, err := recordings.Outline(ctx, recordings.Flags{
		Data: asked.Data, Series: asked.Series, Units: asked.Units, Pixels: asked.Pixels, WhereUnits: asked.WhereUnits,
		MinRate: asked.MinRate, BinWidth: asked.BinWidth,
		Trials: none, Input: none, Drive: []string{none}, Behavior: []string{none},
	}, nil)
	if err != nil {
		return nil
	}
	if _, err := e.matchUnits(rec, f.AllowMissingUnits); err != nil {
		return fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	return nil
}

// inherited adds to an error about a setting that the run made, not the command line, how to do without.
func inherited(err error, run string, own, given recordings.Flags) error {
	for _, s := range []struct{ flag, own, given string }{{"--condition", own.Condition, given.Condition},
		{"--event", own.Event, given.Event}} {
		if s.own != "" && s.given == "" && strings.Contains(err.Error(), s.flag) {
			return fmt.Errorf("%w; it is the setting of the run %s, which %s none leaves out", err, run, s.flag)
		}
	}
	return err
}

func namesOf(channels []data.Channel) (names []string) {
	for _, c := range channels {
		names = append(names, c.Name)
	}
	return names
}
