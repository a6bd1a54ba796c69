package nwb

import (
	"fmt"
	"math"
)

// orient finds the dimension of time. It uses the number of timestamps, or else the number of rows of the table that
// names the channels. Otherwise time comes first, as NWB requires. axisEvidence says which of these decided.
func (s *series) orient(named int, column string) {
	shape := s.data.shape
	s.bins, s.channels = shape[0], 1
	if len(shape) == 1 {
		s.axisEvidence = "its shape says"
		return
	}
	s.channels = shape[1]
	if shape[0] == 1 && named != shape[1] && (s.times == shape[1] || s.times == 0 && s.guessRole() != "activity") {
		s.swap() // a vector, as MATLAB writes it
		s.axisEvidence = "its shape says"
		return
	}
	timesFit := s.times == 0 || s.times == shape[0]
	namesFit := named == 0 || named == shape[1]
	switch {
	case timesFit && namesFit:
	case (s.times == 0 || s.times == shape[1]) && (named == 0 || named == shape[0]),
		s.times != 0 && !timesFit && s.times == shape[1]:
		s.swap()
	}
	switch {
	case shape[0] == shape[1]:
	case s.times == s.bins:
		s.axisEvidence = "its timestamps say"
	case named == s.channels:
		s.axisEvidence = "its column " + column + " says"
	}
}

// swap makes the other dimension of the data the time.
func (s *series) swap() { s.bins, s.channels, s.byChannel = s.channels, s.bins, !s.byChannel }

// transpose makes the other dimension of an array the time, for --transpose. It fails if the file says which
// dimension is time.
func (s *series) transpose() error {
	switch {
	case len(s.data.shape) != 2 || s.frame != [2]int{}:
		return fmt.Errorf("%s: --transpose is for an array of two dimensions, but its shape is %s: leave the flag out",
			s.path, shapeText(s.data.shape))
	case s.axisEvidence != "":
		return fmt.Errorf("%s: %s that it has %d bins of %d channels: leave --transpose out",
			s.path, s.axisEvidence, s.bins, s.channels)
	}
	s.swap()
	s.axisEvidence = "--transpose says"
	return nil
}

// endTime is the time when a part of the file ends, in seconds.
type endTime struct {
	what  string // with its verb, "intervals/trials lasts"
	until float64
}

// doubt says why an array over time may have been read with the wrong dimension as time; empty if nothing suggests
// it. It compares the duration of the array in each reading with other parts of the file. If nothing can be compared,
// an array with at least twice as many channels as bins is doubtful. Series with timestamps, or whose channels a
// table names, are never doubtful.
func (s *series) doubt(others []endTime) string {
	if s.axisEvidence != "" || !(s.rate > 0) {
		return ""
	}
	first, other := s.start+float64(s.bins)/s.rate, s.start+float64(s.channels)/s.rate
	begin := fmt.Sprintf("%s may be stored as channels x time, because nothing in the file says which dimension is "+
		"time. It is read as %d bins of %d channels", s.path, s.bins, s.channels)
	agrees := false
	for _, o := range others {
		fits, fitsOther := o.within(s.start, first), o.within(s.start, other)
		if fitsOther && !fits {
			return fmt.Sprintf("%s, which last until %.6g s, but %s until %.6g s; read as %d bins of %d channels, it "+
				"lasts until %.6g s",
				begin, first, o.what, o.until, s.channels, s.bins, other)
		}
		agrees = agrees || fits
	}
	if agrees || 2*s.bins > s.channels {
		return ""
	}
	return begin
}

// within reports whether a part with this end fits an array from start to end. It must end no later, except for
// rounding, and fill a good part of the array.
func (o endTime) within(start, end float64) bool {
	const slack, part = 0.01, 0.25
	return o.until <= end+slack*(end-start) && o.until-start >= part*(end-start)
}

// endTimes returns the ends of other parts of the file, to compare with a series: tables of intervals, trials first,
// then the spikes of the units, and other series.
func (c choice) endTimes(s *series) (all []endTime) {
	add := func(what string, until float64) {
		if !math.IsInf(until, 0) && until == until {
			all = append(all, endTime{what, until})
		}
	}
	for _, g := range c.in.tables {
		last := math.Inf(-1)
		start, stop, err := g.bounds()
		g.file.note(err)
		for i := range start {
			for _, t := range [...]float64{start[i], stop[i]} {
				if t > last && !math.IsInf(t, 1) {
					last = t
				}
			}
		}
		add(g.path+" lasts", last)
	}
	if c.units.group != nil {
		add("the spikes of "+c.units.path+" last", c.units.lastSpike())
	}
	for _, o := range c.in.series {
		if o == s || o.unusable != "" || o.axisEvidence == "" {
			continue
		}
		until := o.start + float64(o.bins)/o.rate
		if o.times > 0 && o.times == o.bins {
			until = math.NaN()
			if d, err := o.stamps(); err == nil {
				if t, err := d.entries(o.times-1, o.times); err == nil {
					until = t[0]
				}
			}
		}
		add(o.path+" lasts", until)
	}
	return all
}

// warnOrientation warns of activity whose dimensions may be swapped.
func (a *arrays) warnOrientation(c choice) {
	for _, s := range c.series {
		if s.axisEvidence != "" {
			continue
		}
		if why := s.doubt(c.endTimes(s)); why != "" {
			a.doubts = append(a.doubts, why)
			a.Warn("%s. Give --transpose if its rows are channels.", why)
		}
	}
}

// lastSpike returns the time of the last spike of some units, spread evenly over the table; NaN if it cannot be read.
func (t unitTable) lastSpike() float64 {
	const most = 64 // units
	spikes, err := t.spikeTimes()
	if err != nil {
		t.file.note(err)
		return math.NaN()
	}
	last := math.NaN()
	for u := 0; u < len(spikes.parts); u += 1 + len(spikes.parts)/most {
		p := spikes.parts[u]
		if p[0] == p[1] {
			continue
		}
		x, err := spikes.values.entries(p[1]-1, p[1])
		if err != nil {
			t.file.note(err)
			return math.NaN()
		}
		if !(last >= x[0]) && !math.IsInf(x[0], 0) {
			last = x[0]
		}
	}
	return last
}
