package nwb

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"facrnn/data"
)

// choice is what is taken of a file.
type choice struct {
	in     *contents
	sel    data.Selection
	series planes    // nil for the sorted units
	units  unitTable // the table of sorted units, whether or not it is the activity; without a group if there is none
	trials trialTable

	where, whereUnits []data.Where // the conditions of the selection

	notes    []string // what was chosen, and what else there is
	warnings []string // why the choice may be wrong
}

// choose takes what sel asks for, or else the likeliest activity and the file's trials.
func choose(in *contents, sel data.Selection) (c choice, err error) {
	if err := sel.Check(); err != nil {
		return c, data.WrongFlag(err)
	}
	if sel.Rate != 0 {
		return c, errors.New("an NWB file says the rate of its series: leave --rate out")
	}
	if sel.Pixels {
		in.flatten()
	}
	if sel, err = in.aroundEvents(sel); err != nil {
		return c, err
	}
	c = choice{in: in, sel: sel, units: in.units}
	if c.where, err = data.ParseWhere("--where", sel.Where); err != nil {
		return c, err
	}
	if c.whereUnits, err = data.ParseWhere("--where-units", sel.WhereUnits); err != nil {
		return c, err
	}
	if err := c.chooseActivity(); err != nil {
		return c, err
	}
	if sel.Transpose {
		if err := c.transpose(); err != nil {
			return c, err
		}
	}
	if err := c.chooseTrials(); err != nil {
		return c, err
	}
	for _, p := range in.file.skipped {
		c.note("A part of the file is passed over: %v.", p.err)
	}
	return c, nil
}

func (c *choice) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// path returns the path of the activity.
func (c choice) path() string {
	switch {
	case len(c.series) > 0:
		return c.series.path()
	case c.units.group != nil:
		return c.units.path
	}
	return ""
}

// chooseActivity chooses the series or the table of sorted units.
func (c *choice) chooseActivity() error {
	switch sel := c.sel; {
	case sel.Units && sel.Series != "":
		return fmt.Errorf("both units and the series %s are asked for: choose one", sel.Series)
	case sel.Units && sel.Pixels:
		return errors.New("both units and --pixels are asked for: choose one")
	case sel.Units:
		c.noteOtherUnits()
		return nil
	case sel.Pixels:
		return c.chooseStack(sel.Series)
	case sel.Series != "":
		return c.chooseNamed(sel.Series)
	}
	return c.chooseLikeliest()
}

// transpose takes the other dimension of the chosen series as time.
func (c *choice) transpose() error {
	if len(c.series) == 0 {
		return errors.New("--transpose turns a series, but the activity is the sorted units: leave it out")
	}
	for _, s := range c.series {
		if err := s.turn(); err != nil {
			return err
		}
		c.note("The series %s is read as channels x time (--transpose): %d bins of %d channels.", s.path, s.bins,
			s.channels)
	}
	return nil
}

// chooseNamed chooses the series, the planes of a container, or the table of sorted units, of a name or path.
func (c *choice) chooseNamed(name string) error {
	isNamed := func(t unitTable) bool { return t.path == strings.Trim(name, "/") }
	if i := slices.IndexFunc(c.in.sorted, isNamed); i >= 0 {
		c.units = c.in.sorted[i]
		return nil
	}
	s, err := c.in.find(name)
	if err == nil {
		c.series = planes{s}
		return nil
	}
	all, wrong := c.in.findPlanes(name)
	switch {
	case wrong != nil:
		return wrong
	case len(all) == 0:
		return err
	}
	c.series = all
	c.note("The activity is %d series of %s, side by side.", len(all), path.Dir(all[0].path))
	return nil
}

// chooseLikeliest chooses the sorted units or the likeliest series, whichever has the better rank, and warns of a
// guess.
func (c *choice) chooseLikeliest() error {
	all, spikes := c.in.activities(), c.findSpiking()
	switch {
	case spikes && (len(all) == 0 || all[0].likeness() > sortedUnits):
		note := fmt.Sprintf("The activity is the spikes of the sorted units (%s).", c.units.path)
		if len(all) > 0 {
			note += " Series are " + shapes(all) + ": --series takes one."
		}
		c.notes = append(c.notes, note)
		c.noteOtherUnits()
		return nil
	case len(all) == 0:
		return c.in.nothing()
	}
	c.series = all[:1]
	c.notes = append(c.notes, noteChoice(all, spikes))
	if rank := all[0].likeness(); rank.guessed() {
		c.warnings = append(c.warnings, warnGuess(all[0], rank))
	}
	return nil
}

// findSpiking reports whether the file has sorted units with spikes, and chooses their table as that of the units.
func (c *choice) findSpiking() bool {
	if c.units.group == nil {
		return false
	}
	for _, t := range append([]unitTable{c.units}, c.in.sorted...) {
		d, err := t.dataset("spike_times")
		t.file.note(err)
		if err != nil || d != nil && d.len() > 0 || t.lost["spike_times"] != nil { // reading it says what is wrong
			c.units = t
			return true
		}
	}
	return c.units.has("spike_times") && len(c.in.activities()) == 0 // likewise
}

// noteOtherUnits notes which other tables of units there are.
func (c *choice) noteOtherUnits() {
	var paths []string
	for _, t := range c.in.sorted {
		if t != c.units {
			paths = append(paths, t.path)
		}
	}
	if len(paths) > 0 {
		c.note("Other tables of sorted units, for --series, are %s.", strings.Join(paths, ", "))
	}
}

// noteChoice says which series is taken, and which others there are.
func noteChoice(all []*series, units bool) string {
	s := all[0]
	note := fmt.Sprintf("The activity is the series %s (%d x %d), the likeliest of the file.", s.path, s.bins,
		s.channels)
	others := shapes(all[1:])
	switch {
	case units && others == "":
		note += " The file has sorted units as well: --units takes them."
	case units:
		note += " Others are " + others + ", and the sorted units: --series or --units takes one."
	case others != "":
		note += " Others are " + others + ": --series takes one."
	}
	return note
}

// warnGuess says that a series is taken by a guess, why, and how to take another.
func warnGuess(s *series, rank likeness) string {
	why := "its type, place, name and unit do not say that it is neural activity"
	switch rank {
	case processed:
		why = "its place suggests neural activity, but its type, name and unit do not say so"
	case otherwise:
		why = "its type, name or unit suggests something other than neural activity, and the file has nothing better"
	}
	return fmt.Sprintf("The activity %s is a guess: %s. Check it, or name another series with --series.", s.path, why)
}

// shapes lists some series and their shapes.
func shapes(all []*series) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = fmt.Sprintf("%s (%d x %d)", s.path, s.bins, s.channels)
	}
	return strings.Join(texts, ", ")
}

// nothing says why there is nothing to fit.
func (in *contents) nothing() error {
	if len(in.file.skipped) > 0 {
		return fmt.Errorf("nothing that can be modelled was found, and a part could not be read: %w",
			in.file.skipped[0].err)
	}
	var held []string
	for _, s := range in.series {
		why := s.odd
		if why == "" && s.role == "events" {
			why = "it holds labels of events"
		}
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
