package graph

import (
	"fmt"

	"facrnn/data"
)

// Missing holds what a model needs for a recording with missing values (NaN). The reconstruction leaves missing values
// out. The history cannot leave a neuron out for one bin, so it uses the mean of the channel's observed values instead,
// for every kernel. A bin without any observed value still has latents, encoded from its past. It also counts in the
// terms that depend only on latents.
type Missing struct {
	// Fill (N) is the mean of sigma(x) over the training bins in which the channel was observed. It is the mean of
	// sigma(x - E u) if Config.LeftOut is set. It is NaN for a channel that no training bin observed. The history of
	// such a channel is 0 in every bin: its column of B is never trained, so its held-out activity must not reach the
	// latents.
	Fill []float64
}

// NewMissing returns the means that the history of a scaled recording needs, over its training bins; nil if no
// value is missing.
func NewMissing(c Config, rec *data.Recording, train []int) *Missing {
	if rec.Missing() == 0 {
		return nil
	}
	return &Missing{Fill: HistoryMeans(c, rec, train)}
}

// HistoryMeans returns Missing.Fill (N) of a scaled recording, even if no value is missing. A stored model
// keeps these means for other recordings, which may have missing values.
func HistoryMeans(c Config, rec *data.Recording, train []int) []float64 {
	sigma, N := c.History.WithDefaults().Activation, rec.Activity.Cols
	means, bins, row := make([]float64, N), make([]float64, N), make([]float32, N)
	for _, t := range train {
		copy(row, rec.Activity.Row(t))
		if c.LeftOut != nil {
			leaveOut(row, rec.Drive.Row(t), c.LeftOut)
		}
		for n, v := range row {
			if v == v {
				y, _ := sigma.At(float64(v))
				means[n] += y
				bins[n]++
			}
		}
	}
	for n, b := range bins {
		means[n] /= b // NaN if no training bin observed the channel
	}
	return means
}

// CheckRecording returns an error if the recording has missing values or measured inputs that the configuration
// does not expect.
func (c Config) CheckRecording(rec *data.Recording) error {
	if rec.Drive.Cols != c.Drive {
		return fmt.Errorf("the recording has %d measured inputs, but the model has %d; set graph.Config.Drive",
			rec.Drive.Cols, c.Drive)
	}
	if n := rec.Missing(); n > 0 && c.Missing == nil {
		return fmt.Errorf("%d values of the activity are missing, but the model has no mask for them; "+
			"set graph.Config.Missing with graph.NewMissing", n)
	}
	return nil
}
