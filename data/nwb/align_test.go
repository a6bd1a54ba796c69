package nwb

import (
	"math"
	"path/filepath"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestAlignedInBlocks checks behaviour with more samples than bins, with gaps, which ends before the bins do. It is
// averaged without its missing samples, and is missing in gaps and after its last sample. Reading it in one block or
// in many gives the same.
func TestAlignedInBlocks(t *testing.T) {
	const bins, step = 40, 0.1
	path := filepath.Join(t.TempDir(), "a.nwb")
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("nwb_version", "2.8.0")
	x := w.Root().Group("acquisition").Group("x")
	x.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 1/step)
	x.Dataset("data", make([]float32, bins*2), []int{bins, 2}, hdf5.Options{})
	var stamps []float64
	var values []float32
	for i := range 140 { // four a bin up to bin 35, and none from 1 s to 1.5 s
		if at := 0.025*float64(i) + 0.01; at < 1 || at > 1.5 {
			stamps, values = append(stamps, at), append(values, float32(at), float32(10*at))
		}
	}
	values[2] = float32(math.NaN()) // the second of bin 0
	y := w.Root().Group("processing").Group("behavior").Group("y")
	y.Attr("neurodata_type", "TimeSeries")
	y.Dataset("timestamps", stamps, nil, hdf5.Options{})
	y.Dataset("data", values, []int{len(stamps), 2}, hdf5.Options{Chunk: []int{7, 1}})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, most := range []int{1 << 22, 5} {
		r, err := readBlocks(path, data.Selection{Series: "x", Behavior: []string{"y"}}, most)
		if err != nil {
			t.Fatal(err)
		}
		for bin := range bins {
			at := step * float64(bin)
			want := at + 0.0475 // the mean of four
			switch {
			case bin == 0:
				want = (0.01 + 0.06 + 0.085) / 3
			case bin == 10: // within a step of .985
				want = 0.985
			case bin == 14: // within a step of 1.51
				want = 1.51
			case bin > 10 && bin < 14, bin > 35: // missing
				want = math.NaN()
			case bin == 15:
				want = (1.51 + 1.535 + 1.56 + 1.585) / 4
			case bin == 35: // within a step of the last
				want = stamps[len(stamps)-1]
			}
			second := at + 0.0475
			if bin != 0 {
				second = want
			}
			near := func(got float32, want, by float64) bool {
				return math.Abs(float64(got)-want) <= by || got != got && want != want
			}
			if got := r.Behavior.Row(bin); !near(got[0], want, 1e-6) || !near(got[1], 10*second, 1e-5) {
				t.Errorf("%d values at once: bin %d is %v, want %g and %g", most, bin, got, want, 10*second)
			}
		}
	}
}
