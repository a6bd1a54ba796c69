// Package evaluate measures a fitted model: how well it predicts held-out bins, how independent its groups are, and, where the truth
// or a behaviour is known, how well its latents and connectivity match. It works in float64; nothing in it is used to train.
//
// Arrays are gonum matrices with one row a bin. Start with model.go, which runs a fitted model over a recording.
package evaluate
