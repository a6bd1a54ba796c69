package nwb

import (
	"math"
	"sort"

	"facrnn/data"
)

// invalidPath is the table of times that every analysis must leave out, by the NWB schema.
const invalidPath = "intervals/invalid_times"

// maskInvalid makes the activity NaN in bins that overlap the file's invalid times. width is the width of the bins, 0
// for single samples. If the table of invalid times is the table of trials, nothing is masked. An outline has no
// values, so it only gets the note.
func (in *contents) maskInvalid(r *data.Recording, table trialTable, width float64) error {
	if table.group != nil && table.path == invalidPath {
		return nil
	}
	invalid, odd, err := in.invalidTimes()
	if odd > 0 {
		r.Note("%d rows of %s have no times, or end before they begin, and are skipped.", odd, invalidPath)
	}
	if err != nil || len(invalid) == 0 {
		return err
	}
	slack, masked := tolerance*r.BinWidth, 0
	for row, t := range r.Time {
		i := sort.Search(len(invalid), func(i int) bool { return invalid[i].stop > t+slack })
		if i == len(invalid) || invalid[i].start > t+slack && invalid[i].start >= t+width-slack {
			continue
		}
		masked++
		if len(r.Activity.Data) > 0 {
			x := r.Activity.Row(row)
			for n := range x {
				x[n] = float32(math.NaN())
			}
		}
	}
	if masked > 0 {
		r.Note("%d of %d bins lie in %s, the times that the file excludes from analyses, and are missing (NaN).",
			masked,
			r.Bins(), invalidPath)
	}
	return nil
}

// invalidTimes returns the file's invalid times, ascending and separate; nil if it has none. odd counts the rows
// without a valid interval.
func (in *contents) invalidTimes() (invalid []interval, odd int, err error) {
	for _, g := range in.tables {
		if g.path != invalidPath {
			continue
		}
		start, stop, err := g.bounds()
		if err != nil {
			return nil, 0, err
		}
		var pairs []float64
		for i := range start {
			if !(start[i] <= stop[i]) {
				odd++
			}
			pairs = append(pairs, start[i], stop[i])
		}
		return mergeIntervals(pairs), odd, nil
	}
	return nil, 0, nil
}
