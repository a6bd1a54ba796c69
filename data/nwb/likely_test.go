package nwb

import (
	"slices"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/sharedtest"
)

// candidate is a series of a test file: its path, its NWB type, its unit and its number of channels.
type candidate struct {
	path, kind, unit string
	channels         int
}

// TestLikeliest checks the order of the default activity in files as labs publish them: by type, then by name, unit
// and path. Sorted units come before every series that is not a trace of ROIs.
func TestLikeliest(t *testing.T) {
	const fluorescence = "processing/ophys/Fluorescence/"
	roi := func(path string) candidate { return candidate{path, "RoiResponseSeries", "lumens", 2} }
	plain := func(path, unit string) candidate { return candidate{path, "TimeSeries", unit, 2} }
	voltage := func(path string) candidate { return candidate{path, "ElectricalSeries", "volts", 4} }
	for name, c := range map[string]struct {
		series []candidate
		units  bool // the file has sorted units with spikes
		want   string
		warned bool
	}{
		"traces before the neuropil around them": {[]candidate{roi(fluorescence + "Neuropil"),
			roi(fluorescence + "RoiResponseSeries")}, true, fluorescence + "RoiResponseSeries", false},
		"traces before the background": {[]candidate{roi(fluorescence + "BackgroundTraces"),
			roi(fluorescence + "Denoised")}, true, fluorescence + "Denoised", false},
		"traces before a container called neuropil": {[]candidate{roi("processing/ophys/Neuropil/a"),
			roi("processing/ophys/Traces/b")}, true, "processing/ophys/Traces/b", false},
		"traces corrected for neuropil": {[]candidate{roi(fluorescence + "neuropil_corrected"),
			roi(fluorescence + "raw")}, true, fluorescence + "neuropil_corrected", false},
		"fluorescence before deconvolved, suite2p": {[]candidate{roi("processing/ophys/Deconvolved/plane0"),
			roi("processing/ophys/Fluorescence/plane0"), roi("processing/ophys/Neuropil/plane0")}, false,
			"processing/ophys/Fluorescence/plane0", false},
		"fluorescence before deconvolved, neuroconv": {[]candidate{roi(fluorescence + "Deconvolved"),
			roi(fluorescence + "RoiResponseSeries")}, false, fluorescence + "RoiResponseSeries", false},
		"dF/F before fluorescence and events": {[]candidate{roi("processing/ophys/event_detection"),
			roi(fluorescence + "a"), roi("processing/ophys/dff/traces")}, false, "processing/ophys/dff/traces", false},
		"events of an extension after dF/F": {[]candidate{{"processing/ophys/event_detection",
			"OphysEventDetection", "", 3}, roi("processing/ophys/dff/traces")}, false, "processing/ophys/dff/traces",
			false},
		"denoised before baseline, CaImAn": {[]candidate{roi(fluorescence + "Baseline"),
			roi(fluorescence + "Denoised")}, false, fluorescence + "Denoised", false},
		"units before fibres": {[]candidate{{"acquisition/fibres",
			"FiberPhotometryResponseSeries", "F", 3}}, true, "units", false},
		"scratch last": {[]candidate{plain("scratch/firing_rates", "Hz"),
			plain("acquisition/x", "")}, false, "acquisition/x", true},
		"deconvolved before neuropil": {[]candidate{roi("processing/ophys/Deconvolved/plane0"),
			roi("processing/ophys/Neuropil/plane0")}, false, "processing/ophys/Deconvolved/plane0", false},
		"traces before units": {[]candidate{voltage("acquisition/raw"),
			roi(fluorescence + "RoiResponseSeries"), plain("acquisition/x", "V")}, true, fluorescence +
			"RoiResponseSeries", false},
		"traces before motion in processing/ophys": {[]candidate{roi(fluorescence + "r"),
			plain("processing/ophys/MotionCorrection/xy_translation", "pixels")}, false, fluorescence + "r", false},
		"neuropil where nothing else is there": {[]candidate{roi(fluorescence + "Neuropil")}, false,
			fluorescence + "Neuropil", false},
		"units before neuropil": {[]candidate{roi(fluorescence + "Neuropil")}, true, "units",
			false},
		"units before voltage and LFP": {[]candidate{voltage("acquisition/ElectricalSeriesAP"),
			voltage("processing/ecephys/LFP/lfp")}, true, "units", false},
		"units before a plain series": {[]candidate{plain("acquisition/x", "V")}, true, "units", false},
		"units before plain firing rates": {[]candidate{plain("processing/ecephys/firing_rates", "Hz")},
			true, "units", false},
		"units before gaze": {[]candidate{
			plain("processing/raw_gaze_mapping/screen_coordinates", "Centimeters")}, true, "units", false},
		"units before analog inputs": {[]candidate{plain("acquisition/TimeSeriesNIDQ", "V"),
			plain("acquisition/TimeSeriesAnalogInput", "V")}, true, "units", false},
		"units before waveforms and intervals": {[]candidate{{"acquisition/events", "SpikeEventSeries", "V", 2},
			{"acquisition/bouts", "IntervalSeries", "", 2}}, true, "units", false},
		"units before poses and pupils": {[]candidate{plain("processing/pose_estimation/nose", ""),
			plain("processing/eye_tracking/pupil", ""), plain("processing/behaviour/hand", "")}, true, "units", false},
		"units before a single trace": {[]candidate{{fluorescence + "fibre", "RoiResponseSeries",
			"lumens", 1}}, true, "units", false},
		"LFP before raw voltage": {[]candidate{voltage("acquisition/ElectricalSeriesAP"),
			voltage("acquisition/ElectricalSeriesLF")}, false, "acquisition/ElectricalSeriesLF", false},
		"processed LFP before raw voltage": {[]candidate{voltage("acquisition/ElectricalSeries"),
			voltage("processing/ecephys/LFP/ElectricalSeries")}, false, "processing/ecephys/LFP/ElectricalSeries",
			false},
		"raw voltage before an analog input": {[]candidate{voltage("acquisition/ElectricalSeriesNIDQ"),
			{"acquisition/ElectricalSeriesAP", "ElectricalSeries", "volts", 2}}, false,
			"acquisition/ElectricalSeriesAP", false},
		"raw voltage before a plain series": {[]candidate{voltage("acquisition/raw"),
			{"acquisition/x", "TimeSeries", "V", 9}}, false, "acquisition/raw", false},
		"one clamped cell before analog inputs": {[]candidate{{"acquisition/cell", "CurrentClampSeries", "volts",
			1}, plain("acquisition/adc_inputs", "V")}, false, "acquisition/cell", false},
		"firing rates by name before LFP": {[]candidate{voltage("processing/ecephys/LFP/lfp"),
			plain("processing/ecephys/firing_rates", "n.a.")}, false, "processing/ecephys/firing_rates", false},
		"rates by unit before running": {[]candidate{plain("acquisition/running_speed", "cm/s"),
			plain("processing/ecephys/b", "Hz")}, false, "processing/ecephys/b", false},
		"processed before acquired": {[]candidate{plain("acquisition/a", ""),
			plain("processing/ecephys/b", "")}, false, "processing/ecephys/b", true},
		"activity by name before latents": {[]candidate{plain("processing/truth/latents", "n.a."),
			plain("acquisition/activity", "n.a.")}, false, "acquisition/activity", false},
		"an unknown series before running": {[]candidate{{"acquisition/running_wheel", "TimeSeries", "cm", 9},
			plain("acquisition/x", "n.a.")}, false, "acquisition/x", true},
		"a series of unknown kind alone": {[]candidate{plain("acquisition/x", "")}, false, "acquisition/x",
			true},
		"gaze alone": {[]candidate{plain("processing/gaze_mapping/screen_coordinates",
			"cm")}, false, "processing/gaze_mapping/screen_coordinates", true},
		"temperature by unit alone": {[]candidate{plain("acquisition/x", "celsius")}, false,
			"acquisition/x", true},
		"a heart's rate is no firing rate": {[]candidate{plain("acquisition/heart_rate", "Hz"),
			plain("acquisition/x", "")}, false, "acquisition/x", true},
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t, func(g *hdf5.Group) { candidates(g, c.series, c.units) })
			r, err := Read(path, data.Selection{})
			if err != nil {
				t.Fatal(err)
			}
			if warned := noted(r.Warnings, "is a guess"); r.Source.Series != c.want || warned != c.warned {
				t.Errorf("takes %s, warnings %q; want %s, warned %v", r.Source.Series, r.Warnings, c.want, c.warned)
			}
		})
	}
}

