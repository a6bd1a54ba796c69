package nwb

import (
	"fmt"
	"slices"
	"strconv"

	"facrnn/data"
)

// TrialLabels is the first of some columns that the table of trials has, with a value for each of the trials of a recording that Read took from the same file with
// the same selection: its name, and the value of every trial as a text, such as the direction of each reach. Trials are told by when they begin and end. Of a
// recording without trials, or a table without such a column, or one whose trials are not the recording's, the name is empty.
func TrialLabels(path string, sel data.Selection, trials []data.Span, columns ...string) (name string, labels []string, err error) {
	defer recovered(path, &err)
	f, err := openFile(path)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = f.h5.Close() }() // read only
	name, labels, err = f.labels(sel, trials, columns)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return name, labels, nil
}

func (f *file) labels(sel data.Selection, trials []data.Span, columns []string) (string, []string, error) {
	g, err := f.table(sel.Trials)
	if err != nil || g == nil || len(trials) == 0 {
		return "", nil, err
	}
	i := slices.IndexFunc(columns, func(name string) bool { return g.has(name) && !g.has(name+"_index") })
	if i < 0 {
		return "", nil, nil
	}
	start, stop, err := f.bounds(g, sel)
	if err != nil {
		return "", nil, err
	}
	c, err := f.column(g, columns[i], len(start))
	if err != nil {
		return "", nil, err
	}
	row := map[data.Span]int{}
	for r := range start {
		row[data.Span{Start: start[r], Stop: stop[r]}] = r
	}
	var labels []string
	for _, t := range trials {
		r, ok := row[t]
		if !ok {
			return "", nil, nil
		}
		if c.texts != nil {
			labels = append(labels, c.texts[r])
		} else {
			labels = append(labels, strconv.FormatFloat(c.numbers[r], 'g', 6, 64))
		}
	}
	return columns[i], labels, nil
}
