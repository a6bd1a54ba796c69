package graph

import (
	"fmt"

	"facrnn/data"
)

// Missing is what a model knows of a recording that has missing values (NaN). The reconstruction leaves them out. The
// history has no way to leave out a neuron for a bin: the mean of what it was otherwise stands for it there, whatever
// the kernel. A bin of which everything is missing still has latents, encoded from its past, and counts in the terms
// that are of latents alone.
type Missing struct {
	// Fill (N) is the mean of sigma(x), or of sigma(x - E u) where the history leaves that out (Config.LeftOut), over
	// the training bins in which the channel was observed. Of a channel that was observed in none it is NaN, and the
	// channel is 0 in the history of every bin: its column of B is never trained, and held-out activity is not to reach
	// the latents through it.
	Fill []float64
}

// NewMissing finds the means that a model's history needs of a recording, as it is scaled; nil where no value is
// missing.
func NewMissing(c Config, rec *data.Recording, train []int) *Missing {
	if rec.Missing() == 0 {
		return nil
	}
	return &Missing{Fill: HistoryMeans(c, rec, train)}
}

// HistoryMeans is Missing.Sigma (N) of a recording, as it is scaled, whether or not values are missing: a model keeps
// it for other recordings, where they may be.
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
		means[n] /= b // NaN where there is none
	}
	return means
}

// CheckRecording reports a recording with missing values, or a drive, of which the configuration does not know.
func (c Config) CheckRecording(rec *data.Recording) error {
	if rec.Drive.Cols != c.Drive {
		return fmt.Errorf("the drive has %d columns, but the model is made for %d: set graph.Config.Drive",
			rec.Drive.Cols, c.Drive)
	}
	if n := rec.Missing(); n > 0 && c.Missing == nil {
		return fmt.Errorf("%d values of the activity are missing, but the model is made for a recording that has all: set graph.Config.Missing by graph.NewMissing", n)
	}
	return nil
}
