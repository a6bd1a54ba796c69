package layers

import G "gorgonia.org/gorgonia"

// Decoder maps latents z (M,K) to the predicted activity (M,N), to which the known external input eta (M,N) is added unless it is
// nil.
type Decoder interface {
	Predict(b *Builder, z, eta *G.Node, neurons int) *G.Node
}

// LinearDecoder is f(A z + b) + eta. A (N,K) is kept transposed, as the parameter At (K,N).
type LinearDecoder struct {
	Link Activation // f; "" is the identity
}

// Predict builds the prediction.
func (d LinearDecoder) Predict(b *Builder, z, eta *G.Node, neurons int) *G.Node {
	k := z.Shape()[1]
	return denseT(b, d.Link, z, b.Param("At", Uniform(k), k, neurons), b.Param("b", Uniform(k), neurons), eta)
}

// MLPDecoder is f(dec_w2 relu(dec_w1 z + dec_b1) + dec_b2) + eta. dec_w1 (H,K) and dec_w2 (N,H) are kept transposed, as dec_w1t (K,H) and
// dec_w2t (H,N).
type MLPDecoder struct {
	Hidden int        // H
	Link   Activation // f; the paper's is the ReLU
}

// Predict builds the prediction.
func (d MLPDecoder) Predict(b *Builder, z, eta *G.Node, neurons int) *G.Node {
	k := z.Shape()[1]
	hidden := denseT(b, ReLU, z, b.Param("dec_w1t", Uniform(k), k, d.Hidden), b.Param("dec_b1", Uniform(k), d.Hidden), nil)
	return denseT(b, d.Link, hidden, b.Param("dec_w2t", Uniform(d.Hidden), d.Hidden, neurons), b.Param("dec_b2", Uniform(d.Hidden), neurons), eta)
}
