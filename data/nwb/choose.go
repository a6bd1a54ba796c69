package nwb

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"facrnn/data"
)

// choice holds the parts of a file that are read.
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

// choose finds the parts that sel asks for, by default the likeliest activity and the file's trials.
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
		c.note("A part of the file is skipped: %v.", p.err)
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
		return fmt.Errorf("both --units and --series %s are given: leave one out", sel.Series)
	case sel.Units && sel.Pixels:
		return errors.New("both --units and --pixels are given: leave one out")
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

// transpose swaps the dimensions of the chosen series: time becomes the second one.
func (c *choice) transpose() error {
	if len(c.series) == 0 {
		return errors.New("--transpose is for a series, but the activity is the sorted units: leave it out")
	}
	for _, s := range c.series {
		if err := s.transpose(); err != nil {
			return err
		}
		c.note("The series %s is read as channels x time (--transpose): %d bins of %d channels.", s.path, s.bins,
			s.channels)
	}
	return nil
}

// chooseNamed chooses the activity by a name or path: a series, all planes of a container, or a table of sorted
// units.
func (c *choice) chooseNamed(name string) error {
	isNamed := func(t unitTable) bool { return t.path == strings.Trim(name, "/") }
	if i := slices.IndexFunc(c.in.unitTables, isNamed); i >= 0 {
		c.units = c.in.unitTables[i]
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
	c.note("The activity is %d series of %s, side by side.", len(all),
		path.Dir(all[0].path))
	return nil
}

// chooseLikeliest chooses the sorted units or the likeliest series by rank, and warns if the choice is a guess.
func (c *choice) chooseLikeliest() error {
	all, spikes := c.in.activities(), c.findSpiking()
	switch {
	case spikes && (len(all) == 0 || all[0].likeness() > sortedUnits):
		note := fmt.Sprintf("The activity is the spikes of the sorted units (%s).", c.units.path)
		if len(all) > 0 {
			note += " To fit a series instead, give --series with one of: " + shapes(all) + "."
		}
		c.notes = append(c.notes, note)
		c.noteOtherUnits()
		return nil
	case len(all) == 0:
		return c.in.noActivity()
	}
	c.series = all[:1]
	c.notes = append(c.notes, noteChoice(all, spikes))
	if rank := all[0].likeness(); rank.guessed() {
		c.warnings = append(c.warnings, warnGuess(all[0], rank))
	}
	return nil
}

// findSpiking reports whether the file has sorted units with spikes, and makes their table the chosen one.
func (c *choice) findSpiking() bool {
	if c.units.group == nil {
		return false
	}
	for _, t := range append([]unitTable{c.units}, c.in.unitTables...) {
		d, err := t.dataset("spike_times")
		t.file.note(err)
		// reading it says what is wrong
		if err != nil || d != nil && d.len() > 0 || t.brokenLinks["spike_times"] != nil {
			c.units = t
			return true
		}
	}
	return c.units.has("spike_times") && len(c.in.activities()) == 0 // likewise
}

// noteOtherUnits adds a note with the other tables of units.
func (c *choice) noteOtherUnits() {
	var paths []string
	for _, t := range c.in.unitTables {
		if t != c.units {
			paths = append(paths, t.path)
		}
	}
	if len(paths) > 0 {
		c.note("The file has other tables of sorted units: give --series with one of %s.", strings.Join(paths, ", "))
	}
}

// noteChoice returns a note with the chosen series and the alternatives.
func noteChoice(all []*series, units bool) string {
	s := all[0]
	note := fmt.Sprintf("The activity is the series %s (%d x %d), the likeliest of the file.", s.path, s.bins,
		s.channels)
	others := shapes(all[1:])
	switch {
	case units && others == "":
		note += " To fit the sorted units instead, give --units."
	case units:
		note += " To fit another, give --series with one of: " + others + "; or --units for the sorted units."
	case others != "":
		note += " To fit another, give --series with one of: " + others + "."
	}
	return note
}

// warnGuess returns a warning that the choice of a series is a guess, with the reason and the remedy.
func warnGuess(s *series, rank likeness) string {
	why := "its type, path, name and unit do not show that it is neural activity"
	switch rank {
	case processed:
		why = "its path suggests neural activity, but its type, name and unit do not"
	case otherwise:
		why = "its type, name or unit suggests something other than neural activity, and the file has nothing better"
	}
	return fmt.Sprintf("The activity %s is a guess: %s. Check it, or choose another series with --series.", s.path, why)
}

// shapes lists some series and their shapes.
func shapes(all []*series) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = fmt.Sprintf("%s (%d x %d)", s.path, s.bins, s.channels)
	}
	return strings.Join(texts, ", ")
}

// noActivity returns an error that says why the file has nothing to fit.
func (in *contents) noActivity() error {
	if len(in.file.skipped) > 0 {
		return fmt.Errorf("nothing that can be modelled was found, and a part of it could not be read: %w",
			in.file.skipped[0].err)
	}
	var held []string
	for _, s := range in.series {
		why := s.unusable
		if why == "" && s.role == "events" {
			why = "it holds labels of events"
		}
		if why == "" {
			why = "its path is that for " + s.role + ": if it is the activity, name it with --series"
		}
		held = append(held, s.path+" ("+why+")")
	}
	if len(held) > 0 {
		return fmt.Errorf("nothing that can be modelled: the file has no time series of activity and no sorted "+
			"units with spikes, only %s",
			strings.Join(held, ", "))
	}
	return errors.New("nothing that can be modelled: the file has no time series and no sorted units with spikes: " +
		"give a file with one of them")
}
