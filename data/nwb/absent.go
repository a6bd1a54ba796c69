package nwb

import (
	"fmt"
	"math"

	"facrnn/data"
)

// always is the presence of a unit that shows no sign of loss or late detection.
var always = interval{math.Inf(-1), math.Inf(1)}

// noTime is the span of an empty set of times.
var noTime = interval{math.Inf(1), math.Inf(-1)}

// presence estimates when a unit was present, from its spikes (ascending) and the time from the first to the last spike
// of all units. A period without spikes at an end of the session counts as absence only if it meets three conditions:
//
//   - It lasts a tenth of the session or more. Shorter silence has little effect either way.
//   - It is five times as long as any gap between two spikes of the unit. Bursters, and units that fall silent between
//     tasks, have shown such gaps before. In simulations with 20 spikes or more, exponential gaps hardly ever gave such
//     an end (0 of 2000 units). Lognormal gaps (sigma 1.5) gave it in 1 of 200 units. Gaps of infinite variance
//     (Pareto, 1.5) gave it in 1 of 50.
//   - 20 spikes are expected in it at the unit's own rate, so that slow units are not affected.
//
// The start or stop of the presence is infinite at an end that does not meet these conditions.
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

// estimate sets the presence of each unit without obs_intervals.
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

// warnAbsent warns of the units that were present for only part of the session, by name. If silent is true, they
// count as silent elsewhere, and warnAbsent resets their presence.
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
	fate := "their counts %s are missing (NaN); --absent-units silent makes them 0"
	if silent {
		fate = "their counts %s are 0, because of --absent-units silent"
	}
	warn := func(names []string, where, then string) {
		if len(names) > 0 {
			r.Warn("%d of %d units %s, compared with their own rates: %s; %s.", len(names), len(p.units), where,
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

// observedTime returns the times when the unit was observed; nil for all time. These are its obs_intervals, or else
// its presence. A bin is added on either side of the presence, so that the bins of the first and last spike count.
func (u unit) observedTime(width float64) []interval {
	if u.observed != nil || u.present == always {
		return u.observed
	}
	return []interval{{u.present.start - width, u.present.stop + width}}
}
