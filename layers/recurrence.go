package layers

import (
	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// Recurrence is the low-rank connectivity W = A B of a linear model, as nodes of its graph. At (K,N) is A
// transposed; B is (K,N). A model with hidden layers has none.
type Recurrence struct {
	At, B *G.Node
}

// W builds the functional connectivity (N,N), row i <- column j.
func (r Recurrence) W(b *Builder) *G.Node { return product(b, "W", r.At, r.B, run(0, r.B.Shape()[0])) }

// SubW builds the sub-connectivity W_g = A_g B_g (N,N) of some latents. The sub-connectivities of all groups of
// a partition add up to W.
func (r Recurrence) SubW(b *Builder, latents []int) *G.Node {
	return product(b, "W_g", r.At, r.B, latents)
}

// J builds B A (K,K), the effect of each latent on the others through the neurons.
func (r Recurrence) J(b *Builder) *G.Node {
	if b.Double {
		return overlap[float64](b, r.At, r.B)
	}
	return overlap[float32](b, r.At, r.B)
}

// Connectivity writes dst (N,N) = sum over the given latents k of A[:,k] B[k,:], for at (K,N), which is A
// transposed, and b (K,N).
func Connectivity[T op.Float](dst, at, b []T, neurons int, latents []int) {
	clear(dst)
	for i := range neurons {
		row := dst[i*neurons : (i+1)*neurons]
		for _, k := range latents {
			f := at[k*neurons+i]
			for j, v := range b[k*neurons : (k+1)*neurons] {
				row[j] += f * v
			}
		}
	}
}

func product(b *Builder, name string, at, w *G.Node, latents []int) *G.Node {
	if b.Double {
		return productOp[float64](name, at, w, latents)
	}
	return productOp[float32](name, at, w, latents)
}

func productOp[T op.Float](name string, at, w *G.Node, latents []int) *G.Node {
	N := w.Shape()[1]
	return op.Apply(op.Def[T]{
		Name: name, Shape: []int{N, N}, Wrt: []bool{true, true},
		Forward: func(out []T, in, _ [][]T) { Connectivity(out, in[0], in[1], N, latents) },
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			clear(grad[0])
			clear(grad[1])
			for _, k := range latents {
				a, b := in[0][k*N:(k+1)*N], in[1][k*N:(k+1)*N]
				da, db := grad[0][k*N:(k+1)*N], grad[1][k*N:(k+1)*N]
				for i, f := range a {
					for j, u := range up[i*N : (i+1)*N] {
						da[i] += u * b[j]
						db[j] += u * f
					}
				}
			}
		},
	}, at, w)
}

func overlap[T op.Float](b *Builder, at, w *G.Node) *G.Node {
	K, N := w.Shape()[0], w.Shape()[1]
	return op.Apply(op.Def[T]{
		Name: "J", Shape: []int{K, K}, Wrt: []bool{true, true},
		Forward: func(out []T, in, _ [][]T) { kernel.MulT(b.Pool, out, in[1], in[0], nil, K, N, K) },
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			kernel.TMul(b.Pool, grad[0], up, in[1], K, N, K, false)
			kernel.Mul(b.Pool, grad[1], up, in[0], nil, K, N, K)
		},
	}, at, w)
}
