package simulate

import "facrnn/data"

// newRecording returns an empty recording of trials of equal length, one second apart, with unnamed channels. Bins are
// binWidth seconds wide.
func newRecording(trials, binsPerTrial, neurons int, binWidth float64) *data.Recording {
	bins := trials * binsPerTrial
	r := &data.Recording{
		Source:   data.Source{Path: "simulated", Series: "activity"},
		Activity: data.NewMatrix(bins, neurons),
		Channels: make([]data.Channel, neurons),
		BinWidth: binWidth,
		Time:     make([]float64, bins),
		Trials:   trials,
		Trial:    make([]int, bins),
	}
	period := float64(binsPerTrial)*binWidth + 1
	for t := range bins {
		k, bin := t/binsPerTrial, t%binsPerTrial
		r.Trial[t] = k
		r.Time[t] = float64(k)*period + float64(bin)*binWidth
		if bin == 0 {
			r.SegmentStarts = append(r.SegmentStarts, t)
		}
	}
	return r
}
