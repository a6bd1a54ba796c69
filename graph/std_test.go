package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
)

// TestConstantAmortized checks an amortized s whose weight on the history is 0. A model with one s for each
// latent has the same loss, terms and gradients. Both sum the same numbers in float64 in different orders, so
// the tolerance is 1e-11.
func TestConstantAmortized(t *testing.T) {
	for name, change := range map[string]func(*graph.Config){
		"importance":           func(*graph.Config) {},
		"minibatch-weighted":   estimator(losses.MinibatchWeighted{}),
		"minibatch-stratified": estimator(losses.MinibatchStratified{}),
		"standardized":         estimator(losses.LeaveOneOut{}),
		"mlp": func(c *graph.Config) {
			c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 5}, layers.MLPDecoder{Hidden: 4, Link: layers.ReLU}
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(std layers.LatentStd, bias string) map[string][]float64 {
				c := graph.Config{Neurons: 7, Bins: 60, Structure: layers.Partition{2, 1},
					Terms: graph.Objective(3, 0.7), LatentStd: std}
				change(&c)
				m, err := graph.New[float64](c, rand.New(rand.NewPCG(7, 7)))
				if err != nil {
					t.Fatal(err)
				}
				p, err := m.Program(11, true)
				if err != nil {
					t.Fatal(err)
				}
				copy(m.Param(bias).Data, []float64{-0.3, -1, 0.2})
				r := rand.New(rand.NewPCG(8, 8))
				for _, in := range [][]float64{p.X, p.Lagged, p.Noise} {
					for i := range in {
						in[i] = r.NormFloat64()
					}
				}
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				out := map[string][]float64{"loss": {p.Loss()}}
				for i := range c.Terms {
					out[fmt.Sprint("term ", i)] = []float64{p.Term(i)}
				}
				for i, q := range m.Params() {
					key := q.Name
					if key == bias {
						key = "ln s"
					}
					out[key] = append([]float64(nil), op.Values[float64](p.Gradients()[i])...)
				}
				return out
			}
			want, got := run(layers.PerDimension{}, "log_std_z"), run(layers.Amortized{}, "log_std_z_b")
			if _, ok := got["log_std_z_w"]; !ok {
				t.Error("the gradient by the history's weight is missing")
			}
			for key, w := range want {
				for i := range w {
					if d := math.Abs(got[key][i] - w[i]); !(d <= 1e-11*(1+math.Abs(w[i]))) {
						t.Errorf("%s [%d] is %.15g, want %.15g", key, i, got[key][i], w[i])
					}
				}
			}
		})
	}
}

func estimator(e losses.Estimator) func(*graph.Config) {
	return func(c *graph.Config) { c.Terms[2].Term = losses.PartialCorrelation{Estimator: e} }
}
