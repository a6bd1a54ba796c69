package simulate

import "facrnn/data"

// Truth is what was planted in a simulated recording of T bins, N neurons and K latents:
//
//	z(t) = B tanh(x(t-1)) + C + input and noise
//	x(t) = A z(t) + Bias + noise
//
// In a recording of dynamical systems (see [Mixed]), what B does not say of z(t) is the systems' own.
type Truth struct {
	Z      data.Matrix // (T,K), the latents
	A      data.Matrix // (N,K), the decoder
	B      data.Matrix // (K,N), the encoder
	C      []float32   // K
	Bias   []float32   // N
	Groups []int       // the groups' sizes; the latents of a group lie together, in this order
	Target []int       // of each trial, counted from 0; nil where trials have none
}

// Owner returns the group of each latent, K values counted from 0.
func (t *Truth) Owner() []int {
	var owner []int
	for g, size := range t.Groups {
		for range size {
			owner = append(owner, g)
		}
	}
	return owner
}

// SubConnectivity is W_g = A_g B_g (N,N) of group g, row i <- column j.
func (t *Truth) SubConnectivity(g int) data.Matrix {
	w := data.NewMatrix(t.A.Rows, t.B.Cols)
	for k, owner := range t.Owner() {
		if owner != g {
			continue
		}
		for i := range w.Rows {
			a := t.A.Row(i)[k]
			for j, b := range t.B.Row(k) {
				w.Row(i)[j] += a * b
			}
		}
	}
	return w
}
