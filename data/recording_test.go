package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
)

// TestCheck checks that a valid recording passes, and that the error for each defect names it, with its bin and
// channel if it has them.
func TestCheck(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		name   string
		defect func(*data.Recording)
		want   []string // nil: none
	}{
		{"whole", func(*data.Recording) {}, nil},
		{"two bins", func(r *data.Recording) { *r = *recording(2) }, nil},
		{"with input and behaviour", func(r *data.Recording) {
			r.Input, r.Behavior = data.NewMatrix(6, 2),
				data.NewMatrix(6, 5)
		}, nil},
		{"NaN in the behaviour, which is not fitted", func(r *data.Recording) {
			r.Behavior = data.Matrix{Rows: 6, Cols: 1, Data: slices.Repeat([]float32{nan}, 6)}
		}, nil},
		{"no channels", func(r *data.Recording) { r.Activity = data.NewMatrix(6, 0) },
			[]string{"spikes/rates", "no channels"}},
		{"no bins", func(r *data.Recording) { *r = *recording(0) }, []string{"0 time bin(s)"}},
		{"one bin", func(r *data.Recording) { *r = *recording(1) }, []string{"1 time bin(s)"}},
		{"a time too few", func(r *data.Recording) { r.Time = r.Time[:5] }, []string{"6 bins", "5 times"}},
		{"a trial too many", func(r *data.Recording) { r.Trial = append(r.Trial, 0) }, []string{"7 trial numbers"}},
		{"a name too few", func(r *data.Recording) { r.Channels = r.Channels[:1] },
			[]string{"2 channels", "1 channel names"}},
		{"bins of no time", func(r *data.Recording) { r.BinWidth = 1e-300 },
			[]string{"bins of 1e-300 s", "rate or timestamps"}},
		{"bins of all time", func(r *data.Recording) { r.BinWidth = math.Inf(1) }, []string{"bins of +Inf s"}},
		{"bins of an unknown width", func(r *data.Recording) { r.BinWidth = 0 }, nil},
		{"no start", func(r *data.Recording) { r.SegmentStarts = nil }, []string{"first segment"}},
		{"a late start", func(r *data.Recording) { r.SegmentStarts = []int{1} }, []string{"first segment"}},
		{"NaN, which is masked", func(r *data.Recording) { r.Activity.Row(3)[1] = nan; r.Activity.Row(4)[0] = nan },
			nil},
		{"nothing but NaN", func(r *data.Recording) { r.Activity.Data = slices.Repeat([]float32{nan}, 12) },
			[]string{"all values of spikes/rates are missing"}},
		{"infinities", func(r *data.Recording) {
			r.Activity.Row(3)[1] = inf
			r.Activity.Row(4)[0] = -inf
			r.Activity.Row(0)[0] = nan
		},
			[]string{"2 value(s) are infinite", "channel right (column 1)", "row 3", "0.3 s", "NaN"}},
		{"an infinity", func(r *data.Recording) { r.Activity.Row(5)[0] = inf },
			[]string{"1 value(s)", "channel left (column 0)", "row 5"}},
		{"input of another shape", func(r *data.Recording) { r.Input, r.InputName = data.NewMatrix(6, 3), "cue" },
			[]string{"cue", "6 x 3", "6 x 2"}},
		{"input of another length", func(r *data.Recording) { r.Input, r.InputName = data.NewMatrix(5, 2), "cue" },
			[]string{"cue", "5 x 2"}},
		{"NaN in the input", func(r *data.Recording) {
			r.Input, r.InputName = data.NewMatrix(6, 2), "cue"
			r.Input.Row(2)[1] = nan
		}, []string{"external input cue", "channel right", "row 2"}},
		{"with a drive, conditions and events", func(r *data.Recording) {
			r.Drive, r.DriveNames, r.Trials, r.Condition, r.Event = data.NewMatrix(6,
				1), []string{"light"}, 1, []string{"left"}, []float64{math.NaN()}
		}, nil},
		{"NaN in the drive", func(r *data.Recording) {
			r.Drive, r.DriveNames = data.NewMatrix(6, 3), []string{"light", "tone", "wheel"}
			r.Drive.Row(4)[2], r.Drive.Row(5)[0] = nan, inf
		}, []string{"drive", "2 value(s)", "the first in wheel (column 2) at row 4", "0.4 s", "--drive"}},
		{"a drive of another length", func(r *data.Recording) {
			r.Drive, r.DriveNames = data.NewMatrix(5, 1),
				[]string{"light"}
		}, []string{"drive", "5 x 1", "6 bins"}},
		{"a drive without names", func(r *data.Recording) { r.Drive = data.NewMatrix(6, 1) },
			[]string{"drive", "0 names"}},
		{"a condition too many", func(r *data.Recording) { r.Trials, r.Condition = 1, []string{"a", "b"} },
			[]string{"1 trials", "2 conditions"}},
		{"an event too few", func(r *data.Recording) { r.Trials, r.Event = 2, []float64{1} },
			[]string{"2 trials", "1 events"}},
		{"behaviour of another length", func(r *data.Recording) {
			r.Behavior, r.BehaviorName = data.NewMatrix(4, 2),
				"hand"
		}, []string{"hand", "4 rows for 6 bins"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := recording(6)
			r.Source.Series = "spikes/rates"
			c.defect(r)
			err := r.Check()
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			for _, w := range c.want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("%v; want an error that says %q", err, w)
				}
			}
		})
	}
}

func TestMissingCountsNaN(t *testing.T) {
	r := recording(3)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	r.Activity.Data[1], r.Activity.Data[4], r.Activity.Data[5] = nan, nan, inf
	if n := r.Missing(); n != 2 {
		t.Errorf("%d values are missing, want the 2 NaN", n)
	}
}

