package nwb

import (
	"fmt"
	"math"

	"facrnn/data"
)

// always is the presence of a unit that shows no sign of having been lost or found late.
var always = interval{math.Inf(-1), math.Inf(1)}

// noTime is the span of no times.
var noTime = interval{math.Inf(1), math.Inf(-1)}

// presence estimates when a unit was there, from its spikes (ascending) and the time from the first to the last spike
// of all units. An end without spikes is taken as absence only if it is
//
//   - a tenth of the session or more: shorter silence costs little, whichever way it is read;
//   - five times as long as any gap between two spikes of the unit: a burster or a unit that falls silent between tasks has shown such gaps before. If a
//     unit's gaps are exponential, of 20 spikes or more, chance hardly ever gives such an end (0 of 2000 units); with
//     lognormal gaps (sigma 1.5), in 1 of 200, and with gaps of infinite variance (Pareto, 1.5) in 1 of 50;
//   - so long that 20 spikes are expected there at the unit's own rate, so that slow units are left alone.
//
// The start and stop of presence are infinite at an end that does not meet them.
func presence(spikes []float64, session interval) interval {
	const least, share, gaps = 20, 0.1, 5
	there := always
	n := len(spikes)
	if n < least {
		return there
	}
	first, last, longest := spikes[0], spikes[n-1], 0.0
	for i := 1; i < n; i++ {
		longest = max(longest, spikes[i]-spikes[i-1])
	}
	rate := float64(n-1) / (last - first)
	absent := func(silent float64) bool {
		return silent >= share*(session.stop-session.start) && silent > gaps*longest && silent*rate >= least
	}
	if absent(first - session.start) {
		there.start = first
	}
	if absent(session.stop - last) {
		there.stop = last
	}
	return there
}

// estimate fills in when each unit was there, of those that have no obs_intervals.
func (p *population) estimate() error {
	session := p.span()
	for i := range p.units {
		u := &p.units[i]
		if u.observed != nil {
			continue
		}
		times, err := p.spikes.train(u.row)
		if err != nil {
			return err
		}
		u.present = presence(times, session)
	}
	return nil
}

// absent warns of the units that were there for part of the session, by name. With silent they are taken as silent
// elsewhere, and their presence is forgotten.
func (p *population) warnAbsent(r *data.Recording, session interval, silent bool) {
	var early, late []string
	for i := range p.units {
		u := &p.units[i]
		if !math.IsInf(u.present.stop, 0) {
			early = append(early, fmt.Sprintf("%s (%.4g s)", u.Name, u.present.stop))
		}
		if !math.IsInf(u.present.start, 0) {
			late = append(late, fmt.Sprintf("%s (%.4g s)", u.Name, u.present.start))
		}
		if silent {
			u.present = always
		}
	}
	fate := "they are missing (NaN) %s, unless --absent-units is silent"
	if silent {
		fate = "they are taken as silent %s, as --absent-units is silent"
	}
	warn := func(names []string, where, then string) {
		if len(names) > 0 {
			r.Warn("%d of %d units %s, judged by their own rates: %s; %s.", len(names), len(p.units), where,
				data.JoinFew(names),
				fmt.Sprintf(fate, then))
		}
	}
	warn(early, fmt.Sprintf("have their last spike long before the session ends at %.4g s", session.stop), "after it")
	warn(late, fmt.Sprintf("have their first spike long after the session starts at %.4g s", session.start),
		"before it")
	if len(early)+len(late) > 0 {
		r.AbsentUnits = data.AbsentMissing
		if silent {
			r.AbsentUnits = data.AbsentSilent
		}
	}
}

// seen is when the unit was watched: by its obs_intervals, or by its presence with a bin on either side, so that the
// bins of its first and last spike count; nil for all time.
func (u unit) observedTime(width float64) []interval {
	if u.observed != nil || u.present == always {
		return u.observed
	}
	return []interval{{u.present.start - width, u.present.stop + width}}
}
