package nwb

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facrnn/data"
)

// behaviour is the role of a part that is only evaluated against.
const behaviour = "behaviour"

// source is what a part beside the activity is read from: a series or a table of events.
type source struct {
	series *series
	events *group
}

// source is the series or table of events of a name or path. A series comes first: labels are both.
func (f *file) source(name string) (source, error) {
	s, err := f.lookUp(name)
	if err == nil {
		return source{series: s}, nil
	}
	if g := f.eventsNamed(name); g != nil {
		return source{events: g}, nil
	}
	return source{}, err
}

func (s source) path() string {
	if s.series != nil {
		return s.series.path
	}
	return s.events.path
}

// part is some columns beside the activity, at its bins.
type part struct {
	alignment
	path, unit string
	names      []string // of the columns
	hot        bool     // labels, one-hot, whose columns are all 0 where they are absent
	held       bool     // values hold until the next one, however long
}

// sideBy brings a source to the bins of a recording: events are counted, words and labels become one-hot, codes hold
// until the next, and measurements are averaged, or lie on lines between samples. what is the role of the part, for
// notes.
func (f *file) sideBy(r *data.Recording, from source, what string) (p part, err error) {
	p.path = from.path()
	note := func(format string, args ...any) {
		r.Notes = append(r.Notes, fmt.Sprintf("The %s %s ", what, p.path)+fmt.Sprintf(format, args...))
	}
	s := from.series
	if s == nil {
		p.alignment, err = f.counted(from.events, r.Time, r.BinWidth)
		p.names = []string{from.events.name()}
		note("is the number of its events in each bin.")
		return p, err
	}
	if s.isLabels() {
		brief := 0
		p.alignment, p.names, brief, err = f.oneHot(s, r.Time, r.BinWidth)
		if p.hot, p.held = true, true; brief > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf(
				"The %s %s has %d labels that no bin has, because the next one follows within the bin: choose a shorter --bin-width.",
				what, p.path, brief))
		}
		return p, err
	}
	if s.odd != "" {
		return p, fmt.Errorf("%s: %s", s.path, s.odd)
	}
	p.unit, p.names = f.knownUnit(s), f.columnNames(s)
	is, binary, err := f.codes(s)
	if err != nil {
		return p, err
	}
	if p.held = is; !is {
		p.alignment, err = f.aligned(s, r.Time, r.BinWidth)
		return p, err
	}
	p.alignment, err = f.held(s, binary, r.Time, r.BinWidth)
	note("holds codes, by its few integers without a unit; each holds until the next.")
	return p, err
}

// A line between samples that lie more than 20 bins apart says little of the bins on it: fewer than one bin in 20
// with a sample is warned of.
const fewBins = 20

// fill decides on the bins in which a part has no value: NaN in behaviour, which is missing there; in others as gaps
// says. It is an error if the part has no value in the whole recording.
func (p *part) fill(r *data.Recording, what, gaps string) error {
	absent, T := len(p.absent), r.Bins()
	if T == 0 {
		return nil // for the caller to refuse
	}
	if n := p.stored(); what == behaviour && n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("The %s %s is missing (NaN) in %d of the %d bins.", what, p.path, n, T))
	}
	recorded := interval{slices.Min(r.Time), slices.Max(r.Time) + r.BinWidth}
	beside := p.span.stop < recorded.start || p.span.start > recorded.stop
	far := apart(what+" samples", "bins", p.span, recorded)
	if far != "" {
		far = " (" + far + ")"
	}
	times := ranges(fmt.Sprintf("%d samples", p.samples), "bins", p.span, recorded)
	sampled := T - absent - p.between
	switch {
	case absent == T, beside && !p.held:
		return fmt.Errorf("%s: it has no sample in the recording: %s%s: %s, or choose another %s",
			p.path, times, far, sameClock, what)
	case beside:
		r.Warnings = append(r.Warnings, fmt.Sprintf("The %s %s never changes in the recording: %s%s: %s.",
			what, p.path, times, far, sameClock))
	case sampled*fewBins < p.between, far != "" && sampled < p.between:
		r.Warnings = append(r.Warnings, fmt.Sprintf(
			"The %s %s has a sample in only %d of the %d bins; between two samples it is taken to be a "+
				"line%s.",
			what, p.path, sampled, T, far))
	case sampled < p.between:
		r.Notes = append(r.Notes, fmt.Sprintf(
			"The %s %s has a sample in only %d of the %d bins; between two samples it is taken to be a "+
				"line.",
			what, p.path, sampled, T))
	}
	if absent == 0 {
		return nil
	}
	return p.fillAbsent(r, what, gaps)
}

// stored counts the bins that have samples, but a value that is NaN.
func (p *part) stored() (n int) {
	for row := range p.m.Rows {
		if _, absent := slices.BinarySearch(p.absent, row); !absent && slices.ContainsFunc(p.m.Row(row), func(v float32) bool { return v != v }) {
			n++
		}
	}
	return n
}

// fillAbsent is fill for the bins without a value, of which there are some.
func (p *part) fillAbsent(r *data.Recording, what, gaps string) error {
	first := r.Time[p.absent[0]]
	text := fmt.Sprintf("The %s %s has no sample in %d of the %d bins, the first at %.6g s",
		what, p.path, len(p.absent), r.Bins(), first)
	set := func(v float32) {
		for _, row := range p.absent {
			for i := range p.m.Row(row) {
				p.m.Row(row)[i] = v
			}
		}
	}
	const fewMissing = 100 // one bin in so many changes no figure in its second digit
	switch {
	case what == behaviour:
		set(float32(math.NaN()))
		if text += "; there it is missing (NaN)."; len(p.absent)*fewMissing < r.Bins() {
			r.Notes = append(r.Notes, text)
			return nil
		}
	case gaps == data.GapsError:
		return fmt.Errorf(
			"%s: it has no sample in %d of the %d bins, the first at %.6g s: leave those trials out by "+
				"--where, or choose --drive-gaps hold or zero",
			p.path, len(p.absent), r.Bins(), first)
	case p.hot:
		r.Notes = append(r.Notes, fmt.Sprintf(
			"The %s %s has no value yet in %d of the %d bins; there all of its columns are 0.",
			what, p.path, len(p.absent), r.Bins()))
		return nil
	case gaps == data.GapsZero:
		set(0)
		text += "; there it is taken as 0, as --drive-gaps asks."
	default:
		text += "; there its last value holds, or its first one before that. --drive-gaps zero or error chooses otherwise."
	}
	r.Warnings = append(r.Warnings, text)
	return nil
}

// find is the series of a name or path whose array can be taken; see lookUp.
func (f *file) find(name string) (*series, error) {
	s, err := f.lookUp(name)
	if err == nil && s.odd != "" {
		return nil, fmt.Errorf("%s: %s", s.path, s.odd)
	}
	return s, err
}

// lookUp is the series of a name or path, which may be the path of a soft link to it.
func (f *file) lookUp(name string) (*series, error) {
	if at, ok := f.links[strings.Trim(name, "/")]; ok {
		for _, s := range f.series {
			if s.object.Address() == at {
				name = s.path
			}
		}
	}
	s, err := pick(f.series, func(s *series) string { return s.path }, "series", name)
	if err != nil {
		if p, fail := pick(slices.Concat(f.faults, f.empty), func(p fault) string { return p.path }, "", name); fail == nil {
			err = p.err
		}
		return nil, err
	}
	return s, nil
}
