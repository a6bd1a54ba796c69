package rundir

import (
	"math"
	"slices"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
)

// TestLoad checks that a stored run is read back with its parameters, to the last bit, and with the facts about its
// recording.
func TestLoad(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}, LatentStd: layers.SharedStd{},
		History: layers.History{Lags: 3, Kernel: layers.FreeKernel{}},
		Silent:  []bool{true, false, false, false, false, false}})
	o.Recording.Unit = "Hz"
	o.Result.Model.Config.Missing = &graph.Missing{Fill: make([]float64, 6)}
	for _, t := range o.Split.Train {
		o.Recording.Activity.Row(t)[4] = float32(math.NaN())
	}
	// of a channel that counts for nothing
	o.Q, o.R = []float64{1, 0, 0, 0, 2, 0, 0, 0, 3}, []float64{math.Inf(1), 1, 1, 1, 1, 1}
	f, fitted := finish(t, o)
	s, err := Load(f.Dir)
	if err != nil {
		t.Fatal(err)
	}
	k := s.Known
	if !slices.Equal(k.Scaling.Offset, o.Scaling.Offset) || !slices.Equal(k.Scaling.Factor, o.Scaling.Factor) ||
		k.Scaling.Kind != o.Scaling.Kind || !slices.Equal(k.Silent, o.Result.Model.Config.Silent) ||
		!k.Complete || k.Bins != 30 || k.Input != "" || k.Link != layers.Identity || s.Unit != "Hz" ||
		!slices.Equal(s.Channels, o.Recording.Channels) {
		t.Errorf("%+v", s)
	}
	means := graph.HistoryMeans(o.Result.Model.Config, o.Recording, o.Split.Train)
	for n, m := range k.HistoryMeans {
		if (n == 4) != math.IsNaN(m) || n != 4 && m != means[n] {
			t.Errorf("channel %d has a mean of %g, want %g", n, m, means[n])
		}
	}
	if !slices.Equal(s.R, o.R) || s.Q.At(2, 2) != 3 || s.RidgeB != nil ||
		s.Summary.Test["r2"] != fitted.Summary.Test["r2"] {
		t.Errorf("the noise is %v, %v", s.Q, s.R)
	}
	r, err := s.Result(o.Result.Model.Config, o.Recording)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range train.Params(o.Result.Model) {
		if got := train.Params(r.Model)[i]; got.Name != want.Name || !slices.Equal(got.Data, want.Data) {
			t.Errorf("%s is %v, want %v", want.Name, got.Data, want.Data)
		}
	}
}
