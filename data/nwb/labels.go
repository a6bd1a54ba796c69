package nwb

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"facrnn/data"
)

// labels returns the texts for the integers of a dataset, from its attribute labels, as in LabeledEvents of
// ndx-events. It returns nil if there are none that can be read. An integer without a label stands for itself.
func labels(d *dataset) []string {
	if !d.isInteger() {
		return nil
	}
	attributes, err := d.set.Attributes()
	if err != nil {
		return nil // code that needs the attributes gets the error again
	}
	for _, a := range attributes {
		if a.Name == "labels" {
			texts, _ := a.Texts()
			return texts
		}
	}
	return nil
}

// label returns the label of an integer.
func label(labels []string, code float64) string {
	if i := int(code); code >= 0 && i < len(labels) {
		return labels[i]
	}
	return data.NumberText(code)
}

// isLabels reports whether a series is a list of words or labels, each valid until the next.
func (s *series) isLabels() bool {
	return len(s.labels) > 0 && s.data.isList() || s.unusable != "" && s.data.isWords() && len(s.data.shape) == 1
}

// isEvents reports whether the samples of a series are events at times of their own: labels or annotations.
func (s *series) isEvents() bool {
	return s.times > 0 && s.isLabels() && (len(s.labels) > 0 || s.kind == "AnnotationSeries")
}

// words returns the texts of a series of words or labels.
func (s *series) words() ([]string, error) {
	var texts []string
	var err error
	if len(s.labels) > 0 {
		var codes []float64
		codes, err = s.data.floats()
		for _, c := range codes {
			texts = append(texts, label(s.labels, c))
		}
	} else {
		texts, _, err = s.data.words()
	}
	if err != nil {
		return nil, fmt.Errorf("%s/data: %w", s.path, err)
	}
	return texts, nil
}

// oneHot brings a series of words or labels to the bins, one-hot: each bin has the last one before its end. Before
// the first one the series is absent, and all columns are 0. brief counts the labels without a bin, because the next
// one follows within the same bin.
func (s *series) oneHot(
	short string, bins []float64, width float64,
) (a alignment, names []string, brief int, err error) {
	numbered := *s
	if numbered.bins = s.data.len(); numbered.bins == 0 {
		return a, nil, 0, fmt.Errorf("%s: it is empty: choose another series", s.path)
	}
	times, err := numbered.clockTimes()
	if err != nil {
		return a, nil, 0, err
	}
	words, err := s.words()
	if err != nil {
		return a, nil, 0, err
	}
	a.samples, a.span = len(times), interval{times[0], times[len(times)-1]}
	rows := lastBefore(times, bins, width)
	for row, i := range rows {
		if i < 0 {
			a.absent = append(a.absent, row)
		}
		brief += max(0, i-sort.SearchFloat64s(times, bins[row]-tolerance*width))
	}
	a.m, names, err = data.OneHot(short, words, rows)
	if err != nil {
		return a, nil, 0, fmt.Errorf("%s: %w", s.path, err)
	}
	return a, names, brief, nil
}

// unitsOfCodes lists texts that are not units of measurement.
var unitsOfCodes = []string{
	"", "-", "bool", "boolean", "binary", "category", "code", "codes", "dimensionless", "event", "id", "index", "int",
	"integer", "label", "labels", "logical", "no unit", "no units", "none", "state", "unitless",
}

// codes reports whether a series holds codes, such as states or stimulus numbers, instead of measurements, and
// whether the codes are only 0 and 1. Codes are stored as integers without conversion, have at most data.MaxValues
// different values, and no unit of measurement. An accelerometer in int16 has many values, or a conversion or unit
// that makes them a quantity.
func (s *series) codes() (is, binary bool, err error) {
	if !s.data.isInteger() || !slices.Contains(unitsOfCodes, strings.ToLower(strings.TrimSpace(s.knownUnit()))) {
		return false, false, nil
	}
	factor, offset, err := s.scale()
	if err != nil {
		return false, false, err
	}
	if offset != 0 || slices.ContainsFunc(factor, func(x float64) bool { return x != 1 }) {
		return false, false, nil
	}
	if tooMany(float64(s.bins), 0) {
		return false, false, nil // refused later
	}
	axis := 0 // of time
	if s.data.isList() {
		axis = s.data.axis()
	} else if s.byChannel {
		axis = 1
	}
	seen, binary, from, to := map[float64]bool{}, true, make([]int, len(s.data.shape)), slices.Clone(s.data.shape)
	each := max(1, blockElements/s.channels)
	for first := 0; first < s.bins; first += each {
		from[axis], to[axis] = first, min(s.bins, first+each)
		x, err := s.data.box(from, to)
		if err != nil {
			return false, false, fmt.Errorf("%s/data: %w", s.path, err)
		}
		if err := s.file.progress("looking for codes in "+s.path, int64(to[axis]), int64(s.bins)); err != nil {
			return false, false, err
		}
		for _, v := range x {
			seen[v] = true
			binary = binary && (v == 0 || v == 1)
			if len(seen) > data.MaxValues {
				return false, false, nil
			}
		}
	}
	return true, binary, nil
}
