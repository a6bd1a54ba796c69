package layers

import G "gorgonia.org/gorgonia"

// Encoder maps the convolved history h (M,N) to the posterior means mu (M,K) of the latents.
type Encoder interface {
	Means(b *Builder, h *G.Node, latents int) *G.Node
}

// LinearEncoder is mu = B h + c, with the parameters B (K,N) and c (K).
type LinearEncoder struct{}

// Maps returns B and c.
func (LinearEncoder) Maps() []Affine { return []Affine{{"B", "B", "c"}} }

// Means builds mu.
func (e LinearEncoder) Means(b *Builder, h *G.Node, latents int) *G.Node {
	n, m := h.Shape()[1], e.Maps()[0]
	return dense(b, Identity, h, b.Param(m.Param, Uniform(n), latents, n), b.Param(m.Offset, Uniform(n), latents))
}

// MLPEncoder is mu = enc_w2 relu(enc_w1 h + enc_b1) + enc_b2, with enc_w1 (H,N) and enc_w2 (K,H).
type MLPEncoder struct {
	Hidden int // H
}

// Maps returns the maps of the hidden layer and the output layer.
func (MLPEncoder) Maps() []Affine {
	return []Affine{{"enc_w1", "enc_w1", "enc_b1"}, {"enc_w2", "enc_w2", "enc_b2"}}
}

// Means builds mu.
func (e MLPEncoder) Means(b *Builder, h *G.Node, latents int) *G.Node {
	n, H := h.Shape()[1], e.Hidden
	w1, b1 := b.Param("enc_w1", Uniform(n), H, n), b.Param("enc_b1", Uniform(n), H)
	hidden := dense(b, ReLU, h, w1, b1)
	w2, b2 := b.Param("enc_w2", Uniform(H), latents, H), b.Param("enc_b2", Uniform(H), latents)
	return dense(b, Identity, hidden, w2, b2)
}
