package npz

import (
	"fmt"
	"slices"

	"facrnn/data"
)

// turned returns values and shape with the last two dimensions swapped. The array is row-major, of shape (N,T) or
// (trials,N,bins).
func turned(values []float32, shape []int) ([]float32, []int) {
	last := len(shape) - 1
	rows, cols := shape[last-1], shape[last]
	out := make([]float32, len(values))
	for at := 0; at+rows*cols <= len(values) && rows*cols > 0; at += rows * cols {
		for i := range rows {
			for j := range cols {
				out[at+j*rows+i] = values[at+i*cols+j]
			}
		}
	}
	swapped := append([]int{}, shape...)
	swapped[last-1], swapped[last] = cols, rows
	return out, swapped
}

func product(shape []int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}

// orientation warns about activity that may be stored as channels x time. There is no doubt if an array of trials,
// times, behaviour or drive has one row per bin. Otherwise there is doubt if the rows have names, or if there are at
// least twice as many channels as bins. With three dimensions, only names count, because short trials of many channels
// are usual.
func (b *builder) orientation(sel data.Selection) error {
	bins, channels := b.rec.Bins(), b.rec.Activity.Cols
	rows := b.shape[len(b.shape)-2] // rows of each trial if the shape has trials
	told := b.has(timeName) || b.has(trialName) && sel.Trials != data.None
	if sel.Transpose || told || rows == channels {
		return nil
	}
	for _, name := range [...]string{driveNames[0], behaviorNames[0], behaviorNames[1]} {
		if h, ok := b.headers[name]; ok && name != b.rec.Source.Series && len(h.shape) > 0 && h.shape[0] == bins {
			return nil
		}
	}
	why := ""
	for _, name := range [...]string{channelName, regionName} {
		if h, ok := b.headers[name]; ok && len(h.shape) == 1 && h.shape[0] == rows {
			why = fmt.Sprintf("the array %s has %d values, one for each of its rows", name, rows)
		}
	}
	if h, ok := b.headers[channelName]; why == "" && (len(b.shape) == 3 || 2*bins > channels || ok &&
		h.total == channels) {
		return nil
	}
	if why == "" {
		why = "nothing in the file says which dimension is time"
	}
	b.rec.Warn("The array %s may be stored as channels x time: it is read as %d bins of %d channels, and %s. Give "+
		"--transpose if its rows are channels.", b.rec.Source.Series, bins, channels, why)
	return nil
}

// misfit returns a hint if an array would fit the activity with its dimensions swapped, and "" otherwise.
func (b *builder) misfit(shape []int) string {
	bins, last := b.shape[:len(b.shape)-1], b.shape[len(b.shape)-1]
	other := append(append([]int{}, bins[:len(bins)-1]...), last)
	fits := hasPrefix(shape, other) || len(b.shape) == 3 && hasPrefix(shape, []int{product(other)})
	switch {
	case !fits || slices.Equal(bins, other):
		return ""
	case b.turned:
		return "it fits the activity as it is stored: leave --transpose out"
	}
	return fmt.Sprintf("it has the size of the other dimension of %s, which may be stored as channels x time: give "+
		"--transpose",
		b.rec.Source.Series)
}
