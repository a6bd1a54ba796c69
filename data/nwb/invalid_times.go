package nwb

import (
	"math"
	"sort"

	"facrnn/data"
)

// invalidPath is the table of times that are to be left out of every analysis, says NWB.
const invalidPath = "intervals/invalid_times"

// maskInvalid takes the activity as missing in bins that reach into the file's invalid times, where it has any; a
// sample, of width 0, where it lies in them. Trials that are that very table are taken as they are. Of an outline,
// whose activity has no values, it only says so.
func (in *contents) maskInvalid(r *data.Recording, table trialTable, width float64) error {
	if table.group != nil && table.path == invalidPath {
		return nil
	}
	invalid, odd, err := in.invalidTimes()
	if odd > 0 {
		r.Note("%d rows of %s have no times, or end before they begin, and are passed over.", odd, invalidPath)
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
		r.Note("%d of %d bins lie in %s, which the file wants left out of analyses, and are taken as missing.", masked,
			r.Bins(), invalidPath)
	}
	return nil
}

// invalidTimes returns the file's, ascending and apart, nil where it has none; odd rows say no such time.
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
