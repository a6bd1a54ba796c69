package losses

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

func init() {
	RegisterEstimator("standardized", "leave-one-out, on standardized latents", LeaveOneOut{})
}

// LeaveOneOut is a leave-one-out kernel estimate from the posterior means, with each latent standardised over
// the minibatch. Smaller latents cannot lower it, unlike ImportanceWeighted, and one weight suits any number of
// latents:
//
//	y_ik = (mu_ik - mean_k) / sd_k
//	mean_i ( ln sum_{j != i} exp( -D_ij ) - sum_p ln sum_{j != i} exp( -D^p_ij ) ) + (parts - 1) ln(M-1)
//
// with D^p_ij = sum_{k in p} (y_ik - y_jk)^2 / (2 w^2) and D = sum_p D^p. The width is w = ( (K+2) M / 4 )^(
// -1/(K+4) ) of Silverman (1986), for all K latents of the joint set; the joint set and its parts share it. The
// derivative includes mean and sd. The value is a penalty: it depends on M and may be negative.
type LeaveOneOut struct{}

// Divergence builds the node.
func (LeaveOneOut) Divergence(b *layers.Builder, v Variables, parts [][]int) *G.Node {
	if b.Double {
		return leaveOneOut[float64](b, standardize[float64](v.Mu), parts)
	}
	return leaveOneOut[float32](b, standardize[float32](v.Mu), parts)
}

// standardize subtracts the mean of every column of x (M,K) and divides by its standard deviation. A constant
// column becomes 0.
func standardize[T op.Float](x *G.Node) *G.Node {
	M, K := x.Shape()[0], x.Shape()[1]
	perSD := make([]T, K) // 1 / sd
	sum, square := make([]float64, K), make([]float64, K)
	return op.Apply(op.Def[T]{
		Name: "standardize", Shape: []int{M, K}, Wrt: []bool{true},
		Forward: func(out []T, in, _ [][]T) {
			x := in[0]
			clear(sum)
			clear(square)
			for i := 0; i < len(x); i += K {
				for k, v := range x[i : i+K] {
					sum[k] += float64(v)
				}
			}
			for k := range sum {
				sum[k] /= float64(M)
			}
			for i := 0; i < len(x); i += K {
				for k, v := range x[i : i+K] {
					d := float64(v) - sum[k]
					out[i+k] = T(d)
					square[k] += d * d
				}
			}
			for k, q := range square {
				perSD[k] = 0
				if q != 0 {
					perSD[k] = T(1 / math.Sqrt(q/float64(M)))
				}
			}
			for i := 0; i < len(x); i += K {
				for k, f := range perSD {
					out[i+k] *= f
				}
			}
		},
		Backward: func(grad [][]T, up, y []T, _ [][]T) { // (dy - mean dy - y mean(dy y)) / sd
			clear(sum)
			clear(square)
			for i := 0; i < len(y); i += K {
				for k, d := range up[i : i+K] {
					sum[k] += float64(d)
					square[k] += float64(d) * float64(y[i+k])
				}
			}
			for k := range sum {
				sum[k] /= float64(M)
				square[k] /= float64(M)
			}
			for i := 0; i < len(y); i += K {
				for k, f := range perSD {
					grad[0][i+k] = f * (up[i+k] - T(sum[k]) - y[i+k]*T(square[k]))
				}
			}
		},
	}, x)
}

// leaveOneOut builds the estimate for y (M,K): the density of each point is estimated from all others.
func leaveOneOut[T op.Float](b *layers.Builder, y *G.Node, parts [][]int) *G.Node {
	M, joint := y.Shape()[0], slices.Concat(parts...)
	K := float64(len(joint))
	logs := slices.Repeat([]T{T(-math.Log((K+2)*float64(M)/4) / (K + 4))}, y.Shape()[1])
	pairs := kernel.NewPairs[T](b.Pool, M, parts, kernel.Weights{Next: 1, Others: 1}, false)
	other := make([]T, M*y.Shape()[1]) // the gradient by y as a kernel centre
	return op.Apply(op.Def[T]{
		Name: "leave one out", Wrt: []bool{true},
		Forward: func(out []T, in, grad [][]T) {
			if M == 1 { // there are no others
				out[0] = 0
				if grad != nil {
					clear(grad[0])
				}
				return
			}
			var dy, dother []T
			if grad != nil {
				dy, dother = grad[0], other
				clear(dy) // latents in no part have no gradient
				clear(dother)
			}
			divergence := pairs.Run(b.Pool, in[0], in[0], logs, dy, dother, nil)
			out[0] = T(divergence + float64(len(parts)-1)*math.Log(float64(M-1)))
			if grad != nil {
				kernel.Plus(dy, dy, dother)
			}
		},
		Backward: op.Scale[T],
	}, y)
}
