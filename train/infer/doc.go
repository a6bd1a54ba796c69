// Package infer infers latents from past and present: from the activity of their own bin, given the history. These
// are the filtered posterior means. Refit improves a trained model by steps of expectation-maximization in the basis
// that training found. The latents keep their meaning, while A, D, b, B, c and the noise take the values that explain
// the activity best.
//
// z(t) = B h(t) + c + q(t),   q ~ N(0, Q)
// x(t) = A z(t) + D u(t) + b + e(t),   e ~ N(0, diag R)
//
// Gaussian has the closed form E[z | h, x] of this model (Kalman's update; Roweis and Ghahramani 1999). If there is a
// measured input u, the algebra treats it as P more latents that are known exactly. Laplace handles any other decoder
// and observation model. It finds the mode of p(z | x, h), the product of the decoder's density of x and the prior
// N(mu, Q), with a few Newton steps per bin.
//
// The package imports gonum, train, train/evaluate and train/internal/regress. Start with Refit and Filter.
package infer
