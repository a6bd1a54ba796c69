// Package losses holds the terms of the objective, one file a term:
//
//	loss = reconstruction + KL + beta * partial correlation + alpha * block-diagonal
//
// Every term is a mean over the minibatch, a scalar node with a symbolic derivative. Losses import layers and
// layers/op, never graph. Start with losses.go.
package losses
