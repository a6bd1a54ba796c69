package data

import (
	"slices"
	"strings"
)

// None, as the name of a covariate or of a trial table, selects nothing.
const None = "none"

// Covariate is a part of a file that accompanies the activity, with one row per bin: behaviour, a drive, or the
// external input.
type Covariate struct {
	Values Matrix   // (T,D)
	Path   string   // inside the file
	Names  []string // D, of the columns
	Unit   string   // of all columns; empty if the file does not say
}

// SetBehavior puts covariates side by side as the behaviour. The behaviour has a unit if all of them have the same one.
func (r *Recording) SetBehavior(parts ...Covariate) {
	var values []Matrix
	var paths, units []string
	for _, p := range parts {
		values, paths, units = append(values, p.Values), append(paths, p.Path), append(units, p.Unit)
		r.BehaviorNames = append(r.BehaviorNames, p.Names...)
	}
	r.Behavior, r.BehaviorName = HStack(values...), strings.Join(paths, ", ")
	if units = slices.Compact(units); len(units) == 1 {
		r.BehaviorUnit = units[0]
	}
}

// SetDrive reads the named covariates, puts them side by side as the drive, and fills their gaps as FillDrive does. It
// returns the error of read, or an error if two columns have the same name.
func (r *Recording) SetDrive(
	names []string, gaps string, read func(name string) (Covariate, error),
	twice func(c Covariate, column string) error,
) error {
	var values []Matrix
	for _, name := range names {
		c, err := read(name)
		if err != nil {
			return err
		}
		for _, column := range c.Names {
			if slices.Contains(r.DriveNames, column) {
				return twice(c, column)
			}
			r.DriveNames = append(r.DriveNames, column)
		}
		values = append(values, c.Values)
	}
	r.Drive = HStack(values...)
	r.FillDrive(gaps)
	return nil
}

// ChooseCondition makes texts, one per trial, the conditions. It takes the asked column, or else the first likely
// column that separates the trials. An error of read counts only for the asked column.
func (r *Recording) ChooseCondition(asked string, likely []string, read func(name string) ([]string, error)) error {
	switch asked {
	case None:
		return nil
	case "":
	default:
		texts, err := read(asked)
		if err != nil {
			return err
		}
		r.SetCondition(asked, texts)
		return nil
	}
	for _, name := range likely {
		if texts, err := read(name); err == nil && IsCondition(texts) {
			r.SetCondition(name, texts)
			return nil
		}
	}
	return nil
}

// Named returns the names given with a flag, without None.
func Named(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == None })
}

// Take returns the matrix of the rows, in their order.
func (m Matrix) Take(rows []int) Matrix {
	out := NewMatrix(len(rows), m.Cols)
	for t, i := range rows {
		copy(out.Row(t), m.Row(i))
	}
	return out
}
