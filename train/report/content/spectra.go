package content

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"facrnn/train/evaluate"
)

// spectra returns the power of every group's latents over frequency: around events if there are any, else over all
// segments without a gap.
func (f *findings) spectra() error {
	width := f.Recording.BinWidth
	if !(width > 0) {
		return errors.New("the bin width is unknown, so frequencies cannot be computed")
	}
	rows, of := f.bins, f.binsAre
	w, events := f.aroundEvents(rows)
	var firsts []int
	if len(events) == 0 {
		if w, firsts = f.windows(rows); len(firsts) == 0 { // bins held out here and there
			rows, of = nil, "all bins, because the held-out bins are not consecutive"
			for t := range f.Recording.Bins() {
				rows = append(rows, t)
			}
			w, firsts = f.windows(rows)
		}
		if len(firsts) == 0 {
			return fmt.Errorf("spectra need %d consecutive bins without a gap; the recording "+
				"has no such stretch", evaluate.MinWindow)
		}
	}
	out := &Spectra{}
	for _, k := range f.kinds {
		z := evaluate.Rows(k.z, rows)
		if len(events) == 0 {
			s, err := w.Whitened(z, f.groups, firsts)
			if err != nil {
				return err
			}
			out.Kinds = append(out.Kinds, spectrumKind(k.name, w, s, len(firsts)))
			continue
		}
		around, err := aroundEvents(k.name, f.time.event, w, events,
			func(firsts []int) (evaluate.Spectrum, error) { return w.Whitened(z, f.groups, firsts) })
		if err != nil {
			return err
		}
		out.Kinds = append(out.Kinds, around...)
	}
	out.Note = fmt.Sprintf("Power of each group's latents, whitened within the group over the %s, in variance a Hz, "+
		"added up over the group's latents: mean over %s of %.3g s (%d bins, Hann, filled up with zeros to %d).",
		of, counted(len(firsts)+len(events), "window"), float64(w.Window)*width, w.Window, w.Padded)
	if len(events) > 0 {
		out.Note += fmt.Sprintf(" Windows end before %s or begin at it; added power is the power after it minus the "+
			"power before it, if positive.", f.time.event)
	} else {
		out.Note += " Windows overlap by half."
	}
	f.page.Spectra = out
	return nil
}

// aroundEvents returns the spectra of the windows before events, the spectra of the windows after events, and their
// difference. The difference is evaluate.BandPower's evoked power at each frequency, so the shares of its bands are
// BandPower.EvokedShare.
func aroundEvents(
	name, event string, w evaluate.Windows, events []int, spectrum func([]int) (evaluate.Spectrum, error),
) ([]SpectrumKind, error) {
	before := slices.Clone(events)
	sides := make([]evaluate.Spectrum, 0, 2)
	for i := range before {
		before[i] -= w.Window
	}
	for _, firsts := range [][]int{before, events} {
		s, err := spectrum(firsts)
		if err != nil {
			return nil, err
		}
		sides = append(sides, s)
	}
	pre, post := sides[0], sides[1]
	added := evaluate.Spectrum{Frequency: post.Frequency}
	for g := range post.Power {
		added.Power = append(added.Power, floats.SubTo(make([]float64, len(post.Frequency)), post.Power[g],
			pre.Power[g]))
	}
	kinds := []SpectrumKind{
		spectrumKind(name+", before "+event, w, pre, len(events)),
		spectrumKind(name+", after "+event, w, post, len(events)),
		spectrumKind(name+", added by "+event, w, added, len(events)),
	}
	for _, power := range kinds[2].Power {
		for i, v := range power {
			if v <= 0 {
				power[i] = float32(nan)
			}
		}
	}
	for i := range kinds[2].Bands { // a part of a difference may exceed the whole
		kinds[2].Bands[i].Within = numbers(slices.Repeat([]float64{nan}, len(post.Power)))
	}
	return kinds, nil
}

// spectrumKind returns a spectrum, summed over windows, as a page has it.
func spectrumKind(name string, w evaluate.Windows, s evaluate.Spectrum, windows int) SpectrumKind {
	out := SpectrumKind{Name: name, Frequency: values(s.Frequency), Bands: []Band{}}
	all := s.In(0, s.Frequency[len(s.Frequency)-1])
	for _, power := range s.Power {
		scaled := slices.Clone(power)
		floats.Scale(w.Density()/float64(windows), scaled)
		out.Power = append(out.Power, values(scaled))
	}
	for _, r := range w.Rhythms() {
		band := s.In(r.Low, r.High)
		share := slices.Clone(band)
		if floats.Max(band) > 0 {
			share = evaluate.Shares(band)
		} else {
			share = slices.Repeat([]float64{nan}, len(band))
		}
		out.Bands = append(out.Bands, Band{
			Name: r.Name, Low: r.Low, High: r.High, Shares: numbers(share),
			Within: numbers(floats.DivTo(make([]float64, len(band)), band, all)),
		})
	}
	return out
}

// windows returns the windows of a spectrum over all of some rows, and the places in rows where they begin.
func (f *findings) windows(rows []int) (evaluate.Windows, []int) {
	return evaluate.WindowsOver(evaluate.Stretches(rows, f.Recording.SegmentStarts), f.Recording.BinWidth)
}

// aroundEvents returns the windows before and after events in some rows, and the places in rows of the events: a
// quarter of a second, but at least 50 bins, and not longer than half of the trials allow on both sides. It returns no
// events if that is too short.
func (f *findings) aroundEvents(rows []int) (w evaluate.Windows, events []int) {
	if f.time.event == "" {
		return w, nil
	}
	all := evaluate.Stretches(rows, f.Recording.SegmentStarts)
	var places, room []int
	for _, tr := range f.time.trials {
		at, ok := slices.BinarySearch(rows, tr.event)
		if !ok {
			continue
		}
		i, _ := slices.BinarySearchFunc(all, at, func(s [2]int, at int) int { return s[1] - at - 1 })
		places, room = append(places, at), append(room, min(at-all[i][0], all[i][1]-at))
	}
	if len(room) == 0 {
		return w, nil
	}
	sorted := slices.Sorted(slices.Values(room))
	n := min(max(evaluate.UsualWindow, int(math.Round(0.25/f.Recording.BinWidth))), evaluate.MaxWindow,
		sorted[(len(sorted)-1)/2])
	if n < evaluate.MinWindow {
		return w, nil
	}
	for i, at := range places {
		if room[i] >= n {
			events = append(events, at)
		}
	}
	return evaluate.Windows{BinWidth: f.Recording.BinWidth, Window: n, Padded: 4 * n}, events
}