// TestGaps counts values, and the channels and bins that have any missing.
func TestGaps(t *testing.T) {
	nan := float32(math.NaN())
	r := recording(4)
	r.Activity.Data = []float32{1, 2, nan, nan, 3, nan, 4, 5}
	if g, want := r.Gaps(), (data.Gaps{Values: 3, Channels: 2, Bins: 2, Empty: 1}); g != want ||
		g.Values != r.Missing() {
		t.Errorf("%+v, want %+v", g, want)
	}
	if g := recording(4).Gaps(); g != (data.Gaps{}) {
		t.Errorf("a whole recording has %+v", g)
	}
}

// TestSilentIgnoresMissing checks that missing values do not make a channel vary. A channel that was never observed is
// silent and unobserved.
func TestSilentIgnoresMissing(t *testing.T) {
	nan := float32(math.NaN())
	r := recording(4)
	for _, c := range []struct {
		left, right []float32
		silent      []bool
		unobserved  []bool
	}{
		{[]float32{nan, 1, nan, 1}, []float32{1, 2, nan, 2}, []bool{true, false}, []bool{false, false}},
		{[]float32{nan, nan, nan, 7}, []float32{nan, 2, nan, 3}, []bool{true, false}, []bool{false, false}},
		{[]float32{nan, nan, nan, nan}, []float32{0, 0, 0, 1}, []bool{true, false}, []bool{true, false}},
		{[]float32{nan, 1, 2, nan}, []float32{nan, nan, 0, 1}, nil, []bool{false, false}},
	} {
		for i := range 4 {
			r.Activity.Row(i)[0], r.Activity.Row(i)[1] = c.left[i], c.right[i]
		}
		rows := []int{0, 1, 2, 3}
		if got := r.Constant(rows); !slices.Equal(got, c.silent) {
			t.Errorf("%v, %v: silent %v, want %v", c.left, c.right, got, c.silent)
		}
		if got := r.Unobserved(rows); !slices.Equal(got, c.unobserved) {
			t.Errorf("%v, %v: unobserved %v, want %v", c.left, c.right, got, c.unobserved)
		}
	}
}

// TestMin checks that the minimum ignores missing values.
func TestMin(t *testing.T) {
	nan := float32(math.NaN())
	r := recording(2)
	for _, c := range []struct {
		x    []float32
		want float32
	}{{[]float32{nan, 2, -1, nan}, -1}, {[]float32{3, nan, nan, nan}, 3}, {[]float32{4, 2, 5, 9}, 2}} {
		if r.Activity.Data = c.x; r.Min() != c.want {
			t.Errorf("of %v the least is %g", c.x, r.Min())
		}
	}
	if r.Activity.Data = []float32{nan, nan}; r.Min() == r.Min() {
		t.Errorf("of nothing the least is %g", r.Min())
	}
}

func TestBinsPerTrial(t *testing.T) {
	if n := recording(0, 2, 1, 3).BinsPerTrial(); !slices.Equal(n, []int{2, 1, 3}) {
		t.Errorf("trials of %v bins", n)
	}
	if n := recording(4).BinsPerTrial(); n != nil {
		t.Errorf("a recording without trials has trials of %v bins", n)
	}
}

// TestSilent checks that only the given bins decide whether a channel is silent, whatever its value.
func TestSilent(t *testing.T) {
	r := recording(4)
	copy(r.Activity.Data, []float32{
		7, 0,
		7, 1,
		7, 1,
		8, 1,
	})
	for _, c := range []struct {
		rows []int
		want []bool
	}{
		{[]int{0, 1, 2, 3}, nil},
		{[]int{0, 1, 2}, []bool{true, false}},
		{[]int{1, 2, 3}, []bool{false, true}},
		{[]int{1, 2}, []bool{true, true}},
		{[]int{3}, []bool{true, true}},
	} {
		if got := r.Constant(c.rows); !slices.Equal(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("in bins %v: %v, want %v", c.rows, got, c.want)
		}
	}
}

// TestRowShares checks that a row shares the matrix's memory, and that appending to a row does not overwrite the next.
func TestRowShares(t *testing.T) {
	m := data.NewMatrix(2, 2)
	row := m.Row(0)
	row[1] = 5
	_ = append(row, 9)
	if !slices.Equal(m.Data, []float32{0, 5, 0, 0}) {
		t.Errorf("%v", m.Data)
	}
	if m.Empty() || !(data.Matrix{}).Empty() {
		t.Error("a matrix of zeros holds something, the zero value nothing")
	}
}

// TestPick checks that channels come in the requested order. A channel that was not recorded has no activity, input or
// name.
func TestPick(t *testing.T) {
	r := &data.Recording{Activity: data.Matrix{2, 3, []float32{1, 2, 3, 4, 5, 6}},
		Input:    data.Matrix{2, 3, []float32{7, 8, 9, 10, 11, 12}},
		Channels: []data.Channel{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
	r.Pick([]int{2, -1, 0, 2})
	for i, want := range []float32{3, float32(math.NaN()), 1, 3, 6, float32(math.NaN()), 4, 6} {
		if v := r.Activity.Data[i]; v != want && (v == v || want == want) {
			t.Errorf("value %d is %g, want %g", i, v, want)
		}
	}
	if want := []float32{9, 0, 7, 9, 12, 0, 10, 12}; !slices.Equal(r.Input.Data, want) || r.Input.Cols != 4 ||
		r.Activity.Cols != 4 {
		t.Errorf("the input is %v, want %v", r.Input, want)
	}
	if want := []data.Channel{{Name: "c"}, {}, {Name: "a"}, {Name: "c"}}; !slices.Equal(r.Channels, want) {
		t.Errorf("the channels are %v, want %v", r.Channels, want)
	}
}
