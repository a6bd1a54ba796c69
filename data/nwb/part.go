package nwb

import (
	"fmt"
	"math"
	"slices"

	"facrnn/data"
)

// behaviour is the role of a part that is only used in the evaluation.
const behaviour = "behaviour"

// source is the origin of a covariate: a series or a table of events.
type source struct {
	series *series
	events table
	short  string // its name or, if another series has the same one, its path
}

// source returns the series or table of events with a name or path. Labels are both; then the series is returned.
func (in *contents) source(name string) (source, error) {
	s, err := in.lookUp(name)
	if err == nil {
		return source{series: s, short: in.shortName(s)}, nil
	}
	if g := in.eventsNamed(name); g.group != nil {
		return source{events: g, short: g.name()}, nil
	}
	return source{}, err
}

func (in *contents) shortName(s *series) string {
	for _, o := range in.series {
		if o != s && o.name() == s.name() {
			return s.path
		}
	}
	return s.name()
}

// knows reports whether a series has that name or path.
func (in *contents) knows(name string) bool {
	_, err := in.find(name)
	return err == nil
}

func (s source) path() string {
	if s.series != nil {
		return s.series.path
	}
	return s.events.path
}

// part is a covariate at the bins of a recording.
type part struct {
	data.Covariate
	alignment
	hot   bool // labels, one-hot, whose columns are all 0 where they are absent
	holds bool // values hold until the next one, however long
}

// align brings a source to the bins of a recording. Events are counted, words and labels become one-hot, codes hold
// until the next, and measurements are averaged or interpolated. what is the role of the part, for notes.
func (s source) align(r *data.Recording, what string) (p part, err error) {
	p.Path, p.Names = s.path(), []string{s.short}
	switch x := s.series; {
	case x == nil:
		p.alignment, err = s.events.countEvents(r.Time, r.BinWidth)
		r.Note("The %s %s is the number of its events in each bin.", what, p.Path)
	case x.isLabels():
		brief := 0
		p.hot, p.holds = true, true
		if p.alignment, p.Names, brief, err = x.oneHot(s.short, r.Time, r.BinWidth); brief > 0 {
			r.Warn("The %s %s loses %d labels, because another label follows within the same bin: choose a shorter "+
				"--bin-width.",
				what, p.Path, brief)
		}
	case x.unusable != "":
		err = fmt.Errorf("%s: %s", x.path, x.unusable)
	default:
		p.Unit, p.Names = x.knownUnit(), data.ColumnNames(s.short, x.channels, x.kind == "SpatialSeries")
		is, binary, wrong := x.codes()
		switch {
		case wrong != nil:
			err = wrong
		case is:
			p.holds = true
			p.alignment, err = x.holdCodes(binary, r.Time, r.BinWidth)
			r.Note("The %s %s holds codes, because it has few integers and no unit; each code holds until the next.",
				what,
				p.Path)
		default:
			p.alignment, err = x.aligned(r.Time, r.BinWidth)
		}
	}
	p.Values = p.m
	return p, err
}

// Interpolation between samples more than 20 bins apart says little about the bins between them. So there is a
// warning if fewer than one bin in 20 has a sample.
const fewBins = 20

// fill sets the bins in which a part has no value. Behaviour is missing there (NaN); for other roles gaps decides.
// fill fails if the part has no value in the whole recording.
func (p *part) fill(r *data.Recording, what, gaps string) error {
	absent, T := len(p.absent), r.Bins()
	if T == 0 {
		return nil // for the caller to refuse
	}
	if n := p.stored(); what == behaviour && n > 0 {
		r.Warn("The %s %s is missing (NaN) in %d of the %d bins.", what, p.Path, n, T)
	}
	recorded := interval{slices.Min(r.Time), slices.Max(r.Time) + r.BinWidth}
	beside := p.span.stop < recorded.start || p.span.start > recorded.stop
	far := durationMismatch(what+" samples", "bins", p.span, recorded)
	if far != "" {
		far = " (" + far + ")"
	}
	times := ranges(fmt.Sprintf("%d samples", p.samples), "bins", p.span, recorded)
	sampled := T - absent - p.interpolated
	switch {
	case absent == T, beside && !p.holds:
		return fmt.Errorf("%s: it has no sample in the recording: %s%s: %s, or choose another %s",
			p.Path, times, far, sameClock, what)
	case beside:
		r.Warn("The %s %s never changes in the recording: %s%s: %s.",
			what, p.Path, times, far, sameClock)
	case sampled*fewBins < p.interpolated, far != "" && sampled < p.interpolated:
		r.Warn(
			"The %s %s has a sample in only %d of the %d bins; between samples it is interpolated linearly%s.",
			what, p.Path, sampled, T, far)
	case sampled < p.interpolated:
		r.Note(
			"The %s %s has a sample in only %d of the %d bins; between samples it is interpolated linearly.",
			what, p.Path, sampled, T)
	}
	if absent == 0 {
		return nil
	}
	return p.fillAbsent(r, what, gaps)
}

// stored counts the bins that have samples but a NaN value.
func (p *part) stored() (n int) {
	for row := range p.m.Rows {
		if _, absent := slices.BinarySearch(p.absent, row); !absent &&
			slices.ContainsFunc(p.m.Row(row), func(v float32) bool { return v != v }) {
			n++
		}
	}
	return n
}

// fillAbsent sets the bins without a value; see fill. There is at least one such bin.
func (p *part) fillAbsent(r *data.Recording, what, gaps string) error {
	first := r.Time[p.absent[0]]
	text := fmt.Sprintf("The %s %s has no sample in %d of the %d bins, the first at %.6g s",
		what, p.Path, len(p.absent), r.Bins(), first)
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
			r.Note("%s", text)
			return nil
		}
	case gaps == data.GapsError:
		return fmt.Errorf(
			"%s: it has no sample in %d of the %d bins, the first at %.6g s: leave those trials out by "+
				"--where, or choose --drive-gaps hold or zero",
			p.Path, len(p.absent), r.Bins(), first)
	case p.hot:
		r.Note(
			"The %s %s has no value yet in %d of the %d bins; there all of its columns are 0.",
			what, p.Path, len(p.absent), r.Bins())
		return nil
	case gaps == data.GapsZero:
		set(0)
		text += "; there it is 0 (--drive-gaps zero)."
	default:
		text += "; there it keeps its last value, or its first value at the beginning. Change this with " +
			"--drive-gaps zero or error."
	}
	r.Warn("%s", text)
	return nil
}
