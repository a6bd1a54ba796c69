// Package infer infers latents from the activity of their own bin, given the history: filtered latents. Refit improves
// a trained model by steps of expectation-maximisation, in the basis that training found: its latents stay what they
// are, and A, D, b, B, c and the noise become the values that explain the activity best.
//
//	z(t) = B h(t) + c + q(t),   q ~ N(0, Q)
//	x(t) = A z(t) + D u(t) + b + e(t),   e ~ N(0, diag R)
//
// Gaussian has the closed form E[z | h, x] of this model. If there is a measured input u, the algebra treats it as P
// more latents that are known exactly. Laplace is for any other decoder and observation model: it finds the mode of p(z
// | x, h), the product of the decoder's density of x and of the prior N(mu, Q), by a few Newton steps a bin.
//
// The package imports gonum, train, train/evaluate and train/internal/regress. Start with Refit and Filter.
package infer
