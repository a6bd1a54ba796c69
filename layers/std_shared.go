package layers

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

func init() { RegisterLatentStd("shared", "learned, one for all latents", SharedStd{}) }

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

// repeatOp returns a vector of n copies of the one entry of x.
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
