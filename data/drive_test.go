package data_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
)

func TestOneHot(t *testing.T) {
	m, names, err := data.OneHot("cue", []string{"right", "", "left", "never taken"}, []int{2, 0, 0, -1, 1})
	if err != nil {
		t.Fatal(err)
	}
	want := data.Matrix{Rows: 5, Cols: 3, Data: []float32{0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0}}
	if d := cmp.Diff(want, m) + cmp.Diff([]string{"cue=", "cue=left", "cue=right"}, names); d != "" {
		t.Error(d)
	}
	var many []string
	var rows []int
	for i := range data.MaxValues + 1 {
		many, rows = append(many, fmt.Sprint(i)), append(rows, i)
	}
	if _, names, err := data.OneHot("id", many, rows[1:]); err != nil || len(names) != data.MaxValues {
		t.Errorf("%d columns, %v", len(names), err)
	}
	if _, _, err := data.OneHot("id", many, rows); err == nil ||
		!strings.Contains(err.Error(), "more than 32 different values") {
		t.Errorf("%v", err)
	}
}

func TestBeside(t *testing.T) {
	a, b := data.Matrix{Rows: 2, Cols: 1, Data: []float32{1, 2}}, data.Matrix{Rows: 2, Cols: 2,
		Data: []float32{3, 4, 5, 6}}
	for _, c := range []struct {
		parts []data.Matrix
		want  data.Matrix
	}{
		{nil, data.Matrix{}},
		{[]data.Matrix{a}, a},
		{[]data.Matrix{a, b, a}, data.Matrix{Rows: 2, Cols: 4, Data: []float32{1, 3, 4, 1, 2, 5, 6, 2}}},
	} {
		if d := cmp.Diff(c.want, data.HStack(c.parts...)); d != "" {
			t.Error(d)
		}
	}
}