// candidates writes series of six samples, and sorted units.
func candidates(g *hdf5.Group, all []candidate, spiking bool) {
	for _, s := range all {
		x := at(g, s.path, s.kind)
		x.Dataset("timestamps", []float64{0, 1, 2, 3, 4, 5}, nil, hdf5.Options{})
		d := x.Dataset("data", ramp(6*s.channels), []int{6, s.channels}, hdf5.Options{})
		if s.unit != "" {
			d.Attr("unit", s.unit)
		}
	}
	if spiking {
		units(g, []float64{1, 2}, []float64{3})
	}
}

// TestChoiceIsExplained checks that notes name the alternatives and the flag that takes them; a guess is warned of,
// with the same flag.
func TestChoiceIsExplained(t *testing.T) {
	x := candidate{"acquisition/x", "TimeSeries", "V", 2}
	gaze := candidate{"acquisition/gaze", "TimeSeries", "V", 2}
	for name, c := range map[string]struct {
		series        []candidate
		units         bool
		note, warning string
	}{
		"units, and what else there is": {[]candidate{x}, true,
			"The activity is the spikes of the sorted units (units). To fit a series instead, give --series with one " +
				"of: acquisition/x (6 x 2).", ""},
		"only units": {nil, true, "The activity is the spikes of the sorted units (units).", ""},
		"a guess": {[]candidate{x, gaze}, false,
			"To fit another, give --series with one of: acquisition/gaze (6 x 2).",
			"The activity acquisition/x is a guess: its type, path, name and unit do not show that it is neural " +
				"activity. Check it, or choose another series with --series."},
		"something else": {[]candidate{gaze}, false,
			"The activity is the series acquisition/gaze (6 x 2), the likeliest of the file.",
			"The activity acquisition/gaze is a guess: its type, name or unit suggests something other than neural " +
				"activity, and the file has nothing better. Check it,"},
	} {
		r, err := Read(build(t, func(g *hdf5.Group) { candidates(g, c.series, c.units) }), data.Selection{})
		if err != nil {
			t.Fatal(name, err)
		}
		if !noted(r.Notes, c.note) || c.warning != "" && !noted(r.Warnings, c.warning) || c.warning == "" &&
			len(r.Warnings) > 0 {
			t.Errorf("%s: notes %q, warnings %q", name, r.Notes, r.Warnings)
		}
	}
	// A series that the user names is no guess.
	r, err := Read(build(t, func(g *hdf5.Group) { candidates(g, []candidate{gaze}, true) }),
		data.Selection{Series: "gaze"})
	if err != nil || len(r.Warnings) > 0 {
		t.Errorf("%v, warnings %q", err, r.Warnings)
	}
}

