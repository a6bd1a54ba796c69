package steptime

import (
	"runtime"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
)

// TestStepBytes checks that a step takes between half and twice the estimated memory.
func TestStepBytes(t *testing.T) {
	live := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	learned := layers.History{Lags: 16, Kernel: layers.SoftmaxKernel{}}
	mlp := graph.Config{Encoder: layers.MLPEncoder{Hidden: 500}, Decoder: layers.MLPDecoder{Hidden: 500}}
	for _, c := range []struct {
		name string
		M, N int
		of   graph.Config
	}{
		{"many bins", 2048, 100, graph.Config{}}, {"many channels", 256, 4000, graph.Config{}},
		{"many lags", 256, 1000, graph.Config{History: learned}}, {"many hidden units", 256, 1000, mlp},
	} {
		config := c.of
		config.Neurons, config.Bins, config.Structure, config.Terms = c.N, 10*c.M, layers.Partition{2,
			2}, graph.Objective(20, 0)
		before := live()
		s, err := New(config, c.M, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.run(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		took, want := live()-before, config.StepBytes(c.M)
		runtime.KeepAlive(s)
		s.Close()
		if took > 2*want || took < want/2 {
			t.Errorf("%s: %.1f MB, estimate %.1f MB", c.name, took/1e6, want/1e6)
		}
		t.Logf("%s: %.1f MB, estimate %.1f MB", c.name, took/1e6, want/1e6)
	}
}
