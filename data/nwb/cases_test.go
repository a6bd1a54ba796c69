package nwb

import (
	"math"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/sharedtest"
)

// TestCases checks files that were once read wrongly or without a warning. They must give the right values, or a
// warning. Each stands for a kind of file, which also has a test without such a file. The cases are skipped if the
// files are missing.
func TestCases(t *testing.T) {
	for _, c := range []struct {
		name   string
		sel    data.Selection
		shape  []int   // of the activity; nil if it is not looked at
		sum    float64 // of the activity
		warned string  // part of a warning; empty for none that is looked for
	}{
		{"k01_gaze_before_units.nwb", data.Selection{}, []int{5000, 8}, 12047, ""},
		{"k01_nidq_before_units.nwb", data.Selection{}, []int{5000, 8}, 11914, ""},
		{"k03_units_of_half_a_session.nwb", data.Selection{AbsentUnits: data.AbsentSilent}, []int{5000, 10}, 10074,
			"5 of 10 units"},
		{"k04_overlapping_windows.nwb", data.Selection{Align: "stim_time", Before: 1, After: 2}, []int{5760, 30}, 51718,
			"lie in more than one trial"},
		{"k04_every_trial_from_zero.nwb", data.Selection{}, nil, 0, "All 50 trials begin at 0 s"},
		{"k06_behaviour_gap.nwb", data.Selection{Behavior: []string{"wheel"}}, nil, 0,
			"no sample in 1000 of the 5000 bins"},
		{"k06_behaviour_gap.nwb", data.Selection{Drive: []string{"wheel"}}, nil, 0,
			"no sample in 1000 of the 5000 bins"},
		{"k08_iscell_two_columns.nwb", data.Selection{Series: "Fluorescence/plane0",
			WhereUnits: []string{"iscell=true"}}, []int{1200, 8}, 1505053.3474, ""},
		{"k09_mat_row_spike_times.nwb", data.Selection{}, []int{1000, 3}, 868, ""},
		{"k11_events_table.nwb", data.Selection{Align: "stimulus_onset", After: 1}, []int{1000, 6}, 1837, ""},
		{"k12_stops_unknown.nwb", data.Selection{Align: "cue", Before: 0.5, After: 1}, []int{1500, 6}, 2769, ""},
		{"k12_one_bad_series.nwb", data.Selection{Series: "b"}, []int{300, 2}, 19.462869425, ""},
		{"k13_channels_by_time.nwb", data.Selection{}, nil, 0, "12 bins of 2000 channels"},
		{"k13_channels_by_time.nwb", data.Selection{Transpose: true, Trials: "none"}, []int{2000, 12}, math.NaN(), ""},
		{"k15_session.nwb.h5", data.Selection{}, []int{1000, 3}, 883, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fromCases(t, c.name, c.sel)
			s := sign(r.Activity)
			if c.shape != nil && !slices.Equal(s.Shape, c.shape) {
				t.Errorf("the activity is %v, want %v", s.Shape, c.shape)
			}
			// single precision
			if c.shape != nil && c.sum == c.sum && !(math.Abs(s.Sum-c.sum) <= 1e-4*math.Abs(c.sum)) {
				t.Errorf("its sum is %v, want %v", s.Sum, c.sum)
			}
			if warnings := strings.Join(r.Warnings, "\n"); !strings.Contains(warnings, c.warned) {
				t.Errorf("the warnings are %q, want %q among them", warnings, c.warned)
			}
		})
	}
}

// TestLabelsCase checks that a label as drive holds until the next one: 20 of the 100 bins of a trial.
func TestLabelsCase(t *testing.T) {
	r := fromCases(t, "k11_labeled_events.nwb", data.Selection{Drive: []string{"XD0"}})
	i := slices.Index(r.DriveNames, "XD0=on")
	if i < 0 {
		t.Fatalf("the drive has the columns %q", r.DriveNames)
	}
	on := 0.0
	for row := range r.Bins() {
		on += float64(r.Drive.Row(row)[i])
	}
	if on != 1000 {
		t.Errorf("%v bins are on, want 1000", on)
	}
}

// TestChunkEdgeCase checks that a chunk edge of 0 is one line that names the dataset.
func TestChunkEdgeCase(t *testing.T) {
	path := sharedtest.File(t, "cases/divide_by_zero_chunk_dims.nwb")
	_, err := Read(path, data.Selection{Drive: []string{"drive"}})
	if err == nil || !strings.Contains(err.Error(), "stimulus/presentation/drive/data") ||
		strings.Contains(err.Error(), "runtime error") {
		t.Errorf("%v, want one line that names the dataset", err)
	}
}
