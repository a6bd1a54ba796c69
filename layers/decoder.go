package layers

import G "gorgonia.org/gorgonia"

// Decoder maps latents z (M,K) and the external inputs of the model to the predicted activity (M,N).
type Decoder interface {
	Predict(b *Builder, z *G.Node, in Inputs, neurons int) *G.Node
}

// LinearDecoder is f(A z + b + D u) + eta. The parameter At (K,N) holds A (N,K) transposed.
type LinearDecoder struct {
	Link Activation // f; "" is the identity
}

// String returns the name of f, as --decoder takes it.
func (d LinearDecoder) String() string { return string(d.Link.orIdentity()) }

// Maps returns A and b.
func (LinearDecoder) Maps() []Affine { return []Affine{{"A", "At", "b"}} }

// Output returns f.
func (d LinearDecoder) Output() Activation { return d.Link }

// Predict builds the prediction.
func (d LinearDecoder) Predict(b *Builder, z *G.Node, in Inputs, neurons int) *G.Node {
	k := z.Shape()[1]
	m := d.Maps()[0]
	at, bias := b.Param(m.Param, Uniform(k), k, neurons), b.Param(m.Offset, Uniform(k), neurons)
	z, weights := in.concat(b, z, at)
	return denseT(b, d.Link, z, weights, bias, in.Known)
}

// MLPDecoder is f(dec_w2 relu(dec_w1 z + dec_b1) + dec_b2 + D u) + eta. The parameters dec_w1t (K,H) and
// dec_w2t (H,N) hold dec_w1 (H,K) and dec_w2 (N,H) transposed.
type MLPDecoder struct {
	Hidden int        // H
	Link   Activation // f; the ReLU in the paper
}

// String returns "mlp", as --decoder takes it.
func (MLPDecoder) String() string { return "mlp" }

// Maps returns the maps of the hidden layer and the output layer.
func (MLPDecoder) Maps() []Affine {
	return []Affine{{"dec_w1", "dec_w1t", "dec_b1"}, {"dec_w2", "dec_w2t", "dec_b2"}}
}

// Output returns f.
func (d MLPDecoder) Output() Activation { return d.Link }

// Predict builds the prediction.
func (d MLPDecoder) Predict(b *Builder, z *G.Node, in Inputs, neurons int) *G.Node {
	k := z.Shape()[1]
	first, last, H := d.Maps()[0], d.Maps()[1], d.Hidden
	w1t, b1 := b.Param(first.Param, Uniform(k), k, H), b.Param(first.Offset, Uniform(k), H)
	hidden := denseT(b, ReLU, z, w1t, b1, nil)
	w2t, bias := b.Param(last.Param, Uniform(H), H, neurons), b.Param(last.Offset, Uniform(H), neurons)
	hidden, weights := in.concat(b, hidden, w2t)
	return denseT(b, d.Link, hidden, weights, bias, in.Known)
}
