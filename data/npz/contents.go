package npz

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"facrnn/data"
)

// List returns the arrays of the npz or npy file at path that can be modelled, the default activity first. Strings and
// a simulation's ground truth are left out. Arrays of an unsupported type have no Role. The values are not read
// (Missing is -1), except trials and times. An array that cannot be read has a Problem. Only a file that cannot be
// opened is an error.
func List(path string) (*data.Contents, error) { return ListContext(context.Background(), path) }

// ListContext lists like List, but returns the error of ctx as soon as ctx ends.
func ListContext(ctx context.Context, path string) (*data.Contents, error) {
	return reading(ctx, path, func(r io.ReaderAt, size int64) (*data.Contents, error) { return list(path, r, size) })
}

func list(path string, r io.ReaderAt, size int64) (*data.Contents, error) {
	f, err := newFile(path, r, size)
	if err != nil {
		return nil, err
	}
	c := &data.Contents{Path: path, Format: f.format}
	rate, bins, err := f.rate()
	if err != nil {
		c.Problems = append(c.Problems, f.problem(err))
	}
	for _, name := range f.listed() {
		h := f.headers[name]
		s := data.Series{Path: name, Name: name, Type: h.dtype(), Shape: h.shape, Missing: -1, Role: role(name, h)}
		if h.shape[0] == bins || len(h.shape) == 3 && h.shape[0]*h.shape[1] == bins {
			s.Rate = rate
		}
		c.Series = append(c.Series, s)
	}
	for _, name := range slices.Sorted(maps.Keys(f.wrong)) {
		c.Series = append(c.Series, data.Series{Path: name, Name: name, Missing: -1, Problem: f.wrong[name].Error()})
	}
	if c.Tables, err = f.tables(); err != nil {
		c.Tables = []data.Table{{Path: trialName, Name: trialName, Problem: f.problem(err)}}
	}
	return c, nil
}

// problem returns an error without the path of the file.
func (f *file) problem(err error) string { return strings.TrimPrefix(err.Error(), f.path+": ") }

// listed names the arrays that may be series, the default activity first.
func (f *file) listed() []string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(f.headers)), func(name string) bool {
		h := f.headers[name]
		return h.dtype() == "string" || len(h.shape) == 0 || slices.Contains(truthNames[:], name) ||
			name == trialName ||
			name == timeName
	})
	if i := slices.Index(names, f.first(activityNames[:])); i > 0 {
		first := names[i]
		names = slices.Insert(slices.Delete(names, i, i+1), 0, first)
	}
	return names
}

func role(name string, h header) string {
	switch {
	case !h.numeric():
		return ""
	case slices.Contains(inputNames[:], name):
		return "input"
	case slices.Contains(behaviorNames[:], name):
		return "behavior"
	case len(h.shape) == 2 || len(h.shape) == 3:
		return "activity"
	}
	return ""
}

// rate returns the sampling rate computed from the array time, in Hz, and the number of its bins; zeros if
// the array is missing.
func (f *file) rate() (hz float64, bins int, err error) {
	if !f.has(timeName) {
		return 0, 0, nil
	}
	a, err := f.array(timeName, timeName)
	if err != nil {
		return 0, 0, err
	}
	times, err := a.Float64s()
	if err != nil {
		return 0, 0, f.wrap(timeName, err)
	}
	steps := make([]float64, 0, len(times))
	for t := 1; t < len(times); t++ {
		if step := times[t] - times[t-1]; step > 0 {
			steps = append(steps, step)
		}
	}
	if len(steps) > 0 {
		hz = 1 / rounded(medianOf(steps))
	}
	return hz, len(times), nil
}

// tables lists the arrays that divide the bins into trials.
func (f *file) tables() ([]data.Table, error) {
	name := f.first(activityNames[:])
	if h := f.headers[name]; len(h.shape) == 3 {
		return []data.Table{{Path: name, Name: name, Count: h.shape[0]}}, nil
	}
	if !f.has(trialName) {
		return nil, nil
	}
	a, err := f.array(trialName, "trials")
	if err != nil {
		return nil, err
	}
	labels, err := a.Ints()
	if err != nil {
		return nil, f.wrap(trialName, err)
	}
	distinct := map[int]bool{}
	for _, label := range labels {
		distinct[label] = true
	}
	return []data.Table{{Path: trialName, Name: trialName, Count: len(distinct)}}, nil
}
