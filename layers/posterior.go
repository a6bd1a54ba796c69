package layers

import (
	"math"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// LatentStd is how the posterior's standard deviation s of each latent comes about.
type LatentStd interface {
	// LogStd builds the node of ln s, for a model trained on that many bins: (K) where it is the same in every bin, (M,K) where it
	// follows the convolved history h (M,N). What uses it tells them apart by their dimensions.
	LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node
}

// Bandwidth is the paper's ln s = -ln(n) / (K + 4) for n training bins, the same for every latent and not trained.
type Bandwidth struct{}

// LogStd builds ln s.
func (Bandwidth) LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node {
	logs := make([]float64, latents)
	for k := range logs {
		logs[k] = logBandwidth(latents, bins)
	}
	return FixedStd(logs).LogStd(b, h, latents, bins)
}

func logBandwidth(latents, bins int) float64 {
	return -math.Log(float64(bins)) / float64(latents+4)
}

// FixedStd is a given ln s of every latent, not trained.
type FixedStd []float64

// LogStd builds ln s.
func (f FixedStd) LogStd(b *Builder, _ *G.Node, latents, _ int) *G.Node {
	n := b.Data("log_std_z", latents)
	b.Fill(n, f)
	return n
}

// PerDimension learns ln s of every latent: the parameter log_std_z (K), which starts at the bandwidth.
type PerDimension struct{}

// LogStd builds ln s.
func (PerDimension) LogStd(b *Builder, _ *G.Node, latents, bins int) *G.Node {
	return b.Param("log_std_z", Constant(logBandwidth(latents, bins)), latents)
}

// SharedStd learns one ln s for all latents: the parameter log_std_z (1), which starts at the bandwidth.
type SharedStd struct{}

// LogStd builds ln s.
func (SharedStd) LogStd(b *Builder, _ *G.Node, latents, bins int) *G.Node {
	one := b.Param("log_std_z", Constant(logBandwidth(latents, bins)), 1)
	if b.Double {
		return repeatOp[float64](one, latents)
	}
	return repeatOp[float32](one, latents)
}

// Amortized makes ln s a linear function of the history, ln s = log_std_z_w h + log_std_z_b, of every bin its own (M,K): the parameters
// log_std_z_w (K,N), which starts at 0, and log_std_z_b (K), which starts at the bandwidth. So training begins with one s for all bins.
type Amortized struct{}

// LogStd builds ln s.
func (Amortized) LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node {
	w := b.Param("log_std_z_w", Constant(0), latents, h.Shape()[1])
	return dense(b, Identity, h, w, b.Param("log_std_z_b", Constant(logBandwidth(latents, bins)), latents))
}

// repeatOp is a vector of n times the one entry of x.
func repeatOp[T op.Float](x *G.Node, n int) *G.Node {
	return op.Apply(op.Def[T]{
		Name: "repeat", Shape: []int{n}, Wrt: []bool{true},
		Forward: func(out []T, in, _ [][]T) {
			for i := range out {
				out[i] = in[0][0]
			}
		},
		Backward: func(grad [][]T, up, _ []T, _ [][]T) {
			grad[0][0] = 0
			for _, v := range up {
				grad[0][0] += v
			}
		},
	}, x)
}

// Sample is the reparameterised draw z = mu + exp(logs) * eps from the posterior: mu and eps, standard normal, are (M,K), logs is
// (K) or (M,K).
func Sample(b *Builder, mu, logs, eps *G.Node) *G.Node {
	if b.Double {
		return sampleOp[float64](b, mu, logs, eps)
	}
	return sampleOp[float32](b, mu, logs, eps)
}

func sampleOp[T op.Float](b *Builder, mu, logs, eps *G.Node) *G.Node {
	K := mu.Shape()[1]
	s := make([]T, logs.Shape().TotalSize())
	return op.Apply(op.Def[T]{
		Name: "sample", Shape: mu.Shape().Clone(), Wrt: b.Differentiable(mu, logs, eps),
		Forward: func(out []T, in, _ [][]T) {
			mu, eps := in[0], in[2]
			for k, l := range in[1] {
				s[k] = T(math.Exp(float64(l)))
			}
			for i := 0; i < len(out); i += K {
				for k, f := range rowAt(s, i, K) {
					out[i+k] = mu[i+k] + f*eps[i+k]
				}
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			copy(grad[0], up)
			if grad[1] == nil {
				return
			}
			clear(grad[1])
			for i := 0; i < len(up); i += K {
				dlogs := rowAt(grad[1], i, K)
				for k, f := range rowAt(s, i, K) {
					dlogs[k] += up[i+k] * f * in[2][i+k]
				}
			}
		},
	}, mu, logs, eps)
}

// rowAt is the K entries of x that belong to the row at i: the only ones of (K), those from i on of (M,K).
func rowAt[T op.Float](x []T, i, K int) []T {
	if len(x) == K {
		return x
	}
	return x[i : i+K]
}
