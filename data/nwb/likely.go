package nwb

import (
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// likeness ranks the parts of a file by how likely each is the activity to fit, the likeliest first. The type decides
// first, because NWB has types for neural activity. A plain TimeSeries may hold anything, so its name, unit and path
// decide.
type likeness int

// The ranks, each with its reason. Ranks from oneChannel on are of little use. Ranks from processed on are guesses: see
// guessed.
const (
	// traces of ROIs relative to their baseline (DfOverF): made to be compared between cells
	relativeTraces likeness = iota
	traces                  // other traces of ROIs, such as raw fluorescence
	deconvolved             // events inferred from such traces, which depend on the method that infers them
	sortedUnits             // spikes of sorted units: the activity of neurons, in its own table
	rates                   // a plain series whose name, unit or table of channels says neural activity
	fieldPotential          // LFP and other processed voltage
	voltage                 // voltage or current as acquired, thousands of samples a second
	surround                // neuropil, background and baseline, which are taken from traces
	oneChannel              // any of the above, but a single channel
	processed               // a plain series in processing/ecephys or ophys: only its place suggests activity
	unknown                 // a plain series about which the file says nothing
	// a series whose name, unit or type says something else: gaze, running, analog inputs
	otherwise
)

// guessed reports whether activity of this rank is a guess.
func (l likeness) guessed() bool { return l >= processed }

// patchClamp lists the types of intracellular recordings.
var patchClamp = []string{"PatchClampSeries", "CurrentClampSeries", "IZeroClampSeries", "VoltageClampSeries"}

// neverActivity lists the types of stimuli and of indices of images.
var neverActivity = []string{"OptogeneticSeries", "IndexSeries", "CurrentClampStimulusSeries",
	"VoltageClampStimulusSeries"}

var (
	// neuralName is found in the name of a series that can only be neural activity.
	neuralName = regexp.MustCompile(`firing ?rate|spike ?(rate|count)| spikes |binned|psth|fluorescence` +
		`| df ?(over ?)?f|neuron|neural|calcium| mua `)
	// activityName is found in the name of a series that is neural activity unless the path says otherwise, as in
	// heart_rate.
	activityName = regexp.MustCompile(` activity | activities | rates? | lfp | traces? | rois? | cells? | units? ` +
		`| population | ensemble `)
	// otherName is found in the path of a series of something else: movement, eyes, body, devices, stimuli, clocks,
	// results of analyses.
	otherName = regexp.MustCompile(`gaze|pupil| eye|nidq|analog| aux| adc | dac |accelero|acceleration| imu |gyro` +
		`|running|locomot|treadmill|wheel|encoder|lick|reward|whisk|sniff|respir|breath|heart| ecg | ekg | emg | eog ` +
		`|temperature| temp | sync| ttl|trigger|digital|photodiode|stimul|laser| opto|camera|video| frame|joystick` +
		`| lever|pressure|torque| force |audio|sound|microphone| mic |piezo|position|velocity|speed|coordinates` +
		`|translation|motion|movement| pose |keypoint| dlc |angle|direction|timestamp| clock|behavio|annotation` +
		`| index |quality|metric|probabilit|drift|latent|humidity|barometer`)
	// neuralUnit is a unit of rates, counts or fluorescence relative to its baseline.
	neuralUnit = regexp.MustCompile(`^(hz|hertz|(spikes?|counts?|events?)( ?(/|per) ?(s|sec|second|bin))?` +
		`|[dδ∆]f ?/ ?f0?|dff|df_f)$`)
	// otherUnit is a unit of length, speed, angle, time or temperature.
	otherUnit = regexp.MustCompile(`^(([cm]?m|meters?|metres?|centimet(er|re)s?|millimet(er|re)s?|in|inch(es)?` +
		`|px|pixels?|deg|degrees?|°|rad|radians?|rpm)( ?(/|per) ?(s|sec|second)(\^?2|²)?)?` +
		`|m?s|sec|seconds?|milliseconds?|minutes?|°?c|celsius|degrees? ?(c|celsius)|g)$`)
)

// likeness returns the rank of a series.
func (s *series) likeness() likeness {
	rank := s.kindOf()
	if s.channels < 2 && rank < oneChannel {
		return oneChannel
	}
	return rank
}

// kindOf returns the rank of a series without regard to its number of channels.
func (s *series) kindOf() likeness {
	name, all := nameWords(path.Base(s.path)), nameWords(s.path)
	switch {
	case slices.Contains(neverActivity, s.kind), strings.HasPrefix(s.path, "scratch/"):
		return otherwise
	case s.kind == "RoiResponseSeries", strings.HasSuffix(s.kind, "MicroscopyResponseSeries"), s.has("rois"):
		return s.traceKind(all)
	case s.kind == "ElectricalSeries" || slices.Contains(patchClamp, s.kind):
		switch {
		case otherName.MatchString(name) && !neuralName.MatchString(name):
			return otherwise
		case strings.HasPrefix(s.path, "processing/"), strings.Contains(all, " lfp "), strings.Contains(all, " lf "):
			return fieldPotential
		}
		return voltage
	}
	return s.plainKind(name, all)
}

// traceKind returns the rank of traces of ROIs, by the words of their path.
func (s *series) traceKind(all string) likeness {
	contains := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(all, p) })
	}
	switch {
	case surrounds(all):
		return surround
	case contains("deconv", " spks", "inferred", " event"):
		return deconvolved
	case slices.Contains(s.within, "DfOverF") || contains(" df over f", " dff", " df f ", " dfoverf"):
		return relativeTraces
	}
	return traces
}

// surrounds reports whether the words of a path name a signal that is subtracted from traces, such as neuropil.
func surrounds(all string) bool {
	around := strings.Contains(all, "neuropil") || strings.Contains(all, "background") ||
		strings.Contains(all, " baseline")
	return around && !strings.Contains(all, "correct")
}

// plainKind returns the rank of a series without a type of neural activity, such as TimeSeries. It uses the words of
// the name and of the path.
func (s *series) plainKind(name, all string) likeness {
	unit := strings.ToLower(strings.TrimSpace(s.unit()))
	switch {
	case surrounds(all):
		return surround
	case neuralName.MatchString(name):
		return rates
	case otherName.MatchString(all), otherUnit.MatchString(unit):
		return otherwise
	case activityName.MatchString(name), neuralUnit.MatchString(unit), s.rowsColumn() != "":
		return rates
	case strings.HasPrefix(s.path, "processing/ecephys/"), strings.HasPrefix(s.path, "processing/ophys/"):
		return processed
	}
	return unknown
}

// nameWords returns the words of a name or path in lower case, with a space around each: "TimeSeriesNIDQ" becomes "
// nidq ". It omits the name of the type, which is part of many names.
func nameWords(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
			continue
		case i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) ||
			unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	words := " " + strings.Join(strings.Fields(b.String()), " ") + " "
	return strings.ReplaceAll(words, " time series ", " ")
}

// activities returns the series that can be fitted, the likeliest first. Within a rank, results of processing come
// before acquired data. Then the series with the most channels comes first, then the one with the most bins.
func (in *contents) activities() []*series {
	var all []*series
	rank := map[*series]likeness{}
	for _, s := range in.series {
		if s.role == "activity" {
			all, rank[s] = append(all, s), s.likeness()
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if x, y := rank[a], rank[b]; x != y {
			return x < y
		}
		if x := strings.HasPrefix(a.path, "processing/"); x != strings.HasPrefix(b.path, "processing/") {
			return x
		}
		if a.channels != b.channels {
			return a.channels > b.channels
		}
		return a.bins > b.bins
	})
	return all
}
