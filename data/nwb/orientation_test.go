package nwb

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestOrientationDoubt checks that a series with only a rate is read with time first. There is a warning if another
// part of the file lasts as long as the other reading. If nothing can be compared, there is a warning if there are at
// least twice as many channels as bins.
func TestOrientationDoubt(t *testing.T) {
	rates := func(bins, channels int) func(*hdf5.Group) {
		return func(g *hdf5.Group) {
			rated(g, "processing/ecephys/rates", ramp(bins*channels), []int{bins, channels}, 0, 10)
		}
	}
	with := func(fills ...func(*hdf5.Group)) func(*hdf5.Group) {
		return func(g *hdf5.Group) {
			for _, fill := range fills {
				fill(g)
			}
		}
	}
	trialsUntil := func(stop float64) func(*hdf5.Group) {
		return func(g *hdf5.Group) { trials(g, []float64{0, stop / 2}, []float64{stop / 2, stop}) }
	}
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		want string // in the warning; empty for none
	}{
		"trials last as the second dimension": {with(rates(4, 100), trialsUntil(9)),
			"processing/ecephys/rates may be stored as channels x time, because nothing in the file says which " +
				"dimension is time. It is read as 4 bins of 100 channels, which last until 0.4 s, but " +
				"intervals/trials lasts until 9 s; read as 100 bins of 4 channels, it lasts until 10 s. Give " +
				"--transpose if its rows are channels."},
		"trials far shorter than many channels": {with(rates(1000, 50), trialsUntil(4.5)),
			"intervals/trials lasts until 4.5 s; read as 50 bins of 1000 channels, it lasts until 5 s"},
		"spikes last as the second dimension": {with(rates(40, 60),
			func(g *hdf5.Group) { units(g, []float64{0, 1}, nil, []float64{5.5}) }),
			"but the spikes of units last until 5.5 s"},
		"behaviour with timestamps": {with(rates(40, 60), func(g *hdf5.Group) {
			stamped(g, "processing/behavior/hand", "SpatialSeries", ramp(3), nil, []float64{0, 3, 5.9})
		}), "processing/behavior/hand lasts until 5.9 s"},
		"behaviour with a rate": {with(rates(40, 60),
			func(g *hdf5.Group) { rated(g, "processing/behavior/speed", ramp(590), nil, 0, 100) }),
			"processing/behavior/speed lasts until 5.9 s"},
		"nothing to compare with":  {rates(5, 10), "It is read as 5 bins of 10 channels. Give --transpose"},
		"nearly as many bins":      {rates(6, 10), ""},
		"trials agree with time":   {with(rates(10, 100), trialsUntil(1)), ""},
		"trials until a later end": {with(rates(100, 4), trialsUntil(20)), ""},
		"trials in a part of it":   {with(rates(1000, 50), trialsUntil(40)), ""},
		"trials without a known stop": {with(rates(100, 4),
			func(g *hdf5.Group) { trials(g, []float64{1, 2, 9}, []float64{2, 3, 10}) }), ""},
		"timestamps say it": {func(g *hdf5.Group) {
			stamped(g, "processing/ecephys/rates", "TimeSeries", ramp(200), []int{2, 100}, []float64{0, 1})
			trials(g, []float64{0}, []float64{90})
		}, ""},
		"electrodes say it": {func(g *hdf5.Group) {
			rates(4, 100)(g)
			at(g, "processing/ecephys/rates", "").Dataset("electrodes", make([]int, 100), nil, hdf5.Options{})
			trialsUntil(9)(g)
		}, ""},
	} {
		r, err := Read(build(t, c.fill), data.Selection{Series: "rates"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if noted(r.Warnings, "may be stored") != (c.want != "") || !noted(r.Warnings, c.want) && c.want != "" {
			t.Errorf("%s: warnings %q, want %q", name, r.Warnings, c.want)
		}
	}
}

// TestTranspose checks that --transpose takes the second dimension as time, and is refused where the file says
// otherwise.
func TestTranspose(t *testing.T) {
	turned := data.Selection{Series: "x", Transpose: true}
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", []float32{0, 2, 4, 6, 1, 3, 5, 7}, []int{2, 4}, 0, 1)
		trials(g, []float64{1}, []float64{3})
	})
	r, err := Read(path, turned)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float32{2, 3, 4, 5}, r.Activity.Data); d != "" || len(r.Warnings) > 0 ||
		!noted(r.Notes, "acquisition/x is read as channels x time (--transpose): 4 bins of 2 channels.") {
		t.Errorf("%s, warnings %q, notes %q", d, r.Warnings, r.Notes)
	}
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want string
	}{
		"timestamps": {func(g *hdf5.Group) {
			stamped(g, "acquisition/x", "TimeSeries", ramp(6), []int{3, 2}, []float64{0, 1, 2})
		}, turned, "acquisition/x: its timestamps say that it has 3 bins of 2 channels: leave --transpose out"},
		"a list": {func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(3), nil, 0, 1) }, turned,
			"its shape is 3: leave the flag out"},
		"units": {func(g *hdf5.Group) { units(g, []float64{1}) }, data.Selection{Transpose: true},
			"the activity is the sorted units: leave it out"},
		"trials that begin after a series that is turned": {func(g *hdf5.Group) {
			rated(g, "acquisition/x", ramp(200), []int{2, 100}, 0, 10)
			trials(g, []float64{1}, []float64{9})
		}, data.Selection{Series: "x"},
			"none of its 1 trials holds a bin of acquisition/x: acquisition/x may be stored as channels x time"},
	} {
		if _, err := Read(build(t, c.fill), c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestOrientationOfBehaviour checks that behaviour of channels x time is compared with the activity.
func TestOrientationOfBehaviour(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(200), []int{100, 2}, 0, 10)
		rated(g, "processing/behavior/hand", ramp(200), []int{2, 100}, 0, 10)
	})
	r, err := Read(path, data.Selection{Behavior: []string{"hand"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "but the activity lasts until 10 s; read as 100 bins of 2 channels, it lasts until 10 s. If its rows " +
		"are channels, write it with time as its first dimension."; !noted(r.Warnings, want) {
		t.Errorf("warnings %q, want %q", r.Warnings, want)
	}
}

// TestChannelsByTime checks that the shared recording of 12 channels by 2000 bins is doubted, and read when it is
// turned.
func TestChannelsByTime(t *testing.T) {
	const name = "k13_channels_by_time.nwb"
	if r := fromCases(t, name, data.Selection{}); !noted(r.Warnings,
		"12 bins of 2000 channels, which last until 0.24 s, but intervals/trials lasts until 35 s") {
		t.Errorf("warnings %q", r.Warnings)
	}
	if r := fromCases(t, name, data.Selection{Trials: "none", Transpose: true}); r.Bins() != 2000 ||
		r.Activity.Cols != 12 {
		t.Errorf("%d bins of %d channels", r.Bins(), r.Activity.Cols)
	}
}