func TestColumnNames(t *testing.T) {
	for _, c := range []struct {
		columns   int
		positions bool
		want      []string
	}{
		{1, true, []string{"hand"}}, {2, true, []string{"hand x", "hand y"}}, {2, false, []string{"hand 0", "hand 1"}},
		{4, true, []string{"hand 0", "hand 1", "hand 2", "hand 3"}},
	} {
		if got := data.ColumnNames("hand", c.columns, c.positions); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestScaleDrive checks that every column has mean 0 and standard deviation 1 over the given bins, up to single
// precision. A constant column becomes 0 in these bins. The scaling can be undone.
func TestScaleDrive(t *testing.T) {
	r := recording(6)
	was := []float32{1, 300, 0, 2, 301, 0, 4, 299, 0, 0, 300, 0, 5, 290, 1, 6, 0, 0}
	r.Drive, r.DriveNames = data.Matrix{Rows: 6, Cols: 3, Data: slices.Clone(was)}, []string{"a", "b", "c"}
	rows := []int{0, 1, 2, 3, 5}
	s, constant := r.ScaleDrive(rows)
	if !slices.Equal(constant, []string{"c"}) {
		t.Errorf("constant are %q", constant)
	}
	for p := range 3 {
		mean, square := 0.0, 0.0
		for _, t := range rows {
			v := float64(r.Drive.Row(t)[p])
			mean, square = mean+v/5, square+v*v/5
		}
		if p == 2 && (square != 0 || r.Drive.Row(4)[p] != 1) || p < 2 &&
			(!(math.Abs(mean) <= 1e-6) || !(math.Abs(square-1) <= 1e-6)) {
			t.Errorf("column %d has mean %g and mean square %g", p, mean, square)
		}
		for row := range 6 {
			if back := float64(r.Drive.Row(row)[p])*s.Factor[p] +
				s.Offset[p]; !(math.Abs(back-float64(was[row*3+p])) <= 1e-4) {
				t.Errorf("row %d, column %d: %g was %g", row, p, back, was[row*3+p])
			}
		}
	}
}

func TestLikelyCondition(t *testing.T) {
	for column, want := range map[string]bool{
		"condition": true, "target": true, "target_id": true, "targets": true, "direction": true, "trial_type": true,
		"stimulus": true, "stimulus_name": true, "cue": true, "cue_side": true,
		"choice": true, "response_type": true, "Direction": true, "reach_direction": true,
		"cue_time": false, "stimulus_onset": false, "start_time": false, "correct": false, "id": false,
		"go_cue_time": false, "cue_duration": false, "contrast": false, "choice_latency": false,
	} {
		if got := data.LikelyCondition(column); got != want {
			t.Errorf("%s: %t", column, got)
		}
	}
}

func TestTellsApart(t *testing.T) {
	texts := func(different, trials int) (all []string) {
		for i := range trials {
			all = append(all, fmt.Sprint(i%different))
		}
		return all
	}
	for _, c := range []struct {
		different, trials int
		want              bool
	}{{1, 9, false}, {2, 3, true}, {2, 2, false}, {16, 17, true}, {16, 16, false}, {17, 40, false}} {
		if got := data.IsCondition(texts(c.different, c.trials)); got != c.want {
			t.Errorf("%d values in %d trials: %t", c.different, c.trials, got)
		}
	}
}

// TestPickDrive checks that the columns are selected by name. A value that no trial has becomes 0. A missing
// measurement and an unknown column are refused.
func TestPickDrive(t *testing.T) {
	for name, c := range map[string]struct {
		have, want []string
		row        []float32 // of the first bin, in which column p is p + 1
		wrong      string
	}{
		"as they are":      {[]string{"speed", "cue=left"}, []string{"speed", "cue=left"}, []float32{1, 2}, ""},
		"in another order": {[]string{"cue=left", "speed"}, []string{"speed", "cue=left"}, []float32{2, 1}, ""},
		"a value lacks": {[]string{"speed", "cue=left"}, []string{"speed", "cue=left", "cue=right"},
			[]float32{1, 2, 0}, ""},
		"a measure lacks": {[]string{"cue=left"}, []string{"speed", "cue=left"}, nil,
			"the model has the drive speed"},
		"an unknown value":   {[]string{"speed", "cue=up"}, []string{"speed", "cue=left"}, nil, "cue=up is unknown"},
		"nothing is there":   {nil, []string{"speed"}, nil, "the model has the drive speed"},
		"only words, absent": {nil, []string{"cue=left"}, []float32{0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := &data.Recording{Activity: data.NewMatrix(3, 1), Drive: data.NewMatrix(3, len(c.have)),
				DriveNames: c.have}
			for p := range c.have {
				r.Drive.Row(0)[p] = float32(p + 1)
			}
			err := r.PickDrive(c.want)
			switch {
			case c.wrong != "":
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("%v, want %q", err, c.wrong)
				}
			case err != nil:
				t.Error(err)
			case !slices.Equal(r.Drive.Row(0), c.row) || !slices.Equal(r.DriveNames, c.want) || r.Drive.Rows != 3:
				t.Errorf("%v of %v, want %v of %v", r.Drive.Row(0), r.DriveNames, c.row, c.want)
			}
		})
	}
}

// TestFillDrive checks that NaN become 0, or the last value before them, or the first value at the start. Without a
// choice, and in a column without values, NaN stay.
func TestFillDrive(t *testing.T) {
	nan := float32(math.NaN())
	// columns of 4 bins: nan 2 nan 4; 1 2 nan nan; nan nan nan nan
	was := []float32{nan, 1, nan, 2, 2, nan, nan, nan, nan, 4, nan, nan}
	for gaps, want := range map[string][]float32{
		"":             was,
		data.GapsError: was,
		data.GapsZero:  {0, 1, 0, 2, 2, 0, 0, 0, 0, 4, 0, 0},
		data.GapsHold:  {2, 1, nan, 2, 2, nan, 2, 2, nan, 4, 2, nan},
	} {
		r := recording(4)
		r.Drive, r.DriveNames = data.Matrix{Rows: 4, Cols: 3, Data: slices.Clone(was)}, []string{"a", "b", "c"}
		r.FillDrive(gaps)
		for i, v := range r.Drive.Data {
			if v != want[i] && (v == v || want[i] == want[i]) {
				t.Errorf("%q: value %d is %g, want %g", gaps, i, v, want[i])
			}
		}
		if filled := gaps == data.GapsZero || gaps == data.GapsHold; filled != (len(r.Warnings) == 1) {
			t.Errorf("%q: warnings %q", gaps, r.Warnings)
		}
	}
}
