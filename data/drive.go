package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// MaxValues is how many columns one-hot coding makes of a text at most.
const MaxValues = 32

// OneHot codes texts for a drive: a column for each of the values that occur, in ascending order, which is 1 in the
// rows that have it and 0 in others. Row i of the matrix is of texts[rows[i]]; where rows[i] is negative there is no
// text, and every column is 0. The columns are called name=value. More than MostValues are an error.
func OneHot(name string, texts []string, rows []int) (Matrix, []string, error) {
	var values []string
	for _, i := range rows {
		if i < 0 {
			continue
		}
		if at, there := slices.BinarySearch(values, texts[i]); !there {
			values = slices.Insert(values, at, texts[i])
		}
		if len(values) > MaxValues {
			return Matrix{}, nil, fmt.Errorf("it has more than %d different values, %q and %q among them, and a "+
				"column each would be too many: give numbers, or one with fewer "+
				"values", MaxValues, values[0], values[1])
		}
	}
	m, names := NewMatrix(len(rows), len(values)), make([]string, len(values))
	for i, v := range values {
		names[i] = name + "=" + v
	}
	for t, i := range rows {
		if i >= 0 {
			p, _ := slices.BinarySearch(values, texts[i])
			m.Row(t)[p] = 1
		}
	}
	return m, names, nil
}

// HStack puts matrices of equally many rows side by side.
func HStack(all ...Matrix) Matrix {
	var m Matrix
	switch len(all) {
	case 0:
		return m
	case 1:
		return all[0]
	}
	for _, x := range all {
		m.Rows, m.Cols = x.Rows, m.Cols+x.Cols
	}
	m.Data = make([]float32, 0, m.Rows*m.Cols)
	for t := range m.Rows {
		for _, x := range all {
			m.Data = append(m.Data, x.Row(t)...)
		}
	}
	return m
}

// ColumnNames returns the names of columns of a series called name: it alone for one column, else with x, y and z or,
// if there are more or they are no positions, numbers from 0.
func ColumnNames(name string, columns int, positions bool) []string {
	if columns == 1 {
		return []string{name}
	}
	names := make([]string, columns)
	for i := range names {
		names[i] = fmt.Sprintf("%s %d", name, i)
		if positions && columns <= 3 {
			names[i] = name + " " + "xyz"[i:i+1]
		}
	}
	return names
}

// ScaleDrive brings every column of the drive to mean 0 and standard deviation 1 over the bins rows, in place, for
// columns in whatever unit are to train alike: u <- (u - Offset) / Factor, both (P). A column that never changes there
// is only centred, so that it is 0 in those bins and nothing is learned of it; its name is among the constant ones.
func (r *Recording) ScaleDrive(rows []int) (s Scaling, constant []string) {
	s.Kind = ScaleZScore // of at least one bin
	for p, name := range r.DriveNames {
		mean, square, changes := 0.0, 0.0, false
		first := r.Drive.Row(rows[0])[p]
		for _, t := range rows {
			v := r.Drive.Row(t)[p]
			mean += float64(v)
			changes = changes || v != first
		}
		if mean /= float64(len(rows)); !changes {
			mean = float64(first)
		}
		for _, t := range rows {
			d := float64(r.Drive.Row(t)[p]) - mean
			square += d * d
		}
		sd := math.Sqrt(square / float64(len(rows)))
		if !changes {
			sd, constant = 1, append(constant, name)
		}
		s.Offset, s.Factor = append(s.Offset, mean), append(s.Factor, sd)
	}
	r.ApplyDrive(s)
	return s, constant
}

// ApplyDrive scales the drive in place as that of another recording with the same columns was scaled.
func (r *Recording) ApplyDrive(s Scaling) {
	for t := range r.Drive.Rows {
		for p, v := range r.Drive.Row(t) {
			r.Drive.Row(t)[p] = float32((float64(v) - s.Offset[p]) / s.Factor[p])
		}
	}
}

// PickDrive makes the drive's columns those of the names, in their order, as far as they are there; a value that a
// column of texts or enumerations does not take in this recording is 0 in all bins. Columns under other names, or none
// under a name, are an error.
func (r *Recording) PickDrive(names []string) error {
	at := map[string]int{}
	for p, name := range r.DriveNames {
		at[name] = p
		if !slices.Contains(names, name) {
			return fmt.Errorf("its drive has %s, which the model does not know: name the same columns by --drive, "+
				"and leave such trials out by --where", name)
		}
	}
	m := NewMatrix(r.Activity.Rows, len(names))
	for q, name := range names {
		p, ok := at[name]
		if !ok && !strings.Contains(name, "=") {
			return fmt.Errorf("the model has the drive %s, and the recording none of that name: name it by --drive",
				name)
		}
		for t := range m.Rows {
			if ok {
				m.Row(t)[q] = r.Drive.Row(t)[p]
			}
		}
	}
	r.Drive, r.DriveNames = m, slices.Clone(names)
	return nil
}

// FillDrive fills the drive where it has no value (NaN): with 0 if gaps is GapsZero; if it is GapsHold, with the value
// of the last bin that has one, or of the first one before that. Otherwise, and where a column has no value at all, the
// drive stays as it is.
func (r *Recording) FillDrive(gaps string) {
	filled := 0
	for p := range r.Drive.Cols {
		last := float32(math.NaN())
		for t := 0; gaps == GapsHold && t < r.Drive.Rows && last != last; t++ {
			last = r.Drive.Row(t)[p]
		}
		if gaps == GapsZero {
			last = 0
		}
		for t := range r.Drive.Rows {
			switch v := r.Drive.Row(t)[p]; {
			case v != v && last == last:
				r.Drive.Row(t)[p] = last
				filled++
			case v == v && gaps == GapsHold:
				last = v
			}
		}
	}
	if filled > 0 {
		r.Warn("%d values of the drive are NaN and are filled, as --drive-gaps %s asks.", filled, gaps)
	}
}
