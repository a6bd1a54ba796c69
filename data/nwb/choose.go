package nwb

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"facrnn/data"
)

// choice is what is to be fitted.
type choice struct {
	planes   []*series // one series, or the planes of one container; nil for the sorted units
	notes    []string  // what was chosen, and what else there is
	warnings []string  // why the choice may be wrong
}

// choose makes the choice that sel asks for, or else takes what is likeliest.
func (f *file) choose(sel data.Selection) (c choice, err error) {
	switch {
	case sel.Units && sel.Series != "":
		return c, fmt.Errorf("both units and the series %s are asked for: choose one", sel.Series)
	case sel.Units && sel.Pixels:
		return c, errors.New("both units and --pixels are asked for: choose one")
	case sel.Units:
		c.notes = f.otherUnits(nil)
	case sel.Pixels:
		c.planes, c.notes, err = f.chooseStack(sel.Series)
	case sel.Series != "":
		c.planes, c.notes, err = f.chooseNamed(sel.Series)
	default:
		c, err = f.chooseLikeliest()
	}
	if err == nil && sel.Transpose {
		err = c.transpose()
	}
	return c, err
}

// transpose takes the other dimension of what is chosen as time.
func (c *choice) transpose() error {
	if len(c.planes) == 0 {
		return errors.New("--transpose turns a series, but the activity is the sorted units: leave it out")
	}
	for _, s := range c.planes {
		if err := s.turn(); err != nil {
			return err
		}
		c.notes = append(c.notes, fmt.Sprintf("The series %s is read as channels x time (--transpose): %d bins of %d channels.",
			s.path, s.bins, s.channels))
	}
	return nil
}

// chooseNamed returns the series, or the planes of the container, of a name or path. For a table of sorted units it
// returns none and makes that table the units.
func (f *file) chooseNamed(name string) ([]*series, []string, error) {
	isNamed := func(g *group) bool { return g.path == strings.Trim(name, "/") }
	if i := slices.IndexFunc(f.sorted, isNamed); i >= 0 {
		f.units = f.sorted[i]
		return nil, nil, nil
	}
	s, err := f.find(name)
	if err == nil {
		return []*series{s}, nil, nil
	}
	planes, wrong := f.findPlanes(name)
	switch {
	case wrong != nil:
		return nil, nil, wrong
	case len(planes) == 0:
		return nil, nil, err
	}
	note := fmt.Sprintf("The activity is %d series of %s, side by side.", len(planes), path.Dir(planes[0].path))
	return planes, []string{note}, nil
}

// chooseLikeliest takes the sorted units or the likeliest series, whichever has the better rank, and warns of a guess.
func (f *file) chooseLikeliest() (c choice, err error) {
	all, spikes := f.activities(), f.takeSpiking()
	switch {
	case spikes && (len(all) == 0 || f.likeness(all[0]) > sortedUnits):
		note := fmt.Sprintf("The activity is the spikes of the sorted units (%s).", f.units.path)
		if len(all) > 0 {
			note += " Series are " + shapes(all) + ": --series takes one."
		}
		c.notes = f.otherUnits([]string{note})
		return c, nil
	case len(all) == 0:
		return c, f.nothing()
	}
	c.planes, c.notes = all[:1], []string{noteChoice(all, spikes)}
	if rank := f.likeness(all[0]); rank.guessed() {
		c.warnings = append(c.warnings, warnGuess(all[0], rank))
	}
	return c, nil
}

// takeSpiking reports whether the file has sorted units with spikes, and makes a table that has them the units.
func (f *file) takeSpiking() bool {
	if f.units == nil {
		return false
	}
	for _, g := range append([]*group{f.units}, f.sorted...) {
		d, err := f.dataset(g, "spike_times")
		f.note(err)
		if err != nil || d != nil && d.len() > 0 || g.lost["spike_times"] != nil { // reading it says what is wrong
			f.units = g
			return true
		}
	}
	return f.units.has("spike_times") && len(f.activities()) == 0 // likewise
}

// otherUnits adds to some notes which other tables of units there are.
func (f *file) otherUnits(notes []string) []string {
	var paths []string
	for _, g := range f.sorted {
		if g != f.units {
			paths = append(paths, g.path)
		}
	}
	if len(paths) > 0 {
		notes = append(notes, fmt.Sprintf("Other tables of sorted units, for --series, are %s.", strings.Join(paths, ", ")))
	}
	return notes
}

// noteChoice says which series is taken, and which others there are.
func noteChoice(all []*series, units bool) string {
	s := all[0]
	note := fmt.Sprintf("The activity is the series %s (%d x %d), the likeliest of the file.", s.path, s.bins, s.channels)
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
func (f *file) nothing() error {
	if len(f.faults) > 0 {
		return fmt.Errorf("nothing that can be modelled was found, and a part could not be read: %w", f.faults[0].err)
	}
	var held []string
	for _, s := range f.series {
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
