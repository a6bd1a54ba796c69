package npz

import (
	"fmt"
	"slices"
	"strings"

	"facrnn/data"
)

// chooseAll resolves a flag for several arrays, as choose does for one array.
func (b *builder) chooseAll(asked, defaults []string, flag, role string) []string {
	if len(asked) == 0 {
		asked = []string{b.choose("", defaults, flag, role)}
	}
	return slices.DeleteFunc(data.Named(asked), func(name string) bool { return name == "" })
}

// behavior puts arrays side by side as the behaviour.
func (b *builder) behavior(sel data.Selection) error {
	names := b.chooseAll(sel.Behavior, behaviorNames[:], "behavior", "the behaviour, which training never uses")
	var parts []data.Covariate
	for _, name := range names {
		m, err := b.matrix(name, "behavior")
		if err != nil {
			return err
		}
		goesWith, named := behaviorNames[0], behaviorColumns
		if name == britishName {
			goesWith, named = britishName, britishColumns
		}
		parts = append(parts, data.Covariate{Values: m, Path: name, Names: b.columns(name, goesWith, named, m.Cols)})
	}
	b.rec.SetBehavior(parts...)
	return b.missingBehavior(names)
}

// missingBehavior counts the bins with missing behaviour (NaN). It fails if all behaviour of the recording is missing.
func (b *builder) missingBehavior(names []string) error {
	bins, values := 0, 0
	for t := range b.rec.Behavior.Rows {
		n := 0
		for _, v := range b.rec.Behavior.Row(t) {
			if v != v {
				n++
			}
		}
		values += n
		bins += min(n, 1)
	}
	switch {
	case bins == 0:
	case values == len(b.rec.Behavior.Data):
		return b.errorf("array %s: all of its values are missing (NaN): choose another with --behavior, or none",
			strings.Join(names, ", "))
	default:
		b.rec.Warn("The behaviour is missing (NaN) in %d of the %d bins.", bins, b.rec.Bins())
	}
	return nil
}

// columns returns the names of an array's columns. They are read from the array named, if it belongs to this array and
// has the right length. Otherwise the columns are numbered after the array.
func (b *builder) columns(array, goesWith, named string, cols int) []string {
	if array == goesWith && b.has(named) {
		a, err := read(b.entries[named], readNPY)
		if err == nil {
			var names []string
			if names, err = a.Strings(); err == nil && len(names) == cols {
				return names
			}
		}
		b.rec.Note("The array %s was left out: it must hold one string for each of the %d columns of %s.", named, cols,
			array)
	}
	return data.ColumnNames(array, cols, false)
}

// drive puts arrays side by side as the drive. Each array has one row per bin or per trial; strings are one-hot coded.
func (b *builder) drive(sel data.Selection) error {
	names := b.chooseAll(sel.Drive, driveNames[:], "drive", "measured input, whose effect is learned")
	return b.rec.SetDrive(names, sel.DriveGaps, b.driveBy, func(c data.Covariate, column string) error {
		return b.errorf("array %s: the drive has %s twice: leave one out", c.Path, column)
	})
}

// driveBy reads one array as a part of the drive.
func (b *builder) driveBy(name string) (c data.Covariate, err error) {
	c.Path = name
	rows := b.rec.AllBins() // rows of the array
	a, cols, err := b.perBin(name, "drive")
	if err != nil && b.perTrial(a.Shape) && len(a.Shape) <= 2 {
		rows, cols, err = b.rec.Trial, product(a.Shape[1:]), nil
	}
	if err != nil {
		return c, err
	}
	if texts, err := a.Strings(); err == nil {
		if cols != 1 {
			return c, b.mismatch(name, "drive", a.Shape, "one string for each bin or trial")
		}
		if c.Values, c.Names, err = data.OneHot(name, texts, rows); err != nil {
			return c, b.wrap(name, err)
		}
		return c, nil
	}
	values, err := a.Float32s()
	if err != nil {
		return c, b.wrap(name, err)
	}
	c.Values = data.Matrix{Rows: len(values) / max(1, cols), Cols: cols, Data: values}.Take(rows)
	c.Names = b.columns(name, driveNames[0], driveColumns, cols)
	return c, nil
}

// perTrial reports whether an array has one row per trial.
func (b *builder) perTrial(shape []int) bool {
	return b.rec.Trials > 0 && hasPrefix(shape, []int{b.rec.Trials})
}

// condition reads the trial conditions from the asked array, else from condition, else from the first likely array.
func (b *builder) condition(sel data.Selection) error {
	return b.rec.ChooseCondition(sel.Condition, b.likelyConditions(), func(name string) ([]string, error) {
		a, err := b.valuePerTrial(name, "condition")
		if err != nil {
			return nil, err
		}
		texts, err := labelsOf(a)
		if err != nil {
			return nil, b.wrap(name, err)
		}
		return texts, nil
	})
}

// likelyConditions returns the arrays with one value per trial whose names look like conditions; the array condition
// comes first.
func (b *builder) likelyConditions() []string {
	var names []string
	for name, h := range b.headers {
		if b.perTrial(h.shape) && len(h.shape) == 1 && data.LikelyCondition(name) && name != b.rec.Source.Series {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(x, y string) int {
		if (x == conditionName) != (y == conditionName) {
			if x == conditionName {
				return -1
			}
			return 1
		}
		return strings.Compare(x, y)
	})
	return names
}

// valuePerTrial reads an array with one value per trial.
func (b *builder) valuePerTrial(name, flag string) (Array, error) {
	a, err := b.array(name, flag)
	switch {
	case err != nil:
		return a, err
	case b.rec.Trials == 0:
		return a, b.errorf("array %s: --%s needs trials, and there are none: leave it out", name, flag)
	case !b.perTrial(a.Shape) || len(a.Shape) != 1:
		return a, b.mismatch(name, flag, a.Shape, fmt.Sprintf("one value for each of the %d trials", b.rec.Trials))
	}
	return a, nil
}

// labelsOf returns an array's values as texts.
func labelsOf(a Array) ([]string, error) {
	if texts, err := a.Strings(); err == nil {
		return texts, nil
	}
	if flags, ok := a.Data.([]bool); ok {
		var texts []string
		for _, v := range flags {
			texts = append(texts, fmt.Sprint(v))
		}
		return texts, nil
	}
	values, err := a.Float64s()
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = data.NumberText(v)
	}
	return texts, err
}

// event reads one time per trial.
func (b *builder) event(sel data.Selection) error {
	name := sel.Event
	switch {
	case name == data.None, name == "" && (b.rec.Trials == 0 ||
		!slices.Equal(b.headers[eventName].shape, []int{b.rec.Trials})):
		return nil
	case name == "":
		name = eventName
		b.rec.Note("The array %s is used as the time of the event in each trial; --event none leaves it out.", name)
	}
	a, err := b.valuePerTrial(name, "event")
	if err != nil {
		return err
	}
	if b.rec.Event, err = a.Float64s(); err != nil {
		return b.wrap(name, err)
	}
	b.rec.EventName = name
	return nil
}
