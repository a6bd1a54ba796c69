package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// MaxValues is the maximum number of columns in the one-hot coding of a text.
const MaxValues = 32

// OneHot codes texts for a drive: one column for each value that occurs, in ascending order. The column is 1 in the
// rows with that value and 0 elsewhere. Row i of the matrix codes texts[rows[i]]; if rows[i] is negative, every column
// is 0. The columns are named name=value. More than MaxValues values are an error.
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
			return Matrix{}, nil, fmt.Errorf("it has more than %d different values, such as %q and %q, too many for "+
				"one column each: give numbers, or a column with fewer values", MaxValues, values[0], values[1])
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

// HStack puts matrices with the same number of rows side by side.
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

// ColumnNames returns the column names of a series called name. A single column keeps the name. Otherwise the names
// end in x, y and z for positions of up to three columns, or else in numbers from 0.
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

// ScaleDrive scales every column of the drive to mean 0 and standard deviation 1 over the bins rows, in place: u <- (u
// - Offset) / Factor, both (P). Columns of any unit then train alike. A column that is constant in these bins is only
// centred: it is 0 there and nothing is learned from it. Its name is returned in constant.
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

// ApplyDrive scales the drive in place with the scaling s of another recording with the same columns.
func (r *Recording) ApplyDrive(s Scaling) {
	for t := range r.Drive.Rows {
		for p, v := range r.Drive.Row(t) {
			r.Drive.Row(t)[p] = float32((float64(v) - s.Offset[p]) / s.Factor[p])
		}
	}
}

// PickDrive selects the drive columns with the given names, in their order. A missing name=value column of a text or
// enumeration becomes 0 in all bins, because the value does not occur in this recording. It fails if another name is
// missing, or if the drive has a column outside names.
func (r *Recording) PickDrive(names []string) error {
	at := map[string]int{}
	for p, name := range r.DriveNames {
		at[name] = p
		if !slices.Contains(names, name) {
			return fmt.Errorf("the drive column %s is unknown to the model: choose the same columns with --drive, "+
				"and leave such trials out with --where", name)
		}
	}
	m := NewMatrix(r.Activity.Rows, len(names))
	for q, name := range names {
		p, ok := at[name]
		if !ok && !strings.Contains(name, "=") {
			return fmt.Errorf("the model has the drive %s, which the recording lacks: name it with --drive",
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

// FillDrive fills missing values (NaN) of the drive. GapsZero fills with 0. GapsHold fills with the last value before,
// or with the first value at the start. For other gaps, and for a column without any value, the drive is unchanged.
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
		r.Warn("%d values of the drive are NaN and were filled by --drive-gaps %s.", filled, gaps)
	}
}
