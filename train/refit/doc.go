// Package refit improves a fitted model with a linear Gaussian decoder by steps of expectation-maximisation, in the basis that training
// found: its latents stay what they are, and A, D, b, B, c and the noise become those that explain the activity best.
//
//	z(t) = B h(t) + c + q(t),   q ~ N(0, Q)
//	x(t) = A z(t) + D u(t) + b + e(t),   e ~ N(0, diag R)
//
// where there is a measured input u; what it needs of the algebra is that it is P more latents, of which nothing is uncertain.
//
// It also gives the filtered latents, E[z | h, x], which know of the bin's own activity and not of its past alone. It imports gonum and, for sums
// of products, train/internal/regress. Start with Model.
package refit
