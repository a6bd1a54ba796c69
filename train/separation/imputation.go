package separation

import (
	"fmt"

	"facrnn/data"
)

// Imputation says how activity with missing values was made complete for components, which need all of it. It is for
// where training starts alone: the fit itself masks what is missing.
type Imputation struct {
	LeftOut int // bins that have missing values and were not looked at
	Filled  int // values for which the channel's mean stood, where too few bins would have been left
}

// String says so in words; it is empty where nothing was missing.
func (c Imputation) String() string {
	switch {
	case c.LeftOut > 0:
		return fmt.Sprintf("%d bins with missing values are not looked at for components", c.LeftOut)
	case c.Filled > 0:
		return fmt.Sprintf("%d missing values are filled by their channel's mean where components are looked for, as too few bins have none; the fit masks them", c.Filled)
	}
	return ""
}

// complete leaves out of rows, ascending, those with missing values, if at least half of them remain and half of the
// pairs that follow one another: components are told apart by what follows what. Otherwise all stay, for fillMeans.
// Channels that are missing throughout do not count.
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
