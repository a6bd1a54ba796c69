package nwb

import (
	"fmt"
	"math"

	"facrnn/data"
)

// Two streams of one session last about equally long: a recording may be several times as long as its trials, but
// seldom a hundred times. If one lasts farLonger times as long as another, a third of a thousand, its times are most
// likely in milliseconds.
const farLonger = 1000.0 / 3

// unitOf returns the likely unit of times that last ratio times as long as other times in seconds; empty if none is
// likely. Acquisition boards count sample numbers at 10 to 50 kHz.
func unitOf(ratio float64) string {
	const apart = 3 // times
	for _, u := range []struct {
		least, most float64
		name        string
	}{
		{1e3 / apart, 1e3 * apart, "milliseconds"}, {1e4, 5e4, "sample numbers"},
		{1e6 / apart, 1e6 * apart, "microseconds"}, {1e9 / apart, 1e9 * apart, "nanoseconds"},
	} {
		if ratio >= u.least && ratio <= u.most {
			return u.name
		}
	}
	return ""
}

// length returns the duration of an interval, in seconds.
func (t interval) length() float64 { return t.stop - t.start }

// durationMismatch says how many times longer one of two streams lasts than the other, and the likely unit of its
// times. It is empty unless one lasts far longer. The names are plural.
func durationMismatch(a, b string, of, other interval) string {
	if of.length() < other.length() {
		a, b, of, other = b, a, other, of
	}
	ratio := of.length() / other.length()
	if !(ratio >= farLonger) || math.IsInf(ratio, 0) {
		return ""
	}
	text := fmt.Sprintf("the %s last %.3g times as long as the %s", a, ratio, b)
	if unit := unitOf(ratio); unit != "" {
		text += fmt.Sprintf(", as if the times of the %s were in %s", a, unit)
	}
	return text
}

// ranges returns the first and last times of two streams as text.
func ranges(a, b string, of, other interval) string {
	return fmt.Sprintf("the %s go from %.6g to %.6g s, the %s from %.6g to %.6g s",
		a, of.start, of.stop, b, other.start, other.stop)
}

// sameClock is the advice if the times of two streams do not match.
const sameClock = "check that both count seconds from the same start"

// extentOf returns the interval from the first start to the last stop of ascending intervals; zero if there are none.
func extentOf(all []interval) interval {
	if len(all) == 0 {
		return interval{}
	}
	return interval{all[0].start, all[len(all)-1].stop}
}

// overlap returns how long separate intervals lie inside another one, and how long they last in total.
func overlap(all []interval, in interval) (inside, whole float64) {
	for _, t := range all {
		whole += t.length()
		inside += max(0, min(t.stop, in.stop)-max(t.start, in.start))
	}
	return inside, whole
}

// warnClocks warns if spikes and trials seem to use different clocks. inTrials is the number of spikes in all rows of
// the table of trials, also in rows that are not chosen. Three signs are compared:
//
//   - how long spikes and trials last;
//   - the share of the trials' time that lies between the first and the last spike: on one clock, more than half;
//   - the share of spikes in the trials, relative to the share of time that the trials cover: less than a third only if
//     units are far quieter in trials than between them.
func (p population) warnClocks(r *data.Recording, table trialTable, inTrials int) {
	spikes, trials, total := p.span(), extentOf(table.all), 0
	for _, u := range p.units {
		total += u.count
	}
	inside, whole := overlap(table.all, spikes)
	if len(table.all) == 0 || total == 0 || !(spikes.length() > 0) {
		return
	}
	share, covered, within := float64(inTrials)/float64(total), inside/spikes.length(), inside/whole
	figures := fmt.Sprintf("%.3g%% of the spikes lie in the trials of %s, which cover %.3g%% of the time "+
		"from the first to the last spike; %.3g%% of the trials' time lies between these (%s)",
		100*share, table.path, 100*covered, 100*within, ranges("spikes", "trials", spikes, trials))
	switch far := durationMismatch("spikes", "trials", spikes, trials); {
	case far != "":
		r.Warn("Spikes and trials may differ in their unit of time: %s. %s: %s.",
			far, figures, sameClock)
	case within < 1.0/2 && !p.isObserved(), // with times of observation, trials outside them are missing
		share < covered/3:
		r.Warn("Spikes and trials may not share a clock: %s: %s.", figures, sameClock)
	}
}