// TestUnitsWithoutSpikes checks that a table of units without spikes stands behind a series, and behind another table
// that has spikes.
func TestUnitsWithoutSpikes(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		candidates(g, []candidate{{"acquisition/x", "TimeSeries", "V", 2}}, false)
		units(g, nil, nil)
	})
	if r, err := Read(path, data.Selection{}); err != nil || r.Source.Series != "acquisition/x" {
		t.Errorf("%+v, %v", r, err)
	}
	path = build(t, func(g *hdf5.Group) {
		units(g, nil, nil)
		mua := at(g, "processing/ecephys/mua", "Units")
		mua.Dataset("spike_times", []float64{1, 2}, nil, hdf5.Options{})
		mua.Dataset("spike_times_index", []int{2}, nil, hdf5.Options{})
	})
	if r, err := Read(path, data.Selection{}); err != nil || r.Source.Series != "processing/ecephys/mua" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestWords checks that names are split as people write them.
func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"TimeSeriesNIDQ": " nidq ", "firing_rates": " firing rates ", "DfOverF": " df over f ",
		"ElectricalSeriesAP": " electrical series ap ", "": "  ",
	} {
		if got := nameWords(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// fromCases reads a shared case; it skips the test if the file is not here.
func fromCases(t *testing.T, name string, sel data.Selection) *data.Recording {
	t.Helper()
	r, err := Read(sharedtest.File(t, "cases/"+name), sel)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGazeBeforeUnits checks that sorted units are taken before gaze and analog inputs.
func TestGazeBeforeUnits(t *testing.T) {
	for name, sum := range map[string]float64{"k01_gaze_before_units.nwb": 12047, "k01_nidq_before_units.nwb": 11914} {
		r := fromCases(t, name, data.Selection{})
		if s := sign(r.Activity); r.Source.Series != "units" || !slices.Equal(s.Shape, []int{5000, 8}) || s.Sum != sum {
			t.Errorf("%s: %s, %+v; want the units, with %v spikes", name, r.Source.Series, s, sum)
		}
	}
}
