package evaluate

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Lengths of windows, in bins.
const (
	MinWindow   = 8    // the shortest useful window; a shorter one has too few frequencies
	UsualWindow = 50   // the default of Band, and the voltage experiment's
	MaxWindow   = 4096 // the longest window; a longer one takes too much time
)

// Rhythm is a frequency band with the name that neuroscientists use.
type Rhythm struct {
	Name      string
	Low, High float64 // Hz
}

// Rhythms returns the named bands that the windows can resolve. It leaves out a band if more than half of the band is
// above the Nyquist frequency. It also leaves out a band if no frequency in it has whole cycles in a window. A band
// ends at the Nyquist frequency.
func (w Windows) Rhythms() (some []Rhythm) {
	frequencies := w.frequencies()
	nyquist, resolution := frequencies[len(frequencies)-1], 1/(float64(w.Window)*w.BinWidth)
	for _, r := range []Rhythm{
		{"delta", 1, 4}, {"theta", 4, 8}, {"alpha", 8, 13}, {"beta", 13, 30}, {"gamma", 30, 80}, {"50 Hz", 48, 52},
	} {
		high := min(r.High, nyquist)
		if whole := math.Floor(high/resolution+1e-9) * resolution; (r.Low+r.High)/2 > nyquist || whole < r.Low-1e-9 {
			continue
		}
		some = append(some, Rhythm{r.Name, r.Low, high})
	}
	return some
}

// Stretches returns the parts of rows in which no bin is missing, as index ranges [first, end) in rows. starts lists
// the rows that do not follow the row before.
func Stretches(rows, starts []int) (all [][2]int) {
	for i, t := range rows {
		_, begins := slices.BinarySearch(starts, t)
		if i == 0 || begins || t != rows[i-1]+1 {
			all = append(all, [2]int{i, i})
		}
		all[len(all)-1][1] = i + 1
	}
	return all
}

// WindowsOver returns windows for a spectrum over stretches of bins of the given width in seconds, and the index at
// which each window starts. Windows overlap by half. A window lasts 2 s, at least 50 bins, and at most the median
// length of the stretches. There are no windows if that is shorter than [MinWindow].
func WindowsOver(stretches [][2]int, width float64) (w Windows, firsts []int) {
	if len(stretches) == 0 {
		return w, nil
	}
	var lengths []int
	for _, s := range stretches {
		lengths = append(lengths, s[1]-s[0])
	}
	slices.Sort(lengths)
	n := min(max(UsualWindow, int(math.Round(2/width))), MaxWindow, lengths[len(lengths)/2])
	if n < MinWindow {
		return w, nil
	}
	for _, s := range stretches {
		for first := s[0]; first+n <= s[1]; first += max(1, n/2) {
			firsts = append(firsts, first)
		}
	}
	return Windows{BinWidth: width, Window: n, Padded: 4 * n}, firsts
}

// RhythmShares returns, for each of G groups, the shares of its power in the named bands. The power is measured over
// the given rows of z (T,K), whitened within the group. If no rows follow one another, it uses all rows. It returns
// an error if the bin width is unknown, no window fits, or a group's latents are linearly dependent.
func RhythmShares(z *mat.Dense, groups Groups, rows, starts []int, width float64) ([][]Share, error) {
	if !(width > 0) {
		return nil, errors.New("rhythms: the bin width is unknown")
	}
	w, firsts := WindowsOver(Stretches(rows, starts), width)
	if len(firsts) == 0 {
		rows = Sizes(z.RawMatrix().Rows)[0]
		w, firsts = WindowsOver(Stretches(rows, starts), width)
	}
	if len(firsts) == 0 {
		return nil, errors.New("rhythms: too few bins follow one another")
	}
	s, err := w.Whitened(Rows(z, rows), groups, firsts)
	if err != nil {
		return nil, err
	}
	out := make([][]Share, len(groups))
	for _, r := range w.Rhythms() {
		for g, power := range s.In(r.Low, r.High) {
			out[g] = append(out[g], Share{r.Name, power / floats.Sum(s.Power[g])})
		}
	}
	return out, nil
}
