package docs_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"facrnn/data/hdf5"
)

// writeSession writes the recording session.nwb of the pages: eight sorted units, 50 trials of 5 s, licks, a wheel that
// stops early, analog inputs and an empty series.
func writeSession(t *testing.T, path string) {
	t.Helper()
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	root := w.Root()
	root.Attr("neurodata_type", "NWBFile")
	root.Attr("nwb_version", "2.8.0")
	random := rand.New(rand.NewPCG(1, 2))
	addUnits(root, random)
	addTables(root)
	addSeries(root, "acquisition/analog_in", "V", 20, noise(random, 6000*4), []int{6000, 4})
	addSeries(root, "acquisition/test", "V", 20, []float32{}, []int{0, 4})
	addSeries(root, "processing/behavior/wheel", "cm/s", 15, noise(random, 3000), []int{3000})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

const (
	sessionTrials = 50
	trialSeconds  = 5.0
	sessionUnits  = 8
)

// addUnits adds units whose rates follow two slow oscillations, four units each.
func addUnits(root *hdf5.Group, random *rand.Rand) {
	g := group(root, "units", "Units")
	g.Attr("colnames", []string{"spike_times", "quality"})
	var times []float64
	var index, ids []int
	var quality []string
	const step = 0.01
	for unit := range sessionUnits {
		period := []float64{1.3, 2.1}[unit%2]
		for second := 0.0; second < sessionTrials*trialSeconds; second += step {
			rate := 8 * (1 + math.Sin(2*math.Pi*second/period+float64(unit/2)))
			if random.Float64() < rate*step {
				times = append(times, second)
			}
		}
		index, ids = append(index, len(times)), append(ids, unit)
		quality = append(quality, []string{"good", "good", "good", "noise"}[unit%4])
	}
	g.Dataset("spike_times", times, nil, hdf5.Options{})
	g.Dataset("spike_times_index", index, nil, hdf5.Options{})
	g.Dataset("id", ids, nil, hdf5.Options{})
	g.Dataset("quality", quality, nil, hdf5.Options{})
}

// addTables adds the trials and the licks.
func addTables(root *hdf5.Group) {
	var starts, stops, cues, licks []float64
	var sides []string
	var ids []int
	for i := range sessionTrials {
		start := float64(i) * trialSeconds
		starts, stops, cues = append(starts, start), append(stops, start+trialSeconds), append(cues, start+1)
		licks = append(licks, start+1.5, start+1.7)
		sides = append(sides, []string{"left", "right"}[i%2])
		ids = append(ids, i)
	}
	trials := group(root, "intervals/trials", "TimeIntervals")
	trials.Attr("colnames", []string{"start_time", "stop_time", "cue", "side"})
	trials.Dataset("id", ids, nil, hdf5.Options{})
	trials.Dataset("start_time", starts, nil, hdf5.Options{})
	trials.Dataset("stop_time", stops, nil, hdf5.Options{})
	trials.Dataset("cue", cues, nil, hdf5.Options{})
	trials.Dataset("side", sides, nil, hdf5.Options{})
	events := group(root, "events/licks", "EventsTable")
	events.Attr("colnames", []string{"timestamp"})
	events.Dataset("timestamp", licks, nil, hdf5.Options{})
}

func addSeries(root *hdf5.Group, path, unit string, rate float64, values []float32, shape []int) {
	g := group(root, path, "TimeSeries")
	g.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", rate)
	g.Dataset("data", values, shape, hdf5.Options{}).Attr("unit", unit)
}

// group makes the groups of a path, the last one of the given NWB type.
func group(root *hdf5.Group, path, kind string) *hdf5.Group {
	g := root
	for name := range strings.SplitSeq(path, "/") {
		g = g.Group(name)
	}
	g.Attr("neurodata_type", kind)
	return g
}

func noise(random *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(random.NormFloat64())
	}
	return x
}
