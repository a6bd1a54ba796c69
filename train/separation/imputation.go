package separation

import (
	"fmt"

	"facrnn/data"
)

// Imputation says how activity with missing values was completed for the search of components, which needs complete
// activity. It affects only the start of the training. The fit itself masks missing values.
type Imputation struct {
	LeftOut int // number of bins with missing values that were not used
	Filled  int // number of missing values that were set to their channel's mean, because too few bins would remain
}

// String describes the imputation; it is empty if nothing was missing.
func (c Imputation) String() string {
	switch {
	case c.LeftOut > 0:
		return fmt.Sprintf("%d bins with missing values are not used to find components", c.LeftOut)
	case c.Filled > 0:
		return fmt.Sprintf("%d missing values are set to their channel's mean to find components, "+
			"because too few bins are complete; the fit masks them", c.Filled)
	}
	return ""
}

// complete removes the bins with missing values from rows, ascending. At least half of the rows and half of the pairs
// of successive rows must remain, because components are separated by their changes in time. Otherwise it keeps all
// rows, and regress.FillMeans completes them. Channels that are always missing do not count.
func complete(rec *data.Recording, rows []int) ([]int, Imputation) {
	ever := make([]bool, rec.Activity.Cols)
	for _, t := range rows {
		for n, v := range rec.Activity.Row(t) {
			ever[n] = ever[n] || v == v
		}
	}
	var whole []int
	var c Imputation
	for _, t := range rows {
		missing := 0
		for n, v := range rec.Activity.Row(t) {
			if v != v && ever[n] {
				missing++
			}
		}
		if c.Filled += missing; missing == 0 {
			whole = append(whole, t)
		}
	}
	pairs := func(rows []int) int { return len(rows) - len(stretchesOf(rec, rows)) }
	if 2*len(whole) < len(rows) || 2*pairs(whole) < pairs(rows) {
		return rows, c
	}
	return whole, Imputation{LeftOut: len(rows) - len(whole)}
}
