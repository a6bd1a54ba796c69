package method

import (
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/losses"
	"facrnn/train"
)

// These parts stand for the parts of another package. Each is a type, and one line that registers it.
func init() {
	losses.RegisterObservation("for activity with outliers", laplace{})
	losses.RegisterEstimator("plain", "the importance-weighted estimator by another name", plainEstimator{})
	layers.RegisterKernel("newest", "the last bin alone", newest{})
	layers.RegisterLatentStd("narrow", "a tenth", narrow{})
	Register(short{})
}

// laplace is Laplace noise of the scale exp(log_scale_x), one for each neuron: -ln p(x | y) = |x - y| / b + ln 2 b.
type laplace struct{}

func (laplace) Name() string                { return "reconstruction" }
func (laplace) String() string              { return "laplace" }
func (laplace) Counts() bool                { return false }
func (laplace) Param() string               { return "log_scale_x" }
func (laplace) Noise(param float64) float64 { return math.Exp(param) }

func (laplace) LogDensity(x, y, b float64) float64 { return -math.Abs(x-y) / b }

// Residual has the Fisher information 1 / b^2 of y.
func (laplace) Residual(x, y, b float64) (r, v float64) {
	return b * math.Copysign(1, x-y), b * b
}

// Estimate takes the scale of Laplace noise with the mean square that was found, 2 b^2.
func (laplace) Estimate(s losses.Moments, before float64) float64 {
	if b := math.Sqrt(s.Squares / s.Bins / 2); b > 0 {
		return b
	}
	return before
}

func (laplace) NewTally(param float64) losses.Tally { return &laplaceTally{param: param} }

type laplaceTally struct{ param, bins, sum float64 }

func (t *laplaceTally) Add(x, y float64) { t.bins, t.sum = t.bins+1, t.sum+math.Abs(x-y) }
func (t *laplaceTally) Mean() float64 {
	return -t.sum/t.bins/math.Exp(t.param) - t.param - math.Ln2
}

func (laplace) Node(b *layers.Builder, v losses.Variables) *G.Node {
	scale := b.Param("log_scale_x", layers.Constant(-1), v.X.Shape()[1])
	if b.Double {
		return absolute[float64](b, v, scale)
	}
	return absolute[float32](b, v, scale)
}

func absolute[T op.Float](b *layers.Builder, v losses.Variables, scale *G.Node) *G.Node {
	M, N := v.X.Shape()[0], v.X.Shape()[1]
	return op.Apply(op.Def[T]{
		Name: "laplace", Wrt: b.Differentiable(v.Prediction, scale, v.X),
		Forward: func(out []T, in, grad [][]T) {
			y, logs, x := in[0], in[1], in[2]
			out[0] = 0
			for n, l := range logs {
				width, sum := math.Exp(float64(l)), 0.0
				for i := n; i < M*N; i += N {
					d := float64(x[i] - y[i])
					sum += math.Abs(d) / width / float64(M)
					if grad != nil {
						grad[0][i] = T(-math.Copysign(1, d) / width / float64(M))
					}
				}
				out[0] += T(sum + float64(l) + math.Ln2)
				if grad != nil {
					grad[1][n] = T(1 - sum)
				}
			}
		},
		Backward: op.Scale[T],
	}, v.Prediction, scale, v.X)
}

// sparse is a loss term: the mean magnitude of the posterior samples.
type sparse struct{}

func (sparse) Name() string { return "sparse" }

func (sparse) Node(b *layers.Builder, v losses.Variables) *G.Node {
	return op.Apply(op.Def[float32]{
		Name: "sparse", Wrt: []bool{true},
		Forward: func(out []float32, in, grad [][]float32) {
			out[0] = 0
			share := 1 / float32(len(in[0]))
			for i, z := range in[0] {
				sign := float32(math.Copysign(1, float64(z)))
				out[0] += share * sign * z
				if grad != nil {
					grad[0][i] = share * sign
				}
			}
		},
		Backward: op.Scale[float32],
	}, v.Z)
}

type plainEstimator struct{ losses.ImportanceWeighted }

// newest is a history kernel.
type newest struct{}

func (newest) Fixed(lags int) []float64 { return append([]float64{1}, make([]float64, lags-1)...) }
func (n newest) Weights(b *layers.Builder, lags int) *G.Node {
	return layers.FixedKernel(n.Fixed(lags)).Weights(b, lags)
}

// narrow is a posterior std.
type narrow struct{}

func (narrow) LogStd(b *layers.Builder, h *G.Node, latents, bins int) *G.Node {
	return layers.Std(0.1).LogStd(b, h, latents, bins)
}

// short is a method: FacRNN with the paper's recipe.
type short struct{ FacRNN }

func (short) Name() string  { return "short" }
func (short) About() string { return "FacRNN by the paper's recipe" }
func (short) Shape(p *Plan) error {
	p.Spec.Recipe = &Paper
	return nil
}

// TestPartsOfOthers checks parts of another package: a method, a kernel, a posterior std, an estimator, an observation
// model and a loss term. They are chosen by their names, trained, filtered and scored, and no file of the program knows
// them.
func TestPartsOfOthers(t *testing.T) {
	text := Text{
		Method: "short", Kernel: "newest", LatentStd: "narrow", Estimator: "plain", Observation: "laplace",
		Decoder: "identity",
		Groups:  "1,1", Lags: 2, Epochs: pointer(40), Restarts: pointer(1),
	}
	spec, err := text.Spec()
	if err != nil {
		t.Fatal(err)
	}
	spec.Terms = []graph.Weighted{{Term: sparse{}, Weight: 0.01}}
	var first, last train.Losses
	curve := train.Hook{Name: "curve", End: func(r *train.Progress) error {
		first, last = r.Rows[0].Train, r.Rows[len(r.Rows)-1].Train
		return nil
	}}
	fit, err := Fit(t.Context(), signed(t), spec, curve)
	if err != nil {
		t.Fatal(err)
	}
	if !(last.Loss < first.Loss) || len(last.Terms) != 4 || !(last.Terms[3] > 0) {
		t.Errorf("the loss goes from %g to %g, the terms end at %v", first.Loss, last.Loss, last.Terms)
	}
	if fit.FilterErr != nil || fit.Filtered.Rows != fit.Recording.Bins() {
		t.Errorf("%d bins are filtered: %v", fit.Filtered.Rows, fit.FilterErr)
	}
	if _, counts := fit.Test["bits_per_spike"]; counts || math.IsNaN(float64(fit.Test["loglik"])) {
		t.Errorf("the figures are %v", fit.Test)
	}
	if got := fit.Spec.Text(); got.Method != "short" || got.Kernel != "newest" || got.LatentStd != "narrow" ||
		got.Estimator != "plain" || got.Observation != "laplace" {
		t.Errorf("as text, the parts are %+v", got)
	}
	if !slices.ContainsFunc(Methods(), func(m Method) bool { return m.Name() == "short" }) {
		t.Error("the method is not listed")
	}
}
