package simulate

import "facrnn/data"

// Truth is the ground truth of a simulated recording of T bins, N neurons and K latents:
//
//	z(t) = B tanh(x(t-1)) + C + input and noise
//	x(t) = A z(t) + Bias + noise
//
// In a recording of dynamical systems (see [Mixed]), the rest of z(t) comes from the systems.
type Truth struct {
	Z      data.Matrix // (T,K), the latents
	A      data.Matrix // (N,K), the decoder
	B      data.Matrix // (K,N), the encoder
	C      []float32   // K
	Bias   []float32   // N
	Groups []int       // group sizes; the latents of a group are contiguous, in this order
	Target []int       // target of each trial, counted from 0; nil if trials have none
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

// SubConnectivity returns W_g = A_g B_g (N,N) of group g, row i <- column j.
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
